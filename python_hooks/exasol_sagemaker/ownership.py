"""Who made a resource: a dbt project, target and node, written on it as tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exasol_sagemaker.errors import AwsError, OwnershipError, aws_errors

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import TagTypeDef

PREFIX = "exasol-sagemaker:"
PROJECT = PREFIX + "project"
TARGET = PREFIX + "target"
NODE = PREFIX + "node"
JOB = PREFIX + "job"
FINGERPRINT = PREFIX + "fingerprint"
TORN_DOWN = PREFIX + "torn-down"

_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})
EXPIRES_AT = PREFIX + "expires-at"
ROLLED_BACK_FROM = PREFIX + "rolled-back-from"
AUTOSCALING = PREFIX + "autoscaling"


@dataclass(frozen=True)
class Owner:
    """What made a resource.

    Attributes:
        project: dbt project, or the name of the program that uses the hook module.
        target: dbt target: `dev`, `prod`, …
        node: dbt's unique id of the node, or any name that is stable from run to run.
    """

    project: str
    target: str
    node: str

    def tags(self, extra: Mapping[str, str] | None = None) -> list[TagTypeDef]:
        """The tags to put on a resource of this owner, with the user's own `extra` ones first."""
        ours = {PROJECT: self.project, TARGET: self.target, NODE: self.node}
        return [{"Key": key, "Value": value} for key, value in ({**(extra or {}), **ours}).items()]

    def owns(self, tags: Mapping[str, str]) -> bool:
        """Whether a resource with these tags was made by the same node of the same project and target."""
        return (tags.get(PROJECT), tags.get(TARGET), tags.get(NODE)) == (self.project, self.target, self.node)


def as_dict(tags: Iterable[TagTypeDef]) -> dict[str, str]:
    """AWS's list of tags as a dict."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def read_tags(sagemaker: SageMakerClient, arn: str) -> dict[str, str]:
    """The tags of a SageMaker resource, all pages of them."""
    with aws_errors("Tags could not be read", node=arn):
        pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
        found: Sequence[TagTypeDef] = [tag for page in pages for tag in page["Tags"]]
    return as_dict(found)


def readable_tags(sagemaker: SageMakerClient, arn: str, prefix: str) -> dict[str, str]:
    """The tags of something found in a list; none if its name lies outside `prefix` and they may not be read.

    A policy that is limited to the names of this project denies the tags of others' resources, of which an
    account may be full. What carries our own prefix has to be readable.

    Raises:
        AwsError: The tags cannot be read.
    """
    try:
        return read_tags(sagemaker, arn)
    except AwsError as error:
        if arn.rpartition("/")[2].startswith(prefix) or error.aws_code not in _DENIED:
            raise
        return {}


def require_owner(owner: Owner, tags: Mapping[str, str], *, kind: str, name: str) -> None:
    """Refuse to touch what somebody else made.

    Raises:
        OwnershipError: `tags` do not name `owner`.
    """
    if owner.owns(tags):
        return
    maker = (
        f"node {tags.get(NODE)!r} of project {tags.get(PROJECT)!r}, target {tags.get(TARGET)!r}"
        if PROJECT in tags
        else "something that does not tag its resources as this package does"
    )
    raise OwnershipError(
        f"{kind} {name!r} belongs to somebody else",
        node=owner.node,
        why=f"It was made by {maker}.",
        hint="Choose another name for the model or the endpoint, or remove that resource yourself. "
        "Nothing was changed.",
    )
