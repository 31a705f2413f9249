"""Autoscaling of an endpoint: its scalable target and target-tracking policy in Application Auto Scaling.

What was last asked for is written on the endpoint as a tag, so that it can be told from what others did, and
deletions know of it without a further call. See docs/decisions/autoscaling.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exasol_sagemaker.endpoint import Autoscaling, EndpointConfig
from exasol_sagemaker.errors import ConfigurationError, EndpointError, aws_errors, error_code
from exasol_sagemaker.lifetime import write_tags
from exasol_sagemaker.ownership import AUTOSCALING
from exasol_sagemaker.session import AwsSession

VARIANT = "AllTraffic"
"""Name of the one production variant of our endpoints."""

_METRIC = "SageMakerVariantInvocationsPerInstance"
_TAG = re.compile(r"min=(\d+) max=(\d+) invocations=([\d.e+-]+) in=(\d+) out=(\d+)")
# "Auto scaling prerequisites" in the SageMaker developer guide: burstable types cannot be scaled.
_BURSTABLE = "ml.t2."


def check_autoscaling(config: EndpointConfig, node: str) -> None:
    """See that Application Auto Scaling would take the configuration.

    Raises:
        ConfigurationError: It would not.
    """
    scaling = config.autoscaling
    if scaling is None:
        return
    if config.serverless is not None:
        raise ConfigurationError(
            "A serverless endpoint has no instances to scale",
            node=node,
            hint="Leave out `autoscaling`, and set `max_concurrency` of `serverless`.",
        )
    if config.instance_type.startswith(_BURSTABLE):
        raise ConfigurationError(
            f"{config.instance_type} cannot be scaled automatically",
            node=node,
            why="SageMaker scales no burstable instances.",
            hint="Use another `instance_type`, such as ml.m5.large.",
        )
    if not 1 <= scaling.min_instances <= scaling.max_instances:
        raise ConfigurationError(
            f"autoscaling between {scaling.min_instances} and {scaling.max_instances} instances cannot be",
            node=node,
            hint="Set 1 <= min_instances <= max_instances.",
        )
    if config.instance_count > scaling.max_instances:
        raise ConfigurationError(
            f"instance_count {config.instance_count} is more than max_instances {scaling.max_instances}",
            node=node,
            hint="Leave `instance_count` out: the endpoint begins with min_instances.",
        )
    if scaling.invocations_per_instance <= 0:
        raise ConfigurationError(
            f"invocations_per_instance {scaling.invocations_per_instance} is out of range",
            node=node,
            hint="Use the requests a minute that one instance answers well.",
        )
    for name in ("scale_in_cooldown", "scale_out_cooldown"):
        if getattr(scaling, name) < 0:
            raise ConfigurationError(f"{name} cannot be negative", node=node, hint="Give seconds.")


def to_tag(scaling: Autoscaling | None) -> str:
    """The autoscaling as the value of a tag; empty for none."""
    if scaling is None:
        return ""
    return (
        f"min={scaling.min_instances} max={scaling.max_instances} "
        f"invocations={scaling.invocations_per_instance!r} "
        f"in={scaling.scale_in_cooldown} out={scaling.scale_out_cooldown}"
    )


def from_tag(value: str | None) -> Autoscaling | None:
    """Read back to_tag; None for anything else."""
    match = _TAG.fullmatch(value or "")
    if match is None:
        return None
    return Autoscaling(
        max_instances=int(match[2]),
        invocations_per_instance=float(match[3]),
        min_instances=int(match[1]),
        scale_in_cooldown=int(match[4]),
        scale_out_cooldown=int(match[5]),
    )


def read_autoscaling(aws: AwsSession, endpoint: str) -> Autoscaling | None:
    """What is registered for an endpoint; None if its target or our policy is missing.

    Raises:
        EndpointError: AWS refused to tell.
    """
    place = _place(endpoint)
    with aws_errors("The autoscaling could not be described", node=endpoint, kind=EndpointError):
        targets = aws.autoscaling.describe_scalable_targets(
            ServiceNamespace=place["ServiceNamespace"],
            ResourceIds=[place["ResourceId"]],
            ScalableDimension=place["ScalableDimension"],
        )["ScalableTargets"]
        if not targets:
            return None
        policies = aws.autoscaling.describe_scaling_policies(**place)["ScalingPolicies"]
    policy = next((one for one in policies if one["PolicyName"] == _policy_name(endpoint)), None)
    if policy is None:
        return None
    options = policy["TargetTrackingScalingPolicyConfiguration"]
    return Autoscaling(
        max_instances=targets[0]["MaxCapacity"],
        invocations_per_instance=float(options["TargetValue"]),
        min_instances=targets[0]["MinCapacity"],
        scale_in_cooldown=options.get("ScaleInCooldown", Autoscaling.scale_in_cooldown),
        scale_out_cooldown=options.get("ScaleOutCooldown", Autoscaling.scale_out_cooldown),
    )


def register_autoscaling(aws: AwsSession, endpoint: str, scaling: Autoscaling, *, node: str) -> None:
    """Register an endpoint that is in service, or change its limits and policy.

    Raises:
        EndpointError: AWS refused it.
    """
    with aws_errors("The endpoint could not be registered for autoscaling", node=node, kind=EndpointError):
        aws.autoscaling.register_scalable_target(
            **_place(endpoint), MinCapacity=scaling.min_instances, MaxCapacity=scaling.max_instances
        )
    with aws_errors("The scaling policy could not be put", node=node, kind=EndpointError):
        aws.autoscaling.put_scaling_policy(
            **_place(endpoint),
            PolicyName=_policy_name(endpoint),
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": scaling.invocations_per_instance,
                "PredefinedMetricSpecification": {"PredefinedMetricType": _METRIC},
                "ScaleInCooldown": scaling.scale_in_cooldown,
                "ScaleOutCooldown": scaling.scale_out_cooldown,
            },
        )


def deregister_autoscaling(aws: AwsSession, endpoint: str, *, node: str) -> None:
    """Take an endpoint out of autoscaling, with its policies; no error if it is not in it.

    Raises:
        EndpointError: AWS refused it.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors("The endpoint could not be deregistered from autoscaling", node=node, kind=EndpointError):
        try:
            aws.autoscaling.deregister_scalable_target(**_place(endpoint))
        except ClientError as error:
            if error_code(error) != "ObjectNotFoundException":
                raise


