"""What SageMaker does with an execution role besides S3: pull images, write logs and metrics, explain models.

Nothing of it happens here, so that a role without these rights would work on the sandbox alone. Therefore
they are asked of the role when a job or a model is created. Source: "Execution role permissions" of
CreateAutoMLJobV2 and CreateModel in the SageMaker developer guide.
"""

from __future__ import annotations

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.gate.identity import Principal
from exasol_sandbox.aws.gate.policy import Access

_LOG_GROUPS = {
    "CreateAutoMLJobV2": "/aws/sagemaker/TrainingJobs",
    "CreateModel": "/aws/sagemaker/Endpoints",
    "CreateTransformJob": "/aws/sagemaker/TransformJobs",
}
_SERVICE = "sagemaker.amazonaws.com"


def check_permissions(role: Principal, operation: str, region: str, account_id: str) -> None:
    """Checks what the containers of a job or model will do with the role.

    Args:
        role: The execution role.
        operation: That the role was given to.
        region: Where it works.
        account_id: Of the role.

    Raises:
        AwsError: `ValidationException` that names the first action that is missing.
    """
    needed = _containers(_LOG_GROUPS[operation], region, account_id)
    if operation == "CreateAutoMLJobV2":
        needed += _explanation(role.arn, region, account_id)
    for access in needed:
        if not role.may(access):
            raise validation_error(
                f"The execution role {role.arn} is not authorized to perform: {access.action} on resource: "
                f"{access.resource} because no identity-based policy allows the {access.action} action"
            )


def _containers(log_group: str, region: str, account_id: str) -> list[Access]:
    repository = f"arn:aws:ecr:{region}:{account_id}:repository/exasol-sandbox-autopilot"
    group = f"arn:aws:logs:{region}:{account_id}:log-group:{log_group}"
    stream = f"{group}:log-stream:container"
    return [
        Access("ecr:GetAuthorizationToken", "*"),
        Access("ecr:BatchCheckLayerAvailability", repository),
        Access("ecr:GetDownloadUrlForLayer", repository),
        Access("ecr:BatchGetImage", repository),
        Access("logs:CreateLogGroup", group),
        Access("logs:DescribeLogStreams", group),
        Access("logs:CreateLogStream", stream),
        Access("logs:PutLogEvents", stream),
        Access("cloudwatch:PutMetricData", "*", (("cloudwatch:namespace", log_group),)),
    ]


def _explanation(role_arn: str, region: str, account_id: str) -> list[Access]:
    """Autopilot serves its best model for a while, under a name of Clarify's, and asks it."""
    prefix = f"arn:aws:sagemaker:{region}:{account_id}"
    model = f"{prefix}:model/explained"
    config, endpoint = f"{prefix}:endpoint-config/sm-clarify-config-0", f"{prefix}:endpoint/sm-clarify-0"
    return [
        Access("iam:PassRole", role_arn, (("iam:passedtoservice", _SERVICE),)),
        Access("sagemaker:CreateModel", model),
        Access("sagemaker:DescribeModel", model),
        Access("sagemaker:DeleteModel", model),
        Access("sagemaker:CreateEndpointConfig", config),
        Access("sagemaker:DescribeEndpointConfig", config),
        Access("sagemaker:DeleteEndpointConfig", config),
        Access("sagemaker:CreateEndpoint", endpoint),
        Access("sagemaker:CreateEndpoint", config),
        Access("sagemaker:DescribeEndpoint", endpoint),
        Access("sagemaker:DeleteEndpoint", endpoint),
        Access("sagemaker:InvokeEndpoint", endpoint),
        Access("sagemaker:ListTags", f"{prefix}:automl-job/explained"),
    ]
