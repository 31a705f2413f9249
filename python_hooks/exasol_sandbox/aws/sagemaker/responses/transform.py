"""Batch transform jobs: create, describe, list, stop."""

from __future__ import annotations

import time
from typing import Any

from exasol_sandbox.aws.errors import AwsError, validation_error
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.paging import matches, page
from exasol_sandbox.aws.sagemaker.responses.transform_request import check_chunked, check_request
from exasol_sandbox.aws.sagemaker.transform_job import TransformJob

KIND = "transform-job"
DEFAULTS: dict[str, dict[str, Any]] = {
    "TransformInput": {"CompressionType": "None", "SplitType": "None"},
    "TransformOutput": {"AssembleWith": "None"},
    "DataProcessing": {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"},
}


def create_job(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Starts a job; returns at once."""
    name = parameters["TransformJobName"]
    arn = sage_maker.arn(region, KIND, name)
    check_request(sage_maker, region, parameters)
    model = sage_maker.models.get(region, parameters["ModelName"])
    if model is None:
        raise validation_error(
            f'Could not find model "{sage_maker.arn(region, "model", parameters["ModelName"])}".'
        )
    check_chunked(parameters, model.containers)
    role = model.request["ExecutionRoleArn"]
    sage_maker.check_role(role, "CreateTransformJob", region)
    environment = parameters.get("Environment", {})
    containers = [
        {**container, "Environment": {**container.get("Environment", {}), **environment}}
        for container in model.containers
    ]
    now = time.time()
    request = {key: value for key, value in parameters.items() if key != "Tags"}
    job = TransformJob(name, region, arn, request, containers, role, now, now)
    if not sage_maker.transform_jobs.add(job):
        raise AwsError(
            "ResourceInUse",
            f"The transform job name {name} is taken in this account and region: {arn} exists.",
        )
    try:
        sage_maker.add_tags(region, arn, parameters.get("Tags", []))
    except AwsError:
        sage_maker.transform_jobs.remove(job)
        raise
    sage_maker.start_transform(job)
    return {"TransformJobArn": arn}


def describe_job(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes a job."""
    job = _job(sage_maker, region, parameters["TransformJobName"])
    filled = {member: defaults | job.request.get(member, {}) for member, defaults in DEFAULTS.items()}
    started = {} if job.started is None else {"TransformStartTime": job.started}
    return {**job.request, **filled, **_state(job), **started}


def list_jobs(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists jobs, newest first."""
    found = [
        job
        for job in sage_maker.transform_jobs
        if job.region == region
        and matches(parameters, name=job.name, created=job.created, modified=job.modified, status=job.status)
    ]
    keys = {"Name": lambda job: job.name, "Status": lambda job: (job.status, job.created)}
    listed, token = page(
        parameters, found, key=keys.get(parameters.get("SortBy", "CreationTime"), lambda job: job.created)
    )
    summaries = [{**_state(job), "LastModifiedTime": job.modified} for job in listed]
    return {"TransformJobSummaries": summaries, **token}


def stop_job(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Stops a job; a finished one stays as it is."""
    sage_maker.stop_transform(_job(sage_maker, region, parameters["TransformJobName"]))
    return {}


def _state(job: TransformJob) -> dict[str, Any]:
    state: dict[str, Any] = {
        "TransformJobName": job.name,
        "TransformJobArn": job.arn,
        "TransformJobStatus": job.status,
        "CreationTime": job.created,
    }
    if job.ended is not None:
        state["TransformEndTime"] = job.ended
    if job.failure_reason:
        state["FailureReason"] = job.failure_reason
    return state


def _job(sage_maker: SageMaker, region: str, name: str) -> TransformJob:
    job = sage_maker.transform_jobs.get(region, name)
    if job is None:
        # The API reference promises ResourceNotFound; AWS's own controllers know it answers this.
        raise validation_error(f"Could not find requested job with name: {name}")
    return job
