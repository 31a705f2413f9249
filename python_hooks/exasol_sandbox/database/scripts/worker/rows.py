"""A script's input: rows in an Arrow file that the sandbox wrote, read without copying them."""

from __future__ import annotations

import bisect
from typing import Any

import pyarrow as pa

from .columns import DATE, NUMERIC, TIMESTAMP, UdfColumn

_WINDOW = 2048


class Rows:
    """The rows of the input file.

    Args:
        path: an Arrow IPC file; its columns are the script's input columns in order.
        columns: the input columns.

    Attributes:
        windows: for each column the first of the rows whose values are at hand, and these values.
    """

    def __init__(self, path: str, columns: list[UdfColumn]) -> None:
        self._columns = columns
        # Stays mapped for the life of the process, which is that of the query.
        self._reader = pa.ipc.open_file(pa.memory_map(path))
        self._batches = [self._reader.get_batch(index) for index in range(self._reader.num_record_batches)]
        self._starts = [0]
        for batch in self._batches:
            self._starts.append(self._starts[-1] + batch.num_rows)
        self.windows: list[tuple[int, list[Any]]] = [(0, []) for _ in columns]

    def value(self, column: int, row: int) -> Any:
        """One value as Python has it; None for NULL."""
        start, values = self.windows[column]
        offset = row - start
        if not 0 <= offset < len(values):
            start, values = self.windows[column] = self._window(column, row)
            offset = row - start
        return values[offset]

    def table(self, first: int, count: int, start_column: int) -> pa.Table:
        """`count` rows from row `first` on, of the columns from `start_column` on."""
        index = bisect.bisect_right(self._starts, first) - 1
        slices = []
        while count > 0:
            batch = self._batches[index]
            offset = first - self._starts[index]
            part = batch.slice(offset, count)
            slices.append(part.select(range(start_column, len(self._columns))))
            count -= part.num_rows
            first += part.num_rows
            index += 1
        return pa.Table.from_batches(slices)

    def _window(self, column: int, row: int) -> tuple[int, list[Any]]:
        index = bisect.bisect_right(self._starts, row) - 1
        array = self._batches[index].column(column).slice(row - self._starts[index], _WINDOW)
        described = self._columns[column]
        # Arrow makes dates and timestamps one by one, NumPy all at once.
        temporal = described.kind in {DATE, TIMESTAMP}
        values = array.to_numpy(zero_copy_only=False).tolist() if temporal else array.to_pylist()
        if described.kind == NUMERIC and not described.scale:
            values = [None if value is None else int(value) for value in values]
        return row, values
