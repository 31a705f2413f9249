"""CREATE, ALTER, RENAME and DROP SCHEMA: https://docs.exasol.com/db/latest/sql/create_schema.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.system_tables import SYSTEM_SCHEMAS
from exasol_sandbox.database.transforms.names import display, duckdb_schema

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def create(session: Session, reader: TokenReader) -> RowCount:
    """CREATE SCHEMA [IF NOT EXISTS] s; the new schema is opened, as in Exasol."""
    quiet = reader.take("IF NOT EXISTS")
    name = reader.name()
    reader.end()
    if name in SYSTEM_SCHEMAS or catalog.schema_exists(session.duckdb, name):
        if quiet:
            return RowCount(0)
        raise ExasolError(SYNTAX_OR_ACCESS, f"schema {display(name)} already exists")
    similar = catalog.rows(
        session.duckdb, "SELECT name FROM {c}.schemas WHERE upper(name) = upper(?)", [name]
    )
    if similar or name.upper().startswith("EXA$"):
        raise unsupported(f"a schema named {display(name)} beside {similar[0][0] if similar else 'its own'}")
    session.duckdb.execute(f"CREATE SCHEMA {duckdb_schema(name)}")
    catalog.run(
        session.duckdb,
        "INSERT INTO {c}.schemas VALUES (?, ?, NULL, now()::TIMESTAMP, ?)",
        [name, session.user, catalog.new_id(session.duckdb)],
    )
    session.open_schema(name)
    return RowCount(0)


def drop(session: Session, reader: TokenReader) -> RowCount:
    """DROP SCHEMA [IF EXISTS] s [CASCADE | RESTRICT]."""
    quiet = reader.take("IF EXISTS")
    name = reader.name()
    cascade = reader.take("CASCADE")
    reader.take("RESTRICT")
    reader.end()
    if not catalog.schema_exists(session.duckdb, name):
        if quiet:
            return RowCount(0)
        raise ExasolError(SYNTAX_OR_ACCESS, f"schema {display(name)} not found")
    filled = catalog.rows(session.duckdb, "SELECT 1 FROM {c}.objects WHERE schema = ? LIMIT 1", [name])
    if filled and not cascade:
        raise ExasolError(SYNTAX_OR_ACCESS, f"schema {display(name)} is not empty, use DROP SCHEMA … CASCADE")
    remove_schema(session, name)
    return RowCount(0)


def remove_schema(session: Session, name: str) -> None:
    """Drop a schema with all that is in it."""
    session.duckdb.execute(f"DROP SCHEMA {duckdb_schema(name)} CASCADE")
    for table in ("objects", "columns", "scripts", "object_grants", "constraints"):
        catalog.run(session.duckdb, f"DELETE FROM {{c}}.{table} WHERE schema = ?", [name])
    catalog.run(session.duckdb, "DELETE FROM {c}.schemas WHERE name = ?", [name])
    if session.current_schema == name:
        session.open_schema(None)


def alter(session: Session, reader: TokenReader) -> RowCount:
    """ALTER SCHEMA s CHANGE OWNER u."""
    name = reader.name()
    if not reader.take("CHANGE OWNER"):
        raise unsupported("this form of ALTER SCHEMA")
    owner = reader.name()
    reader.end()
    if not catalog.schema_exists(session.duckdb, name):
        raise ExasolError(SYNTAX_OR_ACCESS, f"schema {display(name)} not found")
    if not is_user_or_role(session, owner):
        raise ExasolError(SYNTAX_OR_ACCESS, f"user or role {display(owner)} does not exist")
    catalog.run(session.duckdb, "UPDATE {c}.schemas SET owner = ? WHERE name = ?", [owner, name])
    catalog.run(session.duckdb, "UPDATE {c}.objects SET owner = ? WHERE schema = ?", [owner, name])
    return RowCount(0)


def is_user_or_role(session: Session, name: str) -> bool:
    """Whether a user or role has that name."""
    return bool(
        catalog.rows(
            session.duckdb,
            "SELECT 1 FROM {c}.users WHERE name = ? UNION ALL SELECT 1 FROM {c}.roles WHERE name = ?",
            [name, name],
        )
    )


def rename(session: Session, reader: TokenReader) -> RowCount:
    """RENAME SCHEMA: refused, DuckDB cannot rename a schema."""
    raise unsupported("RENAME SCHEMA")
