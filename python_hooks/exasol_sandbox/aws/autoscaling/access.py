"""Which actions a request to Application Auto Scaling is, on which resources.

Source: "Auto scaling prerequisites" in the SageMaker developer guide, and "Actions, resources, and condition
keys for AWS Application Auto Scaling" in the service authorization reference. AWS asks these rights of who
calls, since it works in his name: on the endpoint, and on the alarms of its policies.
"""

from __future__ import annotations

import json

from exasol_sandbox.aws.gate.policy import Access
from exasol_sandbox.aws.gate.request import AwsRequest

SERVICE = "application-autoscaling"
_ENDPOINT = {
    "RegisterScalableTarget": (
        "sagemaker:DescribeEndpoint",
        "sagemaker:UpdateEndpointWeightsAndCapacities",
    ),
}
_ALARMS = {
    "PutScalingPolicy": ("cloudwatch:PutMetricAlarm",),
    "DeregisterScalableTarget": ("cloudwatch:DeleteAlarms",),
}


def accesses(request: AwsRequest, region: str, account_id: str) -> list[Access]:
    """What the sender must be allowed to do for the request to be served."""
    try:
        parameters = json.loads(request.body or b"{}")
    except ValueError:
        parameters = {}
    name = request.target
    context = tuple(
        (f"{SERVICE}:{key}", str(parameters[member]))
        for member, key in (
            ("ServiceNamespace", "service-namespace"),
            ("ScalableDimension", "scalable-dimension"),
        )
        if member in parameters
    )
    if name.startswith("Describe"):
        return [Access(f"{SERVICE}:{name}", "*", context)]
    variant = str(parameters.get("ResourceId", ""))
    target = f"arn:aws:{SERVICE}:{region}:{account_id}:scalable-target/{variant.replace('/', '.')}"
    endpoint = variant.split("/")[1].lower() if "/" in variant else "*"
    endpoint_arn = f"arn:aws:sagemaker:{region}:{account_id}:endpoint/{endpoint}"
    alarm = f"arn:aws:cloudwatch:{region}:{account_id}:alarm:TargetTracking-{variant}-AlarmHigh"
    return [
        Access(f"{SERVICE}:{name}", target, context),
        *(Access(action, endpoint_arn) for action in _ENDPOINT.get(name, ())),
        *(Access(action, alarm) for action in _ALARMS.get(name, ())),
        *([Access("cloudwatch:DescribeAlarms", "*")] if name == "PutScalingPolicy" else []),
    ]
