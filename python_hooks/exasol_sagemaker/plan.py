"""What a run would start, change and delete, in words; nothing is sent but reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from exasol_sagemaker import naming
from exasol_sagemaker.autoscaling import read_autoscaling
from exasol_sagemaker.deployment_decision import decide_deployment, name_of_endpoint, target_configuration
from exasol_sagemaker.deployment_state import endpoint_answer, require_endpoint_owner
from exasol_sagemaker.endpoint import EndpointConfig
from exasol_sagemaker.guards import check_instances
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from exasol_sagemaker.training_decision import TrainingDecision


@dataclass(frozen=True)
class PlannedStep:
    """What a run would do for one node.

    Attributes:
        node: dbt's unique id of the node.
        kind: `training job`, `endpoint`, `batch prediction` or `forecast`.
        action: `create`, `update`, `replace` or `keep` for endpoints, `start` or `keep` for jobs;
            `fail` if it cannot be done.
        name: Name of the job or the endpoint; empty if it is not known yet.
        reason: Why.
        deletes: What is removed once that is done.
    """

    node: str
    kind: str
    action: str
    name: str
    reason: str
    deletes: tuple[str, ...] = ()


def plan_training(decision: TrainingDecision) -> PlannedStep:
    """What a run would do about a model's training."""
    action = "start" if decision.trains else "keep"
    rows = decision.input.data.row_count if decision.trains and decision.input else None
    reason = decision.reason if rows is None else f"{decision.reason}; {rows} rows"
    return PlannedStep(decision.owner.node, "training job", action, decision.job_name, reason)


def plan_endpoint(
    aws: AwsSession, job: TrainingJob | None, *, name: str, config: EndpointConfig, owner: Owner
) -> PlannedStep:
    """What a run would do about an endpoint.

    Args:
        job: The job that it is to serve; None for one that the run would start.
        name: Name of the node.

    Raises:
        ConfigurationError: The configuration cannot be, or a guard forbids it.
        OwnershipError: The endpoint belongs to somebody else.
    """
    if job is None or not job.ended:
        coming = f"job {job.job_name}" if job else "the new job"
        return _for_a_job_to_come(aws, coming, name=name, config=config, owner=owner)
    decision = decide_deployment(aws, job, name=name, config=config, owner=owner)
    wanted, answer = decision.wanted, decision.answer
    step = PlannedStep(owner.node, "endpoint", decision.action, wanted.endpoint, f"job {wanted.job.job_name}")
    scaling = config.autoscaling
    if decision.keeps and scaling and read_autoscaling(aws, wanted.endpoint) != scaling:
        return replace(step, action="update", reason=f"{step.reason}; autoscaling: {scaling}")
    if answer is None or decision.keeps:
        note = f", rolled back from job {decision.rolled_back_from}" if decision.rolled_back_from else ""
        return replace(step, reason=step.reason + note)
    before = target_configuration(answer)
    serving = naming.job_of_part(before, wanted.endpoint)
    why = "another configuration" if serving == wanted.job.job_name else f"{step.reason} instead of {serving}"
    if decision.action == "replace":
        why = f"{step.reason}; it failed: {answer.get('FailureReason') or 'SageMaker gives no reason'}"
    return replace(step, reason=why, deletes=(f"endpoint configuration {before} and its model",))


def _for_a_job_to_come(
    aws: AwsSession, coming: str, *, name: str, config: EndpointConfig, owner: Owner
) -> PlannedStep:
    """What is certain of an endpoint before its job is there."""
    if config.serverless is None:
        check_instances(aws.settings.guards, config.instance_type, config.most_instances, node=owner.node)
    endpoint = name_of_endpoint(aws, name, config, owner)
    answer = endpoint_answer(aws, endpoint)
    step = PlannedStep(owner.node, "endpoint", "create", endpoint, f"{coming}, once it is completed")
    if answer is None:
        return step
    require_endpoint_owner(aws, answer, owner)
    before = target_configuration(answer)
    action = "replace" if answer["EndpointStatus"] == "Failed" else "update"
    return replace(step, action=action, deletes=(f"endpoint configuration {before} and its model",))
