"""Endpoints: deploy the best candidate of a job, describe, watch, delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from exasol_sagemaker.columns import Column
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession


@dataclass(frozen=True)
class EndpointConfig:
    """What to deploy on.

    Attributes:
        instance_type: SageMaker's instance type, `ml.` and so on.
        instance_count: How many, at least 1.
        endpoint_name: Overrides the name that is made of node and target, at most 63 characters.
        tags: Further tags.
    """

    instance_type: str = "ml.m5.large"
    instance_count: int = 1
    endpoint_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Deployment:
    """An endpoint and what it serves.

    Attributes:
        endpoint_name: Name of the endpoint.
        endpoint_arn: ARN of it.
        status: `InService`, `Creating`, `Updating`, `Failed`, `Deleting`, …
        job_name: Autopilot job whose best candidate it serves.
        model_name: SageMaker model.
        endpoint_config_name: Endpoint configuration.
        instance_type: Instance type.
        instance_count: How many instances.
        problem_type: Of the job.
        target_column: Of the job.
        target_type: SQL type of the target.
        input_columns: Columns the model reads, in order.
        response_keys: Fields of a response line, in order; empty for a bare prediction (regression).
        deployed_at: When the endpoint last changed.
        failure_reason: Why it failed, in SageMaker's words.
        changed: Whether this very call to deploy_endpoint created or changed anything.
    """

    endpoint_name: str
    endpoint_arn: str
    status: str
    job_name: str
    model_name: str
    endpoint_config_name: str
    instance_type: str
    instance_count: int
    problem_type: str | None
    target_column: str
    target_type: str | None
    input_columns: tuple[Column, ...]
    response_keys: tuple[str, ...]
    deployed_at: datetime
    failure_reason: str | None = None
    changed: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is going on: it serves, or it failed."""
        return self.status in {"InService", "Failed", "OutOfService", "UpdateRollbackFailed"}


def deploy_endpoint(
    aws: AwsSession, job: TrainingJob, *, name: str, config: EndpointConfig, owner: Owner
) -> Deployment:
    """Make the endpoint of this node serve `job`'s best candidate. Returns at once.

    Nothing is sent if it already does. An endpoint that serves another model is updated in place, so it keeps
    answering meanwhile. Model and configuration that it served before go once the update is done, see
    watch_endpoint.

    Args:
        name: Name of the node; the endpoint's name is made of it unless config.endpoint_name is given.

    Raises:
        EndpointError: The job is not completed, or AWS refused; what was made for it is removed again.
        OwnershipError: An endpoint of that name belongs to somebody else.
    """
    raise NotImplementedError


def describe_endpoint(aws: AwsSession, endpoint_name: str) -> Deployment:
    """The endpoint as SageMaker has it now, with the job behind it.

    Raises:
        EndpointError: There is no such endpoint, or it was not made by this package.
    """
    raise NotImplementedError


def watch_endpoint(aws: AwsSession, endpoint_name: str) -> Iterator[Deployment]:
    """Look at an endpoint until it is settled. The last item is settled.

    When it has come into service, models and configurations it served before are deleted.

    Raises:
        EndpointError: It failed, with SageMaker's reason.
    """
    raise NotImplementedError


def delete_endpoint(aws: AwsSession, endpoint_name: str, owner: Owner) -> list[str]:
    """Delete endpoint, its configurations and models; gone ones are no error.

    Returns:
        Names of what was deleted, `endpoint <name>` and so on.

    Raises:
        OwnershipError: It belongs to somebody else.
    """
    raise NotImplementedError
