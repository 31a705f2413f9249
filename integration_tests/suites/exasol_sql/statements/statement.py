"""A statement and what Exasol's documentation says that it gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

FUNCTIONS = "functions/alphabeticallistfunctions/"


@dataclass(frozen=True)
class Statement:
    """A query with its answer.

    Attributes:
        sql: the query.
        rows: its rows, as pyexasol's `exasol_mapper` gives them.
        page: below docs.exasol.com/db/latest/sql_references/, or /sql/, without `.htm`.
        types: the types of its columns, where the page says them.
        given: what is executed before, in a schema of its own.
        by_rule: the page has the rule, not this statement.
        checked: the answer was compared with that of the page, or of a test that runs on Exasol; the others
            are from memory, because the page, or the part of it with the result, could not be read.
    """

    sql: str
    rows: list[tuple[Any, ...]]
    page: str
    types: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    by_rule: bool = False
    checked: bool = False


def example(page: str, sql: str, *row: Any, types: tuple[str, ...] = ()) -> Statement:
    """An example of the documentation that gives one row."""
    return Statement(sql, [row], page, types)


def of_function(page: str, sql: str, *row: Any, types: tuple[str, ...] = ()) -> Statement:
    """An example on the page of a function that gives one row."""
    return Statement(sql, [row], FUNCTIONS + page, types)


def rule_of_function(page: str, sql: str, *row: Any, types: tuple[str, ...] = ()) -> Statement:
    """A statement of ours that gives one row by a rule on the page of a function."""
    return Statement(sql, [row], FUNCTIONS + page, types, by_rule=True)


def rule(page: str, sql: str, *row: Any, types: tuple[str, ...] = ()) -> Statement:
    """A statement of ours that gives one row by a rule on that page."""
    return Statement(sql, [row], page, types, by_rule=True)


def checked(statement: Statement) -> Statement:
    """The same, compared with its source."""
    return replace(statement, checked=True)
