"""Transform jobs of a batch prediction: found, started, watched, stopped, and cleaned up after."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from exasol_sagemaker import naming, s3
from exasol_sagemaker.batch import BatchPlan, Chunk, TransformJob
from exasol_sagemaker.batch_input import chunk_number, export_columns, export_rows, part_conditions
from exasol_sagemaker.deployment_parts import create_model
from exasol_sagemaker.deployment_state import delete_model
from exasol_sagemaker.errors import BatchPredictionError, aws_errors, error_code, is_not_found
from exasol_sagemaker.export import export_query, new_export_uri
from exasol_sagemaker.forecast import ForecastPlan
from exasol_sagemaker.forecast_transform import export_history, forecast_request
from exasol_sagemaker.ownership import FINGERPRINT, JOB, TORN_DOWN, read_tags, require_owner
from exasol_sagemaker.polling import polls
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection

Plan = TypeVar("Plan", bound=BatchPlan)

_ROWS_PER_FILE = 50_000
_USABLE = {"InProgress", "Completed"}

log = logging.getLogger("exasol_sagemaker")


def start_transforms(aws: AwsSession, database: ExaConnection, plan: Plan, *, rerun: bool = False) -> Plan:
    """Export chunks and start their transform jobs, as many as may run at once. Returns at once.

    A chunk whose job is running, or completed with its output still in S3, gets that job. To be called again
    when one has ended, until `ended`.

    Args:
        rerun: Start a new job even for rows whose job is completed.

    Raises:
        ExportError: A chunk could not be written to S3; nothing of it is left there.
        BatchPredictionError: SageMaker refused a job.
        OwnershipError: A job's name belongs to somebody else.
    """
    plan = refresh(aws, plan)
    for chunk in plan.chunks:
        if plan.failed or len(plan.running) >= plan.config.parallel_jobs:
            break
        if chunk.transform is not None:
            continue
        found = None if rerun else _usable(aws, plan, chunk)
        if found is None:
            found = _start(aws, database, plan, chunk)
        if found is None:
            break
        plan = _with(plan, replace(chunk, transform=found))
    return plan


def watch_transforms(
    aws: AwsSession, plan: Plan, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Plan]:
    """Look at the running jobs until all have ended, or one has and others wait for its place."""
    before = len(plan.running)
    unstarted = any(chunk.transform is None for chunk in plan.chunks)
    for seen in polls(lambda: refresh(aws, plan), sleep=sleep):
        yield seen
        if not seen.running or (unstarted and len(seen.running) < before):
            return


def refresh(aws: AwsSession, plan: Plan) -> Plan:
    """The plan with the present state of its running jobs."""
    for chunk in plan.chunks:
        if chunk.transform is not None and not chunk.transform.ended:
            now = replace(describe_transform(aws, chunk.transform.name), started=chunk.transform.started)
            plan = _with(plan, replace(chunk, transform=now))
    return plan


def require_transformed(plan: BatchPlan) -> None:
    """Fail, with SageMaker's reason, unless all transform jobs are completed.

    Raises:
        BatchPredictionError: One is not.
    """
    for one in plan.failed:
        raise BatchPredictionError(
            f"The transform job {one.name} is {one.status}",
            node=plan.owner.node,
            why=one.failure_reason or "SageMaker gives no reason.",
            hint="Look at its logs in CloudWatch under /aws/sagemaker/TransformJobs, correct the cause, and "
            "run again: what is completed is kept, the rest is done again.",
        )
    if not plan.ended:
        raise BatchPredictionError("Not all transform jobs have ended", node=plan.owner.node)


def describe_transform(aws: AwsSession, name: str) -> TransformJob:
    """The transform job as SageMaker has it now.

    Raises:
        BatchPredictionError: There is no such job.
    """
    answer = transform_answer(aws, name)
    if answer is None:
        raise BatchPredictionError(
            f"There is no transform job {name!r} in {aws.region}", hint="Check name, region and account."
        )
    return _job(answer)


def transform_answer(aws: AwsSession, name: str) -> dict[str, Any] | None:
    """SageMaker's own description of a transform job; None if there is no such job."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors("The transform job could not be described", node=name, kind=BatchPredictionError):
        try:
            return dict(aws.sagemaker.describe_transform_job(TransformJobName=name))
        except ClientError as error:
            if is_not_found(error):
                return None
            raise


