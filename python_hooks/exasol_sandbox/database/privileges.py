"""What a user may do, and the refusals of what they may not.

Rules: https://docs.exasol.com/db/latest/database_concepts/privileges/details_rights_management.htm.
All objects of a schema belong to its owner. A view is read with the rights of its owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database import catalog
from exasol_sandbox.database.errors import INSUFFICIENT_PRIVILEGES, ExasolError
from exasol_sandbox.database.transforms.names import display, normalise
from exasol_sandbox.database.transforms.parsing import PREFIX, parse

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

ADMINISTRATOR = "SYS"
_ANY = {
    ("SELECT", "TABLE"): "SELECT ANY TABLE",
    ("SELECT", "VIEW"): "SELECT ANY TABLE",
    ("INSERT", "TABLE"): "INSERT ANY TABLE",
    ("UPDATE", "TABLE"): "UPDATE ANY TABLE",
    ("DELETE", "TABLE"): "DELETE ANY TABLE",
    ("ALTER", "TABLE"): "ALTER ANY TABLE",
    ("EXECUTE", "SCRIPT"): "EXECUTE ANY SCRIPT",
    ("EXECUTE", "FUNCTION"): "EXECUTE ANY FUNCTION",
}


def insufficient(what: str) -> ExasolError:
    """The refusal of something that needs a privilege."""
    return ExasolError(INSUFFICIENT_PRIVILEGES, f"insufficient privileges{what}")


@dataclass(frozen=True)
class Rights:
    """What one user may do.

    Attributes:
        names: the user, the roles they have directly or through others, and PUBLIC.
        administrates: which of the roles they may grant.
        system: system privileges, and for those that may be granted on, the same with `*` in front.
        objects: object privileges as (schema, name, type, privilege); for a schema both names are its own.
        connections: those that may be used, and for those that may be granted on, the same with `*` in front.
        everything: whether nothing is refused, as for SYS and those with the role DBA.
    """

    user: str
    names: frozenset[str]
    administrates: frozenset[str]
    system: frozenset[str]
    objects: frozenset[tuple[str | None, str, str, str]]
    connections: frozenset[str]
    everything: bool

    def has(self, privilege: str) -> bool:
        """Whether the user has a system privilege."""
        return self.everything or privilege in self.system

    def owns(self, owner: str) -> bool:
        """Whether something of `owner` is the user's."""
        return self.everything or owner in self.names

    def uses(self, found: catalog.Object) -> bool:
        """Whether the user may use the schema of an object, which belongs to the object's owner; without it
        privileges on the object have no effect."""
        return (
            self.owns(found.owner)
            or self.has("USE ANY SCHEMA")
            or (found.schema, found.schema, "SCHEMA", "USAGE") in self.objects
        )

    def on(self, privilege: str, found: catalog.Object) -> bool:
        """Whether the user has a privilege on an object: as its owner, by name, on its schema or on any."""
        return (
            self.owns(found.owner)
            or (found.schema, found.name, found.type, privilege) in self.objects
            or (found.schema, found.schema, "SCHEMA", privilege) in self.objects
            or _ANY.get((privilege, found.type)) in self.system
        )


def read_rights(session: Session, user: str) -> Rights:
    """What `user` may do, as the catalog has it now."""
    if user == ADMINISTRATOR:
        nothing: frozenset[str] = frozenset()
        return Rights(user, frozenset({user, "DBA", "PUBLIC"}), nothing, nothing, frozenset(), nothing, True)
    connection = session.duckdb
    granted = catalog.rows(connection, "SELECT grantee, role, admin FROM {c}.role_grants")
    names = {user, "PUBLIC"}
    administrates: set[str] = set()
    grown = True
    while grown:
        found = {(role, admin) for grantee, role, admin in granted if grantee in names}
        administrates |= {role for role, admin in found if admin}
        grown = not {role for role, _ in found} <= names
        names |= {role for role, _ in found}
    listed = [sorted(names)]
    system = catalog.rows(
        connection, "SELECT privilege, admin FROM {c}.system_grants WHERE list_contains(?, grantee)", listed
    )
    objects = catalog.rows(
        connection,
        "SELECT schema, name, type, privilege FROM {c}.object_grants WHERE list_contains(?, grantee)",
        listed,
    )
    connections = catalog.rows(
        connection,
        "SELECT connection, admin FROM {c}.connection_grants WHERE list_contains(?, grantee)",
        listed,
    )
    return Rights(
        user,
        frozenset(names),
        frozenset(administrates),
        _with_admin(system),
        frozenset((schema, name, kind, privilege) for schema, name, kind, privilege in objects),
        _with_admin(connections),
        "DBA" in names,
    )


