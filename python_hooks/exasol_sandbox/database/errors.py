"""What goes wrong in the database, in the shape in which Exasol reports it."""

from __future__ import annotations

SYNTAX_OR_ACCESS = "42000"
FEATURE_NOT_SUPPORTED = "0A000"
STRING_TOO_LONG = "22001"
DATA_EXCEPTION = "22000"
NUMERIC_OUT_OF_RANGE = "22003"
DIVISION_BY_ZERO = "22012"
INVALID_CAST = "22018"
INSUFFICIENT_PRIVILEGES = "42500"
CONSTRAINT_VIOLATION = "27001"
NOT_NULL_VIOLATION = "27002"
TRANSACTION_CONFLICT = "40001"
QUERY_ABORTED = "R0001"
LOGIN_FAILED = "08004"
SCRIPT_FAILED = "22002"


class ExasolError(Exception):
    """A statement or login failed.

    Args:
        sql_code: the five characters of `exception.sqlCode` on the wire.
        text: the message of `exception.text`; Exasol ends it with a position where it has one and with
            `(Session: <id>)`, which the session adds.
    """

    def __init__(self, sql_code: str, text: str) -> None:
        super().__init__(text)
        self.sql_code = sql_code
        self.text = text

    def __str__(self) -> str:
        return f"[{self.sql_code}] {self.text}"

    def in_session(self, session_id: int) -> ExasolError:
        """The same error with the session's id at its end, as Exasol shows it."""
        suffix = f"(Session: {session_id})"
        if "(Session: " in self.text:
            return self
        return ExasolError(self.sql_code, f"{self.text} {suffix}")


def at(text: str, line: int | None, column: int | None) -> str:
    """`text` with a position (both counted from 1) the way Exasol writes it."""
    if line is None or column is None:
        return text
    return f"{text} [line {line}, column {column}]"


def unsupported(feature: str) -> ExasolError:
    """The refusal of something that Exasol has and the sandbox has not."""
    return ExasolError(
        FEATURE_NOT_SUPPORTED, f"Feature not supported: the sandbox does not support {feature}"
    )
