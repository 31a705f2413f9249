"""Values of every type come back as they went, whichever way they take."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyexasol
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Way = Callable[[pyexasol.ExaConnection, "Type", list[Any]], list[Any]]


@dataclass(frozen=True)
class Type:
    """A data type, its values, and how one is written in SQL; every value may also be NULL."""

    name: str
    values: st.SearchStrategy[Any]
    literal: Callable[[Any], str]


def _cast(name: str) -> Callable[[Any], str]:
    return lambda value: f"CAST({_text(value)} AS {name})"


def _text(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _months(count: int) -> str:
    return f"{'-' if count < 0 else '+'}{abs(count) // 12:02d}-{abs(count) % 12:02d}"


def _milliseconds(count: int) -> str:
    rest = timedelta(milliseconds=abs(count))
    hours, minutes = divmod(rest.seconds // 60, 60)
    sign = "-" if count < 0 else "+"
    clock = f"{hours:02d}:{minutes:02d}:{rest.seconds % 60:02d}.{rest.microseconds // 1000:03d}"
    return f"{sign}{rest.days:02d} {clock}"


def _to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# No file and no SQL text can hold a lone surrogate or a zero byte; blanks at the end of a CHAR are padding.
_characters = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=10)
_DAY = 24 * 60 * 60 * 1000
TYPES = [
    Type("DECIMAL(18,0)", st.integers(-(10**18) + 1, 10**18 - 1), str),
    Type("DECIMAL(36,10)", st.decimals(-(10**25), 10**25, places=10), lambda value: f"{value:f}"),
    Type("DOUBLE", st.floats(-1e300, 1e300, allow_subnormal=False), _cast("DOUBLE")),
    Type("BOOLEAN", st.booleans(), lambda value: "TRUE" if value else "FALSE"),
    Type("DATE", st.dates(date(1, 1, 1), date(9999, 12, 31)), lambda value: f"DATE '{value.isoformat()}'"),
    Type(
        "TIMESTAMP",
        st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(_to_the_millisecond),
        lambda value: f"TIMESTAMP '{value.isoformat(' ', 'milliseconds')}'",
    ),
    Type("VARCHAR(200)", st.text(_characters, min_size=1, max_size=50), _text),
    Type("CHAR(10)", _words.map(lambda text: text.ljust(10)), _text),
    Type("HASHTYPE(16 BYTE)", st.binary(min_size=16, max_size=16).map(bytes.hex), _text),
    Type(
        "INTERVAL YEAR TO MONTH",
        st.integers(-1199, 1199).filter(bool).map(_months),
        _cast("INTERVAL YEAR TO MONTH"),
    ),
    Type(
        "INTERVAL DAY TO SECOND",
        st.integers(-100 * _DAY + 1, 100 * _DAY - 1).filter(bool).map(_milliseconds),
        _cast("INTERVAL DAY TO SECOND(3)"),
    ),
]
# Other types reach no script as values of their own.
_IN_SCRIPTS = {
    "DECIMAL(18,0)",
    "DECIMAL(36,10)",
    "DOUBLE",
    "BOOLEAN",
    "DATE",
    "TIMESTAMP",
    "VARCHAR(200)",
    "CHAR(10)",
}


def _fetched(connection: pyexasol.ExaConnection, query: str = "SELECT v FROM t ORDER BY n") -> list[Any]:
    return [value for (value,) in connection.execute(query).fetchall()]


def _sent(value: Any) -> Any:
    """A value as a client sends it."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds")
    return value if value is None or isinstance(value, (bool, float)) else str(value)


def literal(connection: pyexasol.ExaConnection, kind: Type, values: list[Any]) -> list[Any]:
    """Written into an INSERT."""
    cells = ("NULL" if value is None else kind.literal(value) for value in values)
    rows = ", ".join(f"({number}, {cell})" for number, cell in enumerate(cells))
    connection.execute(f"INSERT INTO t VALUES {rows}")
    return _fetched(connection)


def prepared(connection: pyexasol.ExaConnection, kind: Type, values: list[Any]) -> list[Any]:
    """As parameters of a prepared INSERT."""
    statement = connection.create_prepared_statement("INSERT INTO t VALUES (?, ?)")
    statement.execute_prepared([(number, _sent(value)) for number, value in enumerate(values)])
    statement.close()
    return _fetched(connection)


def imported(connection: pyexasol.ExaConnection, kind: Type, values: list[Any]) -> list[Any]:
    """As CSV through the tunnel."""
    connection.import_from_iterable([(number, _sent(value)) for number, value in enumerate(values)], "T")
    return _fetched(connection)


def exported(connection: pyexasol.ExaConnection, kind: Type, values: list[Any]) -> list[Any]:
    """Out as CSV, and in again."""
    literal(connection, kind, values)
    rows = connection.export_to_list("SELECT n, v FROM t")
    connection.execute("TRUNCATE TABLE t")
    connection.import_from_iterable(rows, "T")
    return _fetched(connection)


def script(connection: pyexasol.ExaConnection, kind: Type, values: list[Any]) -> list[Any]:
    """Through a UDF that gives back what it gets."""
    literal(connection, kind, values)
    return _fetched(connection, "SELECT same(v) FROM t ORDER BY n")


WAYS: list[Way] = [literal, prepared, imported, exported, script]


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        pytest.param(
            kind,
            way,
            id=f"{kind.name}-{way.__name__}",
            marks=pytest.mark.conformance("round-trips", kind.name),
        )
        for kind in TYPES
        for way in WAYS
        if way is not script or kind.name in _IN_SCRIPTS
    ],
)
def test_round_trip(shared: pyexasol.ExaConnection, own_schema: str, kind: Type, way: Way) -> None:
    shared.execute(f"CREATE TABLE t (n INT, v {kind.name})")
    if way is script:
        body = textwrap.dedent("""
            def run(ctx):
                return ctx.v
        """)
        shared.execute(f"CREATE PYTHON3 SCALAR SCRIPT same (v {kind.name}) RETURNS {kind.name} AS{body}/")

    @settings(max_examples=4, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.none() | kind.values, min_size=1, max_size=12))
    def every_list_comes_back(values: list[Any]) -> None:
        shared.execute("TRUNCATE TABLE t")
        assert way(shared, kind, values) == values

    every_list_comes_back()
