"""What a script emits: checked, turned into the output columns' Arrow types, and sent in bounded batches."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .columns import BOOLEAN, DATE, DOUBLE, INT32, INT64, NUMERIC, STRING, TIMESTAMP, UdfColumn
from .failures import DataFailure

STRING_TOO_LONG = "22001"
NUMERIC_OUT_OF_RANGE = "22003"

_MAX_ROWS = 8192
_MAX_CHARACTERS = 4_000_000
_SHORT_TEXT = 2000
_NAMES = {
    DOUBLE: "float",
    BOOLEAN: "bool",
    INT32: "int",
    INT64: "long",
    STRING: "unicode",
    NUMERIC: "decimal.Decimal",
    DATE: "datetime.date",
    TIMESTAMP: "datetime.datetime",
}
_CODES = {int: 1091, float: 1092, bool: 1093, str: 1094, decimal.Decimal: 1095, datetime.date: 1096}
_CODES[datetime.datetime] = 1097
_ACCEPTED: dict[str, set[type]] = {
    INT32: {int, float, decimal.Decimal},
    INT64: {int, float, decimal.Decimal},
    NUMERIC: {int, decimal.Decimal},
    DOUBLE: {int, float, decimal.Decimal},
    STRING: {str},
    BOOLEAN: {bool},
    DATE: {datetime.date},
    TIMESTAMP: {datetime.datetime},
}
_CONVERSIONS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    INT32: (int, int),
    INT64: (int, int),
    NUMERIC: (decimal.Decimal, decimal.Decimal),
    DOUBLE: (float, float),
    TIMESTAMP: (type(None), lambda value: value.replace(tzinfo=None)),
}
_NONE = type(None)


class Output:
    """Collects rows and hands them over in batches.

    Args:
        columns: the output columns.
        numbered: whether each row carries the number of the input row or group that it came from.
        deliver: takes each batch.
    """

    def __init__(
        self, columns: list[UdfColumn], numbered: bool, deliver: Callable[[pa.RecordBatch], None]
    ) -> None:
        self.columns = columns
        self.source = 0
        self._numbered = numbered
        self._deliver = deliver
        self._schema = schema(columns, numbered)
        self._long_texts = [n for n, column in enumerate(columns) if (column.size or 0) > _SHORT_TEXT]
        self._known: set[tuple[type, ...]] = set()
        self._rows: list[tuple[Any, ...]] = []
        self._sources: list[int] = []
        self._characters = 0

    def add(self, values: tuple[Any, ...]) -> None:
        """Take one row. Raises as Exasol's UDF client does when number or types of the values are wrong."""
        types = tuple(map(type, values))
        if types not in self._known:
            self._check(values)
            self._known.add(types)
        self._rows.append(values)
        if self._numbered:
            self._sources.append(self.source)
        for position in self._long_texts:
            self._characters += len(values[position] or "")
        if len(self._rows) >= _MAX_ROWS or self._characters >= _MAX_CHARACTERS:
            self.flush()

    def add_arrays(self, arrays: list[Any], count: int) -> None:
        """Take `count` rows by column: Arrow arrays or lists of Python values."""
        self.flush()
        self._send(arrays, [self.source] * count if self._numbered else [])

    def flush(self) -> None:
        """Hand over what was collected."""
        if self._rows:
            rows, sources = self._rows, self._sources
            self._rows, self._sources, self._characters = [], [], 0
            by_column = zip(zip(*rows, strict=True), self.columns, strict=True)
            self._send([_converted(values, column) for values, column in by_column], sources)

    def _check(self, values: tuple[Any, ...]) -> None:
        if len(values) != len(self.columns):
            raise wrong_count(len(self.columns), len(values))
        for value, column in zip(values, self.columns, strict=True):
            if value is not None and type(value) not in _ACCEPTED[column.kind]:
                raise _wrong_type(value, column)

    def _send(self, arrays: list[Any], sources: list[int]) -> None:
        fitted = [fit(values, column) for values, column in zip(arrays, self.columns, strict=True)]
        if self._numbered:
            fitted.append(pa.array(sources, pa.int64()))
        self._deliver(pa.RecordBatch.from_arrays(fitted, schema=self._schema))


def _converted(values: tuple[Any, ...], column: UdfColumn) -> Any:
    """Values of the accepted types as the one type that the column's kind has."""
    if column.kind not in _CONVERSIONS:
        return values
    wanted, convert = _CONVERSIONS[column.kind]
    if set(map(type, values)) <= {wanted, _NONE}:
        return values
    return [None if value is None else convert(value) for value in values]


def schema(columns: list[UdfColumn], numbered: bool) -> pa.Schema:
    """The schema of all batches of an output; names are positions, because Exasol's need not be unique."""
    fields = [pa.field(str(position), column.arrow()) for position, column in enumerate(columns)]
    if numbered:
        fields.append(pa.field("source", pa.int64()))
    return pa.schema(fields)


