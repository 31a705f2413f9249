"""Batch predictions by models that this project did not train; they are never changed or deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from exasol_sagemaker import naming
from exasol_sagemaker.autopilot import REGRESSION
from exasol_sagemaker.batch import BatchConfig, BatchPlan
from exasol_sagemaker.batch_plan import plan_batch
from exasol_sagemaker.columns import Column
from exasol_sagemaker.describe_job import describe_training
from exasol_sagemaker.errors import BatchPredictionError, ConfigurationError, aws_errors, is_not_found
from exasol_sagemaker.foreign_endpoint import check_answers
from exasol_sagemaker.job import Candidate, TrainingJob
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training_data import read_columns

if TYPE_CHECKING:
    from pyexasol import ExaConnection


@dataclass(frozen=True)
class ForeignModel:
    """Somebody else's SageMaker model, or Autopilot job whose best candidate predicts: one of the two.

    Attributes:
        model_name: A SageMaker model that takes lines of CSV and answers a line of CSV to each. It is used as
            it is, with its own role.
        job_name: An Autopilot job on tables. A model of its best candidate is made for the prediction.
        problem_type: Of a model: `Regression`, `BinaryClassification` or `MulticlassClassification`; a
            regression if absent. A job knows it.
        target_type: SQL type of what it predicts; DOUBLE for a regression.
        response_keys: Of a model: fields of a line of its answer, in order, of inference.RESPONSE_KEYS;
            empty for a bare prediction. A job's model is asked for what it can answer.
    """

    model_name: str | None = None
    job_name: str | None = None
    problem_type: str | None = None
    target_type: str | None = None
    response_keys: Sequence[str] = field(default_factory=tuple)


def plan_foreign_batch(
    aws: AwsSession,
    database: ExaConnection,
    foreign: ForeignModel,
    *,
    query: str,
    keys: Sequence[str],
    columns: Sequence[str] = (),
    name: str,
    config: BatchConfig,
    owner: Owner,
    threshold: float | None = None,
    probabilities: bool = False,
) -> BatchPlan:
    """As plan_batch, with a model of somebody else's. Nothing is sent to AWS but questions.

    Args:
        query: The rows to predict: keys, carried columns, and all others are what the model reads, in order.

    Raises:
        ConfigurationError: What is said of the model cannot be.
        BatchPredictionError: There is no such model or job, or it has no best candidate.
    """
    node = owner.node
    if (foreign.model_name is None) == (foreign.job_name is None):
        raise ConfigurationError(
            "It is not said who predicts", node=node, hint="Give either `model_name` or `job_name`."
        )
    apart = {one.upper() for one in (*keys, *columns)}
    features = [one for one in read_columns(database, query, node=node) if one.name.upper() not in apart]
    if foreign.job_name is not None:
        job = _known_job(aws, foreign, features, node)
    else:
        job = _model_as_job(aws, foreign, features, node)
    plan = plan_batch(
        aws,
        database,
        job,
        query=query,
        keys=keys,
        columns=columns,
        name=name,
        config=config,
        owner=owner,
        threshold=threshold,
        probabilities=probabilities,
    )
    if foreign.model_name is None:
        return plan
    return replace(
        plan,
        model_name=foreign.model_name,
        response_keys=tuple(foreign.response_keys),
        borrows_model=True,
    )


def _known_job(aws: AwsSession, foreign: ForeignModel, features: Sequence[Column], node: str) -> TrainingJob:
    """An Autopilot job that reads these columns."""
    if foreign.problem_type is not None or foreign.response_keys:
        raise ConfigurationError(
            "problem_type and response_keys are for a model",
            node=node,
            why="An Autopilot job knows its problem type, and is asked for what it can answer.",
            hint="Leave them out.",
        )
    job = describe_training(aws, str(foreign.job_name))
    target_type = foreign.target_type or job.target_type
    check_answers(job.problem_type or REGRESSION, (), target_type, features, node)
    return replace(job, input_columns=tuple(features), target_type=target_type or "DOUBLE")


def _model_as_job(
    aws: AwsSession, foreign: ForeignModel, features: Sequence[Column], node: str
) -> TrainingJob:
    """A SageMaker model in the place of a job's best candidate.

    Its name has a digest of what the model is made of: rows are predicted anew when that changes.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    name = str(foreign.model_name)
    problem_type = foreign.problem_type or REGRESSION
    check_answers(problem_type, foreign.response_keys, foreign.target_type, features, node)
    with aws_errors(f"The model {name} could not be described", node=node, kind=BatchPredictionError):
        try:
            answer: Any = aws.sagemaker.describe_model(ModelName=name)
        except ClientError as error:
            if not is_not_found(error):
                raise
            raise BatchPredictionError(
                f"There is no SageMaker model {name!r} in {aws.region}",
                node=node,
                hint="Check name, region and account.",
            ) from error
    containers = answer.get("Containers") or [answer.get("PrimaryContainer", {})]
    content = json.dumps([containers, list(foreign.response_keys)], sort_keys=True, default=str)
    begin = naming.shorten(name, naming.JOB_NAME_LIMIT - naming.FINGERPRINT_DIGITS - 1)
    title = f"{begin}-{naming.digest(content)}"
    created = answer.get("CreationTime") or datetime.now(timezone.utc)
    best = Candidate(name, "Completed", None, None, {}, tuple(containers))
    return TrainingJob(
        job_name=title,
        job_arn=answer["ModelArn"],
        status="Completed",
        secondary_status="",
        problem_type=problem_type,
        objective=None,
        target_column="PREDICTION",
        best_candidate=name,
        objective_value=None,
        metrics={},
        input_columns=tuple(features),
        target_type=foreign.target_type or "DOUBLE",
        row_count=None,
        fingerprint=None,
        training_data_s3_uri="",
        output_s3_uri="",
        created_at=created,
        ended_at=created,
        failure_reason=None,
        best=best,
    )
