"""A forecaster trained on the sandbox, and what it forecasts."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    BatchPredictionError,
    EndpointConfig,
    EndpointError,
    ForecastConfig,
    ForecastPlan,
    Owner,
    TrainingJob,
    deploy_endpoint,
    finish_batch,
    list_candidates,
    load_forecast,
    plan_forecast,
    start_training,
    start_transforms,
    watch_transforms,
)

from .conftest import BEGIN, CONFIG, CUT, DAYS, HISTORY, HORIZON, ITEMS, OWNER, REGIONS, SCHEMA, sales

METRICS = {"AverageWeightedQuantileLoss", "MAPE", "MASE", "RMSE", "WAPE"}
FORECASTER = Owner(project="forecasting", target="test", node="model.forecasting.forecast")
SERIES = {(item, region) for item in ITEMS for region in REGIONS}
Forecast = dict[tuple[str, str], list[dict[str, Any]]]


def planned(
    session: AwsSession, database: pyexasol.ExaConnection, job: TrainingJob, query: str = HISTORY
) -> ForecastPlan:
    # Few rows a file, so that there are several.
    config = ForecastConfig(instance_type="ml.m5.large", rows_per_file=300)
    return plan_forecast(
        session, database, job, query=query, name="forecast", config=config, owner=FORECASTER
    )


@pytest.fixture(scope="module")
def forecast(session: AwsSession, database: pyexasol.ExaConnection, job: TrainingJob) -> Forecast:
    """Rows of the forecast by series, in the order of time."""
    started = start_transforms(session, database, planned(session, database, job))
    *_, plan = watch_transforms(session, started)
    loaded = load_forecast(session, database, plan, schema=SCHEMA, staging="STAGED")
    names = [column.name for column in loaded.columns]
    rows = database.execute(f"SELECT * FROM ({loaded.query}) ORDER BY ITEM, REGION, SOLD_ON").fetchall()
    assert len(rows) == loaded.row_count
    finish_batch(session, plan)
    found = defaultdict(list)
    for row in rows:
        named = dict(zip(names, row, strict=True))
        found[named["ITEM"], named["REGION"].rstrip()].append(named)
    return dict(found)


def test_a_job_knows_what_it_forecasts(job: TrainingJob) -> None:
    assert job.problem_type == "TimeSeriesForecasting"
    assert job.series is not None
    assert (job.series.series_columns, job.series.timestamp_column) == (("ITEM", "REGION"), "SOLD_ON")
    assert (job.series.horizon, job.series.quantiles) == (HORIZON, ("p10", "p50", "p90"))
    assert (job.target_column, job.objective) == ("SOLD", "AverageWeightedQuantileLoss")
    assert set(job.metrics) == METRICS


def test_candidates_are_compared_on_what_was_held_out_and_the_smallest_loss_is_best(
    session: AwsSession, job: TrainingJob
) -> None:
    candidates = list_candidates(session, job.job_name)
    losses = [candidate.metrics["AverageWeightedQuantileLoss"] for candidate in candidates]
    assert len(set(losses)) > 1
    assert losses == sorted(losses)
    assert candidates[0].name == job.best_candidate
    assert job.metrics["MASE"] < 1, "no better than what was a week ago"


def test_each_series_has_each_step_of_the_horizon(forecast: Forecast, job: TrainingJob) -> None:
    days = [str(CUT + timedelta(days=step)) for step in range(HORIZON)]
    assert set(forecast) == SERIES
    for rows in forecast.values():
        assert [str(row["SOLD_ON"]) for row in rows] == days
        assert {row["JOB_NAME"] for row in rows} == {job.job_name}


def test_quantiles_are_ordered_and_differ(forecast: Forecast) -> None:
    for rows in forecast.values():
        for row in rows:
            assert row["P10"] < row["P50"] < row["P90"]
            assert row["P10"] < row["MEAN"] < row["P90"]


def test_it_is_better_than_the_same_day_a_week_ago(forecast: Forecast) -> None:
    truth = {(item, region, day): sold for item, region, day, sold, _ in sales()}
    errors, naive, inside = 0.0, 0.0, 0
    for (item, region), rows in forecast.items():
        for step, row in enumerate(rows):
            day = CUT + timedelta(days=step)
            sold = truth[item, region, day]
            before = truth[item, region, CUT - timedelta(days=7 - step % 7)]
            errors += abs(row["P50"] - sold)
            naive += abs(before - sold)
            inside += row["P10"] <= sold <= row["P90"]
    assert errors < 0.8 * naive
    assert inside > 0.5 * len(SERIES) * HORIZON


def test_the_same_input_trains_nothing(
    session: AwsSession, database: pyexasol.ExaConnection, job: TrainingJob
) -> None:
    again = start_training(session, database, query=HISTORY, name="demand", config=CONFIG, owner=OWNER)
    assert (again.job_name, again.started) == (job.job_name, False)


def test_an_endpoint_that_nothing_could_ask_is_refused(session: AwsSession, job: TrainingJob) -> None:
    with pytest.raises(EndpointError, match="forecasts time series") as refused:
        deploy_endpoint(session, job, name="demand", config=EndpointConfig(), owner=OWNER)
    assert "`forecast`" in str(refused.value)


def test_the_same_history_has_the_same_plan_and_another_has_not(
    session: AwsSession, database: pyexasol.ExaConnection, job: TrainingJob
) -> None:
    plan = planned(session, database, job)
    assert plan.fingerprint == planned(session, database, job).fingerprint
    later = f"{HISTORY} AND SOLD_ON > DATE '{BEGIN}'"
    assert plan.fingerprint != planned(session, database, job, later).fingerprint
    assert (plan.series_count, plan.row_count) == (len(SERIES), len(SERIES) * (DAYS - HORIZON))
    assert len(plan.files) > 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ITEM, REGION, SOLD_ON, SOLD FROM FORECASTING.SALES", "lacks training columns .*PROMOTED"),
        ("SELECT S.*, SOLD_ON AS P50 FROM FORECASTING.SALES S WHERE FALSE", "no history"),
        (
            "SELECT ITEM, REGION, SOLD_ON, PROMOTED, CASE WHEN ITEM <> 'bread' THEN SOLD END AS SOLD "
            "FROM FORECASTING.SALES",
            r"2 of 6 series have no value of SOLD(.|\n)*bread",
        ),
        (
            "SELECT ITEM, REGION, TO_CHAR(SOLD_ON) AS SOLD_ON, PROMOTED, SOLD FROM FORECASTING.SALES",
            "timestamp column SOLD_ON is a VARCHAR",
        ),
    ],
)
def test_a_history_that_cannot_be_forecast_is_named_before_it_is_exported(
    session: AwsSession, database: pyexasol.ExaConnection, job: TrainingJob, query: str, words: str
) -> None:
    with pytest.raises(BatchPredictionError, match=words):
        planned(session, database, job, query)
