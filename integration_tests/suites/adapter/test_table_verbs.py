"""What a run remembers of its tables, so that it asks for it only once."""

from __future__ import annotations

from typing import Any

import pytest

from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation
from dbt.adapters.exasol_sagemaker.table_verbs import TableMemory, TableVerbs

JOBS = ExasolSageMakerRelation.create(schema="ml", identifier="jobs")
ENDPOINTS = ExasolSageMakerRelation.create(schema="ml", identifier="endpoints")


class Adapter(TableVerbs):
    """A schema in memory that counts how often it is asked."""

    def __init__(self) -> None:
        self._memory = TableMemory()
        self.tables = {"JOBS": ["JOB_NAME", "STATUS"]}
        self.asked = 0

    def fetch_rows(self, sql: str) -> list[dict[str, Any]]:
        self.asked += 1
        wanted = [name for name in self.tables if "column_table =" not in sql or f"'{name}'" in sql]
        return [
            {"column_table": table, "column_name": column}
            for table in wanted
            for column in self.tables[table]
        ]


@pytest.fixture
def adapter() -> Adapter:
    return Adapter()


def test_the_columns_of_a_schema_are_asked_for_once(adapter: Adapter) -> None:
    adapter.tables["ENDPOINTS"] = ["ENDPOINT_NAME"]

    found = [adapter.present_columns(relation) for relation in (JOBS, ENDPOINTS, JOBS)]

    assert found == [["job_name", "status"], ["endpoint_name"], ["job_name", "status"]]
    assert adapter.asked == 1


def test_a_table_that_was_made_since_is_asked_for(adapter: Adapter) -> None:
    adapter.present_columns(JOBS)
    adapter.tables["ENDPOINTS"] = ["ENDPOINT_NAME"]

    assert adapter.present_columns(ENDPOINTS) == ["endpoint_name"]


def test_columns_that_were_added_are_seen(adapter: Adapter) -> None:
    adapter.present_columns(JOBS)
    adapter.tables["JOBS"].append("METRICS")

    adapter.columns_added(JOBS)

    assert adapter.present_columns(JOBS) == ["job_name", "status", "metrics"]


def test_another_run_asks_anew(adapter: Adapter) -> None:
    adapter.present_columns(JOBS)
    adapter.row_written(JOBS, "one", {"status": "Completed"})
    adapter.tables["JOBS"].append("METRICS")

    adapter._memory.clear()

    assert adapter.present_columns(JOBS) == ["job_name", "status", "metrics"]
    assert not adapter.is_written(JOBS, "one", {"status": "Completed"})


def test_a_row_is_written_only_if_it_is_the_same_in_the_same_table(adapter: Adapter) -> None:
    adapter.row_written(JOBS, "one", {"status": "InProgress"})

    assert adapter.is_written(JOBS, "one", {"status": "InProgress"})
    assert not adapter.is_written(JOBS, "one", {"status": "Completed"})
    assert not adapter.is_written(JOBS, "two", {"status": "InProgress"})
    assert not adapter.is_written(ENDPOINTS, "one", {"status": "InProgress"})
