"""Exasol types for the columns of a CSV file, found by looking at all values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

#: What spreadsheets and statistics packages write for "no value". In text only the empty field is NULL.
NULL_MARKS = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"})

#: Exasol's limits, https://docs.exasol.com/db/latest/sql_references/data_types/datatypedetails.htm
MAX_PRECISION = 36
MAX_VARCHAR = 2_000_000

Value = str | int | Decimal | float | bool | None

_INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[+-]?(0|[1-9]\d*)?\.\d+|[+-]?(0|[1-9]\d*)\.?")
_FLOAT = re.compile(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")


@dataclass(frozen=True)
class ColumnType:
    """An Exasol type, and how a field of the file becomes a value of it.

    Args:
        sql: the type as CREATE TABLE wants it.
        kind: `integer`, `decimal`, `float`, `date`, `timestamp`, `boolean` or `text`.
        parse: field to value; NULL is None, dates and timestamps are ISO texts.
    """

    sql: str
    kind: str
    parse: Callable[[str], Value]


class TooLongError(ValueError):
    """A text is longer than Exasol's longest VARCHAR."""


def _or_null(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    return lambda field: None if field in NULL_MARKS else parse(field)


_FLOAT_TYPE = ColumnType("DOUBLE PRECISION", "float", _or_null(float))


def infer_type(fields: Sequence[str]) -> ColumnType:
    """The narrowest type that holds every field of a column.

    Integers with leading zeros (postal codes, phone numbers) are text; so is a column without any value.

    Raises:
        TooLongError: a text exceeds 2,000,000 characters.
    """
    values = [field for field in fields if field not in NULL_MARKS]
    for narrower in (_integer_type, _decimal_type, _float_type, _boolean_type, _date_type, _timestamp_type):
        found = narrower(values) if values else None
        if found:
            return found
    return text_type(fields)


def text_type(fields: Sequence[str]) -> ColumnType:
    """VARCHAR, with room to the next power of two.

    Raises:
        TooLongError: a text exceeds 2,000,000 characters.
    """
    longest = max((len(field) for field in fields), default=0)
    if longest > MAX_VARCHAR:
        raise TooLongError(
            f"a text has {longest:,} characters; Exasol's longest VARCHAR holds {MAX_VARCHAR:,}"
        )
    size = min(max(10, 1 << (longest - 1).bit_length()), MAX_VARCHAR) if longest else 10
    return ColumnType(f"VARCHAR({size})", "text", lambda field: field or None)


def _integer_type(values: Sequence[str]) -> ColumnType | None:
    if not all(map(_INTEGER.fullmatch, values)):
        return None
    digits = max(len(value.lstrip("+-")) for value in values)
    if digits > MAX_PRECISION:
        return text_type(values)
    return ColumnType(f"DECIMAL({18 if digits <= 18 else 36},0)", "integer", _or_null(int))


def _decimal_type(values: Sequence[str]) -> ColumnType | None:
    if not all(map(_DECIMAL.fullmatch, values)):
        return None
    parts = [value.lstrip("+-").partition(".") for value in values]
    scale = max(len(fraction) for _, _, fraction in parts)
    precision = scale + max(len(whole) for whole, _, _ in parts)
    if precision > MAX_PRECISION:
        return _FLOAT_TYPE
    return ColumnType(f"DECIMAL({18 if precision <= 18 else 36},{scale})", "decimal", _or_null(Decimal))


def _float_type(values: Sequence[str]) -> ColumnType | None:
    return _FLOAT_TYPE if all(map(_FLOAT.fullmatch, values)) else None


def _boolean_type(values: Sequence[str]) -> ColumnType | None:
    if any(value.lower() not in {"true", "false"} for value in values):
        return None
    return ColumnType("BOOLEAN", "boolean", _or_null(lambda field: field.lower() == "true"))


def _date_type(values: Sequence[str]) -> ColumnType | None:
    return ColumnType("DATE", "date", _or_null(str)) if all(map(_is_date, values)) else None


def _timestamp_type(values: Sequence[str]) -> ColumnType | None:
    if not all(map(_is_timestamp, values)):
        return None
    return ColumnType("TIMESTAMP", "timestamp", _or_null(_iso_timestamp))


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_timestamp(value: str) -> bool:
    if not (_TIMESTAMP.fullmatch(value) or _DATE.fullmatch(value)):
        return False
    try:
        datetime.fromisoformat(_pad_fraction(value))
    except ValueError:
        return False
    return True


def _iso_timestamp(value: str) -> str:
    return datetime.fromisoformat(_pad_fraction(value)).isoformat(sep=" ", timespec="milliseconds")


def _pad_fraction(value: str) -> str:
    # Python 3.10 reads fractions of three or six digits only.
    whole, dot, fraction = value.partition(".")
    return f"{whole}.{fraction:0<6}" if dot else whole
