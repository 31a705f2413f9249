"""Find the jobs that a model has had already."""

from __future__ import annotations

from collections.abc import Iterator

from exasol_sagemaker import naming, s3
from exasol_sagemaker.describe_job import describe_answer, job_from_answer
from exasol_sagemaker.errors import TrainingJobError, aws_errors
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import TORN_DOWN, Owner, read_tags, require_owner
from exasol_sagemaker.session import AwsSession

_USABLE = {"InProgress", "Completed"}


def list_attempts(aws: AwsSession, base: str) -> list[int]:
    """Numbers of the attempts of a fingerprint, see naming.job_base_name, in ascending order."""
    attempts = (naming.attempt_of(base, name) for name in _names(aws, base))
    return sorted(found for found in attempts if found is not None)


def usable_job(aws: AwsSession, job_name: str, owner: Owner) -> TrainingJob | None:
    """The job of this name if it runs, or is completed and still has its artifacts.

    Raises:
        OwnershipError: It belongs to somebody else.
    """
    answer = describe_answer(aws, job_name)
    if answer is None:
        return None
    tags = read_tags(aws.sagemaker, answer["AutoMLJobArn"])
    require_owner(owner, tags, kind="The Autopilot job", name=job_name)
    if answer["AutoMLJobStatus"] not in _USABLE or TORN_DOWN in tags:
        return None
    job = job_from_answer(aws, answer)
    if job.row_count is None:
        return None
    if job.status == "Completed":
        artifacts = [one.get("ModelDataUrl") for one in job.best.containers] if job.best else []
        if not all(s3.object_exists(aws, uri) for uri in artifacts if uri):
            return None
    return aws.remember(job)


def newest_job(aws: AwsSession, name: str, owner: Owner) -> TrainingJob | None:
    """The newest usable job of this model, whatever its input was; None without one.

    Args:
        name: What the names of its jobs are made of, see SageMakerSettings.named.
    """
    head = naming.job_head(name)
    for job_name in _names(aws, head):
        if not naming.is_job_of(head, job_name):
            continue
        answer = describe_answer(aws, job_name)
        if answer is None or not owner.owns(read_tags(aws.sagemaker, answer["AutoMLJobArn"])):
            continue
        job = usable_job(aws, job_name, owner)
        if job is not None:
            return job
    return None


def _names(aws: AwsSession, part: str) -> Iterator[str]:
    """Names of all jobs with this part in their name, the newest first."""
    with aws_errors("Autopilot jobs could not be listed", node=part, kind=TrainingJobError):
        pages = aws.sagemaker.get_paginator("list_auto_ml_jobs").paginate(
            NameContains=part, SortBy="CreationTime", SortOrder="Descending"
        )
        for page in pages:
            yield from (item["AutoMLJobName"] for item in page["AutoMLJobSummaries"])
