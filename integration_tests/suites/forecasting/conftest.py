"""Forecasts on the sandbox: daily sales with a trend and weeks, a session, and one trained forecaster."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pyexasol
import pytest
from hooks.conftest import keyed_session

from exasol_sagemaker import (
    AwsSession,
    ForecastingConfig,
    Owner,
    SageMakerSettings,
    TrainingJob,
    describe_training,
    start_training,
    watch_training,
)
from exasol_sandbox.state import SandboxState

SCHEMA = "FORECASTING"
ITEMS = ("apples", "bread", "milk, fresh")
REGIONS = ("north", "south")
BEGIN = date(2024, 1, 1)
DAYS, HORIZON = 154, 14
CUT = BEGIN + timedelta(days=DAYS - HORIZON)
HISTORY = f"SELECT * FROM {SCHEMA}.SALES WHERE SOLD_ON < DATE '{CUT}'"
CONFIG = ForecastingConfig(
    target_column="sold",
    item_id_column="item",
    timestamp_column="sold_on",
    grouping_columns=("region",),
    forecast_horizon=HORIZON,
    forecast_frequency="1D",
    forecast_quantiles=("p10", "p50", "p90"),
)
OWNER = Owner(project="forecasting", target="test", node="model.forecasting.demand")
Row = tuple[str, str, date, float, int]


def sales() -> list[Row]:
    """Item, region, day, what was sold, and whether there was a promotion."""
    random = Random(7)
    rows = []
    for place, (item, region) in enumerate((item, region) for item in ITEMS for region in REGIONS):
        for day in range(DAYS):
            promoted = int((day * 5 + place) % 13 == 0)
            week = 9 * math.sin(2 * math.pi * (day % 7) / 7)
            sold = 60 + 12 * place + 0.2 * day + week + 10 * promoted + random.gauss(0, 2)
            rows.append((item, region, BEGIN + timedelta(days=day), round(sold, 3), promoted))
    return rows


@pytest.fixture(scope="session")
def session(sandbox: SandboxState) -> AwsSession:
    environment = sandbox.environment()
    settings = SageMakerSettings(
        s3_uri=environment["SAGEMAKER_S3_URI"].rstrip("/") + "/forecasting",
        role_arn=environment["SAGEMAKER_ROLE_ARN"],
        region=sandbox.aws_region,
        endpoint_url=sandbox.aws_endpoint_url,
    )
    return keyed_session(settings, sandbox.aws_access_key_id, sandbox.aws_secret_access_key)


@pytest.fixture(scope="session")
def database(sandbox: SandboxState) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(
            f"CREATE TABLE {SCHEMA}.SALES (ITEM VARCHAR(20), REGION CHAR(8), SOLD_ON DATE, "
            "SOLD DECIMAL(9,3), PROMOTED DECIMAL(1,0))"
        )
        connection.import_from_iterable(sales(), (SCHEMA, "SALES"))
        yield connection


@pytest.fixture(scope="session")
def job(session: AwsSession, database: pyexasol.ExaConnection) -> TrainingJob:
    """A forecaster of the sales until the cut."""
    started = start_training(session, database, query=HISTORY, name="demand", config=CONFIG, owner=OWNER)
    *_, last = watch_training(session, started.job_name)
    assert last.job.status == "Completed", last.job.failure_reason
    return describe_training(session, started.job_name)
