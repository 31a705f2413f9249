"""dbt tests on models: what they wait for, what they say, and that a worse model is not deployed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

from .conftest import Project, Run, package_test, rows


def test_tests_wait_for_the_job_and_write_its_end_into_the_table(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    assert built.ok, built.said
    tests = ("metric_at_least", "better_than", "better_than_deployed", "endpoint_in_service")
    assert [built.status[test] for test in tests] == ["pass"] * 4
    assert {row["status"] for row in rows(database, project, "risk")} == {"Completed"}


def test_a_worse_model_is_not_deployed(
    worse: Run, project: Project, database: pyexasol.ExaConnection, aws: Callable[..., Any]
) -> None:
    first, second = sorted(rows(database, project, "risk"), key=lambda row: row["created_at"])
    assert second["objective_value"] < first["objective_value"]
    assert worse.status["better_than"] == worse.status["better_than_deployed"] == "fail"
    assert worse.status["risk_endpoint"] == "skipped"
    (deployed,) = rows(database, project, "risk_endpoint")
    sagemaker = aws("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=deployed["endpoint_name"])
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    assert endpoint["EndpointStatus"] == "InService"
    assert first["job_name"] in config["ProductionVariants"][0]["ModelName"]


def test_a_failure_says_its_numbers(worse: Run, project: Project, database: pyexasol.ExaConnection) -> None:
    first, second = sorted(rows(database, project, "risk"), key=lambda row: row["created_at"])
    measured = f"AUC {second['objective_value']:.6g}"
    assert f"metric_at_least: {measured} < 0.7 (job {second['job_name']})" in worse.said
    rival = f"{first['objective_value']:.6g} of job {first['job_name']}"
    assert f"better_than: {measured} is not better than {rival}" in worse.said


def test_a_test_that_makes_no_sense_says_what_does(project: Project, worse: Run) -> None:
    project.tests(
        risk=[
            package_test("metric_at_least", "unknown_metric", metric="AUCC", value=0.7),
            package_test("metric_at_least", "error_at_least", metric="LogLoss", value=0.7),
            package_test("metric_at_most", "score_at_most", metric="AUC", value=0.7),
            package_test("better_than", "unknown_rival", other="the_best"),
        ]
    )

    run = project.dbt("test", "--select", "risk")

    assert set(run.status.values()) == {"error"}
    assert "has no metric AUCC. It has: Accuracy, AUC," in run.said
    assert "Use metric_at_most" in run.said
    assert "Use metric_at_least" in run.said
    assert "`other` is last_version, deployed or ref(" in run.said


def test_an_endpoint_that_is_gone_is_a_failure(project: Project, worse: Run) -> None:
    project.write(
        "lost_endpoint",
        "{{ config(materialized='view') }} select 'nobody-made-this' as endpoint_name, job_name, status, "
        "deployed_at "
        "from {{ ref('risk_endpoint') }}",
    )
    project.tests(lost_endpoint=[package_test("endpoint_in_service")])

    run = project.dbt("build", "--select", "lost_endpoint")

    assert run.status["endpoint_in_service"] == "fail"
    assert "endpoint_in_service: endpoint nobody-made-this is gone" in run.said


def test_nothing_is_waited_for_without_rows_or_a_run(
    new_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    project = new_project()
    project.tests(
        risk=[package_test("metric_at_least", value=1), package_test("better_than", other="last_version")],
        risk_endpoint=[package_test("endpoint_in_service")],
    )

    compiled = project.dbt("compile")
    empty = project.dbt("build", "--empty")

    assert compiled.ok, compiled.error + compiled.said
    assert empty.ok, empty.error + empty.said
    assert empty.status["metric_at_least"] == empty.status["endpoint_in_service"] == "pass"
