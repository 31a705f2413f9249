"""The registry: what SageMaker has of a project and target, as tables that can always be made again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

from dbt.adapters.exasol_sagemaker.registry import RegistryVerbs

from .conftest import Project, Run, rows

REGISTRY = ("build", "--select", "package:exasol_sagemaker")
TABLES = ("sagemaker_jobs", "sagemaker_candidates", "sagemaker_endpoints", "sagemaker_feature_importance")


@pytest.fixture(scope="module")
def registered(project: Project, worse: Run) -> Run:
    """The registry after two versions of a model, of which the first is deployed."""
    return project.dbt(*REGISTRY)


@pytest.fixture
def jobs(registered: Run, project: Project, database: pyexasol.ExaConnection) -> list[dict[str, Any]]:
    assert registered.ok, registered.said
    return sorted(rows(database, project, "sagemaker_jobs"), key=lambda row: row["created_at"])


def test_its_own_tests_pass(registered: Run) -> None:
    assert registered.ok, registered.said
    assert [registered.status[table] for table in TABLES] == ["success"] * 4
    assert "unexpected cycles" not in registered.said


def test_jobs_are_those_of_the_model_with_their_node(
    jobs: list[dict[str, Any]], project: Project, database: pyexasol.ExaConnection
) -> None:
    trained = sorted(rows(database, project, "risk"), key=lambda row: row["created_at"])
    shared = set(trained[0]) - {"requested_at"}
    assert [{name: row[name] for name in shared} for row in jobs] == [
        {name: row[name] for name in shared} for row in trained
    ]
    assert {row["node"] for row in jobs} == {f"model.{project.name}.risk"}
    assert {row["torn_down"] for row in jobs} == {False}


def test_the_leaderboard_has_all_metrics(
    jobs: list[dict[str, Any]], project: Project, database: pyexasol.ExaConnection
) -> None:
    candidates = rows(database, project, "sagemaker_candidates")
    assert {(row["job_name"], row["candidate_name"]) for row in candidates if row["is_best"]} == {
        (job["job_name"], job["best_candidate"]) for job in jobs
    }
    best = next(row for row in candidates if row["candidate_name"] == jobs[0]["best_candidate"])
    assert best["candidate_rank"] == 1
    assert best["objective_value"] == jobs[0]["objective_value"]
    assert {"AUC", "F1", "LogLoss"} <= set(json.loads(best["metrics"]))


def test_the_endpoint_serves_the_better_version(
    jobs: list[dict[str, Any]], project: Project, database: pyexasol.ExaConnection
) -> None:
    (endpoint,) = rows(database, project, "sagemaker_endpoints")
    assert (endpoint["status"], endpoint["job_name"]) == ("InService", jobs[0]["job_name"])
    assert endpoint["node"] == f"model.{project.name}.risk_endpoint"
    assert (endpoint["instance_type"], endpoint["instance_count"]) == (None, 0)
    assert endpoint["drift"] is None


def test_the_column_that_decides_is_the_most_important(
    jobs: list[dict[str, Any]], project: Project, database: pyexasol.ExaConnection
) -> None:
    importance = [
        row
        for row in rows(database, project, "sagemaker_feature_importance")
        if row["job_name"] == jobs[0]["job_name"]
    ]
    assert {row["feature"] for row in importance} == {"INCOME", "SCORE", "JOB"}
    (first,) = (row for row in importance if row["feature_rank"] == 1)
    assert first["feature"] == "SCORE"
    assert first["importance"] == max(row["importance"] for row in importance) > 0.1


def test_columns_are_those_of_the_contract(
    registered: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    manifest = json.loads((project.folder / "target" / "manifest.json").read_text())
    for table in TABLES:
        contract = manifest["nodes"][f"model.exasol_sagemaker.{table}"]["columns"].values()
        found = database.execute(
            "select lower(column_name) as name, column_type from exa_all_columns where column_schema = "
            f"'{project.schema}' and column_table = '{table.upper()}' order by column_ordinal_position"
        ).fetchall()
        assert [row["name"] for row in found] == [column["name"] for column in contract]
        for row, column in zip(found, contract, strict=True):
            assert row["column_type"].removesuffix(" UTF8").lower().startswith(column["data_type"].lower())


def test_a_teardown_takes_them_along(registered: Run, project: Project) -> None:
    run = project.dbt("run-operation", "exasol_sagemaker.teardown", "--args", "{dry_run: true}")
    assert run.ok, run.said
    for table in TABLES:
        assert f"table {project.schema}.{table}: would be deleted".lower() in run.said.lower()


def test_what_is_final_is_kept_and_a_full_refresh_asks_again(
    registered: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    before = sorted(map(str, rows(database, project, "sagemaker_candidates")))
    database.execute(f"update {project.schema}.sagemaker_candidates set objective = 'as it was'")

    assert project.dbt("run", "--select", "sagemaker_candidates").ok
    kept = rows(database, project, "sagemaker_candidates")
    assert project.dbt("run", "--full-refresh", "--select", "sagemaker_candidates").ok

    assert {row["objective"] for row in kept} == {"as it was"}
    assert sorted(map(str, rows(database, project, "sagemaker_candidates"))) == before


def test_a_dropped_table_of_jobs_comes_back_with_all_of_them(
    jobs: list[dict[str, Any]], project: Project, database: pyexasol.ExaConnection
) -> None:
    database.execute(f"drop table {project.schema}.risk")

    run = project.dbt("run", "--select", "training_rows", "risk")

    assert run.ok, run.said
    found = sorted(rows(database, project, "risk"), key=lambda row: row["created_at"])
    assert [row["job_name"] for row in found] == [job["job_name"] for job in jobs]
    assert [row["metrics"] for row in found] == [job["metrics"] for job in jobs]
    newest = max(found, key=lambda row: row["requested_at"])
    assert newest["job_name"] == jobs[0]["job_name"], "the definition is the first version's again"


def test_without_the_var_there_is_no_registry(new_project: Callable[..., Project]) -> None:
    project = new_project()
    assert project.dbt("parse").ok
    manifest = json.loads((project.folder / "target" / "manifest.json").read_text())
    assert not [node for node in manifest["nodes"].values() if node["name"] in TABLES]


def test_thousands_of_rows_are_loaded_in_statements_of_modest_length() -> None:
    columns = [
        {"name": "candidate_name", "type": "varchar(128)"},
        {"name": "metrics", "type": "varchar(2000)"},
    ]
    found = [{"candidate_name": f"candidate's {number}", "metrics": "x" * 500} for number in range(3_000)]

    pieces = RegistryVerbs().value_lists(found, columns)

    assert max(map(len, pieces)) < 210_000
    assert len(pieces) < 10
    assert ",\n".join(pieces).count("('candidate''s ") == 3_000
    assert RegistryVerbs().value_lists([], columns) == []
