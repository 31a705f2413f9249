"""Feature selection, feature types and a validation set of one's own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    ExasolSageMakerError,
    Owner,
    TrainingDataError,
    TrainingJob,
    decide_training,
    start_training,
    watch_training,
)
from exasol_sagemaker.settings import split_s3_uri

from .conftest import CONFIG, QUERY

HOLDOUT = "SELECT SCORE, INCOME, TARGET, JOB, CHILDREN FROM HOOKS.APPLICATIONS WHERE MOD(ID, 5) = 0"
CHOSEN = replace(
    CONFIG,
    max_candidates=1,
    features=("score", "children", "Income"),
    feature_types={"CHILDREN": "categorical", "score": "numeric"},
)


def read_json(session: AwsSession, uri: str) -> Any:
    bucket, key = split_s3_uri(uri)
    return json.loads(session.s3.get_object(Bucket=bucket, Key=key)["Body"].read())


@pytest.fixture(scope="module")
def chosen(session: AwsSession, database: pyexasol.ExaConnection) -> TrainingJob:
    """A completed job on three features, validated on rows of their own."""
    owner = Owner(project="options", target="test", node="model.hooks.chosen")
    job = start_training(
        session, database, query=QUERY, name="chosen", config=CHOSEN, owner=owner, validation=HOLDOUT
    )
    last = list(watch_training(session, job.job_name))[-1].job
    assert last.status == "Completed", last.failure_reason
    return last


def test_only_the_features_are_exported_and_asked_for(chosen: TrainingJob) -> None:
    assert [column.name for column in chosen.input_columns] == ["INCOME", "CHILDREN", "SCORE"]


def test_the_specification_says_what_the_features_are(session: AwsSession, chosen: TrainingJob) -> None:
    described = session.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=chosen.job_name)
    tabular = described["AutoMLProblemTypeConfig"]["TabularJobConfig"]

    assert read_json(session, tabular["FeatureSpecificationS3Uri"]) == {
        "FeatureAttributeNames": ["SCORE", "CHILDREN", "INCOME"],
        "FeatureDataTypes": {"CHILDREN": "categorical", "SCORE": "numeric"},
    }


def test_candidates_are_validated_on_the_validation_set(
    session: AwsSession, database: pyexasol.ExaConnection, chosen: TrainingJob
) -> None:
    rows = database.execute(f"SELECT COUNT(*) FROM ({HOLDOUT})").fetchval()
    described = session.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=chosen.job_name)
    report = read_json(session, described["AutoMLJobArtifacts"]["DataExplorationNotebookLocation"])

    assert (report["training_rows"], report["validation_rows"]) == (chosen.row_count, rows)
    assert report["columns"] == {"INCOME": "Number", "CHILDREN": "FewValues", "SCORE": "Number"}


def test_another_validation_set_is_another_job(
    session: AwsSession, database: pyexasol.ExaConnection, chosen: TrainingJob
) -> None:
    owner = Owner(project="options", target="test", node="model.hooks.chosen")
    asked: dict[str, Any] = {"query": QUERY, "name": "chosen", "config": CHOSEN, "owner": owner}

    same = decide_training(session, database, **asked, validation=HOLDOUT)
    fewer = decide_training(session, database, **asked, validation=f"{HOLDOUT} AND ID > 100")

    assert (same.job_name, same.trains) == (chosen.job_name, False)
    assert (fewer.trains, fewer.reason) == (True, "changed: data")


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"features": ("scor",)}, ConfigurationError, "Did you mean 'SCORE'?"),
        ({"features": ("TARGET", "SCORE")}, ConfigurationError, "target TARGET is named as a feature"),
        ({"feature_types": {"JOB": "txt"}}, ConfigurationError, "Did you mean text?"),
        ({"feature_types": {"JOB": "text"}}, ConfigurationError, "JOB, which is not among the features"),
        ({"features": (), "feature_types": {"BORN": "numeric"}}, ConfigurationError, "it is a DATE"),
        ({"feature_specification_s3_uri": "s3://bucket/file.json"}, ConfigurationError, "both given"),
        ({"validation_fraction": 0.3}, ConfigurationError, "one or the other"),
        ({"subnets": ("subnet-1",)}, ConfigurationError, "Set security_groups too"),
    ],
)
def test_what_cannot_be_is_refused(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    owner: Owner,
    change: dict[str, Any],
    kind: type[ExasolSageMakerError],
    message: str,
) -> None:
    with pytest.raises(kind) as refused:
        decide_training(
            session,
            database,
            query=QUERY,
            name="chosen",
            config=replace(CHOSEN, **change),
            owner=owner,
            validation=HOLDOUT,
        )

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        (
            "SELECT SCORE, CHILDREN, INCOME INCOMES, TARGET FROM HOOKS.APPLICATIONS",
            "Did you mean 'INCOMES' where it says 'INCOME'?",
        ),
        (
            "SELECT CAST(SCORE AS VARCHAR(30)) SCORE, CHILDREN, INCOME, TARGET FROM HOOKS.APPLICATIONS",
            "SCORE is a VARCHAR(30)",
        ),
        (f"{HOLDOUT} AND FALSE", "The validation set has no row"),
        ("SELECT * FROM HOOKS.NOWHERE", "NOWHERE"),
    ],
    ids=["missing column", "other type", "no row", "no table"],
)
def test_a_validation_set_that_does_not_fit_is_refused(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner, validation: str, message: str
) -> None:
    with pytest.raises(TrainingDataError) as refused:
        decide_training(
            session, database, query=QUERY, name="chosen", config=CHOSEN, owner=owner, validation=validation
        )

    assert message in str(refused.value)
