"""The system tables of the schemas SYS and EXA_STATISTICS, as DuckDB views over the catalog.

Names and columns: https://docs.exasol.com/db/latest/sql_references/system_tables/metadata_system_tables.htm
"""

from __future__ import annotations

import duckdb

from exasol_sandbox.database.catalog import CATALOG
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.system_tables import access, general, objects
from exasol_sandbox.database.system_tables.definition import SystemTable
from exasol_sandbox.database.transforms.keywords import NOT_RESERVED, RESERVED
from exasol_sandbox.database.transforms.names import duckdb_table, quote

_LISTED: list[SystemTable] = [*objects.TABLES, *access.TABLES, *general.TABLES]
_ALL = [*_LISTED, general.syscat(_LISTED)]

SYSTEM_SCHEMAS = {"SYS", "EXA_STATISTICS"}
SYSTEM_TABLES: dict[str, list[Column]] = {table.name: table.columns for table in _ALL}


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views, and fill what is constant."""
    connection.execute('CREATE SCHEMA IF NOT EXISTS "SYS"')
    connection.execute(f"DELETE FROM {CATALOG}.keywords")
    words = [(word, True) for word in RESERVED] + [(word, False) for word in NOT_RESERVED]
    marks = ", ".join(["(?, ?)"] * len(words))
    connection.execute(
        f"INSERT INTO {CATALOG}.keywords VALUES {marks}", [value for pair in words for value in pair]
    )
    for table in _ALL:
        names = ", ".join(quote(column.name) for column in table.columns)
        casts = ", ".join(
            f"CAST(c{index} AS {column.type.duckdb()})" for index, column in enumerate(table.columns)
        )
        inner = ", ".join(f"c{index}" for index in range(len(table.columns)))
        query = table.query.format(c=CATALOG)
        connection.execute(
            f"CREATE OR REPLACE VIEW {duckdb_table('SYS', table.name)}({names}) AS "
            f"SELECT {casts} FROM ({query}) AS q({inner})"
        )
