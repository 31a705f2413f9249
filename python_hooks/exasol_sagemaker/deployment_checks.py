"""What SageMaker would refuse to deploy, found before anything is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from exasol_sagemaker.autopilot import REGRESSION
from exasol_sagemaker.autoscaling import check_autoscaling
from exasol_sagemaker.data_capture import check_capture
from exasol_sagemaker.endpoint import EndpointConfig, Serverless
from exasol_sagemaker.errors import ConfigurationError, EndpointError
from exasol_sagemaker.guards import check_instances
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.session import AwsSession

# ProductionVariantServerlessConfig in the API reference.
_MEMORY_SIZES = tuple(range(1024, 6145, 1024))
_MOST_CONCURRENT = 200


def check_job(job: TrainingJob, node: str) -> None:
    """See that there is a model to deploy, of a kind that a prediction UDF can ask.

    Raises:
        EndpointError: The job is not completed, found no model, or forecasts.
    """
    if job.status != "Completed" or job.best is None or not job.best.containers:
        hints = {
            "Failed": "Correct the cause and train again.",
            "Stopped": "Train again with --full-refresh.",
            "Completed": "Autopilot found no candidate that can be deployed: look at its candidates.",
        }
        raise EndpointError(
            f"The job {job.job_name} cannot be deployed: it is {job.status}"
            + (" without a best candidate" if job.status == "Completed" else ""),
            node=node,
            why=job.failure_reason,
            hint=hints.get(job.status, "Wait until it is completed, and run again."),
        )
    if job.series is not None:
        raise EndpointError(
            f"The job {job.job_name} forecasts time series: Exasol could not ask an endpoint for it",
            node=node,
            hint="Use the materialization `forecast`, which needs no endpoint.",
        )


def check_config(
    aws: AwsSession, config: EndpointConfig, job: TrainingJob, response_keys: Sequence[str], node: str
) -> None:
    """See that SageMaker would take this configuration for this job's model.

    Args:
        response_keys: Fields of the model's answers; empty for a bare prediction.

    Raises:
        ConfigurationError: It would not.
    """
    if config.serverless is not None:
        _check_serverless(config, config.serverless, job, node)
    else:
        _check_instances(aws, config, node)
    check_capture(config, node)
    check_autoscaling(config, node)
    if config.explainer is not None:
        _check_explainer(config, job, response_keys, node)
    if bool(config.security_groups) != bool(config.subnets):
        raise ConfigurationError(
            "A VPC needs both `security_groups` and `subnets`",
            node=node,
            hint="Give both, or neither.",
        )
    if aws.settings.role_arn is None:
        raise ConfigurationError(
            "No execution role is configured",
            node=node,
            hint="Set `role_arn` in the profile's sagemaker block to a role that SageMaker may assume.",
        )


def check_hosts(answer: Mapping[str, Any], config: EndpointConfig, node: str) -> None:
    """See that an endpoint may be updated to this configuration.

    Source: "Create, invoke, update, and delete a serverless endpoint" in the SageMaker developer guide: it
    cannot become serverless, and a serverless one can get instances.

    Args:
        answer: SageMaker's description of the endpoint.

    Raises:
        ConfigurationError: It has instances and is to be serverless.
    """
    variants = answer.get("ProductionVariants") or [{}]
    if config.serverless is None or "CurrentServerlessConfig" in variants[0]:
        return
    raise ConfigurationError(
        f"The endpoint {answer['EndpointName']} has instances, and SageMaker cannot make it serverless",
        node=node,
        hint="Give the serverless one another name, `endpoint_name`, and delete this one when nothing calls "
        "it, or delete this one first.",
    )


def _check_instances(aws: AwsSession, config: EndpointConfig, node: str) -> None:
    if config.instance_count < 1:
        raise ConfigurationError(
            f"instance_count {config.instance_count} is out of range", node=node, hint="Use at least 1."
        )
    shape: Any = aws.sagemaker.meta.service_model.shape_for("ProductionVariantInstanceType")
    known: list[str] = shape.enum
    if config.instance_type not in known:
        close = get_close_matches(config.instance_type, known, n=3)
        raise ConfigurationError(
            f"The instance type {config.instance_type!r} does not exist",
            node=node,
            hint=(f"Did you mean {' or '.join(close)}? " if close else "They look like ml.m5.large. ")
            + "If AWS has it since a short time ago, upgrade boto3.",
        )
    check_instances(aws.settings.guards, config.instance_type, config.most_instances, node=node)


def _check_serverless(config: EndpointConfig, serverless: Serverless, job: TrainingJob, node: str) -> None:
    if serverless.memory_mb not in _MEMORY_SIZES:
        raise ConfigurationError(
            f"memory_mb {serverless.memory_mb} does not exist",
            node=node,
            hint=f"Use one of: {', '.join(map(str, _MEMORY_SIZES))}.",
        )
    if not 1 <= serverless.max_concurrency <= _MOST_CONCURRENT:
        raise ConfigurationError(
            f"max_concurrency {serverless.max_concurrency} is out of range",
            node=node,
            hint=f"Use 1 to {_MOST_CONCURRENT}.",
        )
    containers = job.best.containers if job.best else ()
    if len(containers) > 1:
        raise ConfigurationError(
            f"The model of job {job.job_name} cannot be served without instances",
            node=node,
            why=f"It consists of {len(containers)} containers, and a serverless endpoint takes one.",
            hint="Train with `mode: ENSEMBLING`, whose models are one container, or leave `serverless` out.",
        )
    for option in ("volume_kms_key", "subnets"):
        if getattr(config, option):
            raise ConfigurationError(
                f"A serverless endpoint has no `{option}`",
                node=node,
                why="SageMaker keeps its volumes and its network itself.",
                hint=f"Leave out `serverless` or `{option}`.",
            )
    if config.explainer is not None:
        raise ConfigurationError(
            "A serverless endpoint explains nothing",
            node=node,
            why="SageMaker Clarify's online explainer needs instances.",
            hint="Leave out `serverless` or `explainer`.",
        )


def _check_explainer(
    config: EndpointConfig, job: TrainingJob, response_keys: Sequence[str], node: str
) -> None:
    explainer = config.explainer
    if explainer is None:
        return
    if explainer.samples is not None and explainer.samples < 1:
        raise ConfigurationError(
            f"samples {explainer.samples} is out of range", node=node, hint="Use at least 1, or leave it out."
        )
    if job.problem_type == REGRESSION:
        if explainer.logit:
            raise ConfigurationError(
                f"Log-odds are for classification, and job {job.job_name} is a {REGRESSION}",
                node=node,
                hint="Leave `logit` out.",
            )
    elif not {"probability", "probabilities"} & set(response_keys):
        raise ConfigurationError(
            f"The model of job {job.job_name} answers without probabilities, so there is nothing to explain",
            node=node,
            hint="Leave `explainer` out, or train with another `mode` or `algorithms`.",
        )
    if not job.input_columns:
        raise ConfigurationError(
            f"The training columns of job {job.job_name} are not known, so there is no baseline",
            node=node,
            why="The manifest of its training data is gone from S3.",
            hint="Train again with --full-refresh.",
        )
