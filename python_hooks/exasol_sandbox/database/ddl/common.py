"""What several DDL statements have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.system_tables import SYSTEM_SCHEMAS
from exasol_sandbox.database.transforms.names import display, not_found

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def replaces(reader: TokenReader) -> bool:
    """Whether the statement began with CREATE OR REPLACE."""
    return [token.text.upper() for token in reader.tokens[1:3]] == ["OR", "REPLACE"]


def target(session: Session, schema: str | None, name: str) -> tuple[str, str]:
    """Schema and name of an object that is to be created or changed.

    Raises:
        ExasolError: no schema is open, or there is none of that name.
    """
    schema = schema or session.current_schema
    if schema is None:
        raise ExasolError(
            SYNTAX_OR_ACCESS, "no schema specified or opened or current schema has been dropped"
        )
    if schema in SYSTEM_SCHEMAS:
        raise ExasolError(SYNTAX_OR_ACCESS, f"insufficient privileges: schema {schema} is read-only")
    if not catalog.schema_exists(session.duckdb, schema):
        raise ExasolError(SYNTAX_OR_ACCESS, f"schema {display(schema)} not found")
    return schema, name


def existing(session: Session, schema: str | None, name: str, *types: str) -> catalog.Object:
    """An object that has to exist.

    Raises:
        ExasolError: it does not.
    """
    wanted = schema or session.current_schema
    found = catalog.find_object(session.duckdb, wanted, name, *types) if wanted else None
    if found is None:
        shown = f"{display(schema)}.{display(name)}" if schema else display(name)
        raise not_found(shown)
    return found


def refuse_taken(session: Session, schema: str, name: str) -> None:
    """Fail if the name is taken.

    Raises:
        ExasolError: an object has that name, or one that differs only in case, which DuckDB cannot tell
        apart.
    """
    found = catalog.rows(
        session.duckdb,
        "SELECT name FROM {c}.objects WHERE schema = ? AND upper(name) = upper(?)",
        [schema, name],
    )
    for (taken,) in found:
        if taken == name:
            raise ExasolError(SYNTAX_OR_ACCESS, f"object {display(name)} already exists")
        raise unsupported(
            f"two objects whose names differ only in case: {display(taken)} and {display(name)}"
        )
