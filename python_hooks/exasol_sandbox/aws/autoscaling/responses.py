"""The operations of Application Auto Scaling."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from exasol_sandbox.aws.autoscaling.scaling import SERVICE, AutoScaling
from exasol_sandbox.aws.autoscaling.targets import DIMENSION, METRIC, NAMESPACE, ScalableTarget
from exasol_sandbox.aws.errors import AwsError, Response, validation_error
from exasol_sandbox.aws.gate.identity import Principal
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.sagemaker.validation import validate

_RESOURCE_ID = re.compile(r"endpoint/([^/]+)/variant/([^/]+)")


def answer(scaling: AutoScaling, request: AwsRequest, region: str, principal: Principal) -> Response:
    """Serves one request.

    Raises:
        AwsError: For everything that AWS would refuse, and for what the sandbox does not do.
    """
    operation = _OPERATIONS.get(request.target)
    if operation is None:
        raise AwsError(
            "UnknownOperationException",
            f"The sandbox does not support {request.target!r}. Of Application Auto Scaling it has scalable "
            "targets and target-tracking policies of endpoint variants.",
        )
    try:
        parameters = json.loads(request.body or b"{}")
    except ValueError as error:
        raise AwsError("SerializationException", "The body is not JSON.") from error
    parameters = validate(request.target, parameters, SERVICE)
    dimension = parameters.get("ScalableDimension", DIMENSION)
    if (parameters["ServiceNamespace"], dimension) != (NAMESPACE, DIMENSION):
        raise validation_error(
            f"The sandbox scales {DIMENSION} of {NAMESPACE} only, not {dimension} of "
            f"{parameters['ServiceNamespace']}."
        )
    if request.target == "RegisterScalableTarget":
        scaling.ensure_role(principal)
    result = operation(scaling, region, parameters)
    return Response(200, json.dumps(result).encode(), {"Content-Type": "application/x-amz-json-1.1"})


def register(scaling: AutoScaling, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Registers a variant, or changes its limits."""
    if "SuspendedState" in parameters:
        raise validation_error("The sandbox does not support SuspendedState; leave it out.")
    endpoint, variant = _variant(parameters["ResourceId"])
    least, most = parameters.get("MinCapacity"), parameters.get("MaxCapacity")
    return {"ScalableTargetARN": scaling.register(region, endpoint, variant, least, most).arn}


def deregister(scaling: AutoScaling, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Removes a target with its policies; its instances stay as they are."""
    scaling.deregister(region, *_variant(parameters["ResourceId"]))
    return {}


def describe_targets(scaling: AutoScaling, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes targets, all in one page."""
    ids = parameters.get("ResourceIds")
    found = [one for one in scaling.targets if one.region == region and (not ids or one.resource_id in ids)]
    return {"ScalableTargets": [_target(one) for one in found]}


def put_policy(scaling: AutoScaling, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Creates or replaces a policy."""
    target = scaling.require(region, *_variant(parameters["ResourceId"]))
    options = parameters.get("TargetTrackingScalingPolicyConfiguration", {})
    kind = parameters.get("PolicyType", "TargetTrackingScaling")
    metric = options.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType")
    if kind != "TargetTrackingScaling" or metric != METRIC:
        raise validation_error(f"The sandbox has policies of type TargetTrackingScaling on {METRIC} only.")
    if options["TargetValue"] <= 0:
        raise validation_error("TargetValue must be greater than 0.")
    name = parameters["PolicyName"]
    known = target.policies.get(name)
    arn = f"arn:aws:autoscaling:{region}:{target.arn.split(':')[4]}:scalingPolicy:{uuid4()}"
    policy = {
        "PolicyARN": f"{arn}:resource/{NAMESPACE}/{target.resource_id}:policyName/{name}",
        "CreationTime": time.time(),
        **(known or {}),
        "PolicyName": name,
        "PolicyType": kind,
        "TargetTrackingScalingPolicyConfiguration": options,
    }
    target.policies = {**target.policies, name: policy}
    scaling.targets.save(target)
    return {"PolicyARN": policy["PolicyARN"], "Alarms": []}


def describe_policies(scaling: AutoScaling, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes policies, all in one page."""
    wanted, names = parameters.get("ResourceId"), parameters.get("PolicyNames")
    found = [
        {**_place(target), **policy, "Alarms": []}
        for target in scaling.targets
        if target.region == region and wanted in (None, target.resource_id)
        for policy in target.policies.values()
        if not names or policy["PolicyName"] in names
    ]
    return {"ScalingPolicies": found}


def _variant(resource_id: str) -> tuple[str, str]:
    match = _RESOURCE_ID.fullmatch(resource_id)
    if match is None:
        raise validation_error(
            f"{resource_id} is no resource id of a variant: endpoint/<name>/variant/<name>."
        )
    return match[1], match[2]


def _target(target: ScalableTarget) -> dict[str, Any]:
    return {
        **_place(target),
        "MinCapacity": target.least,
        "MaxCapacity": target.most,
        "ScalableTargetARN": target.arn,
        "CreationTime": target.created,
        "SuspendedState": dict.fromkeys(
            ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), False
        ),
    }


def _place(target: ScalableTarget) -> dict[str, str]:
    return {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": target.resource_id,
        "ScalableDimension": DIMENSION,
    }


_OPERATIONS: dict[str, Callable[[AutoScaling, str, dict[str, Any]], dict[str, Any]]] = {
    "RegisterScalableTarget": register,
    "DeregisterScalableTarget": deregister,
    "DescribeScalableTargets": describe_targets,
    "PutScalingPolicy": put_policy,
    "DescribeScalingPolicies": describe_policies,
}
