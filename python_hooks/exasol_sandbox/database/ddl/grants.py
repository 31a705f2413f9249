"""GRANT and REVOKE, kept and shown: https://docs.exasol.com/db/latest/sql/grant.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.ddl.users import known
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display, not_found

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_OBJECT_PRIVILEGES = {"ALL", "ALTER", "DELETE", "EXECUTE", "INSERT", "REFERENCES", "SELECT", "UPDATE"}
_ALL = ["ALTER", "DELETE", "INSERT", "REFERENCES", "SELECT", "UPDATE"]


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
        _apply(session, reader, direction, "connection_grants", "connection", names)
        return RowCount(0)
    words: list[list[str]] = [[]]
    start = reader.index
    while not reader.done and reader.peek() not in {"ON", direction}:
        if reader.take(","):
            words.append([])
            continue
        words[-1].append(reader.peek() or reader.tokens[reader.index].text)
        reader.index += 1
    privileges = [" ".join(part) for part in words]
    if reader.take("ON"):
        return _object(session, reader, direction, privileges)
    if all(
        catalog.rows(session.duckdb, "SELECT 1 FROM {c}.roles WHERE name = ?", [name]) for name in privileges
    ):
        _apply(session, reader, direction, "role_grants", "role", privileges)
        return RowCount(0)
    for privilege in privileges:
        if privilege not in SYSTEM_PRIVILEGES:
            reader.index = start
            raise reader.unexpected("a privilege or role")
    _apply(session, reader, direction, "system_grants", "privilege", privileges)
    return RowCount(0)


def _grantees(session: Session, reader: TokenReader, direction: str) -> list[str]:
    reader.expect(direction)
    names = [_grantee(reader)]
    while reader.take(","):
        names.append(_grantee(reader))
    for name in names:
        if not known(session, name):
            raise ExasolError(SYNTAX_OR_ACCESS, f"user or role {display(name)} not found")
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


def _object(session: Session, reader: TokenReader, direction: str, privileges: list[str]) -> RowCount:
    privileges = [privilege.removesuffix(" PRIVILEGES") for privilege in privileges]
    for privilege in privileges:
        if privilege not in _OBJECT_PRIVILEGES:
            raise ExasolError(
                SYNTAX_OR_ACCESS, f"syntax error, unexpected {privilege}, expecting object privilege"
            )
    named_kind = reader.peek() if reader.peek() in {"SCHEMA", "TABLE", "VIEW", "SCRIPT", "FUNCTION"} else None
    if named_kind:
        reader.index += 1
    schema, name = reader.qualified()
    wanted = schema or session.current_schema
    found = catalog.find_object(session.duckdb, wanted, name, "TABLE", "VIEW", "SCRIPT") if wanted else None
    if found is not None and named_kind != "SCHEMA":
        key = (found.schema, found.name, found.type, found.owner)
    elif schema is None and catalog.schema_exists(session.duckdb, name):
        key = (name, name, "SCHEMA", session.user)
    else:
        raise not_found(f"{display(schema)}.{display(name)}" if schema else display(name))
    grantees = _grantees(session, reader, direction)
    reader.take("CASCADE CONSTRAINTS")
    reader.end()
    everything = ["EXECUTE"] if key[2] == "SCRIPT" else _ALL
    for grantee in grantees:
        for privilege in everything if "ALL" in privileges else privileges:
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


_OBJECT_KINDS = (
    "TABLE",
    "VIEW",
    "SCRIPT",
    "FUNCTION",
    "CONNECTION",
    "SCHEMA",
    "VIRTUAL SCHEMA",
    "CONSUMER GROUP",
)
SYSTEM_PRIVILEGES = {
    *(f"CREATE {kind}" for kind in (*_OBJECT_KINDS, "SESSION", "USER", "ROLE")),
    *(f"CREATE ANY {kind}" for kind in _OBJECT_KINDS),
    *(f"ALTER ANY {kind}" for kind in _OBJECT_KINDS),
    *(f"DROP ANY {kind}" for kind in (*_OBJECT_KINDS, "ROLE")),
    *(f"{verb} ANY TABLE" for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "USE")),
    *("SELECT ANY DICTIONARY", "EXECUTE ANY SCRIPT", "EXECUTE ANY FUNCTION", "USE ANY SCHEMA"),
    *(
        "USE ANY CONNECTION",
        "ACCESS ANY CONNECTION",
        "GRANT ANY CONNECTION",
        "GRANT ANY ROLE",
        "GRANT ANY PRIVILEGE",
    ),
    *(
        "GRANT ANY OBJECT PRIVILEGE",
        "ALTER USER",
        "DROP USER",
        "ALTER SYSTEM",
        "KILL ANY SESSION",
        "IMPORT",
        "EXPORT",
    ),
    *("SET ANY CONSUMER GROUP", "MANAGE CONSUMER GROUPS", "IMPERSONATE ANY USER"),
}
