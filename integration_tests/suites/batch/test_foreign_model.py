"""Batch predictions by somebody else's model: what is refused before anything is exported."""

from __future__ import annotations

from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    BatchConfig,
    BatchPredictionError,
    ConfigurationError,
    Owner,
    TrainingJob,
    TrainingJobError,
    finish_batch,
)
from exasol_sagemaker.foreign_model import ForeignModel, plan_foreign_batch

QUERY = "SELECT ID, INCOME, JOB FROM BATCH.APPLICATIONS"


def planned(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    owner: Owner,
    foreign: ForeignModel,
    query: str = QUERY,
) -> Any:
    return plan_foreign_batch(
        session,
        database,
        foreign,
        query=query,
        keys=["id"],
        name="risk",
        config=BatchConfig(instance_type="ml.m5.large"),
        owner=owner,
    )


@pytest.mark.parametrize(
    ("foreign", "kind", "complaint"),
    [
        (ForeignModel(), ConfigurationError, "either `model_name` or `job_name`"),
        (ForeignModel(model_name="a", job_name="b"), ConfigurationError, "either `model_name` or `job_name`"),
        (ForeignModel(model_name="nobodys"), BatchPredictionError, "no SageMaker model 'nobodys'"),
        (ForeignModel(job_name="nobodys"), TrainingJobError, "nobodys"),
        (ForeignModel(job_name="a", problem_type="Regression"), ConfigurationError, "are for a model"),
        (
            ForeignModel(model_name="a", problem_type="Regresion"),
            ConfigurationError,
            "Did you mean Regression?",
        ),
        (
            ForeignModel(model_name="a", problem_type="BinaryClassification"),
            ConfigurationError,
            "target_type is missing",
        ),
        (
            ForeignModel(model_name="a", response_keys=["probability"]),
            ConfigurationError,
            "cannot be read",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    owner: Owner,
    foreign: ForeignModel,
    kind: type[Exception],
    complaint: str,
) -> None:
    with pytest.raises(kind) as refused:
        planned(session, database, owner, foreign)
    assert complaint in str(refused.value)


def test_a_query_of_keys_alone_gives_the_model_nothing_to_read(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    with pytest.raises(ConfigurationError, match="no columns for the model to read"):
        planned(session, database, owner, ForeignModel(model_name="a"), "SELECT ID FROM BATCH.APPLICATIONS")


def test_rows_are_predicted_anew_when_the_model_is_another_one_and_it_is_never_deleted(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner, trained: TrainingJob
) -> None:
    assert trained.best is not None
    name, foreign = f"theirs-{owner.project}"[:60].replace(" ", "-"), []
    for containers in (trained.best.containers, [{**trained.best.containers[0], "Environment": {"A": "B"}}]):
        session.sagemaker.create_model(
            ModelName=name,
            Containers=containers,  # type: ignore[arg-type]
            ExecutionRoleArn=str(session.settings.role_arn),
        )
        foreign.append(planned(session, database, owner, ForeignModel(model_name=name)))
        finish_batch(session, foreign[-1])
        session.sagemaker.delete_model(ModelName=name)

    first, second = foreign
    assert (first.model_name, first.borrows_model) == (name, True)
    assert [column.name for column in first.features] == ["INCOME", "JOB"]
    assert first.fingerprint != second.fingerprint
