"""Limits on what may be spent, checked before anything is exported or made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from exasol_sagemaker.errors import ConfigurationError

if TYPE_CHECKING:
    from exasol_sagemaker.job import JobConfig

Config = TypeVar("Config", bound="JobConfig")


@dataclass(frozen=True)
class Guards:
    """What a target may spend at most; None: as much as AWS allows.

    Attributes:
        max_concurrent_jobs: Training jobs of a project and target that may run at once; further ones wait.
        max_runtime_seconds: Longest limit that a training job may be given; one without a limit gets this.
        max_endpoint_instances: Instances of an endpoint, or of a transform job.
        allowed_instance_types: Instance types of endpoints and transform jobs.
    """

    max_concurrent_jobs: int | None = None
    max_runtime_seconds: int | None = None
    max_endpoint_instances: int | None = None
    allowed_instance_types: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("max_concurrent_jobs", "max_runtime_seconds", "max_endpoint_instances"):
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ConfigurationError(
                    f"The guard {name} cannot be {value!r}", hint="Use a whole number of at least 1."
                )
        types = self.allowed_instance_types
        if types is not None and (
            isinstance(types, str) or not all(isinstance(one, str) and one.startswith("ml.") for one in types)
        ):
            raise ConfigurationError(
                f"The guard allowed_instance_types cannot be {types!r}",
                hint="Use a list of types such as ml.m5.large.",
            )


NO_GUARDS = Guards()


def check_runtime(guards: Guards, config: JobConfig, *, node: str) -> None:
    """See that a job asks for no more time than it may have.

    Raises:
        ConfigurationError: It does.
    """
    limit = guards.max_runtime_seconds
    asked = config.max_runtime_seconds
    if limit is not None and asked is not None and asked > limit:
        raise _forbidden("max_runtime_seconds", f"The job may run for {asked} seconds", limit, node)


def limited_runtime(guards: Guards, config: Config) -> Config:
    """The configuration with the longest runtime that is allowed, if it has no limit of its own.

    That limit is no part of a fingerprint: to raise a guard is no reason to train all models again.
    """
    if guards.max_runtime_seconds is None or config.max_runtime_seconds is not None:
        return config
    return replace(config, max_runtime_seconds=guards.max_runtime_seconds)


def check_instances(guards: Guards, instance_type: str, instance_count: int, *, node: str) -> None:
    """See that instances are of an allowed type, and not too many.

    Raises:
        ConfigurationError: They are not.
    """
    allowed: Sequence[str] | None = guards.allowed_instance_types
    if allowed is not None and instance_type not in allowed:
        listed = ", ".join(allowed) or "none"
        raise _forbidden("allowed_instance_types", f"{instance_type} is asked for", listed, node)
    limit = guards.max_endpoint_instances
    if limit is not None and instance_count > limit:
        raise _forbidden("max_endpoint_instances", f"{instance_count} instances are asked for", limit, node)


def _forbidden(guard: str, what: str, allowed: object, node: str) -> ConfigurationError:
    return ConfigurationError(
        f"{what}, and the guard {guard} allows {allowed}",
        node=node,
        why="Guards are checked before anything is exported or made.",
        hint=f"Ask for less, or change `guards: {guard}` in the profile's sagemaker block.",
    )
