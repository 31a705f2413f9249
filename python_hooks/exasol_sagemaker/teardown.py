"""Find by tag, and remove, all that one dbt target made in AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exasol_sagemaker import naming, s3
from exasol_sagemaker.errors import AwsError, aws_errors, is_not_found
from exasol_sagemaker.ownership import PROJECT, TARGET, TORN_DOWN, read_tags
from exasol_sagemaker.session import AwsSession


@dataclass(frozen=True)
class Removed:
    """Something that teardown removed, or would remove.

    Attributes:
        kind: `endpoint`, `endpoint configuration`, `model`, `training job` or `objects`.
        name: Its name; for objects their S3 prefix.
        action: `deleted`, `stopped`, `marked as torn down`; with `would be ` in front in a dry run.
    """

    kind: str
    name: str
    action: str


def teardown(aws: AwsSession, *, project: str, target: str, dry_run: bool = False) -> list[Removed]:
    """Remove everything in AWS that carries the tags of this project and target.

    Endpoints, their configurations and models are deleted, running jobs stopped, and the objects under the
    S3 prefixes of the jobs deleted. SageMaker keeps Autopilot jobs for ever: they are tagged as torn down, so
    that their results are not taken for usable again.

    Raises:
        AwsError: AWS refused something; what had been removed before stays removed, and it can be run again.
    """
    return list(_Teardown(aws, project, target, dry_run).run())


class _Teardown:
    def __init__(self, aws: AwsSession, project: str, target: str, dry_run: bool) -> None:
        self.aws = aws
        self.project = project
        self.target = target
        self.dry_run = dry_run

    def run(self) -> Iterator[Removed]:
        sagemaker = self.aws.sagemaker
        for name in self._owned("list_endpoints", "Endpoints", "Endpoint"):
            call = sagemaker.delete_endpoint
            yield self._remove("endpoint", name, "deleted", lambda n=name, c=call: c(EndpointName=n))
        for name in self._owned("list_endpoint_configs", "EndpointConfigs", "EndpointConfig"):
            delete = sagemaker.delete_endpoint_config
            yield self._remove(
                "endpoint configuration",
                name,
                "deleted",
                lambda n=name, c=delete: c(EndpointConfigName=n),
            )
        for name in self._owned("list_models", "Models", "Model"):
            yield self._remove("model", name, "deleted", lambda n=name: sagemaker.delete_model(ModelName=n))
        yield from self._jobs()

    def _jobs(self) -> Iterator[Removed]:
        prefixes = set()
        for item in self._listed("list_auto_ml_jobs", "AutoMLJobSummaries"):
            name, arn = item["AutoMLJobName"], item["AutoMLJobArn"]
            tags = read_tags(self.aws.sagemaker, arn)
            if not self._ours(tags):
                continue
            prefixes.add(self._prefix(name))
            if item["AutoMLJobStatus"] in {"InProgress", "Stopping"}:
                yield self._remove(
                    "training job",
                    name,
                    "stopped",
                    lambda n=name: self.aws.sagemaker.stop_auto_ml_job(AutoMLJobName=n),
                )
            if TORN_DOWN not in tags:
                mark: Any = [{"Key": TORN_DOWN, "Value": "true"}]
                yield self._remove(
                    "training job",
                    name,
                    "marked as torn down",
                    lambda a=arn, m=mark: self.aws.sagemaker.add_tags(ResourceArn=a, Tags=m),
                )
        for prefix in sorted(prefixes):
            count = (
                sum(1 for _ in s3.list_objects(self.aws, prefix))
                if self.dry_run
                else s3.delete_prefix(self.aws, prefix)
            )
            if count:
                yield self._done("objects", prefix, "deleted")

    def _prefix(self, job_name: str) -> str:
        """The S3 prefix of a job: what its output path lies under."""
        with aws_errors("The Autopilot job could not be described", node=job_name):
            answer: Any = self.aws.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=job_name)
        output = str(answer["OutputDataConfig"]["S3OutputPath"])
        return output[: output.index(f"/{job_name}/") + len(job_name) + 2]

    def _owned(self, operation: str, field: str, kind: str) -> Iterator[str]:
        for item in self._listed(operation, field):
            if self._ours(read_tags(self.aws.sagemaker, item[f"{kind}Arn"])):
                yield item[f"{kind}Name"]

    def _listed(self, operation: str, field: str) -> list[dict[str, Any]]:
        paginator: Any = self.aws.sagemaker.get_paginator(operation)  # type: ignore[call-overload]
        with aws_errors(f"{field} could not be listed"):
            return [item for page in paginator.paginate() for item in page[field]]

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