def finish_batch(aws: AwsSession, plan: BatchPlan) -> None:
    """Delete the SageMaker model, if it is ours, and the files in S3, unless the configuration keeps them."""
    if not plan.borrows_model:
        delete_model(aws, plan.model_name)
    if not plan.config.keep_files:
        for transform in plan.transforms:
            s3.delete_prefix(aws, _home(aws, plan, transform.name))


def _usable(aws: AwsSession, plan: BatchPlan, chunk: Chunk) -> TransformJob | None:
    attempts = _attempts(aws, _base(plan, chunk))
    if not attempts:
        return None
    name = naming.job_name(_base(plan, chunk), attempts[-1], naming.NAME_LIMIT)
    answer = transform_answer(aws, name)
    if answer is None:
        return None
    tags = read_tags(aws.sagemaker, answer["TransformJobArn"])
    require_owner(plan.owner, tags, kind="The transform job", name=name)
    job = _job(answer)
    if job.status not in _USABLE or TORN_DOWN in tags:
        return None
    if job.status == "Completed" and not any(s3.list_objects(aws, job.output_s3_uri)):
        return None
    log.info("%s: transform job %s has the same input, %s", plan.owner.node, name, job.status)
    return job


def _start(aws: AwsSession, database: ExaConnection, plan: BatchPlan, chunk: Chunk) -> TransformJob | None:
    """Export a chunk and start its job; None if the account's limit wants it to wait for one that runs.

    As with training jobs, what counts is whether the job is there and reads this export, not the answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    aws.require_bucket()
    extra = {**plan.config.tags, JOB: plan.job.job_name}
    if not plan.borrows_model:
        create_model(
            aws,
            plan.model_name,
            [dict(one) for one in plan.containers],
            tags=plan.owner.tags(extra),
            owner=plan.owner,
        )
    tags = plan.owner.tags({**extra, FINGERPRINT: chunk.fingerprint})
    base = _base(plan, chunk)
    attempts = _attempts(aws, base)
    name = naming.job_name(base, attempts[-1] + 1 if attempts else 1, naming.NAME_LIMIT)
    export_uri = new_export_uri(_home(aws, plan, name))
    data_uri = _export(aws, database, plan, chunk, export_uri)
    request = _request(aws, plan, name, data_uri)
    what = f"SageMaker did not start the transform job {name}"
    with aws_errors(what, node=plan.owner.node, kind=BatchPredictionError):
        try:
            aws.sagemaker.create_transform_job(**request, Tags=tags)
        except (ClientError, BotoCoreError) as error:
            answer = transform_answer(aws, name)
            if answer is None or _input_uri(answer) != data_uri:
                s3.delete_prefix(aws, export_uri)
                if error_code(error) == "ResourceLimitExceeded" and plan.running:
                    log.info("%s: waiting for a transform job to end: %s", plan.owner.node, error)
                    return None
                if answer is None or error_code(error) != "ResourceInUse":
                    raise
                return _adopted(aws, plan, chunk, name)
    log.info("%s: transform job %s started, %d rows", plan.owner.node, name, chunk.row_count)
    return replace(describe_transform(aws, name), started=True)


def _input_uri(answer: Mapping[str, Any]) -> str:
    uri: str = answer["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"]
    return uri


def _adopted(aws: AwsSession, plan: BatchPlan, chunk: Chunk, name: str) -> TransformJob:
    found = _usable(aws, plan, chunk)
    if found is None:
        raise BatchPredictionError(
            f"The transform job {name} was started by another run meanwhile, and failed",
            node=plan.owner.node,
            hint="Run again.",
        )
    return found


def _export(aws: AwsSession, database: ExaConnection, plan: BatchPlan, chunk: Chunk, export_uri: str) -> str:
    if isinstance(plan, ForecastPlan):
        return export_history(aws, database, plan, export_uri)
    chunks = -(-plan.row_count // plan.config.rows_per_chunk)
    query = export_rows(plan.query, plan.keys, plan.features, plan.job)
    if chunks > 1:
        query = f"SELECT * FROM (\n{query}\n) WHERE {chunk_number(plan.keys, chunks)} = {chunk.index}"
    parts = min(plan.config.instance_count, -(-chunk.row_count // _ROWS_PER_FILE))
    export = export_query(
        aws,
        database,
        query=query,
        columns=export_columns(plan.keys, plan.features, plan.job),
        s3_uri=export_uri,
        expected_rows=chunk.row_count,
        fingerprint=chunk.fingerprint,
        header=False,
        parts=part_conditions(plan.keys, chunks, parts),
        node=plan.owner.node,
    )
    return export.data_uri


def _request(aws: AwsSession, plan: BatchPlan, name: str, data_uri: str) -> dict[str, Any]:
    output_uri = f"{_home(aws, plan, name)}out/"
    if isinstance(plan, ForecastPlan):
        return forecast_request(plan, name, data_uri=data_uri, output_uri=output_uri)
    config = plan.config
    keys = len(plan.keys)
    kept = ",".join(str(place) for place in range(keys))
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}}
    request: dict[str, Any] = {
        "TransformJobName": name,
        "ModelName": plan.model_name,
        "BatchStrategy": config.strategy,
        "TransformInput": {
            "DataSource": source,
            "ContentType": "text/csv",
            "CompressionType": "None",
            "SplitType": "Line",
        },
        "TransformOutput": {
            "S3OutputPath": output_uri,
            "Accept": "text/csv",
            "AssembleWith": "Line",
        },
        "TransformResources": {
            "InstanceType": config.instance_type,
            "InstanceCount": config.instance_count,
        },
        "DataProcessing": {
            "InputFilter": f"$[{keys}:]",
            "JoinSource": "Input",
            "OutputFilter": f"$[{kept},{keys + len(plan.features)}:]",
        },
    }
    if config.max_concurrent_transforms is not None:
        request["MaxConcurrentTransforms"] = config.max_concurrent_transforms
    if config.max_payload_mb is not None:
        request["MaxPayloadInMB"] = config.max_payload_mb
    return request


def _base(plan: BatchPlan, chunk: Chunk) -> str:
    return naming.transform_base_name(plan.name, chunk.fingerprint)


def _home(aws: AwsSession, plan: BatchPlan, transform: str) -> str:
    return naming.job_prefix(aws.settings.s3_uri, plan.owner, plan.name, transform)


def _attempts(aws: AwsSession, base: str) -> list[int]:
    with aws_errors("Transform jobs could not be listed", node=base, kind=BatchPredictionError):
        pages = aws.sagemaker.get_paginator("list_transform_jobs").paginate(NameContains=base)
        names = [item["TransformJobName"] for page in pages for item in page["TransformJobSummaries"]]
    return sorted(found for found in (naming.attempt_of(base, name) for name in names) if found is not None)


def _with(plan: Plan, changed: Chunk) -> Plan:
    chunks = tuple(changed if chunk.index == changed.index else chunk for chunk in plan.chunks)
    return replace(plan, chunks=chunks)


def _job(answer: Mapping[str, Any]) -> TransformJob:
    resources = answer.get("TransformResources", {})
    source = answer.get("TransformInput", {}).get("DataSource", {}).get("S3DataSource", {})
    return TransformJob(
        name=answer["TransformJobName"],
        arn=answer["TransformJobArn"],
        status=answer["TransformJobStatus"],
        model_name=answer["ModelName"],
        instance_type=resources.get("InstanceType", ""),
        instance_count=resources.get("InstanceCount", 0),
        input_s3_uri=source.get("S3Uri", ""),
        output_s3_uri=answer.get("TransformOutput", {}).get("S3OutputPath", ""),
        created_at=answer["CreationTime"],
        ended_at=answer.get("TransformEndTime"),
        failure_reason=answer.get("FailureReason"),
    )
