"""What has become of an endpoint since dbt deployed it, without dbt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.endpoint import Deployment


def find_drift(
    last: Deployment | None, answer: Mapping[str, Any] | None, *, endpoint: str, now: datetime
) -> tuple[str, ...]:
    """Sentences on what somebody else changed; none if the endpoint is as it was left.

    Args:
        last: What was last deployed; None if nothing is known of it.
        answer: SageMaker's description of the endpoint; None if it is not there.
        now: By AWS's clock.
    """
    if answer is None:
        if last is None or last.status != "InService":
            return ()
        if last.expires_at is not None and last.expires_at <= now:
            return (f"endpoint {endpoint} was past its ttl and is gone",)
        return (f"endpoint {endpoint} was deleted by somebody else",)
    if not naming.job_of_part(answer["EndpointConfigName"], endpoint):
        return (
            f"endpoint {endpoint} was changed by somebody else: it has the configuration "
            f"{answer['EndpointConfigName']}",
        )
    return ()


def find_scaling(answer: Mapping[str, Any], count: int) -> tuple[str, ...]:
    """Whether somebody else scaled an endpoint that is not scaled automatically.

    Args:
        count: Instances that its configuration asks for; 0 if it is serverless.
    """
    desired = next((one.get("DesiredInstanceCount") for one in answer.get("ProductionVariants", ())), None)
    if answer["EndpointStatus"] != "InService" or not count or desired in (None, count):
        return ()
    return (
        f"endpoint {answer['EndpointName']} was scaled by somebody else: it has {desired} "
        f"instance{'' if desired == 1 else 's'}, and {count} "
        f"{'is' if count == 1 else 'are'} configured",
    )
