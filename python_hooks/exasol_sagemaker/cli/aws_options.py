"""Options of commands that work in AWS, and the session that they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from exasol_sagemaker.cli.settings import Options, load_settings
from exasol_sagemaker.session import AwsSession

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--s3-uri", help="s3://bucket/prefix of data and models."),
    click.option("--region", help="AWS region."),
    click.option("--profile", help="dbt profile to take both from.  [default: that of ./dbt_project.yml]"),
    click.option("--target", help="Target of the dbt profile."),
    click.option(
        "--profiles-dir", type=click.Path(file_okay=False, exists=True), help="Where profiles.yml lies."
    ),
)


def aws_options(command: _Command) -> _Command:
    """Adds the options that session_of reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def session_of(
    s3_uri: str | None, region: str | None, profile: str | None, target: str | None, profiles_dir: str | None
) -> AwsSession:
    """The session of these options.

    Raises:
        CliError: There is no s3_uri anywhere, or the profile cannot be read.
        ConfigurationError: A value cannot be right.
    """
    return AwsSession(load_settings(Options(s3_uri, None, None, region, None, profile, target, profiles_dir)))
