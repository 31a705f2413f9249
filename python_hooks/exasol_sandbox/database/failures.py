"""DuckDB's errors as Exasol's."""

from __future__ import annotations

import re

import duckdb

from exasol_sandbox.database.errors import (
    CONSTRAINT_VIOLATION,
    DATA_EXCEPTION,
    INVALID_CAST,
    NUMERIC_OUT_OF_RANGE,
    QUERY_ABORTED,
    SYNTAX_OR_ACCESS,
    TRANSACTION_CONFLICT,
    ExasolError,
)

_OWN = re.compile(r"\[(\w{5})\] (.*)", re.DOTALL)
_TOO_LARGE = re.compile(r"ould not cast value -?[\d.e+]+ to DECIMAL|out of range")
_CAST_OF = re.compile(r"ould not convert string ['\"](.*?)['\"] to ")
# What DuckDB says where a function has no value (SQL:2003 names the conditions, part 2, 6.27).
_UNDEFINED = (
    (re.compile("logarithm"), "2201E", "invalid argument for natural logarithm"),
    (re.compile("square root|raised to"), "2201F", "invalid argument for power function"),
    (
        re.compile("is undefined outside|out of range for numeric function"),
        "22003",
        "numeric value out of range",
    ),
)
_KIND = re.compile(r"^[A-Za-z ]+ Error: ")


_COLLISION = "GlobalTransactionRollback msg: Transaction collision: automatic transaction rollback."


def collision(cause: ExasolError | None = None) -> ExasolError:
    """The transaction is rolled back, for it has seen what another one has changed since.

    Args:
        cause: the failure of a statement that could not be undone alone for that reason.
    """
    return ExasolError(TRANSACTION_CONFLICT, f"{_COLLISION} {cause.text}" if cause else _COLLISION)


def from_duckdb(error: duckdb.Error) -> ExasolError:  # noqa: PLR0911
    """What Exasol would say; where it is not known, DuckDB's first line."""
    text = str(error)
    own = _OWN.search(text)
    if own:
        return ExasolError(own[1], own[2].strip())
    first = _KIND.sub("", text.splitlines()[0]) if text else type(error).__name__
    for words, code, condition in _UNDEFINED:
        if words.search(first):
            return ExasolError(code, f"data exception - {condition}")
    if isinstance(error, duckdb.InterruptException):
        return ExasolError(QUERY_ABORTED, "Query terminated because it was aborted.")
    if isinstance(error, duckdb.TransactionException):
        return collision()
    if isinstance(error, duckdb.ConversionException) and _TOO_LARGE.search(first):
        return ExasolError(NUMERIC_OUT_OF_RANGE, f"data exception - numeric value out of range; {first}")
    if isinstance(error, duckdb.ConversionException):
        quoted = _CAST_OF.search(first)
        value = f"Value: '{quoted[1]}'" if quoted else first
        return ExasolError(INVALID_CAST, f"data exception - invalid character value for cast; {value}")
    if isinstance(error, duckdb.OutOfRangeException):
        return ExasolError(NUMERIC_OUT_OF_RANGE, f"data exception - numeric value out of range; {first}")
    if isinstance(error, duckdb.ConstraintException):
        return ExasolError(CONSTRAINT_VIOLATION, f"constraint violation; {first}")
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)):
        return ExasolError(SYNTAX_OR_ACCESS, f"the sandbox cannot run this statement: {first}")
    return ExasolError(DATA_EXCEPTION, first)
