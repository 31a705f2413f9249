"""Which privileges a CREATE, ALTER, DROP, RENAME or COMMENT needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.privileges import Rights, insufficient

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_IN_SCHEMAS = {"TABLE", "VIEW", "SCRIPT", "FUNCTION"}
_GLOBAL = {
    ("CREATE", "SCHEMA"): "CREATE SCHEMA",
    ("CREATE", "CONNECTION"): "CREATE CONNECTION",
    ("CREATE", "USER"): "CREATE USER",
    ("CREATE", "ROLE"): "CREATE ROLE",
    ("ALTER", "CONNECTION"): "ALTER ANY CONNECTION",
    ("RENAME", "CONNECTION"): "ALTER ANY CONNECTION",
    ("ALTER", "USER"): "ALTER USER",
    ("DROP", "USER"): "DROP USER",
    ("DROP", "ROLE"): "DROP ANY ROLE",
    ("DROP", "CONNECTION"): "DROP ANY CONNECTION",
}
_DOING = {
    "CREATE": "creating",
    "ALTER": "altering",
    "DROP": "dropping",
    "RENAME": "renaming",
    "COMMENT": "commenting",
}


def check(session: Session, verb: str, kind: str, reader: TokenReader) -> None:
    """Fail if the session's user may not do what the statement says.

    Args:
        verb: `CREATE`, `ALTER`, `DROP`, `RENAME` or `COMMENT`.
        kind: of object.
        reader: at the object's name, or at IF [NOT] EXISTS before it; it stays there.

    Raises:
        ExasolError: 42500.
    """
    rights = session.privileges.mine
    if rights.everything:
        return
    start = reader.index
    reader.take("IF NOT EXISTS")
    reader.take("IF EXISTS")
    schema, name = reader.qualified() if kind in _IN_SCHEMAS else (None, reader.name())
    reader.index = start
    if not _may(session, rights, verb, kind, schema, name):
        raise insufficient(f" for {_DOING[verb]} {kind.lower()}")


def _may(session: Session, rights: Rights, verb: str, kind: str, schema: str | None, name: str) -> bool:
    own = {
        ("ALTER", "USER"): name == session.user,
        ("DROP", "ROLE"): name in rights.administrates,
    }
    if own.get((verb, kind)) or (
        verb != "CREATE" and f"*{name}" in rights.connections and kind == "CONNECTION"
    ):
        return True
    if (verb, kind) in _GLOBAL:
        return rights.has(_GLOBAL[verb, kind])
    if kind == "SCHEMA":
        return _owner(session, name) in {None, *rights.names} or rights.has(f"{verb} ANY SCHEMA")
    if kind not in _IN_SCHEMAS:
        return False
    return _may_in_schema(session, rights, verb, kind, schema or session.current_schema, name)


def _may_in_schema(
    session: Session, rights: Rights, verb: str, kind: str, schema: str | None, name: str
) -> bool:
    owner = _owner(session, schema) if schema else None
    if owner is None:
        # There is no such schema, which the statement itself will say.
        return True
    mine = owner in rights.names
    if verb == "CREATE":
        return rights.has(f"CREATE ANY {kind}") or (mine and rights.has(f"CREATE {kind}"))
    if mine:
        return True
    if verb == "DROP":
        return rights.has(f"DROP ANY {kind}")
    found = catalog.find_object(session.duckdb, str(schema), name, kind)
    return found is None or (kind == "TABLE" and rights.on("ALTER", found))


def _owner(session: Session, schema: str) -> str | None:
    found = catalog.rows(session.duckdb, "SELECT owner FROM {c}.schemas WHERE name = ?", [schema])
    return str(found[0][0]) if found else None
