"""All endpoints that this package made, and the deletion of those that nobody needs any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.autoscaling import find_changed_scaling, from_tag, read_autoscaling
from exasol_sagemaker.deployment_state import delete_endpoint, endpoint_answer
from exasol_sagemaker.drift import find_drift, find_scaling
from exasol_sagemaker.endpoint import Autoscaling
from exasol_sagemaker.errors import aws_errors, is_not_found
from exasol_sagemaker.lifetime import aws_now, read_expiry, rolled_back_from
from exasol_sagemaker.ownership import AUTOSCALING, NODE, PROJECT, TARGET, Owner, readable_tags
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.teardown import Removed


@dataclass(frozen=True)
class OwnEndpoint:
    """An endpoint that this package made.

    Attributes:
        name: Its name.
        owner: Project, target and node that made it.
        status: `InService`, `Creating`, `Updating`, `Failed`, …
        job_name: Job that it serves; empty if somebody else gave it another configuration.
        instance_type: Instance type; empty if it is serverless, or its configuration is gone.
        instance_count: How many instances it has now; 0 if it is serverless.
        created_at: When it was created.
        deployed_at: When it last changed.
        expires_at: When nobody needs it any more, by its ttl; None: never.
        seen_at: When this was found out, by AWS's clock.
        rolled_back_from: Job that it was rolled back from by hand.
        drift: What somebody else did to it, as sentences.
        failure_reason: Why it failed, in SageMaker's words.
        autoscaling: How its number of instances follows its load; None if it does not.
    """

    name: str
    owner: Owner
    status: str
    job_name: str
    instance_type: str
    instance_count: int
    created_at: datetime
    deployed_at: datetime
    expires_at: datetime | None
    seen_at: datetime
    rolled_back_from: str | None
    drift: tuple[str, ...]
    failure_reason: str | None
    autoscaling: Autoscaling | None = None

    @property
    def expired(self) -> bool:
        """Whether it is past its ttl."""
        return self.expires_at is not None and self.expires_at <= self.seen_at


def list_own_endpoints(
    aws: AwsSession, *, project: str | None = None, target: str | None = None
) -> Iterator[OwnEndpoint]:
    """The endpoints of this account and region that carry this package's tags, as they are found.

    Args:
        project: Only those of this dbt project.
        target: Only those of this dbt target.

    Raises:
        AwsError: AWS refused to tell.
    """
    with aws_errors("Endpoints could not be listed"):
        pages = aws.sagemaker.get_paginator("list_endpoints").paginate()
        names = [(item["EndpointName"], item["EndpointArn"]) for page in pages for item in page["Endpoints"]]
    for name, arn in names:
        tags = readable_tags(aws.sagemaker, arn, aws.settings.names_begin)
        if not {PROJECT, TARGET, NODE} <= set(tags):
            continue
        if project not in (None, tags[PROJECT]) or target not in (None, tags[TARGET]):
            continue
        answer = endpoint_answer(aws, name)
        if answer is not None:
            yield _own_endpoint(aws, answer, tags)


def prune_endpoints(
    aws: AwsSession, *, project: str | None = None, target: str | None = None, dry_run: bool = False
) -> Iterator[Removed]:
    """Delete endpoints that are past their ttl, with configurations and models; each as it is done.

    One that is being created or updated is left to the next time: somebody is asking for it now.

    Raises:
        AwsError: AWS refused something; what was deleted before stays deleted.
    """
    for found in list_own_endpoints(aws, project=project, target=target):
        if not found.expired or found.status not in {"InService", "Failed", "OutOfService"}:
            continue
        if dry_run:
            yield Removed("endpoint", found.name, "would be deleted")
            continue
        for deleted in delete_endpoint(aws, found.name, found.owner):
            kind, _, name = deleted.rpartition(" ")
            yield Removed(kind, name, "deleted")


def _own_endpoint(aws: AwsSession, answer: dict[str, Any], tags: dict[str, str]) -> OwnEndpoint:
    name = answer["EndpointName"]
    variant = _variant(aws, answer["EndpointConfigName"])
    configured = variant.get("InitialInstanceCount", 0)
    now = next((one.get("DesiredInstanceCount") for one in answer.get("ProductionVariants", ())), None)
    seen_at = aws_now(answer)
    scaling = from_tag(tags.get(AUTOSCALING))
    return OwnEndpoint(
        name=name,
        owner=Owner(tags[PROJECT], tags[TARGET], tags[NODE]),
        status=answer["EndpointStatus"],
        job_name=naming.job_of_part(answer["EndpointConfigName"], name),
        instance_type=variant.get("InstanceType", ""),
        instance_count=configured if now is None else now,
        created_at=answer["CreationTime"],
        deployed_at=answer["LastModifiedTime"],
        expires_at=read_expiry(tags),
        seen_at=seen_at,
        rolled_back_from=rolled_back_from(tags),
        drift=(
            *find_drift(None, answer, endpoint=name, now=seen_at),
            *_find_scaling(aws, answer, scaling, configured),
        ),
        failure_reason=answer.get("FailureReason"),
        autoscaling=scaling,
    )


def _find_scaling(
    aws: AwsSession, answer: dict[str, Any], scaling: Autoscaling | None, configured: int
) -> tuple[str, ...]:
    """What others did to its number of instances, or to its autoscaling."""
    if scaling is None:
        return find_scaling(answer, configured)
    if answer["EndpointStatus"] != "InService":
        return ()
    name = answer["EndpointName"]
    return find_changed_scaling(name, read_autoscaling(aws, name), scaling)


def _variant(aws: AwsSession, config_name: str) -> dict[str, Any]:
    """The variant of an endpoint configuration; empty if the configuration was deleted."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors("The endpoint configuration could not be described", node=config_name):
        try:
            found: Any = aws.sagemaker.describe_endpoint_config(EndpointConfigName=config_name)
        except ClientError as error:
            if is_not_found(error):
                return {}
            raise
    return dict(found["ProductionVariants"][0])
