"""Forecasts in a dbt project: an autopilot_model on time series, and a forecast of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyexasol
import pytest
from dbt.cli.main import dbtRunner
from lifecycle.conftest import Project, applications, new_project, template  # noqa: F401
from lifecycle.in_process import InProcess, in_process
from target import Target

from .conftest import CUT, HORIZON, ITEMS, REGIONS, SCHEMA

HISTORY = (
    "{{ config(materialized='table') }} "
    f"select * from {SCHEMA}.sales where sold_on < date '{CUT}'"
    "{% if var('later', false) %} and sold_on > date '2024-01-02'{% endif %}"
)
OPTIONS = (
    "materialized='autopilot_model', problem_type='TimeSeriesForecasting', target_column='sold', "
    "item_id_column='item', timestamp_column='sold_on', grouping_columns=['region'], "
    "forecast_frequency='1D', algorithms=['ets']"
)
MODEL = (
    (
        f"{{{{ config({OPTIONS}, forecast_horizon={HORIZON}, forecast_quantiles=['p5', 'p50', 'p95'], "
        "filling={'sold': {'middlefill': 'value', 'middlefill_value': 0}}, aggregation='avg') }}}} "
        "select item, region, sold_on, sold from {{{{ ref('demand_history') }}}}"
    )
    .replace("}}}}", "}}")
    .replace("{{{{", "{{")
)
FORECAST = (
    "{{ config(materialized='forecast', instance_type='ml.m5.large') }} "
    "{{ exasol_sagemaker.forecast(model=ref('demand'), input=ref('demand_history')) }}"
)
TESTS = """
models:
  - name: demand
    data_tests:
      - exasol_sagemaker.metric_at_most:
          arguments: {metric: WAPE, value: 0.2}
"""
ROWS = len(ITEMS) * len(REGIONS) * HORIZON


@pytest.fixture(scope="module")
def project(
    new_project: Callable[..., Project],  # noqa: F811
    database: pyexasol.ExaConnection,
) -> Iterator[InProcess]:
    made = new_project()
    made.write_model("demand_history", HISTORY)
    made.write_model("demand", MODEL)
    made.write_model("demand_forecast", FORECAST)
    (made.folder / "models" / "extra" / "demand.yml").write_text(TESTS)
    with in_process(made) as found:
        yield found


@pytest.fixture(scope="module")
def built(project: InProcess) -> dict[str, str]:
    """What dbt says of each node when nothing is there yet."""
    return project.run("+demand_forecast")


@pytest.fixture
def rows(built: dict[str, str], project: InProcess, target: Target) -> list[dict[str, Any]]:
    with pyexasol.connect(**target.database, fetch_dict=True) as connection:
        found: list[dict[str, Any]] = connection.execute(
            f"select * from {project.project.schema}.demand_forecast order by item, region, sold_on"
        ).fetchall()
    return found


def test_a_build_trains_and_forecasts_each_step_of_each_series(
    built: dict[str, str], rows: list[dict[str, Any]]
) -> None:
    assert built["demand"].startswith("started job ")
    assert len(rows) == ROWS
    assert list(rows[0]) == ["ITEM", "REGION", "SOLD_ON", "P5", "P50", "P95", "MEAN", "JOB_NAME"]
    assert min(row["SOLD_ON"] for row in rows) == str(CUT)
    assert all(row["P5"] < row["P50"] < row["P95"] for row in rows)


def test_a_second_build_trains_and_forecasts_nothing(built: dict[str, str], project: InProcess) -> None:
    again = project.run("+demand_forecast")
    assert again["demand"].startswith("has job ")
    assert again["demand_forecast"].startswith(f"unchanged, {ROWS} rows forecast by job ")


def test_a_plan_knows_forecasts(built: dict[str, str], project: InProcess) -> None:
    steps = project.plan("--select", "+demand_forecast")
    steps |= {"refreshed": project.plan("--select", "demand_forecast", "--full-refresh")["demand_forecast"]}

    found = {name: (step["kind"], step["action"]) for name, step in steps.items()}
    assert found == {
        "demand": ("training job", "keep"),
        "demand_forecast": ("forecast", "keep"),
        "refreshed": ("forecast", "start"),
    }
    assert steps["demand_forecast"]["reason"] == f"{ROWS} rows, by job {steps['demand']['name']}"


def test_an_error_of_forecasts_is_tested_as_one(built: dict[str, str], project: InProcess) -> None:
    variables = json.dumps(project.project.variables)
    ran = dbtRunner().invoke(["--quiet", "test", "--select", "demand", "--vars", variables])
    statuses = {result.node.name: result.status for result in ran.result.results}
    tested = [status for name, status in statuses.items() if "metric_at_most" in name]
    assert tested == ["pass"], ran.exception


def test_options_that_mean_nothing_or_cannot_be_are_named_and_nothing_is_sent(
    built: dict[str, str], project: InProcess, aws: Callable[..., Any]
) -> None:
    week = f"{OPTIONS}, forecast_horizon=7"
    refused = {
        "for_tables": (f"{week}, mode='ENSEMBLING'", "Config `mode` is for models of"),
        "for_forecasts": (
            "materialized='autopilot_model', target_column='sold', forecast_horizon=7",
            "Config `forecast_horizon` is for forecasts: set `problem_type` to TimeSeriesForecasting",
        ),
        "misspelt": (
            f"{week}, forecast_quantile=['p10']",
            "Did you mean `forecast_qua",
        ),
        "quantile": (f"{week}, forecast_quantiles=['0.1']", "Did you mean p1?"),
        "too_long": (f"{OPTIONS}, forecast_horizon=40", "Use at most 35"),
        "candidates": (
            f"{week}, max_candidates=2",
            "max_candidates 2 is out of range",
        ),
    }
    for name, (options, _) in refused.items():
        project.project.write_model(
            name, f"{{{{ config({options}) }}}} select * from {{{{ ref('demand_history') }}}}"
        )
    try:
        ran = dbtRunner().invoke(
            ["--quiet", "run", "--vars", json.dumps(project.project.variables), "--select", *refused]
        )
    finally:
        project.project.remove_models(*refused)
    messages = {result.node.name: str(result.message) for result in ran.result.results}
    jobs = aws("sagemaker").list_auto_ml_jobs(MaxResults=100)["AutoMLJobSummaries"]

    for name, (_, words) in refused.items():
        assert words in messages[name], messages[name]
    assert not [job for job in jobs if job["AutoMLJobName"].startswith(tuple(refused))]


def test_before_anything_is_trained_an_empty_build_has_the_same_columns(
    new_project: Callable[..., Project],  # noqa: F811
    database: pyexasol.ExaConnection,
    target: Target,
) -> None:
    made = new_project()
    for name, sql in (("demand_history", HISTORY), ("demand", MODEL), ("demand_forecast", FORECAST)):
        made.write_model(name, sql)
    variables = json.dumps(made.variables)
    with in_process(made):
        ran = dbtRunner().invoke(
            ["--quiet", "run", "--empty", "--vars", variables, "--select", "+demand_forecast"]
        )
    assert ran.success, [result.message for result in ran.result.results]
    with pyexasol.connect(**target.database) as connection:
        empty = connection.execute(f"select * from {made.schema}.demand_forecast")
        assert empty.col_names == ["ITEM", "REGION", "SOLD_ON", "P5", "P50", "P95", "MEAN", "JOB_NAME"]
        assert empty.fetchall() == []
