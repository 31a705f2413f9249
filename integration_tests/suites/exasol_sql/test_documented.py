"""Answers are those of Exasol's documentation, in value and, where it says so, in type."""

from __future__ import annotations

from typing import Any

import pyexasol
import pytest

from .statements import TOPICS, Statement

_PARAMETERS = {
    "NLS_DATE_FORMAT": "YYYY-MM-DD",
    "NLS_TIMESTAMP_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF6",
    "NLS_DATE_LANGUAGE": "ENG",
    "NLS_NUMERIC_CHARACTERS": ".,",
    "NLS_FIRST_DAY_OF_WEEK": "7",
    "DEFAULT_LIKE_ESCAPE_CHARACTER": "\\",
    "TIME_ZONE": "UTC",
}


def _cases() -> list[Any]:
    return [
        pytest.param(
            statement,
            id=statement.sql[:70],
            marks=pytest.mark.conformance(
                "rules" if statement.by_rule else "statements", topic, checked=statement.checked
            ),
        )
        for topic, statements in TOPICS.items()
        for statement in statements
    ]


@pytest.fixture(scope="module")
def session(shared: pyexasol.ExaConnection) -> pyexasol.ExaConnection:
    """A session with Exasol's defaults, whatever the database's are."""
    for name, value in _PARAMETERS.items():
        shared.execute(f"ALTER SESSION SET {name} = '{value}'")
    return shared


@pytest.mark.parametrize("statement", _cases())
def test_documented(
    session: pyexasol.ExaConnection, statement: Statement, request: pytest.FixtureRequest
) -> None:
    if any(not given.startswith("ALTER SESSION") for given in statement.given):
        request.getfixturevalue("own_schema")
    try:
        for given in statement.given:
            session.execute(given)
        result = session.execute(statement.sql)
        rows = result.fetchall()
        types = tuple(_sql_type(column) for column in result.columns().values())
    finally:
        for given in statement.given:
            if given.startswith("ALTER SESSION SET"):
                name = given.split()[3]
                session.execute(f"ALTER SESSION SET {name} = '{_PARAMETERS[name]}'")

    assert rows == [
        tuple(pytest.approx(cell, rel=1e-12) if isinstance(cell, float) else cell for cell in row)
        for row in statement.rows
    ], statement.page
    if statement.types:
        assert types == statement.types, statement.page


def _sql_type(column: dict[str, Any]) -> str:  # noqa: PLR0911
    """A type of the wire as SQL has it."""
    name = str(column["type"])
    if name == "DECIMAL":
        return f"DECIMAL({column['precision']},{column['scale']})"
    if name in {"VARCHAR", "CHAR"}:
        return f"{name}({column['size']}) {column['characterSet']}"
    if name == "HASHTYPE":
        return f"HASHTYPE({column['size'] // 2} BYTE)"
    if name.startswith("TIMESTAMP"):
        return name.replace("TIMESTAMP", f"TIMESTAMP({column.get('fraction', 3)})", 1)
    if name == "INTERVAL YEAR TO MONTH":
        return f"INTERVAL YEAR({column['precision']}) TO MONTH"
    if name == "INTERVAL DAY TO SECOND":
        return f"INTERVAL DAY({column['precision']}) TO SECOND({column['fraction']})"
    return name
