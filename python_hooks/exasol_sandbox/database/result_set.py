"""Open result sets: rows that a client fetches page by page."""

from __future__ import annotations

import json
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import pyarrow as pa

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.wire_values import json_array

INLINE_ROWS = 1000
MAX_PAGE_BYTES = 64 * 1024 * 1024
_MEMORY_BYTES = 16 * 1024 * 1024


class StoredRows:
    """Rows that can be read again from any position: in memory while they are few, in a temporary file
    otherwise.

    Args:
        result: its batches are read here, to their end.
        limit: the most rows to keep; 0 keeps all (session attribute `resultSetMaxRows`).
    """

    def __init__(self, result: ResultSet, limit: int = 0) -> None:
        self.columns: list[Column] = result.columns
        self._starts: list[int] = []
        self._file: IO[bytes] | None = None
        self._batches: list[pa.RecordBatch] = []
        self._reader: pa.RecordBatchFileReader | None = None
        # Arrow finds columns by name, and Exasol's results may have a name twice.
        names = [str(position) for position in range(len(result.columns))]
        batches = (batch.rename_columns(names) for batch in result.batches)
        self.row_count = self._keep(_up_to(batches, limit) if limit else batches)

    def rows(self, start: int, count: int) -> list[pa.RecordBatch]:
        """At most `count` rows from position `start` on, in pieces."""
        pieces: list[pa.RecordBatch] = []
        number = bisect_right(self._starts, start) - 1
        while count > 0 and 0 <= number < len(self._starts) and start < self.row_count:
            batch = self._reader.get_batch(number) if self._reader else self._batches[number]
            piece = batch.slice(start - self._starts[number], count)
            pieces.append(piece)
            start += piece.num_rows
            count -= piece.num_rows
            number += 1
        return pieces

    def page(
        self, start: int, num_bytes: int, attributes: Mapping[str, Any], most: int | None = None
    ) -> tuple[int, bytes]:
        """Rows from `start` on that make about `num_bytes` of JSON, and at least one if there is one.

        Args:
            start: position of the first.
            num_bytes: how much to give.
            attributes: the session's, for its formats.
            most: the most rows to give; None is all.

        Returns:
            Their number, and the JSON of `data`: an array of columns.
        """
        num_bytes = max(1, min(num_bytes, MAX_PAGE_BYTES))
        most = self.row_count if most is None else most
        sample = self.rows(start, min(INLINE_ROWS, most))
        sampled = sum(piece.num_rows for piece in sample)
        if not sampled:
            return 0, b"[" + b",".join([b"[]"] * len(self.columns)) + b"]"
        cells = self._json(sample, attributes)
        if sampled == min(most, self.row_count - start) and len(cells) <= num_bytes:
            return sampled, cells
        row_bytes = max(1.0, len(cells) / sampled)
        count = min(most, max(1, int(num_bytes / row_bytes)))
        pieces = self.rows(start, count)
        return sum(piece.num_rows for piece in pieces), self._json(pieces, attributes)

    def close(self) -> None:
        """Frees memory and file."""
        self._batches.clear()
        self._reader = None
        if self._file is not None:
            self._file.close()

    def _json(self, pieces: list[pa.RecordBatch], attributes: Mapping[str, Any]) -> bytes:
        table = pa.Table.from_batches(pieces).combine_chunks()
        cells = (
            json_array(table.column(position).chunk(0), column.type, attributes)
            for position, column in enumerate(self.columns)
        )
        return b"[" + b",".join(cells) + b"]"

    def _keep(self, batches: Iterable[pa.RecordBatch]) -> int:
        rows = size = 0
        iterator = iter(batches)
        for batch in iterator:
            if not batch.num_rows:
                continue
            self._starts.append(rows)
            self._batches.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if size > _MEMORY_BYTES:
                return self._spill(iterator, rows)
        return rows

    def _spill(self, rest: Iterator[pa.RecordBatch], rows: int) -> int:
        file = tempfile.TemporaryFile(prefix="exasol-sandbox-result-")  # noqa: SIM115
        self._file = file
        with pa.ipc.new_file(file, self._batches[0].schema) as writer:
            for batch in self._batches:
                writer.write_batch(batch)
            self._batches.clear()
            for batch in rest:
                if batch.num_rows:
                    self._starts.append(rows)
                    rows += batch.num_rows
                    writer.write_batch(batch)
        self._reader = pa.ipc.open_file(file)
        return rows


class ResultSets:
    """The open result sets of a connection, by handle.

    Args:
        version: of the protocol, on which the description of columns depends.
    """

    def __init__(self, version: int) -> None:
        self._version = version
        self._open: dict[int, StoredRows] = {}
        self._last = 0

    def answer(self, result: ResultSet, attributes: Mapping[str, Any]) -> bytes:
        """The result object of `execute`: with all rows if they are fewer than 1000, else with a handle."""
        handle = self.keep(result, attributes)
        rows = self._open[handle].row_count
        answer = self.part(handle, 0, rows, attributes)
        if rows < INLINE_ROWS:
            self.close(handle)
        return answer

    def keep(self, result: ResultSet, attributes: Mapping[str, Any]) -> int:
        """Opens a result set. Returns its handle."""
        self._last += 1
        self._open[self._last] = StoredRows(result, int(attributes.get("resultSetMaxRows") or 0))
        return self._last

    def part(self, handle: int, start: int, rows: int, attributes: Mapping[str, Any]) -> bytes:
        """The result object of `execute` for `rows` rows of a result set, from `start` on."""
        if rows >= INLINE_ROWS:
            return json.dumps(self.header(handle, rows), ensure_ascii=False).encode()
        stored = self.get(handle)
        count, cells = stored.page(start, MAX_PAGE_BYTES, attributes, rows)
        fields = self._description(stored, rows) | {"numRowsInMessage": count}
        head = json.dumps(fields, ensure_ascii=False).encode()
        data = b',"data":' + cells if count else b""
        return b'{"resultType":"resultSet","resultSet":' + head[:-1] + data + b"}}"

    def header(self, handle: int, rows: int | None = None) -> dict[str, Any]:
        """The result object of `getResultSetHeader`.

        Args:
            handle: the result set's.
            rows: how many rows the client is to see of it; None is all.
        """
        stored = self.get(handle)
        described = self._description(stored, stored.row_count if rows is None else rows)
        fields = {"resultSetHandle": handle} | described | {"numRowsInMessage": 0}
        return {"resultType": "resultSet", "resultSet": fields}

    def _description(self, stored: StoredRows, rows: int) -> dict[str, Any]:
        columns = describe(stored.columns, self._version)
        return {"numColumns": len(columns), "numRows": rows, "columns": columns}

    def get(self, handle: int) -> StoredRows:
        """The rows behind a handle.

        Raises:
            ExasolError: there is no such handle, or not any more.
        """
        if handle not in self._open:
            raise ExasolError("00000", f"Invalid result set handle: {handle}")
        return self._open[handle]

    def close(self, handle: int) -> None:
        """Forgets one result set."""
        self.get(handle).close()
        del self._open[handle]

    def close_all(self) -> None:
        """Forgets every result set."""
        for stored in self._open.values():
            stored.close()
        self._open.clear()


def describe(columns: list[Column], version: int) -> list[dict[str, Any]]:
    """`columns` of a result set or of parameters, in a version of the protocol."""
    return [{"name": column.name, "dataType": column.type.wire(version)} for column in columns]


def _up_to(batches: Iterable[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.slice(0, limit)
        limit -= batch.num_rows
        if limit <= 0:
            return
