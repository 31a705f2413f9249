"""Find by tag, and remove, all that one dbt target made in AWS."""

from __future__ import annotations

from dataclasses import dataclass

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

    Endpoints, their configurations and models are deleted, running jobs stopped, and all objects under the
    target's S3 prefix deleted. SageMaker keeps Autopilot jobs for ever: they are tagged as torn down, so that
    their results are not taken for usable again.
    """
    raise NotImplementedError
