"""Rows of a query result, ready to be read once, in bounded memory.

The protocol tells a client the number of rows before it sends them, and several results may be open while
the session goes on.
So a result is read at once: a small one stays in memory, a large one goes to a temporary file in Arrow's
format.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pyarrow as pa

from exasol_sandbox.database.data_types import Column

ROWS_A_BATCH = 16_384
_ROWS_IN_MEMORY = 4 * ROWS_A_BATCH


def spooled(columns: list[Column], reader: pa.RecordBatchReader) -> tuple[Iterator[pa.RecordBatch], int]:
    """All rows of `reader` in the Arrow types of `columns`, and their number."""
    schema = pa.schema([pa.field(column.name, column.type.arrow()) for column in columns])
    batches: list[pa.RecordBatch] = []
    count = 0
    for batch in reader:
        if batch.num_rows == 0:
            continue
        batches.append(_converted(batch, schema))
        count += batch.num_rows
        if count > _ROWS_IN_MEMORY:
            return _to_file(schema, batches, reader, count)
    return iter(batches), count


def _to_file(
    schema: pa.Schema, batches: list[pa.RecordBatch], reader: pa.RecordBatchReader, count: int
) -> tuple[Iterator[pa.RecordBatch], int]:
    file = tempfile.TemporaryFile(prefix="exasol-sandbox-result-")  # noqa: SIM115
    try:
        with pa.ipc.new_stream(pa.PythonFile(file, mode="w"), schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
            # The caller holds the list, too; its rows are in the file now.
            batches.clear()
            for batch in reader:
                writer.write_batch(_converted(batch, schema))
                count += batch.num_rows
    except BaseException:
        file.close()
        raise
    file.seek(0)

    def read() -> Iterator[pa.RecordBatch]:
        with file, pa.ipc.open_stream(file) as stream:
            yield from stream

    return read(), count


def _converted(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    arrays = [
        array if array.type == field.type else _cast(array, field.type)
        for array, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cast(array: pa.Array, target: pa.DataType) -> pa.Array:
    if pa.types.is_integer(array.type) and pa.types.is_decimal(target):
        return array.cast(pa.decimal128(38, 0)).cast(target)
    return array.cast(target)
