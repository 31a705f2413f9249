"""Application Auto Scaling of the sandbox: what AWS refuses, and by how much it scales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from exasol_sandbox.aws.autoscaling.targets import ScalableTarget, wanted_count
from exasol_sandbox.aws.sagemaker.invocations import Invocations

from .conftest import Autopilot

DIMENSION = {
    "ServiceNamespace": "sagemaker",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
POLICY = {
    "TargetValue": 10.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
}


@pytest.fixture(scope="module")
def scaling(aws: Callable[..., Any]) -> Any:
    return aws("application-autoscaling")


def place(endpoint: str) -> dict[str, str]:
    return {**DIMENSION, "ResourceId": f"endpoint/{endpoint}/variant/AllTraffic"}


def test_limits_bring_the_instances_within_them(
    autopilot: Autopilot, scaling: Any, ensemble_endpoint: str
) -> None:
    where = place(ensemble_endpoint)
    scaling.register_scalable_target(**where, MinCapacity=2, MaxCapacity=4)
    (variant,) = autopilot.sagemaker.describe_endpoint(EndpointName=ensemble_endpoint)["ProductionVariants"]
    assert variant["DesiredInstanceCount"] == 2
    scaling.put_scaling_policy(
        **where,
        PolicyName="load",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=POLICY,
    )
    (target,) = scaling.describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[where["ResourceId"]]
    )["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 4)
    (policy,) = scaling.describe_scaling_policies(**where)["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"] == POLICY

    model = autopilot.sagemaker.describe_endpoint_config(
        EndpointConfigName=autopilot.sagemaker.describe_endpoint(EndpointName=ensemble_endpoint)[
            "EndpointConfigName"
        ]
    )["ProductionVariants"][0]["ModelName"]
    other = f"other-{ensemble_endpoint}"[:63]
    autopilot.sagemaker.create_endpoint_config(
        EndpointConfigName=other,
        ProductionVariants=[
            {
                "VariantName": "AllTraffic",
                "ModelName": model,
                "InstanceType": "ml.c5.large",
                "InitialInstanceCount": 1,
            }
        ],
    )
    with pytest.raises(ClientError, match="must be deregistered as scalable targets"):
        autopilot.sagemaker.update_endpoint(EndpointName=ensemble_endpoint, EndpointConfigName=other)

    scaling.deregister_scalable_target(**where)
    assert not scaling.describe_scaling_policies(**where)["ScalingPolicies"]
    with pytest.raises(ClientError) as gone:
        scaling.deregister_scalable_target(**where)
    assert gone.value.response["Error"]["Code"] == "ObjectNotFoundException"


@pytest.mark.parametrize(
    ("limits", "complaint"),
    [
        ({"MinCapacity": 3, "MaxCapacity": 2}, "1 <= minimum <= maximum"),
        ({"MinCapacity": 1}, "are needed"),
        ({"MinCapacity": 0, "MaxCapacity": 2}, "1 <= minimum"),
    ],
)
def test_limits_that_cannot_be_are_refused(
    scaling: Any, ensemble_endpoint: str, limits: dict[str, int], complaint: str
) -> None:
    with pytest.raises(ClientError, match=complaint):
        scaling.register_scalable_target(**place(ensemble_endpoint), **limits)


def test_only_what_is_there_can_be_scaled(scaling: Any, ensemble_endpoint: str) -> None:
    with pytest.raises(ClientError, match="Could not find endpoint variant"):
        scaling.register_scalable_target(**place("nobodys"), MinCapacity=1, MaxCapacity=2)
    with pytest.raises(ClientError, match="No scalable target registered"):
        scaling.put_scaling_policy(
            **place(ensemble_endpoint),
            PolicyName="load",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=POLICY,
        )


@pytest.mark.parametrize(
    ("count", "asked", "since", "wanted"),
    [
        (1, 10, 1000, 1),
        (1, 11, 1000, 2),
        (1, 95, 1000, 4),
        (4, 12, 1000, 2),
        (4, 12, 100, 4),
        (1, 95, 100, 1),
        (3, 0, 1000, 1),
    ],
)
def test_the_load_of_the_last_minute_decides_after_the_cooldown(
    count: int, asked: int, since: float, wanted: int
) -> None:
    target = ScalableTarget("t", "eu-central-1", "arn", "e", "AllTraffic", 1, 4, 0.0, scaled=0.0)
    policy = {"TargetTrackingScalingPolicyConfiguration": POLICY}
    assert wanted_count(target, policy, count, asked, now=since) == wanted


def test_requests_count_for_a_minute() -> None:
    now = [100.0]
    asked = Invocations(clock=lambda: now[0])
    asked.add("arn", "AllTraffic")
    now[0] += 59
    asked.add("arn", "AllTraffic")
    assert asked.last_minute("arn", "AllTraffic") == 2
    now[0] += 1
    assert asked.last_minute("arn", "AllTraffic") == 1
    assert asked.last_minute("arn", "Other") == 0
