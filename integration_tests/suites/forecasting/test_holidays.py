"""Public holidays that a forecaster is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pyexasol
import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker import (
    AwsSession,
    ForecastConfig,
    ForecastingConfig,
    Owner,
    load_forecast,
    plan_forecast,
    start_training,
    start_transforms,
    watch_training,
    watch_transforms,
)
from exasol_sandbox.aws.forecasting.public_holidays import holidays_in
from exasol_sandbox.aws.forecasting.steps import Steps

from .conftest import SCHEMA

# Two years of days; Easter lies in the last horizon, by which models are compared.
BEGIN, END, HORIZON = date(2022, 4, 11), date(2024, 4, 10), 30
FORECAST_HOLIDAYS = {date(2024, 5, 1), date(2024, 5, 9)}
CONFIG = ForecastingConfig(
    target_column="visits",
    item_id_column="museum",
    timestamp_column="opened_on",
    forecast_horizon=HORIZON,
    forecast_frequency="1D",
    holidays_country="DE",
)
OWNER = Owner(project="forecasting", target="test", node="model.forecasting.visits")


def visits(day: date, germany: set[date]) -> int:
    """Three times as many on a holiday as on other days, and more on weekends."""
    return (300 if day in germany else 100) + 20 * (day.weekday() >= 5) + day.toordinal() * 7 % 5


@pytest.fixture(scope="module")
def history(database: pyexasol.ExaConnection) -> Iterator[str]:
    import holidays

    germany = set(holidays.country_holidays("DE", years=range(2022, 2025)))
    days = [BEGIN + timedelta(days=number) for number in range((END - BEGIN).days + 1)]
    rows = [(museum, day, visits(day, germany)) for museum in ("art", "trains") for day in days]
    database.execute(
        f"CREATE TABLE {SCHEMA}.VISITS (MUSEUM VARCHAR(10), OPENED_ON DATE, VISITS DECIMAL(9,0))"
    )
    database.import_from_iterable(rows, (SCHEMA, "VISITS"))
    yield f"SELECT MUSEUM, OPENED_ON, VISITS FROM {SCHEMA}.VISITS"
    database.execute(f"DROP TABLE {SCHEMA}.VISITS")


def test_a_forecast_knows_the_holidays_to_come(
    session: AwsSession, database: pyexasol.ExaConnection, history: str
) -> None:
    started = start_training(session, database, query=history, name="visits", config=CONFIG, owner=OWNER)
    *_, last = watch_training(session, started.job_name)
    assert last.job.status == "Completed", last.job.failure_reason
    plan = plan_forecast(
        session,
        database,
        last.job,
        query=history,
        name="visits",
        config=ForecastConfig(instance_type="ml.m5.large"),
        owner=OWNER,
    )
    *_, done = watch_transforms(session, start_transforms(session, database, plan))
    loaded = load_forecast(session, database, done, schema=SCHEMA, staging="STAGED_VISITS")

    rows = database.execute(f"SELECT OPENED_ON, P50 FROM ({loaded.query})").fetchall()

    high = {date.fromisoformat(str(day)[:10]) for day, expected in rows if expected > 200}
    assert len(rows) == 2 * HORIZON
    assert high == FORECAST_HOLIDAYS


def test_a_country_without_a_calendar_is_refused(
    session: AwsSession, database: pyexasol.ExaConnection, history: str
) -> None:
    nowhere = replace(CONFIG, holidays_country="ZZ")
    with pytest.raises(Exception, match="no calendar of public holidays of ZZ") as refused:
        start_training(session, database, query=history, name="nowhere", config=nowhere, owner=OWNER)
    assert isinstance(refused.value.__cause__, ClientError)


@pytest.mark.parametrize(
    ("frequency", "begin", "counts"),
    [
        ("1D", "2024-04-30", [0, 1, 0]),
        ("12H", "2024-04-30", [0, 0, 1, 1, 0]),
        ("1W", "2024-04-29", [1, 1, 0, 1]),
        ("1M", "2024-03-01", [1, 1, 3, 0]),
        ("1Y", "2024-01-01", [9]),
    ],
)
def test_a_step_touches_the_holidays_of_its_days(frequency: str, begin: str, counts: list[int]) -> None:
    steps = Steps(frequency)
    (first,) = steps.numbers([begin])

    assert holidays_in(steps, "DE", int(first), len(counts)).tolist() == counts
