"""What an endpoint is: what to deploy on, and what is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from exasol_sagemaker.columns import Column


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
