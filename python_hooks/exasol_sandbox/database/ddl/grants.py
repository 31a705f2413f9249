"""GRANT and REVOKE: https://docs.exasol.com/db/latest/sql/grant.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.ddl.privilege_names import (
    OBJECT_PRIVILEGES,
    OF_SCHEMAS,
    OF_SCRIPTS,
    OF_TABLES,
    SYSTEM_PRIVILEGES,
)
from exasol_sandbox.database.ddl.schemas import is_user_or_role
from exasol_sandbox.database.ddl.users import absent
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.privileges import insufficient
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display, not_found

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_EVERYTHING = {"SCRIPT": OF_SCRIPTS, "FUNCTION": OF_SCRIPTS, "SCHEMA": OF_SCHEMAS}


def grant(session: Session, reader: TokenReader) -> RowCount:
    """GRANT privileges ON object TO …, GRANT system privilege TO …, GRANT role TO …, GRANT CONNECTION c TO
    …."""
    reader.expect("GRANT")
    return _change(session, reader, "TO")


def revoke(session: Session, reader: TokenReader) -> RowCount:
    """REVOKE … FROM …."""
    reader.expect("REVOKE")
    return _change(session, reader, "FROM")


def _change(session: Session, reader: TokenReader, direction: str) -> RowCount:
    if reader.take("CONNECTION"):
        names = reader.names()
        _check_each(session, "GRANT ANY CONNECTION", session.privileges.mine.connections, names, "*")
        _apply(session, reader, direction, "connection_grants", "connection", names)
        return RowCount(0)
    words: list[list[str]] = [[]]
    while not reader.done and reader.peek() not in {"ON", direction}:
        if reader.take(","):
            words.append([])
            continue
        words[-1].append(reader.peek() or reader.tokens[reader.index].text)
        reader.index += 1
    privileges = [" ".join(part).removesuffix(" PRIVILEGES") for part in words]
    if reader.peek() == "ON":
        if not set(privileges) <= OBJECT_PRIVILEGES:
            raise _no_object_privilege(reader, direction)
        reader.index += 1
        return _on_object(session, reader, direction, privileges)
    if privileges == ["ALL"]:
        privileges = sorted(SYSTEM_PRIVILEGES)
    if set(privileges) <= SYSTEM_PRIVILEGES:
        _check_each(session, "GRANT ANY PRIVILEGE", session.privileges.mine.system, privileges, "*")
        _apply(session, reader, direction, "system_grants", "privilege", privileges)
        return RowCount(0)
    for role in privileges:
        if not catalog.rows(session.duckdb, "SELECT 1 FROM {c}.roles WHERE name = ?", [role]):
            raise absent(role)
    _check_each(session, "GRANT ANY ROLE", session.privileges.mine.administrates, privileges, "")
    _apply(session, reader, direction, "role_grants", "role", privileges)
    return RowCount(0)


def _no_object_privilege(reader: TokenReader, direction: str) -> ExasolError:
    """Exasol takes the words for names of roles, and stumbles over ON."""
    error = reader.unexpected(f"',' or {direction}_")
    word = reader.tokens[reader.index].text
    return ExasolError(error.sql_code, error.text.replace(f"unexpected {word}", "unexpected ON_"))


def _check_each(session: Session, general: str, own: frozenset[str], names: list[str], mark: str) -> None:
    """Fail unless the user may grant anything of the kind, or may grant each of these."""
    if session.privileges.mine.has(general):
        return
    for name in names:
        if f"{mark}{name}" not in own:
            raise insufficient(f" for granting {display(name) if mark != '*' else name}")


def _grantees(session: Session, reader: TokenReader, direction: str) -> list[str]:
    reader.expect(direction)
    names = [_grantee(reader)]
    while reader.take(","):
        names.append(_grantee(reader))
    for name in names:
        if not is_user_or_role(session, name):
            raise absent(name)
    return names


def _grantee(reader: TokenReader) -> str:
    if reader.take("PUBLIC"):
        return "PUBLIC"
    return reader.name()


def _apply(
    session: Session, reader: TokenReader, direction: str, table: str, column: str, values: list[str]
) -> None:
    grantees = _grantees(session, reader, direction)
    admin = reader.take("WITH ADMIN OPTION")
    reader.end()
    for grantee in grantees:
        for value in values:
            catalog.run(
                session.duckdb,
                f"DELETE FROM {{c}}.{table} WHERE grantee = ? AND {column} = ?",
                [grantee, value],
            )
            if direction == "TO":
                catalog.run(
                    session.duckdb,
                    f"INSERT INTO {{c}}.{table} (grantee, {column}, admin) VALUES (?, ?, ?)",
                    [grantee, value, admin],
                )


def _on_object(session: Session, reader: TokenReader, direction: str, privileges: list[str]) -> RowCount:
    key = _connection(session, reader) if "ACCESS" in privileges else _object(session, reader)
    may = session.privileges.mine
    if not (may.has("GRANT ANY OBJECT PRIVILEGE") or may.owns(key[3])):
        raise insufficient(f" for granting privileges on {display(key[1])}")
    grantees = _grantees(session, reader, direction)
    reader.take("CASCADE CONSTRAINTS")
    reader.end()
    if "USAGE" in privileges and key[2] != "SCHEMA":
        raise ExasolError(SYNTAX_OR_ACCESS, "the privilege USAGE can only be granted on schemas")
    everything = _EVERYTHING.get(key[2], OF_TABLES)
    for grantee in grantees:
        for privilege in everything if "ALL" in privileges else privileges:
            if privilege == "REFERENCES" and direction == "TO" and _is_role(session, grantee):
                if "ALL" in privileges:
                    continue
                raise ExasolError(SYNTAX_OR_ACCESS, "the privilege REFERENCES cannot be granted to a role")
            values = [*key[:3], privilege, grantee]
            catalog.run(
                session.duckdb,
                """DELETE FROM {c}.object_grants
                   WHERE schema = ? AND name = ? AND type = ? AND privilege = ? AND grantee = ?""",
                values,
            )
            if direction == "TO":
                catalog.run(
                    session.duckdb,
                    "INSERT INTO {c}.object_grants VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [*values, session.user, key[3]],
                )
    return RowCount(0)


def _is_role(session: Session, name: str) -> bool:
    return bool(catalog.rows(session.duckdb, "SELECT 1 FROM {c}.roles WHERE name = ?", [name]))


def _object(session: Session, reader: TokenReader) -> tuple[str, str, str, str]:
    """Schema, name, type and owner of what follows ON."""
    kind = reader.peek() if reader.peek() in {"SCHEMA", "TABLE", "VIEW", "SCRIPT", "FUNCTION"} else None
    if kind:
        reader.index += 1
    schema, name = reader.qualified()
    wanted = schema or session.current_schema
    types = ("TABLE", "VIEW", "SCRIPT", "FUNCTION")
    found = catalog.find_object(session.duckdb, wanted, name, *types) if wanted else None
    if found is not None and kind != "SCHEMA":
        return found.schema, found.name, found.type, found.owner
    owner = catalog.rows(session.duckdb, "SELECT owner FROM {c}.schemas WHERE name = ?", [name])
    if schema is not None or not owner:
        raise not_found(f"{display(schema)}.{display(name)}" if schema else display(name))
    return name, name, "SCHEMA", str(owner[0][0])


def _connection(session: Session, reader: TokenReader) -> tuple[str, str, str, str]:
    """`CONNECTION c [FOR [SCRIPT] s.f | FOR SCHEMA s]` as the key of a grant."""
    reader.expect("CONNECTION")
    name = session.connection(reader.name()).name
    scope = ""
    if reader.take("FOR SCHEMA"):
        scope = reader.name()
    elif reader.take("FOR"):
        reader.take("SCRIPT")
        schema, script = reader.qualified()
        found = session.script(schema, script)
        scope = f"{found.schema}.{found.name}"
    rights = session.privileges.mine
    return scope, name, "CONNECTION", session.user if f"*{name}" in rights.connections else ""
