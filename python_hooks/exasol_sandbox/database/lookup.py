"""What a session remembers of the catalog, so that small statements need not ask DuckDB for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from exasol_sandbox.database import catalog
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.script_records import read_script
from exasol_sandbox.database.system_tables import SYSTEM_SCHEMAS, SYSTEM_TABLES
from exasol_sandbox.database.transforms.context import Relation
from exasol_sandbox.database.transforms.names import duckdb_table, quote
from exasol_sandbox.database.transforms.scope import OutputColumn

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_ANY_UDF = "SELECT 1 FROM {c}.scripts WHERE kind IN ('UDF', 'FUNCTION') LIMIT 1"


class Lookup:
    """The catalog as one session sees it in its transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._objects: dict[tuple[str, str], catalog.Object | None] = {}
        self._scripts: dict[tuple[str, str], Script | None] = {}
        self._schemas: dict[str, bool] = {}
        self._any_scripts: bool | None = None

    def forget(self) -> None:
        """The catalog may have changed."""
        self._objects.clear()
        self._scripts.clear()
        self._schemas.clear()
        self._any_scripts = None

    def schema_exists(self, name: str) -> bool:
        """Whether there is a schema of that name."""
        if name not in self._schemas:
            self._schemas[name] = name in SYSTEM_SCHEMAS or catalog.schema_exists(self._session.duckdb, name)
        return self._schemas[name]

    def object(self, schema: str, name: str) -> catalog.Object | None:
        """The table or view of that name."""
        key = (schema, name)
        if key not in self._objects:
            self._objects[key] = catalog.find_object(self._session.duckdb, schema, name, "TABLE", "VIEW")
        return self._objects[key]

    def relation(self, schema: str | None, name: str, current_schema: str | None) -> Relation | None:
        """The table, view or system table of that name; without a schema in the current one, then in SYS."""
        wanted = schema or current_schema
        found = self.object(wanted, name) if wanted is not None and wanted not in SYSTEM_SCHEMAS else None
        if found is not None:
            return as_relation(found)
        if schema is None or schema in SYSTEM_SCHEMAS:
            table = SYSTEM_TABLES.get(name)
            if table is not None:
                columns = [OutputColumn(column.name, column.type) for column in table]
                return Relation("SYS", name, columns, duckdb_table("SYS", name))
        return None

    def script(self, schema: str | None, name: str) -> Script | None:
        """The script of that name."""
        if schema is None:
            return None
        key = (schema, name)
        if key not in self._scripts:
            self._scripts[key] = read_script(self._session.duckdb, schema, name)
        return self._scripts[key]

    def has_scripts(self) -> bool:
        """Whether there is any UDF or function."""
        if self._any_scripts is None:
            found = catalog.rows(self._session.duckdb, _ANY_UDF)
            self._any_scripts = bool(found)
        return self._any_scripts


def as_relation(found: catalog.Object) -> Relation:
    """An object of the catalog as queries see it."""
    columns = [OutputColumn(column.name, column.type) for column in found.columns]
    if found.type == "VIEW":
        return Relation(found.schema, found.name, columns, "", found.body, found.view_schema)
    return Relation(found.schema, found.name, columns, duckdb_table(found.schema, found.name), in_utc=True)


def temporary(name: str, columns: list[Column]) -> Relation:
    """A temporary table of the running statement."""
    found = [OutputColumn(column.name, column.type) for column in columns]
    return Relation("EXA$TEMP", name, found, f"temp.{quote(_stored(name))}")


def create_temporary(
    connection: duckdb.DuckDBPyConnection, name: str, columns: list[Column], source: str, schema: pa.Schema
) -> None:
    """Fill a temporary table from the registered reader `source`, which has that Arrow schema."""
    cells = ", ".join(
        f"CAST({quote(field.name)} AS {column.type.duckdb()}) AS {quote(column.name)}"
        for field, column in zip(schema, columns, strict=True)
    )
    connection.execute(f"CREATE TEMP TABLE {quote(_stored(name))} AS SELECT {cells} FROM {source}")


def drop_temporary(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop a temporary table, if its transaction has not done so."""
    connection.execute(f"DROP TABLE IF EXISTS temp.{quote(_stored(name))}")


def _stored(name: str) -> str:
    return f"exa_temporary_{name}"
