"""`ctx`, the argument of a script's `run`.

Behaviour and texts: exasol/script-languages, exascript_python_wrap.py (class exaiter), and
https://docs.exasol.com/db/latest/database_concepts/udf_scripts/python3.htm.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from .columns import UdfColumn
from .data_frames import check_dtypes, chunks, to_data_frame, to_values
from .output import Output, wrong_count
from .rows import Rows

if TYPE_CHECKING:
    import pandas as pd


class Context:
    """One group (SET) or one row after the other (SCALAR) of the input, and the way to emit."""

    def __init__(
        self, columns: list[UdfColumn], rows: Rows, output: Output, is_set: bool, emits: bool
    ) -> None:
        self._columns = columns
        self._positions: dict[Any, int] = {}
        for position, column in enumerate(columns):
            self._positions[column.name] = position
            self._positions[position] = position
        self._rows = rows
        self._output = output
        self._is_set = is_set
        self._first = self._current = self._end = 0
        self._finished = False
        self._frame_finished = False
        if not emits:
            self.emit = _not_allowed  # type: ignore[method-assign]
        if not is_set:
            self.next = self.reset = _not_allowed  # type: ignore[method-assign]

    @classmethod
    def of(cls, columns: list[UdfColumn], rows: Rows, output: Output, is_set: bool, emits: bool) -> Context:
        """A context that has its columns as properties, which are read faster than through `__getattr__`."""
        names = [column.name for column in columns]
        plain = [name for name in names if not name.startswith("_") and not hasattr(cls, name)]
        properties = {name: property(_reader(rows, names.index(name))) for name in plain}
        kind: type[Context] = type(cls.__name__, (cls,), properties)
        return kind(columns, rows, output, is_set, emits)

    def _enter(self, first: int, count: int) -> None:
        """Go to the first row of a group, or to a row."""
        self._first = self._current = first
        self._end = first + count
        self._finished = self._frame_finished = False

    def __getitem__(self, key: Any) -> Any:
        """The current row's value of a column, by position or name."""
        if self._finished:
            raise RuntimeError("E-UDF-CL-SL-PYTHON-1081: Iteration finished")
        position = self._position(key)
        if position is None:
            raise RuntimeError(f"E-UDF-CL-SL-PYTHON-1082: Column with name '{key}' does not exist")
        return self._rows.value(position, self._current)

    def __getattr__(self, key: str) -> Any:
        """The current row's value of a column that is no property, or an error."""
        position = self.__dict__.get("_positions", {}).get(key)
        if position is not None and not self._finished:
            return self._rows.value(position, self._current)
        if key.startswith("_"):
            raise AttributeError(key)
        if self._finished:
            raise RuntimeError("E-UDF-CL-SL-PYTHON-1084: Iteration finished")
        raise RuntimeError(f"E-UDF-CL-SL-PYTHON-1085: Iterator has no object with name '{key}'")

    def _position(self, key: Any) -> int | None:
        position = self._positions.get(key)
        return self._positions.get(str(key)) if position is None else position

    def next(self) -> bool:
        """Go to the group's next row; False when there is none."""
        if self._finished:
            return False
        self._current += 1
        self._finished = self._current >= self._end
        return not self._finished

    def reset(self) -> bool:
        """Go back to the group's first row."""
        self._enter(self._first, self._end - self._first)
        return True

    def size(self) -> int:
        """The number of rows of the group."""
        return self._end - self._first

    def get_dataframe(self, num_rows: Any = 1, start_col: Any = 0) -> pd.DataFrame | None:
        """The next rows as a DataFrame; None when there are none left.

        Args:
            num_rows: how many at most, or `all`.
            start_col: position of the first column to take.
        """
        if not (num_rows == "all" or (type(num_rows) is int and num_rows > 0)):
            raise RuntimeError(
                "E-UDF-CL-SL-PYTHON-1103: get_dataframe() parameter 'num_rows' "
                "must be 'all' or an integer > 0"
            )
        if type(start_col) is not int or start_col < 0:
            raise RuntimeError(
                "E-UDF-CL-SL-PYTHON-1104: get_dataframe() parameter 'start_col' must be an integer >= 0"
            )
        if start_col > len(self._columns):
            raise RuntimeError(
                f"E-UDF-CL-SL-PYTHON-1105: get_dataframe() parameter 'start_col' is {start_col}, "
                f"but there are only {len(self._columns)} input columns"
            )
        if self._frame_finished:
            raise RuntimeError("E-UDF-CL-SL-PYTHON-1106: Iteration finished")
        if self._finished:
            self._frame_finished = True
            return None
        count = min(sys.maxsize if num_rows == "all" else num_rows, self._end - self._current)
        frame = to_data_frame(self._rows.table(self._current, count, start_col), self._columns[start_col:])
        if self._is_set:
            self._current += count
            self._finished = self._current >= self._end
        return frame

    def emit(self, *values: Any) -> None:
        """Emit one row of values, or all rows of one DataFrame."""
        if len(values) == 1 and type(values[0]).__name__ == "DataFrame":
            self._emit_frame(values[0])
        else:
            self._output.add(values)

    def _emit_frame(self, frame: pd.DataFrame) -> None:
        if frame.shape[0] == 0:
            raise RuntimeError("E-UDF-CL-SL-PYTHON-1087: emit DataFrame is empty")
        columns = self._output.columns
        if frame.shape[1] != len(columns):
            text = str(wrong_count(len(columns), frame.shape[1])).split(": ", 1)[1]
            raise TypeError(f"E-UDF-CL-SL-PYTHON-1088: {text}")
        check_dtypes(frame)
        for part in chunks(frame):
            arrays = [to_values(part.iloc[:, position], position, c) for position, c in enumerate(columns)]
            self._output.add_arrays(arrays, len(part))


def _reader(rows: Rows, position: int) -> Callable[[Context], Any]:
    windows = rows.windows

    def read(context: Context) -> Any:
        if context._finished:
            raise AttributeError
        start, values = windows[position]
        offset = context._current - start
        if 0 <= offset < len(values):
            return values[offset]
        return rows.value(position, context._current)

    return read


def _not_allowed(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError(
        "F-UDF-CL-SL-PYTHON-1107: next(), reset() and emit() functions are not allowed in scalar context"
    )
