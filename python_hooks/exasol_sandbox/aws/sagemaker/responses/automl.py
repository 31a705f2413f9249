"""Autopilot jobs: create, describe, list, stop, and their candidates."""

from __future__ import annotations

import time
from typing import Any

from exasol_sandbox.aws.errors import AwsError, resource_not_found, validation_error
from exasol_sandbox.aws.sagemaker.automl_job import TERMINAL, AutoMLJob
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.paging import matches, page
from exasol_sandbox.aws.sagemaker.responses.automl_description import (
    describe_candidate,
    describe_job,
)
from exasol_sandbox.aws.sagemaker.responses.automl_request import check_request


def create_job(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Starts a job; returns at once."""
    name = parameters["AutoMLJobName"]
    arn = sage_maker.arn(region, "automl-job", name)
    check_request(sage_maker, region, parameters)
    sage_maker.check_role(parameters["RoleArn"], "CreateAutoMLJobV2", region)
    now = time.time()
    request = {key: value for key, value in parameters.items() if key != "Tags"}
    job = AutoMLJob(name, region, arn, request, now, now)
    if not sage_maker.jobs.add(job):
        raise AwsError(
            "ResourceInUse", f"The AutoML job name {name} is taken in this account and region: {arn} exists."
        )
    try:
        sage_maker.add_tags(region, arn, parameters.get("Tags", []))
    except AwsError:
        sage_maker.jobs.remove(job)
        raise
    sage_maker.start_job(job)
    return {"AutoMLJobArn": arn}


def describe_job_v2(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes a job."""
    return describe_job(_job(sage_maker, region, parameters["AutoMLJobName"]))


def describe_job_v1(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Refuses: the first version of the call cannot describe a job that the second made."""
    job = _job(sage_maker, region, parameters["AutoMLJobName"])
    raise validation_error(
        f"The AutoML job {job.name} was made by CreateAutoMLJobV2: use DescribeAutoMLJobV2."
    )


def list_jobs(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists jobs."""
    found = [
        job
        for job in sage_maker.jobs
        if job.region == region
        and matches(parameters, name=job.name, created=job.created, modified=job.modified, status=job.status)
    ]
    keys = {"CreationTime": lambda job: job.created, "Status": lambda job: (job.status, job.created)}
    listed, token = page(
        parameters, found, key=keys.get(parameters.get("SortBy", "CreationTime"), lambda job: job.name)
    )
    return {"AutoMLJobSummaries": [_summary(job) for job in listed], **token}


def _summary(job: AutoMLJob) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "AutoMLJobName": job.name,
        "AutoMLJobArn": job.arn,
        "AutoMLJobStatus": job.status,
        "AutoMLJobSecondaryStatus": job.secondary_status,
        "CreationTime": job.created,
        "LastModifiedTime": job.modified,
    }
    if job.ended is not None:
        summary["EndTime"] = job.ended
    if job.failure_reason:
        summary["FailureReason"] = job.failure_reason
    if job.partial_failures:
        summary["PartialFailureReasons"] = [{"PartialFailureMessage": text} for text in job.partial_failures]
    return summary


def list_candidates(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists the candidates that a job has trained so far."""
    job = _job(sage_maker, region, parameters["AutoMLJobName"])
    wanted_name = parameters.get("CandidateNameEquals")
    found = [
        candidate
        for candidate in list(job.candidates)
        if wanted_name in {None, candidate["name"]}
        and parameters.get("StatusEquals", "Completed") == "Completed"
    ]
    by_value = parameters.get("SortBy") == "FinalObjectiveMetricValue"
    listed, token = page(
        parameters,
        found,
        key=lambda candidate: candidate["value"] if by_value else candidate["created"],
        descending_by_default=False,
    )
    return {"Candidates": [describe_candidate(job, candidate) for candidate in listed], **token}


def stop_job(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Stops a job; a finished one stays as it is."""
    job = _job(sage_maker, region, parameters["AutoMLJobName"])
    if job.status not in TERMINAL:
        job.status, job.secondary_status = "Stopping", "Stopping"
        job.modified = time.time()
        sage_maker.jobs.save(job)
        sage_maker.stop_job(job)
    return {}


def _job(sage_maker: SageMaker, region: str, name: str) -> AutoMLJob:
    job = sage_maker.jobs.get(region, name)
    if job is None:
        raise resource_not_found(f"Could not find AutoML job {sage_maker.arn(region, 'automl-job', name)}.")
    return job
