"""The verbs of tables in which our materializations keep rows: a run asks for what is in them only once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation


class TableMemory:
    """Columns and rows as this run found or wrote them; safe to share between threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.columns: dict[str, dict[str, list[str]]] = {}
        self.rows: dict[tuple[str, str, str], dict[str, Any]] = {}

    def clear(self) -> None:
        """Forget all: another run begins."""
        with self.lock:
            self.columns.clear()
            self.rows.clear()


class TableVerbs(metaclass=AdapterMeta):
    """What Jinja may call to keep a table of jobs or deployments up to date."""

    fetch_rows: Any
    _memory: TableMemory

    @available.parse_list
    def present_columns(self, relation: ExasolSageMakerRelation) -> list[str]:
        """Names of the columns of a table that was there when the run began, in lower case and in order.

        The columns of a whole schema are read at once, on the first call, as dbt reads its relations.
        """
        schema, name = relation.stored_name()
        with self._memory.lock:
            if schema not in self._memory.columns:
                self._memory.columns[schema] = self._columns_of(schema)
            tables = self._memory.columns[schema]
            if name not in tables:
                # Made since then, by a hook or by another program.
                tables.update(self._columns_of(schema, name))
            return tables.get(name, [])

    @available.parse_none
    def columns_added(self, relation: ExasolSageMakerRelation) -> None:
        """Forget the columns of a table that has others now."""
        schema, name = relation.stored_name()
        with self._memory.lock:
            self._memory.columns.get(schema, {}).pop(name, None)

    @available.parse_none
    def row_written(self, relation: ExasolSageMakerRelation, key: str, row: Mapping[str, Any]) -> None:
        """Remember that this run has brought the row with this key up to date.

        Args:
            key: Value of the table's key column.
        """
        with self._memory.lock:
            self._memory.rows[(*relation.stored_name(), key)] = dict(row)

    @available.parse(lambda *args, **kwargs: False)
    def is_written(self, relation: ExasolSageMakerRelation, key: str, row: Mapping[str, Any]) -> bool:
        """Whether this run has written, or found, the row with this key just so."""
        with self._memory.lock:
            return self._memory.rows.get((*relation.stored_name(), key)) == dict(row)

    def _columns_of(self, schema: str, table: str | None = None) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        one = f" and column_table = '{table}'" if table else ""
        for row in self.fetch_rows(
            f"select column_table, column_name from exa_all_columns where column_schema = '{schema}'{one}"
            " order by column_table, column_ordinal_position"
        ):
            found.setdefault(row["column_table"], []).append(row["column_name"].lower())
        return found
