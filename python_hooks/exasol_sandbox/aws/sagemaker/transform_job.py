"""A batch transform job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exasol_sandbox.aws.sagemaker.records import Record


@dataclass
class TransformJob(Record):
    """A job as it stands; times are seconds since the epoch.

    Attributes:
        request: The validated parameters of CreateTransformJob.
        containers: Those of the model when the job was created, with the job's own environment.
        role_arn: The model's execution role.
        started: When its workers started.
    """

    request: dict[str, Any]
    containers: list[dict[str, Any]]
    role_arn: str
    created: float
    modified: float
    started: float | None = None
    ended: float | None = None
    status: str = "InProgress"
    failure_reason: str | None = None
