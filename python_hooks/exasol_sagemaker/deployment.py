"""Deploy the best candidate of a job to an endpoint."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.deployment_checks import check_config, check_hosts, check_job
from exasol_sagemaker.deployment_state import (
    deployment_of,
    endpoint_answer,
    require_endpoint_owner,
    wait_until,
)
from exasol_sagemaker.endpoint import Deployment, EndpointConfig
from exasol_sagemaker.errors import EndpointError, aws_errors, error_code
from exasol_sagemaker.explainer import baseline_location, explainer_request, write_baseline
from exasol_sagemaker.inference import with_probabilities
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import JOB, Owner, read_tags, require_owner
from exasol_sagemaker.session import AwsSession

log = logging.getLogger("exasol_sagemaker")

_VARIANT = "AllTraffic"


def deploy_endpoint(
    aws: AwsSession,
    job: TrainingJob,
    *,
    name: str,
    config: EndpointConfig,
    owner: Owner,
    sleep: Callable[[float], None] = time.sleep,
) -> Deployment:
    """Make the endpoint of this node serve `job`'s best candidate. Returns at once.

    Nothing is sent if it already does: that costs one DescribeEndpoint. An endpoint that serves another model
    is updated in place, so that it keeps answering meanwhile; only if it is still busy with an earlier change
    is that waited for. What it served before goes once the update is done, see watch_endpoint.

    Args:
        name: Name of the node; the endpoint's name is made of it unless config.endpoint_name is given.

    Raises:
        ConfigurationError: SageMaker would not take the configuration for this model.
        EndpointError: The job is not completed, or AWS refused; what was made for it is removed again.
        OwnershipError: An endpoint of that name belongs to somebody else.
    """
    endpoint = (
        naming.check_endpoint_name(config.endpoint_name)
        if config.endpoint_name
        else naming.endpoint_name(aws.settings.named(name), owner)
    )
    check_job(job, owner.node)
    wanted = _Wanted(aws, job, name, endpoint, config, owner)
    answer = endpoint_answer(aws, endpoint)
    if answer is not None:
        if answer["EndpointConfigName"] == wanted.config_name and answer["EndpointStatus"] != "Failed":
            return _result(wanted, answer, changed=False)
        require_endpoint_owner(aws, answer, owner)
        if answer["EndpointStatus"] == "Failed":
            _replace_failed(aws, endpoint, sleep)
            answer = None
        elif answer["EndpointStatus"] != "InService":
            log.info("%s: waiting for the earlier change of endpoint %s", owner.node, endpoint)
            answer = wait_until(aws, endpoint, sleep)
        if answer is not None:
            check_hosts(answer, config, owner.node)
    tags = owner.tags({**config.tags, JOB: job.job_name})
    made: list[Callable[[], object]] = []
    try:
        if create_model(aws, wanted.model_name, wanted.containers, tags=tags, owner=owner):
            made.append(lambda: aws.sagemaker.delete_model(ModelName=wanted.model_name))
        if config.explainer is not None:
            write_baseline(aws, config.explainer, job, wanted.baseline_uri, node=owner.node)
        _create_config(aws, wanted, tags, owner, made)
        _send(aws, wanted, tags, owner, exists=answer is not None)
    except BaseException:
        for undo in reversed(made):
            undo()
        raise
    log.info("%s: endpoint %s %s", owner.node, endpoint, "updating" if answer else "creating")
    now = endpoint_answer(aws, endpoint)
    if now is None:
        raise EndpointError(f"The endpoint {endpoint!r} vanished while it was deployed", node=owner.node)
    return _result(wanted, now, changed=True)


class _Wanted:
    """Names and contents of model and configuration, each name with a digest of its content."""

    def __init__(
        self,
        aws: AwsSession,
        job: TrainingJob,
        name: str,
        endpoint: str,
        config: EndpointConfig,
        owner: Owner,
    ) -> None:
        best = job.best
        self.job = job
        self.endpoint = endpoint
        self.config = config
        self.containers, self.response_keys = with_probabilities(
            best.containers if best else (), job.problem_type
        )
        check_config(aws, config, job, self.response_keys, owner.node)
        content = json.dumps([self.containers, aws.settings.role_arn, asdict(owner)], sort_keys=True)
        self.model_name = naming.part_name(job.job_name, endpoint, content)
        self.baseline_uri = ""
        self.explainer: dict[str, Any] = {}
        if config.explainer is not None:
            self.baseline_uri = baseline_location(aws, config.explainer, job, name=name, owner=owner)
            self.explainer = explainer_request(config.explainer, self.response_keys, self.baseline_uri)
        content = json.dumps(
            [self.model_name, *self.hosts.values(), *([self.explainer] * bool(self.explainer))]
        )
        self.config_name = naming.part_name(job.job_name, endpoint, content)

    @property
    def hosts(self) -> dict[str, Any]:
        """What the variant runs on, in CreateEndpointConfig's terms."""
        if self.config.serverless is None:
            return {
                "InstanceType": self.config.instance_type,
                "InitialInstanceCount": self.config.instance_count,
            }
        return {
            "ServerlessConfig": {
                "MemorySizeInMB": self.config.serverless.memory_mb,
                "MaxConcurrency": self.config.serverless.max_concurrency,
            }
        }


