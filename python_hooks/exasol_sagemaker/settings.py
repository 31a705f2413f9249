"""Where AWS is and as whom to work there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.guards import NO_GUARDS, Guards

TRANSPORTS = ("auto", "native", "client")

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# Names are shortened after twelve characters at the earliest, see naming.shorten.
_NAME_PREFIX = re.compile(r"(?=.{1,11}$)[a-z](-?[a-z0-9])*")
_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")


@dataclass(frozen=True)
class SageMakerSettings:
    """Settings of one target. Credentials are boto3's own affair and never part of it.

    Attributes:
        s3_uri: `s3://bucket[/prefix]` under which training data and model artifacts are kept.
        role_arn: IAM role that SageMaker assumes to train and to serve.
        region: AWS region; boto3's own chain if absent.
        endpoint_url: Another endpoint for all AWS services: the sandbox or a VPC endpoint.
        profile_name: Profile of the shared AWS configuration.
        assume_role_arn: Role to assume for all calls, with the chain's credentials as its source.
        connection: Exasol CONNECTION with AWS credentials, for `native` exports and for the prediction UDF.
        transport: `native`, `client`, or `auto`: native where it can work.
        name_prefix: What the names of all jobs, models and endpoints begin with, so that policies can be
            limited to them; a hyphen follows.
        connection_profile_name: Profile of the shared AWS configuration whose credentials the CONNECTION
            gets.
        connection_role_arn: Role whose credentials the CONNECTION gets. Without either it gets the session's.
        guards: Limits on what may be spent.
    """

    s3_uri: str
    role_arn: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    profile_name: str | None = None
    assume_role_arn: str | None = None
    connection: str | None = None
    transport: str = "auto"
    name_prefix: str | None = None
    connection_profile_name: str | None = None
    connection_role_arn: str | None = None
    guards: Guards = NO_GUARDS

    def __post_init__(self) -> None:
        split_s3_uri(self.s3_uri)
        if self.transport not in TRANSPORTS:
            raise ConfigurationError(
                f"transport {self.transport!r} does not exist",
                hint=f"Use one of: {', '.join(TRANSPORTS)}.",
            )
        if self.name_prefix is not None and not _NAME_PREFIX.fullmatch(self.name_prefix):
            raise ConfigurationError(
                f"name_prefix {self.name_prefix!r} cannot begin a name",
                hint="Use at most eleven lower-case letters, digits and single hyphens, a letter first.",
            )
        for label in ("role_arn", "assume_role_arn", "connection_role_arn"):
            arn = getattr(self, label)
            if arn is not None and not _ROLE_ARN.fullmatch(arn):
                raise ConfigurationError(
                    f"{label} {arn!r} is not the ARN of an IAM role",
                    hint="It looks like arn:aws:iam::123456789012:role/name.",
                )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> SageMakerSettings:
        """Settings from SAGEMAKER_S3_URI, SAGEMAKER_ROLE_ARN, SAGEMAKER_CONNECTION, SAGEMAKER_TRANSPORT and
        SAGEMAKER_NAME_PREFIX.

        Region, endpoint and credentials are left to boto3, which reads AWS_DEFAULT_REGION, AWS_ENDPOINT_URL
        and so on itself.

        Raises:
            ConfigurationError: SAGEMAKER_S3_URI is not set.
        """
        values = os.environ if environment is None else environment
        if not values.get("SAGEMAKER_S3_URI"):
            raise ConfigurationError(
                "SAGEMAKER_S3_URI is not set",
                hint="Set it to the s3://bucket/prefix to work in; for the sandbox, run "
                "`eval $(exasol-sagemaker sandbox env)`.",
            )
        return cls(
            s3_uri=values["SAGEMAKER_S3_URI"],
            role_arn=values.get("SAGEMAKER_ROLE_ARN") or None,
            connection=values.get("SAGEMAKER_CONNECTION") or None,
            transport=values.get("SAGEMAKER_TRANSPORT") or "auto",
            name_prefix=values.get("SAGEMAKER_NAME_PREFIX") or None,
        )

    @property
    def names_begin(self) -> str:
        """`name_prefix` and its hyphen; empty without one."""
        return f"{self.name_prefix}-" if self.name_prefix else ""

    def named(self, name: str) -> str:
        """A node's name as the names of its jobs and endpoints are made of it."""
        return f"{self.names_begin}{name}"

    @property
    def bucket(self) -> str:
        """The bucket of `s3_uri`."""
        return split_s3_uri(self.s3_uri)[0]

    @property
    def prefix(self) -> str:
        """The key prefix of `s3_uri`, without slashes at its ends; may be empty."""
        return split_s3_uri(self.s3_uri)[1]


def split_s3_uri(uri: str) -> tuple[str, str]:
    """`s3://bucket/a/b/` → `("bucket", "a/b")`.

    Raises:
        ConfigurationError: It is not an S3 URI.
    """
    scheme, separator, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not separator or not _BUCKET.fullmatch(bucket):
        raise ConfigurationError(
            f"{uri!r} is not an S3 URI",
            hint="It looks like s3://bucket/prefix; bucket names have 3 to 63 lower-case letters, digits, "
            "dots and hyphens.",
        )
    return bucket, key.strip("/")
