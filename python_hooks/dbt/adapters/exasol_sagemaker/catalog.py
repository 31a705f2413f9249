"""What `dbt docs` shows of the database: dbt-exasol's catalog, and scripts with what they take and give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import agate
from dbt.adapters.exasol.impl import ExasolAdapter
from dbt_common.clients.agate_helper import table_from_rows

from exasol_sagemaker.script_catalog import script_columns

_SCRIPTS = """
select script_schema, script_name, script_owner, script_type, script_language, script_input_type, script_text,
    script_comment
from exa_all_scripts
where upper(script_schema) in ({schemas})
order by script_schema, script_name
"""


class CatalogAdapter(ExasolAdapter):
    """dbt-exasol's adapter with a catalog that has scripts in it."""

    @classmethod
    def _catalog_filter_table(cls, table: agate.Table, used_schemas: frozenset[tuple[str, str]]) -> Any:
        """Exasol has one database: DB in dbt-exasol's catalog, in dbt's view what the profile calls it."""
        return super()._catalog_filter_table(with_profile_database(table, used_schemas), used_schemas)

    def _get_one_catalog(self, information_schema: Any, schemas: set[str], used_schemas: Any) -> agate.Table:
        found = super()._get_one_catalog(information_schema, schemas, used_schemas)
        return with_profile_database(self._with_scripts(found, schemas), used_schemas)

    def _get_one_catalog_by_relations(
        self, information_schema: Any, relations: Iterable[Any], used_schemas: Any
    ) -> agate.Table:
        found = super()._get_one_catalog_by_relations(information_schema, relations, used_schemas)
        schemas = {str(relation.schema) for relation in relations}
        return with_profile_database(self._with_scripts(found, schemas), used_schemas)

    def _with_scripts(self, table: agate.Table, schemas: Iterable[str]) -> agate.Table:
        listed = ", ".join("'" + schema.upper().replace("'", "''") + "'" for schema in sorted(schemas))
        scripts = self.connections.fetch_rows(_SCRIPTS.format(schemas=listed))
        names = list(table.column_names)
        rows = [list(row) for row in table.rows]
        rows += [[entry[name] for name in names] for script in scripts for entry in _entries(script)]
        return table_from_rows(rows, names, [name for name in names if name != "column_index"])


def _entries(script: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row of the catalog for each parameter and result of a script."""
    kind = script["script_input_type"] or ("ADAPTER" if script["script_type"] == "ADAPTER" else "")
    for index, column in enumerate(script_columns(script["script_text"]), start=1):
        yield {
            "table_database": "DB",
            "table_schema": script["script_schema"],
            "table_name": script["script_name"],
            "table_type": " ".join(filter(None, (script["script_language"], kind, "SCRIPT"))),
            "table_comment": script["script_comment"],
            "table_owner": script["script_owner"],
            "column_name": column.name,
            "column_index": index,
            "column_type": column.type,
            "column_comment": column.role,
        }


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