def create_model(
    aws: AwsSession, name: str, containers: list[dict[str, Any]], *, tags: Any, owner: Owner
) -> bool:
    """Create a SageMaker model; False if this owner has one of that name already.

    Raises:
        EndpointError: SageMaker refused it.
        OwnershipError: A model of that name belongs to somebody else.
    """
    request: dict[str, Any] = {
        "ModelName": name,
        "Containers": containers,
        "ExecutionRoleArn": aws.settings.role_arn,
        "Tags": tags,
    }
    if _create(lambda: aws.sagemaker.create_model(**request), "model", name, owner):
        return True
    with aws_errors(f"The model {name} could not be looked at", node=owner.node, kind=EndpointError):
        arn = aws.sagemaker.describe_model(ModelName=name)["ModelArn"]
    require_owner(owner, read_tags(aws.sagemaker, arn), kind="The model", name=name)
    return False


def _create_config(
    aws: AwsSession, wanted: _Wanted, tags: Any, owner: Owner, made: list[Callable[[], object]]
) -> None:
    name = wanted.config_name
    variant = {"VariantName": _VARIANT, "ModelName": wanted.model_name, **wanted.hosts}
    request: dict[str, Any] = {"EndpointConfigName": name, "ProductionVariants": [variant], "Tags": tags}
    if wanted.explainer:
        request["ExplainerConfig"] = wanted.explainer
    if _create(
        lambda: aws.sagemaker.create_endpoint_config(**request), "endpoint configuration", name, owner
    ):
        made.append(lambda: aws.sagemaker.delete_endpoint_config(EndpointConfigName=name))
        return
    with aws_errors(f"The configuration {name} could not be looked at", node=owner.node, kind=EndpointError):
        arn = aws.sagemaker.describe_endpoint_config(EndpointConfigName=name)["EndpointConfigArn"]
    require_owner(owner, read_tags(aws.sagemaker, arn), kind="The endpoint configuration", name=name)


def _create(call: Callable[[], object], kind: str, name: str, owner: Owner) -> bool:
    """Create something; False if something of that name exists, as it does after an interrupted run."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors(f"The {kind} {name} could not be created", node=owner.node, kind=EndpointError):
        try:
            call()
        except ClientError as error:
            message = str(error).lower()
            if error_code(error) == "ResourceInUse" or "already exist" in message:
                return False
            raise
    return True


def _send(aws: AwsSession, wanted: _Wanted, tags: Any, owner: Owner, *, exists: bool) -> None:
    """Create or update the endpoint.

    A refusal because it is there or busy may come from this very request: if its answer was lost on the way,
    boto3 sends it again. What counts is whether the endpoint gets what is wanted.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    names: Any = {"EndpointName": wanted.endpoint, "EndpointConfigName": wanted.config_name}
    what = f"The endpoint {wanted.endpoint} could not be {'updated' if exists else 'created'}"
    with aws_errors(what, node=owner.node, kind=EndpointError):
        try:
            if exists:
                aws.sagemaker.update_endpoint(**names)
            else:
                aws.sagemaker.create_endpoint(**names, Tags=tags)
        except (ClientError, BotoCoreError):
            now = endpoint_answer(aws, wanted.endpoint)
            if now is None or wanted.config_name not in _configurations(now):
                raise
            require_endpoint_owner(aws, now, owner)


def _configurations(answer: Mapping[str, Any]) -> set[str]:
    """What an endpoint serves, and what it is being updated to."""
    pending = answer.get("PendingDeploymentSummary") or {}
    return {answer["EndpointConfigName"], pending.get("EndpointConfigName", "")}


def _replace_failed(aws: AwsSession, endpoint: str, sleep: Callable[[float], None]) -> None:
    """SageMaker updates no endpoint that failed: it has to go first."""
    with aws_errors("The failed endpoint could not be deleted", node=endpoint, kind=EndpointError):
        aws.sagemaker.delete_endpoint(EndpointName=endpoint)
    wait_until(aws, endpoint, sleep, gone=True)


def _result(wanted: _Wanted, answer: dict[str, Any], *, changed: bool) -> Deployment:
    deployment = deployment_of(
        answer,
        wanted.job,
        model_name=wanted.model_name,
        hosts=wanted.hosts,
        explains=bool(wanted.explainer),
        response_keys=wanted.response_keys,
    )
    return replace(deployment, endpoint_config_name=wanted.config_name, changed=changed)
