"""Look at endpoints, wait for them, and delete them with all that belongs to them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.autoscaling import deregister_autoscaling, from_tag, settle_autoscaling, to_tag
from exasol_sagemaker.deployment_failures import require_served
from exasol_sagemaker.describe_job import describe_training
from exasol_sagemaker.endpoint import SETTLED, Deployment
from exasol_sagemaker.errors import EndpointError, OwnershipError, aws_errors, is_not_found
from exasol_sagemaker.inference import response_keys
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.lifetime import read_expiry, rolled_back_from
from exasol_sagemaker.ownership import (
    AUTOSCALING,
    JOB,
    NODE,
    PROJECT,
    TARGET,
    Owner,
    read_tags,
    require_owner,
)
from exasol_sagemaker.polling import polls
from exasol_sagemaker.session import AwsSession

log = logging.getLogger("exasol_sagemaker")


def describe_endpoint(aws: AwsSession, endpoint_name: str) -> Deployment:
    """The endpoint as SageMaker has it now, with the job behind it.

    Raises:
        EndpointError: There is no such endpoint, or it was not made by this package.
    """
    answer = _existing(aws, endpoint_name)
    return _describe(aws, answer)


def watch_endpoint(
    aws: AwsSession,
    endpoint_name: str,
    *,
    wanted: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Deployment]:
    """Look at an endpoint until it is settled. The last item is settled, and says what it serves.

    When it is in service, models and configurations that it does not serve are deleted: those that it served
    before, or those of an update that failed.

    Args:
        wanted: Configuration that it is to serve, as deploy_endpoint returned it; None: any.

    Raises:
        EndpointError: After the last item: it failed, or its update did and it serves what it served before;
            with SageMaker's reason.
    """
    known: Deployment | None = None
    answer: dict[str, Any] = {}
    for answer in polls(lambda: _existing(aws, endpoint_name), sleep=sleep):
        config_name, settled = answer["EndpointConfigName"], answer["EndpointStatus"] in SETTLED
        if not settled and not naming.job_of_part(config_name, endpoint_name):
            # Nothing can be said of a configuration of somebody else's that is being replaced.
            continue
        if known is None or known.endpoint_config_name != config_name:
            known = _describe(aws, answer)
        known = _refreshed(known, answer)
        yield known
        if known.settled:
            break
    if known is None:
        raise EndpointError(f"The endpoint {endpoint_name!r} was never looked at", node=endpoint_name)
    if known.status == "InService":
        if known.autoscaling is not None and known.instance_type:
            tags = {AUTOSCALING: to_tag(known.autoscaling)}
            drift = settle_autoscaling(
                aws,
                answer,
                tags,
                known.autoscaling,
                instances=known.instance_count,
                node=endpoint_name,
            )
            known = replace(known, drift=drift)
        _delete_stale(aws, known)
    require_served(known, answer, wanted)


def delete_endpoint(aws: AwsSession, endpoint_name: str, owner: Owner) -> list[str]:
    """Delete endpoint, its configurations and models; gone ones are no error.

    Returns:
        Names of what was deleted, `endpoint <name>` and so on.

    Raises:
        OwnershipError: It belongs to somebody else.
    """
    deleted = []
    answer = endpoint_answer(aws, endpoint_name)
    if answer is not None:
        if require_endpoint_owner(aws, answer, owner).get(AUTOSCALING):
            deregister_autoscaling(aws, endpoint_name, node=endpoint_name)
        with aws_errors("The endpoint could not be deleted", node=endpoint_name, kind=EndpointError):
            aws.sagemaker.delete_endpoint(EndpointName=endpoint_name)
        deleted.append(f"endpoint {endpoint_name}")
    for name, arn in _configs(aws, endpoint_name):
        if owner.owns(read_tags(aws.sagemaker, arn)):
            deleted += _delete_config(aws, name)
    for name, arn in _models(aws, endpoint_name):
        if owner.owns(read_tags(aws.sagemaker, arn)):
            deleted += delete_model(aws, name)
    return deleted


def endpoint_answer(aws: AwsSession, endpoint_name: str) -> dict[str, Any] | None:
    """SageMaker's own description of an endpoint; None if there is no such endpoint."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors("The endpoint could not be described", node=endpoint_name, kind=EndpointError):
        try:
            return dict(aws.sagemaker.describe_endpoint(EndpointName=endpoint_name))
        except ClientError as error:
            if is_not_found(error):
                return None
            raise


def require_endpoint_owner(aws: AwsSession, answer: Mapping[str, Any], owner: Owner) -> dict[str, str]:
    """Refuse to touch an endpoint that somebody else made; returns its tags.

    Raises:
        OwnershipError: Its tags do not name `owner`.
    """
    tags = read_tags(aws.sagemaker, answer["EndpointArn"])
    require_owner(owner, tags, kind="The endpoint", name=answer["EndpointName"])
    return tags


def wait_until(
    aws: AwsSession, endpoint_name: str, sleep: Callable[[float], None], *, gone: bool = False
) -> dict[str, Any] | None:
    """Wait until an endpoint is settled, or gone; its description then, or None if it is gone."""
    for answer in polls(lambda: endpoint_answer(aws, endpoint_name), sleep=sleep):
        if answer is None:
            return None
        if not gone and answer["EndpointStatus"] in SETTLED:
            return answer
    return None


