"""Jobs and deployments as rows, and which of several rows is the newest."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker import rows
from exasol_sagemaker import Column, Deployment, TrainingJob

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=timezone.utc)

JOB = TrainingJob(
    job_name="credit-risk-1a2b3c4d",
    job_arn="arn:aws:sagemaker:eu-central-1:123456789012:automl-job/credit-risk-1a2b3c4d",
    status="Completed",
    secondary_status="Completed",
    problem_type="BinaryClassification",
    objective="AUC",
    target_column="TARGET",
    best_candidate="best",
    objective_value=0.75,
    metrics={"F1": 0.5, "AUC": 0.75},
    input_columns=(Column("INCOME", "DECIMAL(18,2)"),),
    target_type="DECIMAL(9,0)",
    row_count=1200,
    fingerprint="1a2b3c4d",
    training_data_s3_uri="s3://bucket/data/",
    output_s3_uri="s3://bucket/output/",
    created_at=NOON,
    ended_at=NOON + timedelta(minutes=3),
    failure_reason=None,
)

DEPLOYMENT = Deployment(
    endpoint_name="credit-risk",
    endpoint_arn="arn:aws:sagemaker:eu-central-1:123456789012:endpoint/credit-risk",
    status="InService",
    job_name=JOB.job_name,
    model_name="model",
    endpoint_config_name="config",
    instance_type="ml.m5.large",
    instance_count=1,
    problem_type="BinaryClassification",
    target_column="TARGET",
    target_type="DECIMAL(9,0)",
    input_columns=(Column("INCOME", "DECIMAL(18,2)"), Column("NAME's", "VARCHAR(64) UTF8")),
    response_keys=("predicted_label", "probability"),
    deployed_at=NOON.replace(microsecond=123000),
)


def as_stored(row: dict[str, object]) -> dict[str, object]:
    """What the driver gives back: decimals as text, timestamps in dbt-exasol's session format."""
    stored = {
        name: str(value) if name in ("row_count", "instance_count") else value for name, value in row.items()
    }
    for name in ("created_at", "ended_at", "deployed_at"):
        if stored.get(name):
            stored[name] = f"{stored[name]}000".replace(" ", "T")
    return stored


def test_a_deployment_survives_the_way_through_the_table() -> None:
    stored = as_stored(rows.deployment_row(DEPLOYMENT))

    assert rows.deployment_from_row(stored) == DEPLOYMENT


def test_a_row_that_is_up_to_date_has_no_changes() -> None:
    row = rows.job_row(JOB)

    assert rows.changes(as_stored(row), row) == {}


def test_only_what_differs_is_changed() -> None:
    running = replace(JOB, status="InProgress", ended_at=None, objective_value=None)

    changed = rows.changes(as_stored(rows.job_row(running)), rows.job_row(JOB))

    assert changed == {
        "status": "Completed",
        "ended_at": "2026-11-23 12:03:00.123",
        "objective_value": 0.75,
    }


def test_numbers_are_compared_as_numbers_and_texts_as_texts() -> None:
    assert rows.changes({"row_count": Decimal("7")}, {"row_count": 7}) == {}
    assert rows.changes({"target_column": "1"}, {"target_column": "1.0"}) == {"target_column": "1.0"}
    assert rows.changes({"failure_reason": None}, {"failure_reason": ""}) == {}


@pytest.mark.parametrize(
    ("value", "data_type", "literal"),
    [
        (None, "varchar(10)", "null"),
        (3, "decimal(18,0)", "3"),
        (0.25, "double", "0.25"),
        ("it's", "varchar(10)", "'it''s'"),
        ("2026-11-23 12:00:00.123", "timestamp", "timestamp '2026-11-23 12:00:00.123'"),
    ],
)
def test_literals(value: object, data_type: str, literal: str) -> None:
    assert rows.sql_literal(value, data_type) == literal


def test_the_newest_row_is_told_by_the_first_column_that_there_is() -> None:
    old = {"job_name": "a", "created_at": "2026-01-01T00:00:00"}
    new = {"job_name": "b", "created_at": "2026-02-01T00:00:00"}
    asked_for_again = {**old, "requested_at": "2026-03-01T00:00:00"}

    assert rows.newest([new, old], by=["requested_at", "created_at"]) is new
    assert rows.newest(
        [asked_for_again, {**new, "requested_at": "2026-02-01T00:00:00"}], by=["requested_at"]
    ) is (asked_for_again)
    assert rows.newest([], by=["created_at"]) is None
    assert rows.newest([{"job_name": "a"}], by=["created_at"]) == {"job_name": "a"}


def test_rows_without_a_time_cannot_be_told_apart() -> None:
    with pytest.raises(DbtRuntimeError, match="the newest cannot"):
        rows.newest([{"job_name": "a"}, {"job_name": "b"}], by=["created_at"])


def test_a_deployment_without_all_columns_names_the_missing_one() -> None:
    row = rows.deployment_row(DEPLOYMENT)
    del row["input_columns"]

    with pytest.raises(DbtRuntimeError, match="does not return INPUT_COLUMNS"):
        rows.deployment_from_row(row)