def _with_admin(rows: list[tuple[str, bool]]) -> frozenset[str]:
    return frozenset({name for name, _ in rows} | {f"*{name}" for name, admin in rows if admin})


class Privileges:
    """The privileges of a session's user, remembered until the catalog changes.

    Args:
        session: whose user it is.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, Rights] = {}

    def forget(self) -> None:
        """The catalog may have changed."""
        self._known.clear()

    def of(self, user: str) -> Rights:
        """What a user may do."""
        if user not in self._known:
            self._known[user] = read_rights(self._session, user)
        return self._known[user]

    @property
    def mine(self) -> Rights:
        """What the session's user may do."""
        return self.of(self._session.user)

    def require(self, privilege: str, doing: str) -> None:
        """Fail without a system privilege.

        Raises:
            ExasolError: 42500, `insufficient privileges` and `doing`.
        """
        if not self.mine.has(privilege):
            raise insufficient(doing)

    def check_object(self, privilege: str, found: catalog.Object, rights: Rights | None = None) -> None:
        """Fail without a privilege on a table, view or script.

        Raises:
            ExasolError: 42500.
        """
        known = rights or self.mine
        if not known.uses(found):
            raise insufficient(f": USAGE on schema {display(found.schema)}")
        if not known.on(privilege, found):
            raise insufficient(f": {privilege} on {found.type.lower()} {display(found.name)}")

    def check_reads(self, tree: exp.Expr) -> None:
        """Fail if a statement reads a table or view without SELECT, or calls a script without EXECUTE.

        Args:
            tree: normalised; the table that it changes is not among what it reads.

        Raises:
            ExasolError: 42500.
        """
        rights = self.mine
        if not rights.everything:
            self._check_reads(tree, rights, self._session.current_schema)

    def _check_reads(self, tree: exp.Expr, rights: Rights, current_schema: str | None) -> None:
        session = self._session
        changed = (
            tree.find(exp.Table)
            if isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge))
            else None
        )
        defined = {item.alias for item in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            schema = table.args["db"].name if table.args.get("db") else None
            if table is changed or not isinstance(table.this, exp.Identifier):
                continue
            if schema is None and table.name in defined:
                continue
            wanted = schema or current_schema
            found = session.find_object(wanted, table.name) if wanted else None
            if found is not None:
                self._check_read(found, rights)
            elif table.name.startswith("EXA_DBA_") and not rights.has("SELECT ANY DICTIONARY"):
                raise insufficient(f": SELECT on table {display(table.name)}")
        for call in tree.find_all(exp.Anonymous):
            self._check_call(call, rights, current_schema)

    def _check_read(self, found: catalog.Object, rights: Rights) -> None:
        self.check_object("SELECT", found, rights)
        if found.type == "VIEW" and found.body:
            owner = self.of(found.owner)
            if not owner.everything:
                self._check_reads(normalise(parse(found.body)), owner, found.view_schema)

    def _check_call(self, call: exp.Anonymous, rights: Rights, current_schema: str | None) -> None:
        text = call.this.name if isinstance(call.this, exp.Identifier) else str(call.this)
        name = text.removeprefix(PREFIX)
        schema = call.parent.this.name if isinstance(call.parent, exp.Dot) else None
        wanted = schema or current_schema
        if wanted and self._session.is_script(wanted, name, current_schema):
            self.check_script(wanted, name, rights)

    def check_script(self, schema: str, name: str, rights: Rights | None = None) -> None:
        """Fail without EXECUTE on a script or function.

        Raises:
            ExasolError: 42500.
        """
        rights = rights or self.mine
        if rights.everything:
            return
        found = catalog.find_object(self._session.duckdb, schema, name, "SCRIPT", "FUNCTION")
        if found is not None:
            self.check_object("EXECUTE", found, rights)

    def check_connection(self, name: str) -> None:
        """Fail if IMPORT and EXPORT may not use a connection.

        Raises:
            ExasolError: 42500.
        """
        rights = self.mine
        if not (rights.has("USE ANY CONNECTION") or name in rights.connections):
            raise insufficient(f" for using connection {display(name)} in IMPORT/EXPORT")

    def check_access(self, name: str, script: tuple[str, str]) -> None:
        """Fail if a script may not read what a connection holds.

        Args:
            script: its schema and name; ACCESS may be granted for one script or for those of one schema.

        Raises:
            ExasolError: 42500.
        """
        rights = self.mine
        granted = {
            ("", name, "CONNECTION", "ACCESS"),
            (script[0], name, "CONNECTION", "ACCESS"),
            (".".join(script), name, "CONNECTION", "ACCESS"),
        }
        if not (rights.has("ACCESS ANY CONNECTION") or granted & rights.objects):
            raise insufficient(f" for accessing connection {display(name)}")
