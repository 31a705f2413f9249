"""S3 objects of jobs that nothing refers to any more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from exasol_sagemaker import naming, s3
from exasol_sagemaker.batch_transform import transform_answer
from exasol_sagemaker.data_capture import delete_captures, find_old_captures
from exasol_sagemaker.describe_job import describe_answer
from exasol_sagemaker.errors import aws_errors
from exasol_sagemaker.lifetime import aws_now
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri
from exasol_sagemaker.unfinished_uploads import abort_upload, find_unfinished_uploads

# What naming.job_base_name and naming.transform_base_name make.
_JOB_FOLDER = re.compile(rf"[a-z0-9-]+-[0-9a-f]{{{naming.FINGERPRINT_DIGITS}}}(-[1-9]\d*)?")
_RUNNING = {"InProgress", "Stopping"}


@dataclass(frozen=True)
class JobFolder:
    """All objects of one training or transform job.

    Attributes:
        uri: Their prefix, ending in a slash.
        node: Folder of the node that the job belongs to.
        job_name: Name of the job.
        objects: How many there are.
        size: Their bytes.
        last_modified: When the youngest was written.
    """

    uri: str
    node: str
    job_name: str
    objects: int
    size: int
    last_modified: datetime


@dataclass(frozen=True)
class Collected:
    """Something that garbage collection removed, or would remove.

    Attributes:
        uri: Prefix of the objects, or the object that an upload was to become.
        objects: How many; 0 for an upload.
        size: Their bytes.
        action: `deleted` or `aborted`; with `would be ` in front in a dry run.
    """

    uri: str
    objects: int
    size: int
    action: str

    def __str__(self) -> str:
        if not self.objects:
            return f"{self.uri}: unfinished upload, {self.action}"
        return f"{self.uri}: {self.objects} objects, {self.size / 2**20:.1f} MiB, {self.action}"


def collect_garbage(
    aws: AwsSession,
    *,
    project: str,
    target: str,
    older_than: timedelta,
    keep: Collection[str] = (),
    keep_newest: int = 2,
    dry_run: bool = False,
) -> Iterator[Collected]:
    """Remove all that is old and that nothing refers to, of one target of a project; each as it is done.

    That is what find_garbage finds, what endpoints captured, and uploads that were never finished; of the
    latter two age alone decides. Arguments are those of find_garbage.

    Raises:
        AwsError: AWS refused something; what was removed before stays removed.
    """
    deleted, aborted = (f"would be {one}" if dry_run else one for one in ("deleted", "aborted"))
    for folder in find_garbage(
        aws, project=project, target=target, older_than=older_than, keep=keep, keep_newest=keep_newest
    ):
        if not dry_run:
            delete_garbage(aws, folder)
        yield Collected(folder.uri, folder.objects, folder.size, deleted)
    for files in find_old_captures(aws, project=project, target=target, older_than=older_than):
        if not dry_run:
            delete_captures(aws, files)
        yield Collected(files.uri, len(files.keys), files.size, deleted)
    for upload in find_unfinished_uploads(aws, project=project, target=target, older_than=older_than):
        if not dry_run:
            abort_upload(aws, upload)
        yield Collected(upload.uri, 0, 0, aborted)


def find_garbage(
    aws: AwsSession,
    *,
    project: str,
    target: str,
    older_than: timedelta,
    keep: Collection[str] = (),
    keep_newest: int = 2,
) -> list[JobFolder]:
    """Training data, artifacts and batch files that can go, of one target of a project.

    A job's objects stay while one of them is younger than `older_than`, while the job runs, while any
    SageMaker model of this account and region is made of them, or while it is among the newest completed ones
    of its node. Other objects under the target's prefix, such as those of export_to_s3, are not looked at.

    Args:
        keep: Further jobs to keep.
        keep_newest: How many completed jobs of each node to keep.

    Raises:
        AwsError: AWS refused something.
    """
    home = naming.target_prefix(aws.settings.s3_uri, project, target)
    folders, now = _job_folders(aws, home)
    jobs = {folder.job_name: describe_answer(aws, folder.job_name) for folder in folders}
    kept = {*keep, *_newest(folders, jobs, keep_newest)}
    used = _model_artifacts(aws)
    return [
        folder
        for folder in folders
        if now - folder.last_modified > older_than
        and folder.job_name not in kept
        and not any(uri.startswith(folder.uri) for uri in used)
        and not _runs(aws, folder.job_name, jobs[folder.job_name])
    ]


def delete_garbage(aws: AwsSession, folder: JobFolder) -> None:
    """Delete the objects of a job.

    Raises:
        AwsError: Some could not be deleted.
    """
    s3.delete_prefix(aws, folder.uri)


def _job_folders(aws: AwsSession, home: str) -> tuple[list[JobFolder], datetime]:
    """The folders of jobs under `home`, and now by AWS's clock."""
    bucket, prefix = split_s3_uri(home)
    prefix = f"{prefix}/" if prefix else ""
    found: dict[str, JobFolder] = {}
    now = aws_now({})
    with aws_errors(f"Objects under {home} could not be listed"):
        for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            now = aws_now(page)
            for item in page.get("Contents", []):
                node, _, rest = item["Key"][len(prefix) :].partition("/")
                job, mark, _ = rest.partition("/")
                if not mark or not _JOB_FOLDER.fullmatch(job):
                    continue
                uri = f"s3://{bucket}/{prefix}{node}/{job}/"
                known = found.get(uri) or JobFolder(uri, node, job, 0, 0, item["LastModified"])
                found[uri] = replace(
                    known,
                    objects=known.objects + 1,
                    size=known.size + item["Size"],
                    last_modified=max(known.last_modified, item["LastModified"]),
                )
    return list(found.values()), now


def _newest(folders: list[JobFolder], jobs: dict[str, dict[str, Any] | None], count: int) -> Iterator[str]:
    """The newest completed jobs of each node."""
    for node in {folder.node for folder in folders}:
        names = [folder.job_name for folder in folders if folder.node == node]
        completed = [
            (answer["CreationTime"], name)
            for name in names
            if (answer := jobs[name]) is not None and answer["AutoMLJobStatus"] == "Completed"
        ]
        yield from (name for _, name in sorted(completed, reverse=True)[:count])


def _runs(aws: AwsSession, name: str, training: dict[str, Any] | None) -> bool:
    if training is not None:
        return training["AutoMLJobStatus"] in _RUNNING
    transform = transform_answer(aws, name)
    return transform is not None and transform["TransformJobStatus"] in _RUNNING


def _model_artifacts(aws: AwsSession) -> set[str]:
    """Where the artifacts of all SageMaker models of this account and region lie, whoever made them."""
    found: set[str] = set()
    with aws_errors("Models could not be listed"):
        pages = aws.sagemaker.get_paginator("list_models").paginate()
        names = [item["ModelName"] for page in pages for item in page["Models"]]
    for name in names:
        with aws_errors("The model could not be described", node=name):
            answer: Any = aws.sagemaker.describe_model(ModelName=name)
        for container in answer.get("Containers") or [answer.get("PrimaryContainer", {})]:
            source = container.get("ModelDataSource", {}).get("S3DataSource", {}).get("S3Uri", "")
            found |= {uri for uri in (container.get("ModelDataUrl", ""), source) if uri}
    return found
