"""What is to be done about an endpoint: what a run does and a plan only says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.deployment_checks import check_hosts, check_job
from exasol_sagemaker.deployment_parts import DeploymentParts
from exasol_sagemaker.deployment_state import deployment_of, endpoint_answer, require_endpoint_owner
from exasol_sagemaker.describe_job import describe_training
from exasol_sagemaker.drift import find_drift
from exasol_sagemaker.endpoint import Deployment, EndpointConfig
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.lifetime import aws_now, expiry, rolled_back_from
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession


@dataclass(frozen=True)
class DeploymentDecision:
    """What is to be done about an endpoint.

    Attributes:
        wanted: What it is to serve.
        owner: Who asks for it.
        answer: SageMaker's description of it as it is; None if it is not there.
        tags: What it has.
        keeps: Whether it serves that already, or is being updated to it.
        pins: Whether the job that it was rolled back from is to be written on it.
        expires_at: When it is no longer needed.
        rolled_back_from: Job that it was rolled back from.
        drift: What others did to it since, in sentences.
    """

    wanted: DeploymentParts
    owner: Owner
    answer: dict[str, Any] | None
    expires_at: datetime | None
    rolled_back_from: str | None
    drift: tuple[str, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    keeps: bool = False
    pins: bool = False

    @property
    def action(self) -> str:
        """`create`, `update`, `replace` (one that failed), or `keep`."""
        if self.answer is None:
            return "create"
        if self.keeps:
            return "keep"
        return "replace" if self.answer["EndpointStatus"] == "Failed" else "update"

    def result(self, answer: Mapping[str, Any], *, changed: bool) -> Deployment:
        """The deployment, from SageMaker's description of the endpoint after it."""
        wanted = self.wanted
        deployment = deployment_of(
            answer,
            wanted.job,
            model_name=wanted.model_name,
            hosts=wanted.hosts,
            explains=wanted.explains,
            response_keys=wanted.response_keys,
        )
        return replace(
            deployment,
            endpoint_config_name=wanted.config_name,
            changed=changed,
            expires_at=self.expires_at,
            rolled_back_from=self.rolled_back_from,
            drift=self.drift,
            capture_s3_uri=wanted.capture_s3_uri,
            autoscaling=wanted.config.autoscaling,
        )


def decide_deployment(
    aws: AwsSession,
    job: TrainingJob,
    *,
    name: str,
    config: EndpointConfig,
    owner: Owner,
    last: Deployment | None = None,
    release: bool = False,
    instead_of: str | None = None,
) -> DeploymentDecision:
    """Decide what to do so that this node's endpoint serves `job`'s best candidate; only reads are sent.

    Arguments and errors are those of deploy_endpoint.
    """
    endpoint = name_of_endpoint(aws, name, config, owner)
    check_job(job, owner.node)
    answer = endpoint_answer(aws, endpoint)
    decision = DeploymentDecision(
        DeploymentParts(aws, job, name, endpoint, config, owner),
        owner,
        answer,
        expires_at=expiry(answer, config.ttl),
        rolled_back_from=instead_of,
        drift=find_drift(last, answer, endpoint=endpoint, now=aws_now(answer or {})),
    )
    if answer is None:
        return decision
    if serves(answer, decision.wanted):
        if instead_of is not None:
            require_endpoint_owner(aws, answer, owner)
        return replace(decision, keeps=True, pins=instead_of is not None)
    tags = require_endpoint_owner(aws, answer, owner)
    if rolled_back_from(tags) == job.job_name and not release:
        served = describe_training(aws, naming.job_of_part(target_configuration(answer), endpoint))
        parts = DeploymentParts(aws, served, name, endpoint, config, owner)
        decision = replace(decision, wanted=parts, rolled_back_from=job.job_name, keeps=serves(answer, parts))
    if not decision.keeps and answer["EndpointStatus"] != "Failed":
        check_hosts(answer, config, owner.node)
    return replace(decision, tags=tags)


def name_of_endpoint(aws: AwsSession, name: str, config: EndpointConfig, owner: Owner) -> str:
    """The name of a node's endpoint.

    Raises:
        NamingError: SageMaker would not take it.
    """
    if config.endpoint_name:
        return naming.check_endpoint_name(config.endpoint_name)
    return naming.endpoint_name(aws.settings.named(name), owner)


def serves(answer: Mapping[str, Any], wanted: DeploymentParts) -> bool:
    """Whether an endpoint serves what is wanted, or is being updated to it."""
    return target_configuration(answer) == wanted.config_name and answer["EndpointStatus"] != "Failed"


def target_configuration(answer: Mapping[str, Any]) -> str:
    """The configuration that an endpoint is being updated to, or else the one that it has."""
    pending = answer.get("PendingDeploymentSummary") or {}
    return str(pending.get("EndpointConfigName") or answer["EndpointConfigName"])
