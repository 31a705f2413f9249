"""Scalable targets and their policies: what is to be scaled between which limits, and by what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from exasol_sandbox.aws.sagemaker.records import Record

NAMESPACE = "sagemaker"
DIMENSION = "sagemaker:variant:DesiredInstanceCount"
METRIC = "SageMakerVariantInvocationsPerInstance"
# "Define a scaling policy" in the SageMaker developer guide.
DEFAULT_COOLDOWN = 300


@dataclass
class ScalableTarget(Record):
    """A variant of an endpoint whose number of instances follows its load.

    Attributes:
        name: Its resource id with dots for slashes.
        endpoint: Name of the endpoint.
        variant: Name of the variant.
        least: MinCapacity.
        most: MaxCapacity.
        created: When it was registered, in seconds.
        policies: Policies as they were put, by name, with `PolicyARN` and `CreationTime`.
        scaled: When its instances last changed by a policy, in seconds.
    """

    endpoint: str
    variant: str
    least: int
    most: int
    created: float
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    scaled: float = 0.0

    @property
    def resource_id(self) -> str:
        """As the API names it."""
        return resource_id(self.endpoint, self.variant)


def resource_id(endpoint: str, variant: str) -> str:
    """The id of a variant."""
    return f"endpoint/{endpoint}/variant/{variant}"


def wanted_count(target: ScalableTarget, policy: dict[str, Any], count: int, asked: int, now: float) -> int:
    """How many instances a target-tracking policy wants.

    AWS watches three minutes before it adds and fifteen before it takes away; here the last minute counts.

    Args:
        count: How many there are.
        asked: Requests of the last minute, of all instances.
        now: In seconds, as `target.scaled`.
    """
    options = policy["TargetTrackingScalingPolicyConfiguration"]
    goal = float(options["TargetValue"])
    enough = min(max(-(-asked // goal), target.least), target.most)
    if enough > count:
        wait = options.get("ScaleOutCooldown", DEFAULT_COOLDOWN)
    elif enough < count and not options.get("DisableScaleIn", False):
        wait = options.get("ScaleInCooldown", DEFAULT_COOLDOWN)
    else:
        return count
    return int(enough) if now - target.scaled >= wait else count
