"""Rows that were read once and may be needed again: in memory while they are few, then in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO

import pyarrow as pa

_BYTES_IN_MEMORY = 16 * 1024 * 1024


class KeptRows:
    """A copy of rows.

    Args:
        schema: of the rows.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0
        self._file: IO[bytes] | None = None
        self._writer: pa.RecordBatchWriter | None = None

    def keeping(self, reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """The rows of `reader`, which are copied as they are read."""

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in reader:
                self._add(batch)
                yield batch

        return pa.RecordBatchReader.from_batches(self._schema, batches())

    def _add(self, batch: pa.RecordBatch) -> None:
        if self._writer is None and self._bytes + batch.nbytes <= _BYTES_IN_MEMORY:
            self._batches.append(batch)
            self._bytes += batch.nbytes
            return
        if self._writer is None:
            self._file = tempfile.TemporaryFile(prefix="exasol-sandbox-rows-")  # noqa: SIM115
            self._writer = pa.ipc.new_stream(pa.PythonFile(self._file, mode="w"), self._schema)
            for kept in self._batches:
                self._writer.write_batch(kept)
            self._batches = []
        self._writer.write_batch(batch)

    def reader(self) -> pa.RecordBatchReader:
        """All rows that were copied."""
        if self._file is None:
            return pa.RecordBatchReader.from_batches(self._schema, self._batches)
        if self._writer is not None:
            self._writer.close()
        self._file.seek(0)
        return pa.ipc.open_stream(self._file)