def deployment_of(
    answer: Mapping[str, Any],
    job: TrainingJob,
    *,
    model_name: str,
    hosts: Mapping[str, Any],
    explains: bool,
    response_keys: tuple[str, ...],
) -> Deployment:
    """Put together what SageMaker says of an endpoint and what is known of its job.

    Args:
        hosts: The variant of its configuration, which says what it runs on.
    """
    return Deployment(
        endpoint_name=answer["EndpointName"],
        endpoint_arn=answer["EndpointArn"],
        status=answer["EndpointStatus"],
        job_name=job.job_name,
        model_name=model_name,
        endpoint_config_name=answer["EndpointConfigName"],
        instance_type=hosts.get("InstanceType", ""),
        instance_count=hosts.get("InitialInstanceCount", 0),
        problem_type=job.problem_type,
        target_column=job.target_column,
        target_type=job.target_type,
        input_columns=job.input_columns,
        response_keys=response_keys,
        deployed_at=answer["LastModifiedTime"],
        failure_reason=answer.get("FailureReason"),
        explains=explains,
        max_concurrency=hosts.get("ServerlessConfig", {}).get("MaxConcurrency"),
    )


def _existing(aws: AwsSession, endpoint_name: str) -> dict[str, Any]:
    answer = endpoint_answer(aws, endpoint_name)
    if answer is None:
        raise EndpointError(
            f"There is no endpoint {endpoint_name!r} in {aws.region}",
            hint="Check name, region and account; run the sagemaker_endpoint model to deploy it.",
        )
    return answer


def _describe(aws: AwsSession, answer: Mapping[str, Any]) -> Deployment:
    with aws_errors("The endpoint could not be described", node=answer["EndpointName"], kind=EndpointError):
        config = aws.sagemaker.describe_endpoint_config(EndpointConfigName=answer["EndpointConfigName"])
        variant = config["ProductionVariants"][0]
        model_name = variant["ModelName"]
        model: Any = aws.sagemaker.describe_model(ModelName=model_name)
    job_name = read_tags(aws.sagemaker, config["EndpointConfigArn"]).get(JOB)
    if job_name is None:
        raise OwnershipError(
            f"The endpoint {answer['EndpointName']!r} was not deployed by this package",
            why="Its configuration does not say which Autopilot job it serves.",
            hint="Name an endpoint that a sagemaker_endpoint model made.",
        )
    containers = model.get("Containers") or [model.get("PrimaryContainer", {})]
    deployment = deployment_of(
        answer,
        describe_training(aws, job_name),
        model_name=model_name,
        hosts=variant,
        explains="ExplainerConfig" in config,
        response_keys=response_keys(containers),
    )
    tags = read_tags(aws.sagemaker, answer["EndpointArn"])
    return replace(
        deployment,
        expires_at=read_expiry(tags),
        rolled_back_from=rolled_back_from(tags),
        capture_s3_uri=config.get("DataCaptureConfig", {}).get("DestinationS3Uri"),
        autoscaling=from_tag(tags.get(AUTOSCALING)),
    )


def _refreshed(known: Deployment, answer: Mapping[str, Any]) -> Deployment:
    return replace(
        known,
        status=answer["EndpointStatus"],
        deployed_at=answer["LastModifiedTime"],
        failure_reason=answer.get("FailureReason"),
    )


def _delete_stale(aws: AwsSession, current: Deployment) -> None:
    ours = read_tags(aws.sagemaker, current.endpoint_arn)
    if not {PROJECT, TARGET, NODE} <= set(ours):
        return
    owner = Owner(ours[PROJECT], ours[TARGET], ours[NODE])
    for name, arn in _configs(aws, current.endpoint_name):
        if name != current.endpoint_config_name and owner.owns(read_tags(aws.sagemaker, arn)):
            _delete_config(aws, name)
    for name, arn in _models(aws, current.endpoint_name):
        if name != current.model_name and owner.owns(read_tags(aws.sagemaker, arn)):
            delete_model(aws, name)


def _configs(aws: AwsSession, endpoint_name: str) -> list[tuple[str, str]]:
    marker = naming.endpoint_marker(endpoint_name)
    with aws_errors("Endpoint configurations could not be listed", node=endpoint_name, kind=EndpointError):
        pages = aws.sagemaker.get_paginator("list_endpoint_configs").paginate(NameContains=marker)
        found = [item for page in pages for item in page["EndpointConfigs"]]
    return [
        (item["EndpointConfigName"], item["EndpointConfigArn"])
        for item in found
        if f"-{marker}-" in item["EndpointConfigName"]
    ]


def _models(aws: AwsSession, endpoint_name: str) -> list[tuple[str, str]]:
    marker = naming.endpoint_marker(endpoint_name)
    with aws_errors("Models could not be listed", node=endpoint_name, kind=EndpointError):
        pages = aws.sagemaker.get_paginator("list_models").paginate(NameContains=marker)
        found = [item for page in pages for item in page["Models"]]
    return [(item["ModelName"], item["ModelArn"]) for item in found if f"-{marker}-" in item["ModelName"]]


def _delete_config(aws: AwsSession, name: str) -> list[str]:
    call = aws.sagemaker.delete_endpoint_config
    return _delete(lambda: call(EndpointConfigName=name), "endpoint configuration", name)


def delete_model(aws: AwsSession, name: str) -> list[str]:
    """Delete a SageMaker model; one that is gone is no error. Returns `model <name>` if it was there."""
    return _delete(lambda: aws.sagemaker.delete_model(ModelName=name), "model", name)


def _delete(call: Callable[[], object], kind: str, name: str) -> list[str]:
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors(f"The {kind} could not be deleted", node=name, kind=EndpointError):
        try:
            call()
        except ClientError as error:
            if is_not_found(error):
                return []
            raise
    return [f"{kind} {name}"]
