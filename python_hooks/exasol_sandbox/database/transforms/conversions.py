"""Values of one type as another, as Exasol converts them explicitly and implicitly.

https://docs.exasol.com/db/latest/sql_references/data_types/typeconversionrules.htm
"""

from __future__ import annotations

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.transforms.formats import datetime_as_text, strptime_of
from exasol_sandbox.database.transforms.typed import (
    BOOLEAN,
    DATE,
    DOUBLE,
    LONG_TEXT,
    TIMESTAMP,
    Typed,
    text_size,
    varchar,
)

_TIMESTAMPS = ("TIMESTAMP", "TIMESTAMP WITH LOCAL TIME ZONE")
_INTERVALS = ("INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND")


def as_text(value: Typed, date_format: str, timestamp_format: str) -> Typed:  # noqa: PLR0911
    """A value as VARCHAR, in the session's formats: `5` → `'5'`, `TRUE` → `'TRUE'`, a date →
    `'2024-01-31'`."""
    known = value.type
    if known is None:
        return Typed(
            f"CAST({value} AS VARCHAR)", None if value.null else LONG_TEXT, value.constant, value.null
        )
    result = varchar(text_size(known))
    if known.is_text or known.name == "HASHTYPE":
        return value
    if known.name == "DOUBLE":
        return Typed(f"exa_text_of_double({value})", result)
    if known.name == "BOOLEAN":
        return Typed(f"upper(CAST({value} AS VARCHAR))", result)
    if known.name == "DATE":
        return Typed(datetime_as_text(value.sql, date_format), result)
    if known.name in _TIMESTAMPS:
        return Typed(datetime_as_text(value.sql, timestamp_format), result)
    if known.name == "DECIMAL":
        sql = f"CAST({value} AS {known.duckdb()})" if value.constant else str(value)
        return Typed(f"CAST({sql} AS VARCHAR)", result)
    if known.name in _INTERVALS:
        return Typed(interval_as_text(value.sql, known), result)
    raise unsupported(f"the conversion of {known.sql()} to text")


def interval_as_text(sql: str, interval: DataType) -> str:
    """DuckDB SQL of an interval as text, with the digits that its type has."""
    if interval.name == "INTERVAL YEAR TO MONTH":
        return f"exa_text_of_months({sql}, {interval.precision})"
    return f"exa_text_of_interval({sql}, {interval.precision}, {interval.fraction})"


def as_number(value: Typed) -> Typed:
    """A value as a number, for arithmetic and comparison: a text becomes a DOUBLE or fails."""
    if value.type is None or value.type.is_number:
        return value
    if value.type.is_text:
        return Typed(f"CAST({value} AS DOUBLE)", DOUBLE)
    if value.type.name == "BOOLEAN":
        return Typed(f"CAST({value} AS INTEGER)", DataType.decimal(1, 0))
    raise unsupported(f"the conversion of {value.type.sql()} to a number")


def as_integer(value: Typed) -> str:
    """DuckDB SQL of a value as a whole number, as positions and lengths are given."""
    if value.constant and value.is_a("DECIMAL") and value.type is not None and not value.type.scale:
        return value.sql
    return f"CAST({as_number(value)} AS BIGINT)"


def as_exact(value: Typed) -> str:
    """DuckDB SQL of a number with exactly its Exasol type, so that arithmetic cannot overflow a machine
    integer."""
    if value.constant and value.type is not None and value.type.name == "DECIMAL":
        return f"CAST({value} AS {value.type.duckdb()})"
    return value.sql


def as_date(value: Typed, date_format: str) -> Typed:
    """A value as DATE; text in the session's format."""
    if value.is_a("DATE"):
        return value
    if value.type is not None and value.type.is_text:
        return Typed(f"exa_parse_date({value}, {strptime_of(date_format)})", DATE)
    return Typed(f"CAST({value} AS DATE)", DATE)


def as_timestamp(value: Typed, timestamp_format: str) -> Typed:
    """A value as TIMESTAMP; text in the session's format."""
    if value.is_a(*_TIMESTAMPS):
        return value
    if value.type is not None and value.type.is_text:
        return Typed(f"exa_parse_timestamp({value}, {strptime_of(timestamp_format)})", TIMESTAMP)
    return Typed(f"CAST({value} AS TIMESTAMP)", TIMESTAMP)


def as_boolean(value: Typed) -> Typed:
    """A value as BOOLEAN: 1, '1', 'T', 'TRUE' in any case, and their opposites."""
    if value.type is None or value.type.name == "BOOLEAN":
        return value
    if value.type.is_text:
        return Typed(f"exa_boolean({value})", BOOLEAN)
    return Typed(f"CAST({value} AS BOOLEAN)", BOOLEAN)


def cast(value: Typed, target: DataType, date_format: str, timestamp_format: str) -> Typed:  # noqa: PLR0911
    """CAST(value AS target); a text that is too long fails, as does a number that does not fit."""
    if value.null:
        return Typed(f"CAST(NULL AS {target.duckdb()})", target, True, True)
    if target.is_text:
        text = as_text(value, date_format, timestamp_format)
        return Typed(fitted(text, target), target)
    if target.name == "HASHTYPE":
        if value.is_a("HASHTYPE") and value.type is not None and value.type.size == target.size:
            return value
        return Typed(f"exa_hashtype({value}, {target.size})", target)
    if target.name == "BOOLEAN":
        return as_boolean(value).with_type(target)
    if target.name == "DATE":
        return as_date(value, date_format).with_type(target)
    if target.name in _TIMESTAMPS:
        return as_timestamp(value, timestamp_format).with_type(target)
    if target.is_number:
        if value.is_a("DATE", "HASHTYPE", *_TIMESTAMPS, *_INTERVALS):
            raise unsupported(
                f"the conversion of {value.type.sql() if value.type else '?'} to {target.sql()}"
            )
        return Typed(f"CAST({value} AS {target.duckdb()})", target)
    if target.name in _INTERVALS and value.type is not None and value.type.name == target.name:
        return value.with_type(target)
    if target.name in _INTERVALS and value.type is not None and value.type.is_text:
        name = "exa_months_of_text" if target.name == _INTERVALS[0] else "exa_seconds_of_text"
        return Typed(f"{name}({value})", target)
    raise unsupported(f"the conversion to {target.sql()}")


def fitted(text: Typed, target: DataType) -> str:
    """DuckDB SQL of a text as VARCHAR(n) or CHAR(n): '' is NULL, too long fails, CHAR is padded."""
    size = target.size or 1
    sql = text.sql
    known = text.type
    if known is None or text_size(known) > size:
        sql = f"exa_fit({sql}, {size})"
    if target.name == "CHAR" and not (known is not None and known.name == "CHAR" and known.size == size):
        sql = f"rpad({sql}, {size}, ' ')"
    return sql


def stored(value: Typed, target: DataType, date_format: str, timestamp_format: str) -> str:
    """DuckDB SQL of a value as it is written to a column of type `target`."""
    if value.type == target:
        return value.sql
    return cast(value, target, date_format, timestamp_format).sql
