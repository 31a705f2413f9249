"""A session: its attributes, its transaction and the statements it executes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
import pyarrow as pa
from sqlglot import exp

from exasol_sandbox.database import catalog, lookup
from exasol_sandbox.database.attributes import Attributes
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.ddl.parameters import take_system_parameters
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.manipulation import execute_prepared
from exasol_sandbox.database.planning import Planner, run_query
from exasol_sandbox.database.privileges import Privileges
from exasol_sandbox.database.records import Connection, Script
from exasol_sandbox.database.replay import ReplayingConnection
from exasol_sandbox.database.result import Result, ResultSet
from exasol_sandbox.database.script_records import FUNCTION
from exasol_sandbox.database.statements import execute
from exasol_sandbox.database.transaction import Transaction
from exasol_sandbox.database.transforms.context import Relation
from exasol_sandbox.database.transforms.names import duckdb_table, literal, not_found
from exasol_sandbox.database.writing import insert_reader

if TYPE_CHECKING:
    from exasol_sandbox.database.database import Database

T = TypeVar("T")
TEMPORARY = "EXA$TEMP"


class Session:
    """One session; to be used from one thread at a time, except for `abort`.

    Attributes:
        duckdb: its connection to DuckDB; statements run on it within `within`.
        planner: turns queries into DuckDB SQL.
        privileges: what its user may do.
        transaction: its transaction.
        script_depth: how many scripting programs are running inside one another.
    """

    def __init__(
        self, database: Database, connection: duckdb.DuckDBPyConnection, session_id: int, user: str
    ) -> None:
        self.database = database
        self.duckdb = ReplayingConnection(connection, lambda: not self.settings.autocommit)
        self.session_id = session_id
        self.user = user
        self.statement_id = 0
        self.settings = Attributes()
        self.transaction = Transaction(
            database, self.duckdb, session_id, self.settings, self._forget, self._close_lost_schema
        )
        self.planner = Planner(self)
        self._lookup = lookup.Lookup(self)
        self.privileges = Privileges(self)
        self._told: tuple[frozenset[str], ...] = ()
        self._temporaries: dict[str, list[Column]] = {}
        self._registered: list[str] = []
        self._closed = False
        self.script_depth = 0
        take_system_parameters(self, self.settings)
        self._tell_duckdb()
        self._tell_names()

    def _tell_names(self) -> None:
        """What the views of the system tables have to know of the user."""
        rights = self.privileges.mine
        if (rights.names, rights.system) == self._told:
            return
        self._told = (rights.names, rights.system)
        for variable, values in (("exa_names", rights.names), ("exa_system", rights.system)):
            listed = ", ".join(literal(value) for value in sorted(values))
            self.duckdb.execute(f"SET VARIABLE {variable} = CAST([{listed}] AS VARCHAR[])")
        self.duckdb.execute(f"SET VARIABLE exa_everything = {rights.everything}")

    def _tell_duckdb(self) -> None:
        """What the views of the system tables have to know of the session."""
        schema = literal(self.current_schema) if self.current_schema else "NULL"
        entries = ", ".join(
            f"{literal(name)}: {literal(value)}" for name, value in self.settings.parameters.items()
        )
        for name, value in (
            ("exa_user", literal(self.user)),
            ("exa_session", str(self.session_id)),
            ("exa_schema", schema),
            ("exa_parameters", f"MAP {{{entries}}}"),
        ):
            self.duckdb.execute(f"SET VARIABLE {name} = {value}")

    @property
    def current_schema(self) -> str | None:
        """The open schema."""
        return self.settings.current_schema

    @property
    def attributes(self) -> dict[str, Any]:
        """The session attributes under their names on the wire (`autocommit`, `currentSchema`, …)."""
        return self.settings.on_wire(self.duckdb.open)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Change attributes. Unknown or read-only ones raise ExasolError."""
        changed = dict(attributes)
        schema = changed.get("currentSchema")
        if schema and not self._lookup.schema_exists(str(schema)):
            raise ExasolError("42000", f"schema {schema} not found").in_session(self.session_id)
        if changed.get("autocommit") is True and self.duckdb.open:
            self.commit()
        self.settings.change(changed)
        self._tell_duckdb()

    def open_schema(self, name: str | None) -> None:
        """Make a schema the current one; None closes it."""
        self.settings.current_schema = name
        self._tell_duckdb()

    def set_parameter(self, name: str, value: str) -> None:
        """ALTER SESSION SET name = value."""
        self.settings.set_parameter(name, value)
        self.planner.forget()
        self._tell_duckdb()

    def execute(self, sql: str) -> Result:
        """Execute one statement.

        Raises:
            ExasolError: it failed; its changes are undone.
        """
        self._start()
        self.transaction.aborted = False
        try:
            return execute(self, sql)
        except ExasolError as error:
            raise error.in_session(self.session_id) from error.__cause__
        finally:
            self._drop_temporaries()

    def execute_inside(self, sql: str, keep: Callable[[str, Result], T]) -> T:
        """Execute a statement of a running script.

        Args:
            sql: the statement.
            keep: is given the statement and its result, and reads it before the statement ends.

        Raises:
            ExasolError: it failed.
        """
        self._start()
        try:
            return keep(sql, execute(self, sql))
        finally:
            self._drop_temporaries()

    def _start(self) -> None:
        self.statement_id += 1
        self.transaction.start()
        self.duckdb.moment = datetime.now(timezone.utc)

    def columns_of_statement(self, sql: str) -> list[Column]:
        """The result columns of a query, without running it; none for statements without a result."""
        try:
            return self.planner.columns_of(sql)
        except ExasolError as error:
            raise error.in_session(self.session_id) from error.__cause__
        finally:
            self._drop_temporaries()

    def execute_prepared(self, sql: str, columns: list[Column], reader: pa.RecordBatchReader) -> Result:
        """Execute `sql` once for each row of `reader`, whose columns stand for its `?` in order."""
        self._start()
        self.transaction.aborted = False
        try:
            return execute_prepared(self, sql, columns, reader)
        except ExasolError as error:
            raise error.in_session(self.session_id) from error.__cause__
        finally:
            self._drop_temporaries()

    def query(self, select: str | exp.Expr) -> ResultSet:
        """Run a query on behalf of another part of the database, in the session's transaction.

        Args:
            select: Exasol SQL, or a normalised tree as `scripts.expand` gets it.
        """
        plan = self.planner.plan(select) if isinstance(select, str) else self.planner.plan_tree(select)
        return self.within(lambda: run_query(self, plan), writes=False)

    def insert_arrow(self, schema: str, table: str, columns: list[str], reader: pa.RecordBatchReader) -> int:
        """Insert all rows of `reader` into those columns of a table, checked as by INSERT. Returns their
        number."""
        try:
            return self.within(lambda: insert_reader(self, schema, table, columns, reader), writes=True)
        finally:
            if self.transaction.depth == 0:
                self._drop_temporaries()

    def register(self, reader: pa.RecordBatchReader) -> str:
        """A name under which DuckDB can read from `reader` until the statement ends."""
        name = f"exa_reader_{len(self._registered) + 1}"
        self.duckdb.register(name, reader)
        self._registered.append(name)
        return name

    def columns_of(self, schema: str | None, table: str) -> list[Column]:
        """The columns of a table or view; `schema` None means the current one.

        Raises:
            ExasolError: there is none of that name.
        """
        found = self.find_relation(schema, table, self.current_schema)
        if found is None:
            raise not_found(f"{schema}.{table}" if schema else table)
        return [Column(column.name, column.type) for column in found.columns if column.type is not None]

    def script(self, schema: str | None, name: str) -> Script:
        """A script of the catalog; `schema` None means the current one.

        Raises:
            ExasolError: there is none of that name.
        """
        found = self._lookup.script(schema or self.current_schema, name)
        if found is None:
            raise not_found(f"{schema}.{name}" if schema else name)
        return found

    def connection(self, name: str) -> Connection:
        """A CONNECTION with its secret.

        Raises:
            ExasolError: there is none of that name.
        """
        found = catalog.rows(
            self.duckdb,
            "SELECT name, address, user_name, password FROM {c}.connections WHERE name = ?",
            [name],
        )
        if not found:
            raise ExasolError("42000", f"connection {name} does not exist")
        return Connection(*found[0])

    def find_relation(self, schema: str | None, name: str, current_schema: str | None) -> Relation | None:
        """The table, view, system table or temporary table of that name."""
        if schema == TEMPORARY:
            return lookup.temporary(name, self._temporaries[name])
        found = self._lookup.relation(schema, name, current_schema)
        if found is not None and found.sql and found.schema != "SYS":
            self.transaction.seen.add(found.sql)
        return found

    def find_object(self, schema: str, name: str) -> catalog.Object | None:
        """The table or view of that name, with all that the catalog knows of it."""
        return self._lookup.object(schema, name)

    @property
    def seen(self) -> frozenset[str]:
        """The tables that the running statement has looked up, as DuckDB names them."""
        return frozenset(self.transaction.seen)

    def saw(self, tables: frozenset[str]) -> None:
        """The running statement reads `tables`, without looking them up."""
        self.transaction.seen |= tables

    def is_script(self, schema: str | None, name: str, current_schema: str | None) -> bool:
        """Whether there is a UDF or function of that name."""
        found = self._lookup.script(schema or current_schema, name)
        return found is not None and found.kind in {"UDF", FUNCTION}

    def view_calls_scripts(self, schema: str, name: str) -> bool:
        """Whether a view's query calls scripts."""
        found = self._lookup.object(schema, name)
        return found is not None and found.calls_scripts

    def has_scripts(self) -> bool:
        """Whether there is any UDF, so that statements have to be searched for calls."""
        return self._lookup.has_scripts()

    def temporary_table(self, columns: list[Column], reader: pa.RecordBatchReader) -> exp.Table:
        """Keep rows for the rest of the statement; the table goes when the statement ends.

        Returns:
            The table as it may stand in an expression given to `query` or returned by `scripts.expand`.
        """
        name = f"T{len(self._temporaries) + 1}"
        self._temporaries[name] = columns
        lookup.create_temporary(self.duckdb, name, columns, self.register(reader), reader.schema)
        return exp.Table(
            this=exp.Identifier(this=name, quoted=True), db=exp.Identifier(this=TEMPORARY, quoted=True)
        )

    def _drop_temporaries(self) -> None:
        for name in self._temporaries:
            lookup.drop_temporary(self.duckdb, name)
        self._temporaries = {}
        for name in self._registered:
            self.duckdb.unregister(name)
        self._registered = []
        self.transaction.end()

    def within(self, work: Callable[[], T], *, writes: bool, catalog_changes: bool = False) -> T:
        """Do something in the session's transaction; see `Transaction.within`."""
        return self.transaction.within(work, writes=writes, catalog_changes=catalog_changes)

    def _forget(self) -> None:
        self._lookup.forget()
        self.planner.forget()
        self.privileges.forget()
        self._tell_names()

    def writing(self, table: catalog.Object, *privileges: str) -> None:
        """The running statement is going to change a table's rows; to be called before it reads anything.

        Waits for a transaction that is changing the table.

        Raises:
            ExasolError: 40001, the transaction has seen what others have changed meanwhile, or they wait for
                each other; 42500, one of `privileges` is missing.
        """
        for privilege in privileges:
            self.privileges.check_object(privilege, table)
        if self.duckdb.open:
            self.transaction.lock(duckdb_table(table.schema, table.name))

    def begin_statement(self) -> None:
        """Drop what is remembered of the catalog if another session has changed it since."""
        self.transaction.begin_statement()

    def commit(self) -> None:
        """Make the transaction's changes permanent."""
        self.transaction.commit()

    def rollback(self) -> None:
        """Undo the transaction's changes."""
        self.transaction.rollback()

    def _close_lost_schema(self) -> None:
        if self.current_schema and not self._lookup.schema_exists(self.current_schema):
            self.open_schema(None)

    def abort(self) -> None:
        """Stop the running statement, from another thread; it fails with R0001."""
        self.transaction.abort()

    def check_abort(self) -> None:
        """Fail if the running statement was to stop; for work that DuckDB does not know of."""
        self.transaction.check_abort()

    def close(self) -> None:
        """Roll back what is open and leave."""
        if self._closed:
            return
        self._closed = True
        self.transaction.rollback()
        catalog.run(self.duckdb, "DELETE FROM {c}.sessions WHERE id = ?", [self.session_id])
        self.database.forget(self)
        self.duckdb.close()
