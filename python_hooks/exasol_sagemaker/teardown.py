"""Find by tag, and remove, all that one dbt target made in AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from exasol_sagemaker import naming, s3
from exasol_sagemaker.autoscaling import deregister_autoscaling
from exasol_sagemaker.batch_transform import transform_answer
from exasol_sagemaker.deployment_state import wait_until
from exasol_sagemaker.describe_job import describe_answer
from exasol_sagemaker.errors import AwsError, aws_errors, is_not_found
from exasol_sagemaker.ownership import AUTOSCALING, PROJECT, TARGET, TORN_DOWN, readable_tags
from exasol_sagemaker.polling import polls
from exasol_sagemaker.session import AwsSession


@dataclass(frozen=True)
class Removed:
    """Something that teardown removed, or would remove.

    Attributes:
        kind: `endpoint`, `endpoint configuration`, `model`, `transform job`, `training job` or `objects`.
        name: Its name; for objects their S3 prefix.
        action: `deleted`, `stopped`, `marked as torn down`; with `would be ` in front in a dry run.
    """

    kind: str
    name: str
    action: str


def teardown(
    aws: AwsSession,
    *,
    project: str,
    target: str,
    dry_run: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Removed]:
    """Remove everything in AWS that carries the tags of this project and target.

    Endpoints, their configurations and models are deleted, running jobs stopped, and the objects under the
    target's S3 prefix deleted. Returns when they are gone. SageMaker keeps Autopilot jobs for ever: they are
    tagged as torn down, so that their results are not taken for usable again.

    Raises:
        AwsError: AWS refused something; what had been removed before stays removed, and it can be run again.
    """
    return list(_Teardown(aws, project, target, dry_run=dry_run, sleep=sleep).run())


class _Teardown:
    def __init__(
        self, aws: AwsSession, project: str, target: str, *, dry_run: bool, sleep: Callable[[float], None]
    ) -> None:
        self.aws = aws
        self.project = project
        self.target = target
        self.dry_run = dry_run
        self.sleep = sleep
        self.scaled: set[str] = set()

    def run(self) -> Iterator[Removed]:
        sagemaker = self.aws.sagemaker
        yield from self._transforms()
        endpoints = list(self._owned("list_endpoints", "Endpoints", "Endpoint"))
        for name in endpoints:
            if name in self.scaled and not self.dry_run:
                deregister_autoscaling(self.aws, name, node=name)
            yield self._remove(
                "endpoint", name, "deleted", partial(sagemaker.delete_endpoint, EndpointName=name)
            )
        for name in self._owned("list_endpoint_configs", "EndpointConfigs", "EndpointConfig"):
            delete = partial(sagemaker.delete_endpoint_config, EndpointConfigName=name)
            yield self._remove("endpoint configuration", name, "deleted", delete)
        for name in self._owned("list_models", "Models", "Model"):
            yield self._remove("model", name, "deleted", partial(sagemaker.delete_model, ModelName=name))
        if not self.dry_run:
            # One that captures data may write to S3 until it is gone.
            for name in endpoints:
                wait_until(self.aws, name, self.sleep, gone=True)
        yield from self._jobs()

    def _transforms(self) -> Iterator[Removed]:
        """SageMaker keeps transform jobs for ever; a running one is stopped, as it costs and writes to S3."""
        stopped = []
        for item in self._listed("list_transform_jobs", "TransformJobSummaries"):
            name = item["TransformJobName"]
            if item["TransformJobStatus"] not in {"InProgress", "Stopping"}:
                continue
            if self._ours(self._tags(item["TransformJobArn"])):
                stopped.append(name)
                stop = partial(self.aws.sagemaker.stop_transform_job, TransformJobName=name)
                yield self._remove("transform job", name, "stopped", stop)
        if not self.dry_run:
            for name in stopped:
                self._wait_for_transform(name)

    def _wait_for_transform(self, name: str) -> None:
        for answer in polls(lambda: transform_answer(self.aws, name), sleep=self.sleep):
            if answer is None or answer["TransformJobStatus"] not in {"InProgress", "Stopping"}:
                return

    def _jobs(self) -> Iterator[Removed]:
        sagemaker = self.aws.sagemaker
        home = naming.target_prefix(self.aws.settings.s3_uri, self.project, self.target)
        prefixes = {home}
        running = []
        for item in self._listed("list_auto_ml_jobs", "AutoMLJobSummaries"):
            name, arn = item["AutoMLJobName"], item["AutoMLJobArn"]
            tags = self._tags(arn)
            if not self._ours(tags):
                continue
            prefixes.add(self._prefix(name))
            if item["AutoMLJobStatus"] in {"InProgress", "Stopping"}:
                running.append(name)
                stop = partial(sagemaker.stop_auto_ml_job, AutoMLJobName=name)
                yield self._remove("training job", name, "stopped", stop)
            if TORN_DOWN not in tags:
                mark = partial(
                    sagemaker.add_tags, ResourceArn=arn, Tags=[{"Key": TORN_DOWN, "Value": "true"}]
                )
                yield self._remove("training job", name, "marked as torn down", mark)
        if not self.dry_run:
            for name in running:
                self._wait_for_end(name)
        for prefix in sorted(one for one in prefixes if one == home or not one.startswith(home)):
            if self._remove_objects(prefix):
                yield self._done("objects", prefix, "deleted")

    def _wait_for_end(self, job_name: str) -> None:
        """A job that is being stopped may still write to S3."""
        for answer in polls(lambda: describe_answer(self.aws, job_name), sleep=self.sleep):
            if answer is None or answer["AutoMLJobStatus"] not in {"InProgress", "Stopping"}:
                return

    def _remove_objects(self, prefix: str) -> int:
        if self.dry_run:
            return sum(1 for _ in s3.list_objects(self.aws, prefix))
        return s3.delete_prefix(self.aws, prefix)

    def _prefix(self, job_name: str) -> str:
        """The S3 prefix of a job: what its output path lies under."""
        answer = describe_answer(self.aws, job_name) or {}
        output = str(answer.get("OutputDataConfig", {}).get("S3OutputPath", ""))
        head, mark, _ = output.partition(f"/{job_name}/")
        if not mark:
            raise AwsError(
                f"The output of job {job_name} lies at {output!r}, where this package does not put it",
                node=job_name,
                hint="Somebody else tagged this job as ours: remove its tags or its objects yourself.",
            )
        return head + mark

    def _owned(self, operation: str, field: str, kind: str) -> Iterator[str]:
        for item in self._listed(operation, field):
            tags = self._tags(item[f"{kind}Arn"])
            if not self._ours(tags):
                continue
            if tags.get(AUTOSCALING):
                self.scaled.add(item[f"{kind}Name"])
            yield item[f"{kind}Name"]

    def _listed(self, operation: str, field: str) -> list[dict[str, Any]]:
        paginator: Any = self.aws.sagemaker.get_paginator(operation)  # type: ignore[call-overload]
        with aws_errors(f"{field} could not be listed"):
            return [item for page in paginator.paginate() for item in page[field]]

    def _tags(self, arn: str) -> dict[str, str]:
        return readable_tags(self.aws.sagemaker, arn, self.aws.settings.names_begin)

    def _ours(self, tags: Mapping[str, str]) -> bool:
        return (tags.get(PROJECT), tags.get(TARGET)) == (self.project, self.target)

    def _remove(self, kind: str, name: str, action: str, call: Callable[[], object]) -> Removed:
        from botocore.exceptions import ClientError  # noqa: PLC0415

        if not self.dry_run:
            with aws_errors(f"The {kind} could not be {action}", node=name, kind=AwsError):
                try:
                    call()
                except ClientError as error:
                    if not is_not_found(error):
                        raise
        return self._done(kind, name, action)

    def _done(self, kind: str, name: str, action: str) -> Removed:
        return Removed(kind, name, f"would be {action}" if self.dry_run else action)
