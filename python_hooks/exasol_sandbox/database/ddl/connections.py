"""CREATE, ALTER, RENAME and DROP CONNECTION: https://docs.exasol.com/db/latest/sql/create_connection.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.ddl.common import replaces
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def _exists(session: Session, name: str) -> bool:
    return bool(catalog.rows(session.duckdb, "SELECT 1 FROM {c}.connections WHERE name = ?", [name]))


def _absent(name: str) -> ExasolError:
    return ExasolError(SYNTAX_OR_ACCESS, f"connection {display(name)} does not exist")


def create(session: Session, reader: TokenReader) -> RowCount:
    """CREATE [OR REPLACE] CONNECTION [IF NOT EXISTS] c TO 'address' [USER 'u' IDENTIFIED BY 'p']."""
    replace_it = replaces(reader)
    quiet = reader.take("IF NOT EXISTS")
    name = reader.name()
    reader.expect("TO")
    address = reader.string()
    user, password = _credentials(reader)
    if _exists(session, name):
        if quiet:
            return RowCount(0)
        if not replace_it:
            raise ExasolError(SYNTAX_OR_ACCESS, f"connection {display(name)} already exists")
        catalog.run(session.duckdb, "DELETE FROM {c}.connections WHERE name = ?", [name])
    catalog.run(
        session.duckdb,
        "INSERT INTO {c}.connections VALUES (?, ?, ?, ?, NULL, now()::TIMESTAMP, ?)",
        [name, address, user, password, catalog.new_id(session.duckdb)],
    )
    catalog.run(session.duckdb, "DELETE FROM {c}.connection_grants WHERE connection = ?", [name])
    catalog.run(session.duckdb, "INSERT INTO {c}.connection_grants VALUES (?, ?, TRUE)", [session.user, name])
    return RowCount(0)


def _credentials(reader: TokenReader) -> tuple[str | None, str | None]:
    user = reader.string() if reader.take("USER") else None
    password = reader.string() if reader.take("IDENTIFIED BY") else None
    reader.end()
    return user, password


def alter(session: Session, reader: TokenReader) -> RowCount:
    """ALTER CONNECTION c TO 'address' [USER 'u' IDENTIFIED BY 'p']."""
    name = reader.name()
    reader.expect("TO")
    address = reader.string()
    user, password = _credentials(reader)
    if not _exists(session, name):
        raise _absent(name)
    catalog.run(
        session.duckdb,
        "UPDATE {c}.connections SET address = ?, user_name = ?, password = ? WHERE name = ?",
        [address, user, password, name],
    )
    return RowCount(0)


def drop(session: Session, reader: TokenReader) -> RowCount:
    """DROP CONNECTION [IF EXISTS] c."""
    quiet = reader.take("IF EXISTS")
    name = reader.name()
    reader.end()
    if not _exists(session, name):
        if quiet:
            return RowCount(0)
        raise _absent(name)
    catalog.run(session.duckdb, "DELETE FROM {c}.connections WHERE name = ?", [name])
    catalog.run(session.duckdb, "DELETE FROM {c}.connection_grants WHERE connection = ?", [name])
    return RowCount(0)


def rename(session: Session, reader: TokenReader) -> RowCount:
    """RENAME CONNECTION c TO d."""
    name = reader.name()
    reader.expect("TO")
    new = reader.name()
    reader.end()
    if not _exists(session, name):
        raise _absent(name)
    if _exists(session, new):
        raise ExasolError(SYNTAX_OR_ACCESS, f"connection {display(new)} already exists")
    catalog.run(session.duckdb, "UPDATE {c}.connections SET name = ? WHERE name = ?", [new, name])
    catalog.run(
        session.duckdb, "UPDATE {c}.connection_grants SET connection = ? WHERE connection = ?", [new, name]
    )
    return RowCount(0)
