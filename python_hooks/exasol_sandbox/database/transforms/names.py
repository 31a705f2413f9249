"""Identifiers: unquoted ones become upper case, quoted ones stay, reserved words are refused.

https://docs.exasol.com/db/latest/sql_references/basiclanguageelements.htm#SQLidentifier
"""

from __future__ import annotations

import re

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, at
from exasol_sandbox.database.transforms.keywords import RESERVED
from exasol_sandbox.database.transforms.parsing import PREFIX

_REGULAR = re.compile(r"^[^\W\d][\w$]*$")
_KEPT_BY_DUCKDB = {"MAIN", "INFORMATION_SCHEMA", "PG_CATALOG", "TEMP", "SYSTEM"}


def normalise(tree: exp.Expr) -> exp.Expr:
    """Every identifier as Exasol knows it, and quoted: `select a from [t]` → `select "A" from "t"`.

    Raises:
        ExasolError: a reserved word stands for a name.
    """
    for identifier in tree.find_all(exp.Identifier):
        if identifier.args.get("quoted"):
            continue
        name = str(identifier.this).upper()
        identifier.set("quoted", True)
        if name.startswith(PREFIX):
            stripped = name[len(PREFIX) :]
            identifier.set("this", name if stripped == "LOCAL" else checked(stripped, identifier))
            continue
        identifier.set("this", checked(name, identifier))
    return tree


def checked(name: str, identifier: exp.Identifier | None = None) -> str:
    """`name`, if an unquoted identifier may be called so."""
    if name in RESERVED:
        meta = identifier.meta if identifier is not None else {}
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            at(f"syntax error, unexpected {name}_, expecting identifier", meta.get("line"), meta.get("col")),
        )
    return name


def position(identifier: exp.Expr | None) -> tuple[int | None, int | None]:
    """Line and column of the first character of an identifier, counted from 1."""
    if identifier is None:
        return None, None
    meta = identifier.meta
    column = meta.get("col")
    if column is not None and "start" in meta:
        column = column - (meta["end"] - meta["start"])
    return meta.get("line"), column


def not_found(name: str, identifier: exp.Expr | None = None) -> ExasolError:
    """Exasol's answer to a name that it does not know."""
    return ExasolError(SYNTAX_OR_ACCESS, at(f"object {name} not found", *position(identifier)))


def quote(name: str) -> str:
    """A name as an identifier of DuckDB's (and Exasol's) SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal of DuckDB's SQL."""
    return "'" + text.replace("'", "''") + "'"


def duckdb_schema(schema: str) -> str:
    """The DuckDB schema that holds an Exasol schema, quoted. DuckDB keeps some names for itself."""
    return quote(schema + "$" if schema.upper() in _KEPT_BY_DUCKDB else schema)


def duckdb_table(schema: str, table: str) -> str:
    """A table as it is named in DuckDB's SQL."""
    return f"{duckdb_schema(schema)}.{quote(table)}"


def display(name: str) -> str:
    """A name as Exasol prints it in messages: quoted where it has to be."""
    return name if _REGULAR.match(name) and name == name.upper() else quote(name)