def settle_autoscaling(
    aws: AwsSession,
    answer: Mapping[str, Any],
    tags: Mapping[str, str],
    wanted: Autoscaling | None,
    *,
    instances: int,
    node: str,
) -> tuple[str, ...]:
    """Give an endpoint that is in service the autoscaling that is wanted, with as few calls as it takes.

    What somebody else set instead of what was last asked for is told and left, as with instances.

    Args:
        answer: SageMaker's description of the endpoint.
        tags: Of the endpoint.
        instances: How many it is to have when its autoscaling ends.

    Returns:
        What somebody else did, as sentences.

    Raises:
        EndpointError: AWS refused it.
    """
    endpoint, last = answer["EndpointName"], from_tag(tags.get(AUTOSCALING))
    if wanted is None:
        if tags.get(AUTOSCALING):
            deregister_autoscaling(aws, endpoint, node=node)
            _set_instances(aws, answer, instances, node=node)
            write_tags(aws, answer["EndpointArn"], {AUTOSCALING: ""}, node=node)
        return ()
    found = read_autoscaling(aws, endpoint)
    if found is not None and last == wanted and (changed := find_changed_scaling(endpoint, found, wanted)):
        return changed
    # A tag that is there before the first registration lets a deletion know of it; one that is changed only
    # after the change lets an interrupted change be carried on with.
    if last is None:
        write_tags(aws, answer["EndpointArn"], {AUTOSCALING: to_tag(wanted)}, node=node)
    if found != wanted:
        register_autoscaling(aws, endpoint, wanted, node=node)
    if last not in (None, wanted):
        write_tags(aws, answer["EndpointArn"], {AUTOSCALING: to_tag(wanted)}, node=node)
    return ()


def find_changed_scaling(endpoint: str, found: Autoscaling | None, wanted: Autoscaling) -> tuple[str, ...]:
    """Whether somebody else changed or ended the autoscaling of an endpoint, as a sentence.

    Args:
        found: What is registered; None: nothing.
        wanted: What was last asked for.
    """
    if found == wanted:
        return ()
    if found is None:
        return (f"the autoscaling of endpoint {endpoint} is not registered: {wanted} is configured",)
    return (
        f"the autoscaling of endpoint {endpoint} was changed by somebody else: it has {found}, and "
        f"{wanted} is configured",
    )


def _set_instances(aws: AwsSession, answer: Mapping[str, Any], instances: int, *, node: str) -> None:
    """Give an endpoint back the instances that its configuration asks for."""
    now = next((one.get("DesiredInstanceCount") for one in answer.get("ProductionVariants", ())), None)
    if now in (None, instances):
        return
    with aws_errors("The number of instances could not be set", node=node, kind=EndpointError):
        aws.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=answer["EndpointName"],
            DesiredWeightsAndCapacities=[{"VariantName": VARIANT, "DesiredInstanceCount": instances}],
        )


def _place(endpoint: str) -> dict[str, str]:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{endpoint}/variant/{VARIANT}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }


def _policy_name(endpoint: str) -> str:
    return f"{endpoint}-invocations"
