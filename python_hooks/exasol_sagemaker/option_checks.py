"""Checks of options that all kinds of training jobs share."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from exasol_sagemaker.autopilot import MAX_TAGS
from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.ownership import PREFIX

if TYPE_CHECKING:
    from exasol_sagemaker.job import JobConfig

_OWN_TAGS = 5


def check_shared_options(config: JobConfig, *, node: str) -> None:
    """See that runtimes, VPC and tags can be.

    Raises:
        ConfigurationError: They cannot.
    """
    in_range("max_runtime_seconds", config.max_runtime_seconds, 1, None, node=node)
    in_range(
        "max_runtime_per_training_job_seconds",
        config.max_runtime_per_training_job_seconds,
        1,
        None,
        node=node,
    )
    if bool(config.security_groups) != bool(config.subnets):
        raise ConfigurationError(
            "A VPC needs both security_groups and subnets",
            node=node,
            hint=f"Set {'subnets' if config.security_groups else 'security_groups'} too.",
        )
    _check_tags(config, node)


def one_of(label: str, value: str | None, valid: Sequence[str], *, node: str) -> None:
    """See that an option is absent, or one of these.

    Raises:
        ConfigurationError: It is not; the nearest one is named.
    """
    if value is None or value in valid:
        return
    close = get_close_matches(value.lower(), [one.lower() for one in valid], n=1, cutoff=0.5)
    near = [one for one in valid if close and one.lower() == close[0]]
    guess = f"Did you mean {near[0]}? " if near else ""
    raise ConfigurationError(
        f"{label} {value!r} does not exist", node=node, hint=f"{guess}Valid ones are: {', '.join(valid)}."
    )


def in_range(label: str, value: int | None, low: int, high: int | None, *, node: str) -> None:
    """See that an option is absent, or a whole number from `low` to `high`, or without a limit.

    Raises:
        ConfigurationError: It is not.
    """
    if value is None:
        return
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or value < low
        or (high is not None and value > high)
    ):
        limits = f"from {low} to {high}" if high is not None else f"of at least {low}"
        raise ConfigurationError(
            f"{label} {value!r} is out of range", node=node, hint=f"Use a whole number {limits}."
        )


def _check_tags(config: JobConfig, node: str) -> None:
    reserved = [key for key in config.tags if key.startswith((PREFIX, "aws:"))]
    if reserved:
        raise ConfigurationError(
            f"Tags with these keys are reserved: {', '.join(reserved)}", node=node, hint="Choose other keys."
        )
    if len(config.tags) > MAX_TAGS - _OWN_TAGS:
        raise ConfigurationError(
            f"{len(config.tags)} tags are too many",
            node=node,
            why=f"SageMaker takes {MAX_TAGS}, and {_OWN_TAGS} are needed to say who made a resource.",
            hint=f"Use at most {MAX_TAGS - _OWN_TAGS}.",
        )
