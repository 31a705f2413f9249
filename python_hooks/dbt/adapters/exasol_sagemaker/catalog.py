"""What `dbt docs` shows of the database."""

from __future__ import annotations

from collections.abc import Iterable

import agate


def with_profile_database(table: agate.Table, used_schemas: Iterable[tuple[str | None, str]]) -> agate.Table:
    """The catalog with the database that the profile names in each row of a schema of the project.

    Args:
        table: The catalog; its column `table_database` is replaced.
        used_schemas: Database and schema of all nodes, as the profile has them.
    """
    databases = {schema.casefold(): database for database, schema in used_schemas}

    def database_of(row: agate.Row) -> str:
        return databases.get(str(row["table_schema"]).casefold()) or str(row["table_database"])

    names = list(table.column_names)
    at = names.index("table_database")
    rows = [[*row[:at], database_of(row), *row[at + 1 :]] for row in table.rows]
    return agate.Table(rows, names, column_types=table.column_types)
