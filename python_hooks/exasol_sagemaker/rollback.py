"""Make an endpoint serve an earlier job again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from exasol_sagemaker import naming
from exasol_sagemaker.deployment import deploy_endpoint
from exasol_sagemaker.deployment_decision import name_of_endpoint
from exasol_sagemaker.deployment_state import endpoint_answer, require_endpoint_owner
from exasol_sagemaker.describe_job import describe_answer, describe_training
from exasol_sagemaker.endpoint import Deployment, EndpointConfig
from exasol_sagemaker.errors import EndpointError
from exasol_sagemaker.lifetime import rolled_back_from
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession


def roll_back_endpoint(
    aws: AwsSession,
    *,
    to: str | None = None,
    deployed: Sequence[str] = (),
    name: str,
    config: EndpointConfig,
    owner: Owner,
    sleep: Callable[[float], None] = time.sleep,
) -> Deployment:
    """Make the endpoint of this node serve an earlier job, by an update in place. Returns at once.

    The endpoint is tagged with the job that it was rolled back from, so that deploy_endpoint keeps the
    earlier one until it is asked for yet another job. To roll forward again, name the job it was rolled back
    from.

    Args:
        to: The job; if None, of those in `deployed` the newest that is older than the one it serves.
        deployed: Jobs that it has served.

    Raises:
        EndpointError: There is no such endpoint, it is not in service, or there is no earlier job.
        OwnershipError: It belongs to somebody else.
        TrainingJobError: There is no such job.
    """
    endpoint = name_of_endpoint(aws, name, config, owner)
    answer = endpoint_answer(aws, endpoint)
    if answer is None or answer["EndpointStatus"] != "InService":
        raise EndpointError(
            f"The endpoint {endpoint} cannot be rolled back: "
            + ("it does not exist" if answer is None else f"it is {answer['EndpointStatus']}"),
            node=owner.node,
            hint="Run the sagemaker_endpoint model, and roll back when it is in service.",
        )
    from_before = rolled_back_from(require_endpoint_owner(aws, answer, owner))
    serving = naming.job_of_part(answer["EndpointConfigName"], endpoint)
    job = to or _job_before(aws, deployed, serving, owner.node)
    left = from_before or serving
    return deploy_endpoint(
        aws,
        describe_training(aws, job),
        name=name,
        config=config,
        owner=owner,
        instead_of=None if job == left else left,
        release=job == left,
        sleep=sleep,
    )


def _job_before(aws: AwsSession, deployed: Sequence[str], serving: str, node: str) -> str:
    """Of these jobs the newest that is older than the one that is served."""
    created = {}
    for name in {*deployed, serving}:
        answer = describe_answer(aws, name)
        if answer is not None:
            created[name] = answer["CreationTime"]
    earlier = [name for name in created if serving in created and created[name] < created[serving]]
    if not earlier:
        raise EndpointError(
            f"There is no job before {serving} to roll back to",
            node=node,
            why="The endpoint has served no older one, as far as its table knows.",
            hint="Name the job: `to: <job name>`.",
        )
    return max(earlier, key=lambda name: created[name])
