"""The tables of jobs and deployments: those of an older version are mended, those of others left alone."""

from __future__ import annotations

from collections.abc import Callable

import pyexasol
import pytest

from .conftest import Project
from .test_empty import NOBODY


@pytest.fixture
def project(new_project: Callable[..., Project], database: pyexasol.ExaConnection) -> Project:
    project = new_project()
    assert project.dbt("run", "--empty", "-s", "+credit_risk_endpoint", AWS_ENDPOINT_URL=NOBODY).ok
    return project


def _columns(project: Project, database: pyexasol.ExaConnection, table: str) -> list[str]:
    rows = database.execute(
        "select column_name from exa_all_columns where column_schema = {schema} and column_table = {table} "
        "order by column_ordinal_position",
        {"schema": project.schema.upper(), "table": table},
    ).fetchall()
    return [row["column_name"] for row in rows]


def test_a_table_of_an_older_version_gets_the_columns_that_it_lacks(
    project: Project, database: pyexasol.ExaConnection
) -> None:
    before = _columns(project, database, "CREDIT_RISK_ENDPOINT")
    for column in ("autoscaling", "capture_s3_uri"):
        database.execute(f"alter table {project.schema}.credit_risk_endpoint drop column {column}")
    database.execute(
        f"insert into {project.schema}.credit_risk_endpoint (endpoint_config_name) values ('old')"
    )

    built = project.dbt("run", "--empty", "-s", "credit_risk_endpoint", AWS_ENDPOINT_URL=NOBODY)

    assert built.ok, built.output
    assert sorted(_columns(project, database, "CREDIT_RISK_ENDPOINT")) == sorted(before)
    kept = database.execute(f"select endpoint_config_name from {project.schema}.credit_risk_endpoint")
    assert [row["endpoint_config_name"] for row in kept] == ["old"]


def test_a_table_of_somebody_elses_is_named_and_left_alone(
    project: Project, database: pyexasol.ExaConnection
) -> None:
    database.execute(f"create or replace table {project.schema}.credit_risk_autopilot as select 1 as mine")

    built = project.dbt("run", "--empty", "-s", "credit_risk_autopilot", AWS_ENDPOINT_URL=NOBODY)

    assert not built.ok
    assert "has no column JOB_NAME" in built.output
    assert _columns(project, database, "CREDIT_RISK_AUTOPILOT") == ["MINE"]
