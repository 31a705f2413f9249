"""DataFrames as Exasol's UDF client gives and takes them.

Dtypes of get_dataframe follow what pandas 2 makes of Python values, as the standard container does: integers
are int64, or float64 when there are NULLs; DECIMAL with a scale or more than 18 digits, text, dates and
columns of NULLs only are object; timestamps are datetime64[ns] where that reaches. What emit takes:
exasol/script-languages, python_ext_dataframe.cc.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .columns import BOOLEAN, DATE, DOUBLE, INT32, INT64, NUMERIC, STRING, TIMESTAMP, UdfColumn

_NUMBERS = {DOUBLE, INT32, INT64, NUMERIC}
_CHUNK = 65_536


def to_data_frame(table: pa.Table, columns: list[UdfColumn]) -> pd.DataFrame:
    """The rows of `table` with the dtypes that a script gets in Exasol."""
    arrays = [_series(table.column(index), column) for index, column in enumerate(columns)]
    # Given its dtype, pandas 3 leaves text as objects, as pandas 2 does.
    series = [pd.Series(array, dtype=array.dtype, copy=False) for array in arrays]
    frame = pd.DataFrame(dict(enumerate(series)), copy=False)
    frame.columns = pd.Index([column.name for column in columns], dtype=object)
    return frame


def _series(values: pa.ChunkedArray, column: UdfColumn) -> Any:
    if values.null_count == len(values):
        return np.full(len(values), None, dtype=object)
    if column.kind == TIMESTAMP:
        return _timestamps(values)
    if column.kind in {DATE, NUMERIC} or (column.kind == BOOLEAN and values.null_count):
        return _objects(values.to_pylist())
    return values.to_numpy()


def _timestamps(values: pa.ChunkedArray) -> Any:
    try:
        return values.cast(pa.timestamp("ns")).to_numpy()
    except pa.ArrowInvalid:
        return _objects(values.to_pylist())


def _objects(values: list[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def chunks(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The frame in pieces of bounded size, in order."""
    for start in range(0, len(frame), _CHUNK):
        yield frame.iloc[start : start + _CHUNK]


def check_dtypes(frame: pd.DataFrame) -> None:
    """Refuse dtypes that emit does not take in Exasol.

    Raises:
        RuntimeError: with the UDF client's text.
    """
    for dtype in frame.dtypes:
        name = str(dtype)
        if name.startswith("datetime64[") and name not in {"datetime64[ns]", "datetime64[us]"}:
            raise RuntimeError(
                f"F-UDF-CL-SL-PYTHON-1134: F-UDF-CL-SL-PYTHON-1138: emit: unsupported datetime type: {name} "
                "emit dataframe only supports datetime64[ns] which represents datetime with nanosecond "
                "resolution without time zone. If you need time zone please use an additional result column."
            )
        if isinstance(dtype, (pd.CategoricalDtype, pd.PeriodDtype, pd.IntervalDtype)) or dtype.kind in "mc":
            raise RuntimeError(
                f"F-UDF-CL-SL-PYTHON-1134: F-UDF-CL-SL-PYTHON-1054: emit: unexpected type: {name}"
            )


def to_values(series: pd.Series[Any], position: int, column: UdfColumn) -> Any:
    """One column of an emitted DataFrame: an Arrow array, or a list of Python values.

    Raises:
        RuntimeError: the values' type does not go into a column of this type, with the UDF client's text.
    """
    given = _given(series)
    if given is None:
        return pa.nulls(len(series), column.arrow())
    if not _fits(given, column.kind):
        raise RuntimeError(
            f"F-UDF-CL-SL-PYTHON-1136: emit column {position} of type {column.kind} "
            f"but data given have type {given}"
        )
    if series.dtype == object or (column.kind == NUMERIC and given.startswith(("str", "large_string"))):
        convert = _CONVERSIONS.get(column.kind)
        values = [None if _is_null(value) else value for value in series.array]
        return [None if value is None else convert(value) for value in values] if convert else values
    if isinstance(series.dtype, np.dtype) and series.dtype.kind == "M":
        return pa.array(series.to_numpy().astype("datetime64[us]"), from_pandas=True)
    if series.dtype == np.float16:
        series = series.astype("float32")
    return pa.array(series.array if series.dtype.kind == "O" else series, from_pandas=True)


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    INT32: int,
    INT64: int,
    DOUBLE: float,
    NUMERIC: lambda value: decimal.Decimal(str(value)),
    TIMESTAMP: lambda value: value.tz_localize(None).to_pydatetime(warn=False),
}


def _given(series: pd.Series[Any]) -> str | None:
    if series.dtype != object:
        return str(series.dtype)
    first = next((value for value in series.array if value is not None and value is not pd.NA), None)
    return None if first is None else f"py_{_type_name(first)}"


def _type_name(value: Any) -> str:
    kind = type(value)
    return (
        f"{kind.__module__}.{kind.__name__}" if kind.__module__ in {"datetime", "decimal"} else kind.__name__
    )


def _is_null(value: Any) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )


_OBJECTS = {
    "py_str": {STRING, NUMERIC},
    "py_bool": {BOOLEAN},
    "py_int": _NUMBERS,
    "py_float": _NUMBERS,
    "py_decimal.Decimal": _NUMBERS,
    "py_datetime.date": {DATE},
    "py_Timestamp": {TIMESTAMP},
}


def _fits(given: str, kind: str) -> bool:
    if given.startswith("py_"):
        if given not in _OBJECTS:
            raise RuntimeError(
                f"F-UDF-CL-SL-PYTHON-1135: F-UDF-CL-SL-PYTHON-1056: emit: unexpected python type: {given}"
            )
        return kind in _OBJECTS[given]
    if given.startswith(("str", "large_string")):
        return kind in _OBJECTS["py_str"]
    if given.startswith("bool"):
        return kind == BOOLEAN
    if given.startswith("date32"):
        return kind == DATE
    if given.startswith(("datetime64", "timestamp")):
        return kind == TIMESTAMP
    return kind in _NUMBERS
