"""What the policies reach: one bucket prefix, one name prefix, one execution role."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.settings import split_s3_uri

_ROLE_ARN = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/(.+)")
_IAM_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")
# SageMaker's names of what Clarify makes for an Autopilot job to explain its best model.
_CLARIFY = "sm-clarify-"


@dataclass(frozen=True)
class Scope:
    """What is allowed where.

    Attributes:
        s3_uri: `s3://bucket[/prefix]` of training data and model artifacts.
        region: Of bucket and SageMaker.
        account_id: Twelve digits.
        role_arn: The execution role, the only one that may be passed.
        name_prefix: What the names of jobs, models and endpoints begin with; empty for any name.
    """

    s3_uri: str
    region: str
    account_id: str
    role_arn: str
    name_prefix: str = ""

    def __post_init__(self) -> None:
        split_s3_uri(self.s3_uri)
        if not _REGION.fullmatch(self.region):
            raise ConfigurationError(
                f"{self.region!r} is not an AWS region", hint="It looks like eu-central-1."
            )
        if not re.fullmatch(r"\d{12}", self.account_id):
            raise ConfigurationError(
                f"{self.account_id!r} is not an AWS account id", hint="It has twelve digits."
            )
        match = _ROLE_ARN.fullmatch(self.role_arn)
        if match is None or not _IAM_NAME.fullmatch(self.role_name):
            raise ConfigurationError(
                f"{self.role_arn!r} is not the ARN of an IAM role",
                hint="It looks like arn:aws:iam::123456789012:role/name.",
            )
        if match[2] != self.account_id:
            raise ConfigurationError(
                f"The role {self.role_arn} is not of account {self.account_id}",
                hint="SageMaker takes a role of its own account only: correct one of the two.",
            )

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        return self.role_arn.split(":")[1]

    @property
    def role_name(self) -> str:
        """Name of the execution role, without its path."""
        return self.role_arn.rpartition("/")[2]

    @property
    def role_path(self) -> str:
        """Path of the execution role, `/` if it has none."""
        inside = self.role_arn.partition(":role")[2].rpartition("/")[0]
        return f"{inside}/"

    @property
    def bucket_arn(self) -> str:
        """The bucket."""
        return f"arn:{self.partition}:s3:::{split_s3_uri(self.s3_uri)[0]}"

    @property
    def objects_arn(self) -> str:
        """All objects under the prefix."""
        prefix = split_s3_uri(self.s3_uri)[1]
        return f"{self.bucket_arn}/{prefix}/*" if prefix else f"{self.bucket_arn}/*"

    @property
    def listing_condition(self) -> dict[str, dict[str, list[str]]]:
        """The condition that holds a listing of the bucket to the prefix; none without a prefix."""
        prefix = split_s3_uri(self.s3_uri)[1]
        return {"StringLike": {"s3:prefix": [f"{prefix}/*"]}} if prefix else {}

    def named(self, kind: str) -> str:
        """All SageMaker resources of a kind (`model`, `endpoint`, …) whose names begin with the prefix."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account_id}:{kind}/{self.name_prefix}*"

    def clarify(self, kind: str) -> str:
        """The resources of a kind that SageMaker Clarify makes for itself."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account_id}:{kind}/{_CLARIFY}*"

    def every(self, kind: str) -> str:
        """All SageMaker resources of a kind in this account and region."""
        return f"arn:{self.partition}:sagemaker:{self.region}:{self.account_id}:{kind}/*"

    @property
    def scalable_targets(self) -> str:
        """All scalable targets; AWS makes up their ids, so that no name can be asked for."""
        return (
            f"arn:{self.partition}:application-autoscaling:{self.region}:{self.account_id}:scalable-target/*"
        )

    @property
    def scaling_alarms(self) -> str:
        """The alarms of the policies of endpoints whose names begin with the prefix."""
        name = f"TargetTracking-endpoint/{self.name_prefix}*"
        return f"arn:{self.partition}:cloudwatch:{self.region}:{self.account_id}:alarm:{name}"

    @property
    def scaling_role(self) -> str:
        """The role by which AWS scales endpoints."""
        path = "aws-service-role/sagemaker.application-autoscaling.amazonaws.com"
        name = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
        return f"arn:{self.partition}:iam::{self.account_id}:role/{path}/{name}"

    def log_group(self, name: str) -> str:
        """A group of CloudWatch logs and its streams."""
        return f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:{name}"
