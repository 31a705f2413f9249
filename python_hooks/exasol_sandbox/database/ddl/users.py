"""Users and roles: https://docs.exasol.com/db/latest/sql/create_user.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.ddl.schemas import is_user_or_role, remove_schema
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.passwords import hashed, openid
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def absent(name: str) -> ExasolError:
    """There is no user and no role of that name."""
    return ExasolError(SYNTAX_OR_ACCESS, f"user or role {display(name)} does not exist")


def _free(session: Session, name: str) -> None:
    if is_user_or_role(session, name):
        raise ExasolError(SYNTAX_OR_ACCESS, f"user or role {display(name)} already exists")


def _identification(reader: TokenReader) -> str:
    """IDENTIFIED BY "password" | BY OPENID SUBJECT 'subject', as the catalog keeps it."""
    if reader.take("IDENTIFIED BY OPENID SUBJECT"):
        return openid(reader.string())
    return hashed(_password(reader))


def _password(reader: TokenReader) -> str:
    if not reader.take("IDENTIFIED BY"):
        raise unsupported("users without a password")
    token = reader.tokens[reader.index] if not reader.done else None
    if token is None:
        raise reader.unexpected("password")
    reader.index += 1
    return str(token.text)


def create_user(session: Session, reader: TokenReader) -> RowCount:
    """CREATE USER u IDENTIFIED BY "password" | BY OPENID SUBJECT 'subject'."""
    name = reader.name()
    identification = _identification(reader)
    reader.end()
    _free(session, name)
    catalog.run(
        session.duckdb,
        "INSERT INTO {c}.users VALUES (?, ?, NULL, now()::TIMESTAMP, ?)",
        [name, identification, catalog.new_id(session.duckdb)],
    )
    return RowCount(0)


def alter_user(session: Session, reader: TokenReader) -> RowCount:
    """ALTER USER u IDENTIFIED BY "password" [REPLACE "old"] | BY OPENID SUBJECT 'subject'."""
    name = reader.name()
    identification = _identification(reader)
    if reader.take("REPLACE"):
        reader.index += 1
    reader.end()
    _one(session, "users", name)
    catalog.run(session.duckdb, "UPDATE {c}.users SET password = ? WHERE name = ?", [identification, name])
    return RowCount(0)


def _one(session: Session, table: str, name: str) -> None:
    if not catalog.rows(session.duckdb, f"SELECT 1 FROM {{c}}.{table} WHERE name = ?", [name]):
        raise absent(name)


def drop_user(session: Session, reader: TokenReader) -> RowCount:
    """DROP USER [IF EXISTS] u [CASCADE]; a user who owns schemas goes with CASCADE only, and they go, too."""
    return _drop(session, reader, "users")


def create_role(session: Session, reader: TokenReader) -> RowCount:
    """CREATE ROLE r."""
    name = reader.name()
    reader.end()
    _free(session, name)
    catalog.run(
        session.duckdb,
        "INSERT INTO {c}.roles VALUES (?, NULL, now()::TIMESTAMP, ?)",
        [name, catalog.new_id(session.duckdb)],
    )
    # Who makes a role may grant it: https://docs.exasol.com/db/latest/sql/create_role.htm
    catalog.run(session.duckdb, "INSERT INTO {c}.role_grants VALUES (?, ?, TRUE)", [session.user, name])
    return RowCount(0)


def drop_role(session: Session, reader: TokenReader) -> RowCount:
    """DROP ROLE [IF EXISTS] r [CASCADE]."""
    return _drop(session, reader, "roles")


def _drop(session: Session, reader: TokenReader, table: str) -> RowCount:
    quiet = reader.take("IF EXISTS")
    name = reader.name()
    cascade = reader.take("CASCADE")
    reader.end()
    if name in {"SYS", "PUBLIC", "DBA"}:
        raise ExasolError(SYNTAX_OR_ACCESS, f"{name} cannot be dropped")
    if quiet and not is_user_or_role(session, name):
        return RowCount(0)
    _one(session, table, name)
    owned = catalog.rows(session.duckdb, "SELECT name FROM {c}.schemas WHERE owner = ?", [name])
    if owned and not cascade:
        raise ExasolError(SYNTAX_OR_ACCESS, f"{display(name)} owns schemas, use CASCADE")
    for (schema,) in owned:
        remove_schema(session, schema)
    catalog.run(session.duckdb, f"DELETE FROM {{c}}.{table} WHERE name = ?", [name])
    for grants in ("role_grants", "system_grants", "object_grants", "connection_grants"):
        catalog.run(session.duckdb, f"DELETE FROM {{c}}.{grants} WHERE grantee = ?", [name])
    catalog.run(session.duckdb, "DELETE FROM {c}.role_grants WHERE role = ?", [name])
    return RowCount(0)
