"""Primary keys, checked after each change of a table that has one.

DuckDB's own keys refuse to see a row deleted and inserted again in one transaction, which Exasol allows.
"""

from __future__ import annotations

import duckdb

from exasol_sandbox.database import catalog
from exasol_sandbox.database.errors import CONSTRAINT_VIOLATION, ExasolError
from exasol_sandbox.database.transforms.names import duckdb_table, quote


def check_keys(connection: duckdb.DuckDBPyConnection, table: catalog.Object) -> None:
    """Fail if an enabled primary key of the table has a value twice.

    Raises:
        ExasolError: 27001.
    """
    keys = catalog.rows(
        connection,
        "SELECT name, columns FROM {c}.constraints "
        "WHERE schema = ? AND object = ? AND type = 'PRIMARY KEY' AND enabled",
        [table.schema, table.name],
    )
    for name, columns in keys:
        listed = ", ".join(quote(column) for column in columns)
        target = duckdb_table(table.schema, table.name)
        found = connection.execute(
            f"SELECT 1 FROM {target} GROUP BY {listed} HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        if found:
            raise ExasolError(
                CONSTRAINT_VIOLATION,
                f"constraint violation - primary key ({name} on table {table.schema}.{table.name})",
            )


def check_not_null(connection: duckdb.DuckDBPyConnection, schema: str, table: str, column: str) -> None:
    """Fail if a column that is to be NOT NULL holds a NULL.

    Raises:
        ExasolError: 27002.
    """
    target = duckdb_table(schema, table)
    if connection.execute(f"SELECT 1 FROM {target} WHERE {quote(column)} IS NULL LIMIT 1").fetchone():
        raise ExasolError(
            "27002", f"constraint violation - not null (column {column} in table {schema}.{table})"
        )
