"""Credentials: dbt-exasol's, plus a typed `sagemaker:` block that holds no secret."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from dbt.adapters.exasol.connections import ExasolCredentials
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker.suggest import did_you_mean
from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.guards import Guards
from exasol_sagemaker.settings import SageMakerSettings

DEFAULT_CONNECTION = "SAGEMAKER_AWS"
_SECRET_MARKS = ("secret", "access_key", "token", "password")


@dataclass
class SageMakerBlock(dbtClassMixin):
    """The `sagemaker:` block of a profile; meanings as in exasol_sagemaker.SageMakerSettings."""

    s3_uri: str
    role_arn: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    profile_name: str | None = None
    assume_role_arn: str | None = None
    connection: str | None = DEFAULT_CONNECTION
    transport: str | None = "auto"
    name_prefix: str | None = None
    connection_profile_name: str | None = None
    connection_role_arn: str | None = None
    guards: dict[str, Any] | None = None

    def settings(self) -> SageMakerSettings:
        """The same as the hook module takes it.

        An empty text counts as absent, which is what an unset `env_var` with a default gives.

        Raises:
            ConfigurationError: A value cannot be right.
        """
        return SageMakerSettings(
            s3_uri=self.s3_uri,
            role_arn=self.role_arn or None,
            region=self.region or None,
            endpoint_url=self.endpoint_url or None,
            profile_name=self.profile_name or None,
            assume_role_arn=self.assume_role_arn or None,
            connection=self.connection or DEFAULT_CONNECTION,
            transport=self.transport or "auto",
            name_prefix=self.name_prefix or None,
            connection_profile_name=self.connection_profile_name or None,
            connection_role_arn=self.connection_role_arn or None,
            guards=read_guards(self.guards or {}),
        )


@dataclass
class ExasolSageMakerCredentials(ExasolCredentials):
    """A profile of type `exasol_sagemaker`. Without the block it works as plain dbt-exasol."""

    sagemaker: SageMakerBlock | None = None

    @property
    def type(self) -> str:
        """The adapter's type."""
        return "exasol_sagemaker"

    def _connection_keys(self) -> tuple[str, ...]:
        return (*super()._connection_keys(), "sagemaker")

    @classmethod
    def validate(cls, data: Any) -> None:
        """Refuse what cannot be right in the `sagemaker:` block before dbt's own checks.

        Raises:
            DbtRuntimeError: With the key, the reason and the closest known key.
        """
        block = data.get("sagemaker")
        if block is not None:
            _check_block(block)
        super().validate(data)


def read_guards(block: Any) -> Guards:
    """The block `guards:` within `sagemaker:`.

    Raises:
        ConfigurationError: A guard does not exist, or has a value that it cannot have.
    """
    if not isinstance(block, dict):
        raise ConfigurationError(f"`guards:` has to be a block, not {block!r}")
    known = [item.name for item in fields(Guards)]
    for key in block:
        if key not in known:
            raise ConfigurationError(f"`guards: {key}` is no guard.{did_you_mean(str(key), known)}")
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in block.items()
    }
    return Guards(**given)


def _check_block(block: Any) -> None:
    if not isinstance(block, dict):
        raise DbtRuntimeError(
            f"`sagemaker:` has to be a block of settings, not {block!r}. It needs at least `s3_uri`."
        )
    known = [item.name for item in fields(SageMakerBlock)]
    for key in block:
        if key in known:
            continue
        if any(mark in str(key).lower() for mark in _SECRET_MARKS):
            raise DbtRuntimeError(
                f"`sagemaker: {key}` is refused: AWS credentials do not belong into profiles.yml. "
                "Give them to boto3 in one of its usual ways: environment variables, `aws configure`, "
                "`aws sso login`, or `profile_name` here."
            )
        raise DbtRuntimeError(f"`sagemaker: {key}` is not a setting.{did_you_mean(str(key), known)}")
    if not block.get("s3_uri"):
        raise DbtRuntimeError(
            "`sagemaker: s3_uri` is missing: the s3://bucket/prefix for training data and models. If it "
            "comes from an environment variable, is that set? "
            "For the sandbox: `eval $(exasol-sagemaker sandbox env)`."
        )
    for key, value in block.items():
        if key != "guards" and value is not None and not isinstance(value, str):
            raise DbtRuntimeError(f"`sagemaker: {key}` has to be text, not {value!r}.")
    try:
        SageMakerBlock(**block).settings()
    except ConfigurationError as error:
        raise DbtRuntimeError(f"`sagemaker:` block: {error}") from error
