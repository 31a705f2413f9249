"""The Autopilot jobs that SageMaker has of a project and target, or of one node, found by tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from exasol_sagemaker.describe_job import describe_answer, job_from_answer
from exasol_sagemaker.errors import aws_errors
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.naming import is_job_of, job_head
from exasol_sagemaker.ownership import NODE, PROJECT, TARGET, TORN_DOWN, Owner, readable_tags
from exasol_sagemaker.session import AwsSession

# SageMaker cannot list by tag, so each resource of the account costs a call. They are made side by side, few
# enough for an account's rate limits.
_SIDE_BY_SIDE = 6

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True)
class RegisteredJob:
    """An Autopilot job with what its tags say.

    Attributes:
        node: Who started it: dbt's unique id of the node.
        torn_down: Whether its data and artifacts were deleted; SageMaker keeps jobs for ever.
        job: The job.
    """

    node: str
    torn_down: bool
    job: TrainingJob


def list_jobs(aws: AwsSession, *, project: str, target: str) -> list[RegisteredJob]:
    """All Autopilot jobs of a project and target, oldest first, those that were torn down too.

    Costs a call for each job of the account in this region, and two more for each of this target.

    Raises:
        AwsError: AWS refused a call.
    """
    owned = _owned(aws, _summaries(aws), lambda tags: _is_of(tags, project, target))
    return sorted(_described(aws, owned), key=lambda one: one.job.created_at)


def list_jobs_of_node(aws: AwsSession, name: str, owner: Owner) -> list[RegisteredJob]:
    """The Autopilot jobs that a node has started whose results are still there, oldest first.

    Args:
        name: The node's name, of which those of its jobs are made.

    Raises:
        AwsError: AWS refused a call.
    """
    head = job_head(name)
    named = [item for item in _summaries(aws, NameContains=head) if is_job_of(head, item["AutoMLJobName"])]
    owned = _owned(aws, named, lambda tags: owner.owns(tags) and TORN_DOWN not in tags)
    return sorted(_described(aws, owned), key=lambda one: one.job.created_at)


def _summaries(aws: AwsSession, **filters: str) -> list[Mapping[str, Any]]:
    paginator: Any = aws.sagemaker.get_paginator("list_auto_ml_jobs")
    with aws_errors("Autopilot jobs could not be listed"):
        return [item for page in paginator.paginate(**filters) for item in page["AutoMLJobSummaries"]]


def _owned(
    aws: AwsSession, items: list[Mapping[str, Any]], is_ours: Callable[[Mapping[str, str]], bool]
) -> list[tuple[str, Mapping[str, str]]]:
    """Names and tags of the jobs among `items` whose tags are ours."""
    tagged = _side_by_side(
        lambda item: readable_tags(aws.sagemaker, item["AutoMLJobArn"], aws.settings.names_begin), items
    )
    return [(item["AutoMLJobName"], tags) for item, tags in zip(items, tagged, strict=True) if is_ours(tags)]


def _described(aws: AwsSession, owned: list[tuple[str, Mapping[str, str]]]) -> list[RegisteredJob]:
    def describe(one: tuple[str, Mapping[str, str]]) -> RegisteredJob | None:
        name, tags = one
        answer = describe_answer(aws, name)
        if answer is None:
            return None
        return RegisteredJob(tags.get(NODE, ""), TORN_DOWN in tags, job_from_answer(aws, answer))

    return [job for job in _side_by_side(describe, owned) if job is not None]


def _is_of(tags: Mapping[str, str], project: str, target: str) -> bool:
    return (tags.get(PROJECT), tags.get(TARGET)) == (project, target)


def _side_by_side(call: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="sagemaker-registry") as pool:
        return list(pool.map(call, items))
