"""`:value` and `::identifier` in the statements of scripting programs.

https://docs.exasol.com/db/latest/database_concepts/scripting/db_interaction.htm. An identifier may be
qualified and its parts quoted, as in `query([[DROP TABLE ::t]], {t='my_schema."My Table"'})`.
"""

from __future__ import annotations

import re
from typing import Any

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.scripts.scripting.values import literal

_PIECE = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|(?P<colons>::?)(?P<name>[A-Za-z_]\w*)", re.DOTALL
)
_PART = r"(?:[^\W\d]\w*|\"(?:[^\"]|\"\")+\"|\[[^\]]+\])"
_IDENTIFIER = re.compile(rf"\s*{_PART}(?:\s*\.\s*{_PART})*\s*")


def substituted(sql: str, parameters: dict[str, dict[str, Any]]) -> str:
    """The statement with its parameters in their places; without parameters it stays as it is.

    Args:
        sql: the statement.
        parameters: for each name a `kind` and a `value` (see `values.literal`).

    Raises:
        ExasolError: the statement names a parameter that is not there, or one that cannot stand there.
    """
    if not parameters:
        return sql

    def replaced(match: re.Match[str]) -> str:
        name = match.group("name")
        if name is None:
            return match.group()
        given = parameters.get(name)
        if given is None:
            raise ExasolError(
                SYNTAX_OR_ACCESS, f"no value given for parameter {match.group()} of the statement"
            )
        if match.group("colons") == "::":
            return _identifier(name, given)
        try:
            return literal(given["kind"], given["value"])
        except ValueError as error:
            raise ExasolError(SYNTAX_OR_ACCESS, f"parameter :{name} of the statement: {error}") from error

    return _PIECE.sub(replaced, sql)


def _identifier(name: str, given: dict[str, Any]) -> str:
    value = given["value"]
    if given["kind"] != "string" or not _IDENTIFIER.fullmatch(str(value)):
        shown = f"'{value}'" if given["kind"] == "string" else f"a {given['kind']}"
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"parameter ::{name} of the statement: {shown} is no identifier; use quote() for names with "
            "other characters than letters, digits and _",
        )
    return str(value)
