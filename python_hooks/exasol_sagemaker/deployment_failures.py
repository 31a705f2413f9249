"""Why an endpoint did not get what was asked for, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.endpoint import Deployment
from exasol_sagemaker.errors import EndpointError

# SageMaker tells capacity in words only, in an error's message or as the reason of a failed endpoint.
_NO_CAPACITY = re.compile(
    r"InsufficientInstanceCapacity|insufficient capacity|unable to provision", re.IGNORECASE
)
_NO_QUOTA = re.compile(r"ResourceLimitExceeded|service limit|quota", re.IGNORECASE)


def capacity_hint(reason: str, instance_type: str) -> str | None:
    """What to do if AWS lacks instances, or this account may not have more of them; None if it is neither.

    Args:
        reason: AWS's words.
        instance_type: What was asked for; empty if it is not known, or for a serverless endpoint.
    """
    wanted = instance_type or "what was asked for"
    if _NO_CAPACITY.search(reason):
        return (
            f"AWS has no free capacity for {wanted} now: run again later, or set another `instance_type` or "
            "a smaller `instance_count`."
        )
    if _NO_QUOTA.search(reason):
        quota = f" of `{instance_type} for endpoint usage`" if instance_type else ""
        return (
            f"This account may have no more: ask for a higher quota{quota} in AWS's Service Quotas, set "
            "another `instance_type`, or delete what nobody needs: `exasol-sagemaker endpoints list` shows "
            "what there is."
        )
    return None


def require_served(deployment: Deployment, answer: Mapping[str, Any], wanted: str | None) -> None:
    """See that a settled endpoint is in service with the configuration that was asked for.

    Source: EndpointMetadata in the API reference: an endpoint whose update failed is in service as before,
    with a FailureReason; one that says `UpdateRollbackFailed` serves a mix of old and new.

    Args:
        deployment: What the endpoint serves.
        answer: SageMaker's description of it.
        wanted: Name of the configuration; None: any.

    Raises:
        EndpointError: It is not, with SageMaker's reason.
    """
    name = deployment.endpoint_name
    reason = deployment.failure_reason
    updated = deployment.status == "InService"
    hint = capacity_hint(reason or "", "" if updated else deployment.instance_type)
    if not updated:
        mixed = deployment.status == "UpdateRollbackFailed"
        raise EndpointError(
            f"The endpoint {name} did not come into service: it is {deployment.status}",
            node=name,
            why=reason,
            hint=hint
            or (
                "It serves a mix of old and new. Delete it, and run again."
                if mixed
                else f"Look at its logs in CloudWatch under /aws/sagemaker/Endpoints/{name}, correct the "
                "cause, and run again: a failed endpoint is replaced."
            ),
        )
    if wanted is None or answer["EndpointConfigName"] == wanted:
        return
    job = naming.job_of_part(wanted, name)
    raise EndpointError(
        f"The update of endpoint {name} to job {job} failed; it goes on serving job {deployment.job_name}",
        node=name,
        why=reason or "SageMaker gives no reason.",
        hint=(
            hint + " " if hint else f"Look at its logs in CloudWatch under /aws/sagemaker/Endpoints/{name}. "
        )
        + "The next run tries again.",
    )
