"""Settings of a command: from its options, from a dbt profile, or from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.errors import aws_errors
from exasol_sagemaker.iam.scope import Scope
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import SageMakerSettings


@dataclass(frozen=True)
class Options:
    """What the command line says; None for what it does not."""

    s3_uri: str | None
    role_arn: str | None
    account_id: str | None
    region: str | None
    name_prefix: str | None
    profile: str | None
    target: str | None
    profiles_dir: str | None


def load_settings(options: Options) -> SageMakerSettings:
    """Settings from a dbt profile if one is named or at hand, else from the environment; options win.

    Raises:
        CliError: There is no s3_uri anywhere, or the profile cannot be read.
        ConfigurationError: A value cannot be right.
    """
    found = _from_profile(options)
    if found is None:
        values = dict(os.environ)
        if options.s3_uri:
            values["SAGEMAKER_S3_URI"] = options.s3_uri
        if not values.get("SAGEMAKER_S3_URI"):
            raise CliError(
                "There is no bucket to work with.",
                why="Neither --s3-uri nor a dbt profile nor SAGEMAKER_S3_URI names one.",
                next_step="give --s3-uri s3://bucket/prefix, or run it in the folder of a dbt project",
            )
        found = SageMakerSettings.from_environment(values)
        found = replace(found, region=values.get("AWS_REGION") or None)
    given: dict[str, Any] = {
        "s3_uri": options.s3_uri,
        "role_arn": options.role_arn,
        "region": options.region,
        "name_prefix": options.name_prefix,
    }
    return replace(found, **{key: value for key, value in given.items() if value is not None})


def scope_of(aws: AwsSession, options: Options, *, default_role: str) -> Scope:
    """What the policies are for; asks AWS for the account only if nothing else names it."""
    settings = aws.settings
    of_role = settings.role_arn.split(":")[4] if settings.role_arn else None
    account = options.account_id or of_role or _account(aws)
    region = aws.region
    partition = aws.boto3_session.get_partition_for_region(region)
    role = settings.role_arn or f"arn:{partition}:iam::{account}:role/{default_role}"
    return Scope(settings.s3_uri, region, account, role, settings.names_begin)


def _account(aws: AwsSession) -> str:
    with aws_errors(
        "The AWS account could not be found out", hint="Give --account-id or --role-arn, or AWS credentials."
    ):
        return str(aws.sts.get_caller_identity()["Account"])


def _from_profile(options: Options) -> SageMakerSettings | None:
    name = options.profile or project_profile()
    if name is None:
        if options.target or options.profiles_dir:
            raise CliError(
                "There is no dbt profile to take a target from.",
                why="--profile is not given, and there is no dbt_project.yml here.",
                next_step="exasol-sagemaker iam --profile NAME --target TARGET",
            )
        return None
    credentials = _read_profile(name, options)
    block = getattr(credentials, "sagemaker", None)
    if block is None:
        if options.profile is None:
            return None
        raise CliError(
            f"The dbt profile {name!r} has no `sagemaker:` block.",
            why="Bucket, role and region are taken from it.",
            next_step="add it to the target in profiles.yml, or give --s3-uri and --role-arn",
        )
    settings: SageMakerSettings = block.settings()
    return settings


def project_profile() -> str | None:
    """The profile that the dbt project of this folder names."""
    import yaml

    project = Path("dbt_project.yml")
    if not project.is_file():
        return None
    content = yaml.safe_load(project.read_text())
    return content.get("profile") if isinstance(content, dict) else None


def _read_profile(name: str, options: Options) -> Any:
    from argparse import Namespace

    from dbt.config.profile import Profile, read_profile
    from dbt.config.renderer import ProfileRenderer
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtBaseException

    here = Path.cwd()
    folder = options.profiles_dir or os.environ.get("DBT_PROFILES_DIR")
    folder = folder or str(here if (here / "profiles.yml").is_file() else Path.home() / ".dbt")
    set_from_args(Namespace(), {})
    # env_var() in profiles.yml reads the environment from there.
    set_invocation_context(os.environ)
    try:
        profile = Profile.from_raw_profiles(read_profile(folder), name, ProfileRenderer({}), options.target)
    except DbtBaseException as error:
        raise CliError(
            f"The dbt profile {name!r} cannot be read from {folder}.",
            why=str(error).strip(),
            next_step="check profiles.yml with `dbt debug`, or give --s3-uri and --role-arn",
        ) from error
    return profile.credentials
