"""Prediction UDFs on endpoints that somebody else deployed. Nothing there is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from exasol_sagemaker.autopilot import PROBLEM_TYPES, REGRESSION
from exasol_sagemaker.columns import Column
from exasol_sagemaker.connection import stored_name
from exasol_sagemaker.deployment_state import endpoint_answer
from exasol_sagemaker.errors import ConfigurationError, EndpointError
from exasol_sagemaker.inference import RESPONSE_KEYS
from exasol_sagemaker.prediction_udf import PredictionUdf
from exasol_sagemaker.session import AwsSession

_SERVING = frozenset({"InService", "Updating", "SystemUpdating", "RollingBack"})


@dataclass(frozen=True)
class ForeignEndpoint:
    """What is to be known of an endpoint that takes lines of CSV and answers a line of CSV or JSON to each.

    Attributes:
        endpoint_name: Its name.
        problem_type: `Regression`, `BinaryClassification` or `MulticlassClassification`.
        target_type: SQL type of what it predicts; DOUBLE for a regression.
        response_keys: Fields of a line of its answer, in order, of inference.RESPONSE_KEYS; empty for a bare
            prediction.
        target_column: What it predicts, for messages.
    """

    endpoint_name: str
    problem_type: str = REGRESSION
    target_type: str | None = None
    response_keys: Sequence[str] = field(default_factory=tuple)
    target_column: str = "PREDICTION"


def foreign_prediction_udf(
    aws: AwsSession, foreign: ForeignEndpoint, columns: Sequence[Column], *, connection: str, node: str
) -> PredictionUdf:
    """The UDF that asks somebody else's endpoint.

    Its JOB_NAME is the endpoint's configuration, so that rows are predicted anew when that is another one.

    Args:
        columns: What the endpoint reads, in order.

    Raises:
        ConfigurationError: What is said of the endpoint cannot be.
        EndpointError: There is no such endpoint, or it does not serve.
    """
    check_answers(foreign.problem_type, foreign.response_keys, foreign.target_type, columns, node)
    answer = endpoint_answer(aws, foreign.endpoint_name)
    if answer is None:
        raise EndpointError(
            f"There is no endpoint {foreign.endpoint_name!r} in {aws.region}",
            node=node,
            hint="Check name, region and account.",
        )
    if answer["EndpointStatus"] not in _SERVING:
        raise EndpointError(
            f"The endpoint {foreign.endpoint_name} does not serve: it is {answer['EndpointStatus']}",
            node=node,
            why=answer.get("FailureReason"),
            hint="Whoever deployed it has to mend it; it is not this project's.",
        )
    variants = answer.get("ProductionVariants") or [{}]
    return PredictionUdf(
        endpoint_name=foreign.endpoint_name,
        region=aws.region,
        connection=stored_name(connection),
        job_name=answer["EndpointConfigName"],
        model_name="",
        problem_type=foreign.problem_type,
        target_column=foreign.target_column,
        target_type=foreign.target_type or "DOUBLE",
        input_columns=tuple(columns),
        response_keys=tuple(foreign.response_keys),
        explains=bool(answer.get("ExplainerConfig")),
        serverless="CurrentServerlessConfig" in variants[0],
    )


def check_answers(
    problem_type: str,
    response_keys: Sequence[str],
    target_type: str | None,
    columns: Sequence[Column],
    node: str,
) -> None:
    """See that the answers of somebody else's model can be read, and that it gets something to read.

    Raises:
        ConfigurationError: They cannot, or it gets nothing.
    """
    if problem_type not in PROBLEM_TYPES:
        close = get_close_matches(problem_type, PROBLEM_TYPES, n=1, cutoff=0.3)
        raise ConfigurationError(
            f"problem_type {problem_type!r} does not exist",
            node=node,
            hint=(f"Did you mean {close[0]}? " if close else "") + f"There are {', '.join(PROBLEM_TYPES)}.",
        )
    unknown = [key for key in response_keys if key not in RESPONSE_KEYS]
    if unknown or (response_keys and "predicted_label" not in response_keys):
        raise ConfigurationError(
            f"response_keys {list(response_keys)} cannot be read",
            node=node,
            hint=f"Use those of {', '.join(RESPONSE_KEYS)} that it answers with, in its order, "
            "with predicted_label among them; leave it out for a bare prediction.",
        )
    if problem_type != REGRESSION and target_type is None:
        raise ConfigurationError(
            "target_type is missing",
            node=node,
            why="A label may be a number or a text.",
            hint="Give the SQL type of the labels, such as VARCHAR(20).",
        )
    if not columns:
        raise ConfigurationError(
            "The query has no columns for the model to read",
            node=node,
            hint="Select what it reads, in its order.",
        )