def wrong_count(expected: int, given: int) -> TypeError:
    """The error for a row with too few or too many values."""
    code = 1089 if expected > 1 else 1090
    noun = "arguments" if expected > 1 else "argument"
    return TypeError(f"E-UDF-CL-SL-PYTHON-{code}: emit() takes exactly {expected} {noun} ({given} given)")


def _wrong_type(value: Any, column: UdfColumn) -> RuntimeError:
    code = _CODES.get(type(value))
    if code is None:
        return RuntimeError(f"E-UDF-CL-SL-PYTHON-1098: data type {type(value)} is not supported")
    return RuntimeError(
        f"E-UDF-CL-SL-PYTHON-{code}: emit column '{column.name}' is of type {_NAMES[column.kind]} "
        f"but data given have type {type(value)}"
    )


def fit(values: Any, column: UdfColumn) -> pa.Array:
    """`values` in the column's Arrow type, as the database would store them.

    Raises:
        DataFailure: a number is out of the column's range or a text too long for it.
    """
    try:
        return _FITTINGS[column.kind](values, column)
    except (pa.ArrowInvalid, OverflowError) as error:
        raise _out_of_range(column) from error


def _integers(values: Any, column: UdfColumn) -> pa.Array:
    array = values if isinstance(values, pa.Array) else pa.array(values, pa.int64())
    if pa.types.is_floating(array.type):
        array = pc.trunc(_finite(array.cast(pa.float64()), column))
    array = array.cast(pa.int64())
    bounds = pc.min_max(array)
    limit = 10 ** (column.precision or 18)
    if bounds["min"].is_valid and (bounds["min"].as_py() <= -limit or bounds["max"].as_py() >= limit):
        raise _out_of_range(column)
    return array


def _decimals(values: Any, column: UdfColumn) -> pa.Array:
    array = values if isinstance(values, pa.Array) else pa.array(values)
    if pa.types.is_null(array.type):
        return array.cast(column.arrow())
    if pa.types.is_floating(array.type):
        # Exasol's client writes doubles with six fractional digits.
        array = _finite(array.cast(pa.float64()), column).cast(pa.decimal128(38, 6))
    if pa.types.is_integer(array.type):
        array = array.cast(pa.decimal128(20, 0))
    if array.type.scale > (column.scale or 0):
        array = pc.round(array, ndigits=column.scale or 0, round_mode="half_towards_infinity")
    return array.cast(column.arrow())


def _doubles(values: Any, column: UdfColumn) -> pa.Array:
    array = (
        values.cast(pa.float64(), safe=False)
        if isinstance(values, pa.Array)
        else pa.array(values, pa.float64())
    )
    return _finite(array, column)


def _finite(array: pa.Array, column: UdfColumn) -> pa.Array:
    array = pc.if_else(pc.is_nan(array), pa.scalar(None, pa.float64()), array)
    if pc.any(pc.is_inf(array)).as_py():
        raise _out_of_range(column)
    return array


def _texts(values: Any, column: UdfColumn) -> pa.Array:
    array = values.cast(pa.string()) if isinstance(values, pa.Array) else pa.array(values, pa.string())
    lengths = pc.utf8_length(array)
    bounds = pc.min_max(lengths)
    if bounds["max"].is_valid and column.size is not None and bounds["max"].as_py() > column.size:
        raise DataFailure(
            STRING_TOO_LONG,
            f"data exception - string data, right truncation: a value of {bounds['max'].as_py()} characters "
            f"was emitted into column {column.name} of type {column.sql_type}",
        )
    if bounds["min"].is_valid and bounds["min"].as_py() == 0:
        array = pc.if_else(pc.equal(lengths, 0), pa.scalar(None, pa.string()), array)
    return pc.utf8_rpad(array, width=column.size, padding=" ") if column.padded else array


def _booleans(values: Any, column: UdfColumn) -> pa.Array:
    return values.cast(pa.bool_()) if isinstance(values, pa.Array) else pa.array(values, pa.bool_())


def _dates(values: Any, column: UdfColumn) -> pa.Array:
    return values.cast(pa.date32()) if isinstance(values, pa.Array) else pa.array(values, pa.date32())


def _timestamps(values: Any, column: UdfColumn) -> pa.Array:
    unit = pa.timestamp("us")
    array = values.cast(unit, safe=False) if isinstance(values, pa.Array) else pa.array(values, unit)
    if column.fraction is None or column.fraction >= 6:
        return array
    return pc.floor_temporal(array, multiple=10 ** (6 - column.fraction), unit="microsecond")


_FITTINGS: dict[str, Callable[[Any, UdfColumn], pa.Array]] = {
    INT32: _integers,
    INT64: _integers,
    NUMERIC: _decimals,
    DOUBLE: _doubles,
    STRING: _texts,
    BOOLEAN: _booleans,
    DATE: _dates,
    TIMESTAMP: _timestamps,
}


def _out_of_range(column: UdfColumn) -> DataFailure:
    return DataFailure(
        NUMERIC_OUT_OF_RANGE,
        f"data exception - numeric value out of range: "
        f"emitted into column {column.name} of type {column.sql_type}",
    )
