"""SageMaker's execution role: what it may do, and who may take it.

Source of what an Autopilot job's role needs: "CreateAutoMLJob and CreateAutoMLJobV2 API: Execution Role
Permissions" in the SageMaker developer guide.
"""

from __future__ import annotations

from typing import Any

from exasol_sagemaker.iam.scope import Scope
from exasol_sagemaker.iam.statements import VERSION, Policy, Statement

SAGEMAKER = "sagemaker.amazonaws.com"
_LOGS = "/aws/sagemaker/*"
_METRICS = ["/aws/sagemaker/*", "aws/sagemaker/*"]


def execution_policy(scope: Scope) -> Policy:
    """For the role that SageMaker takes to train, to serve and to transform."""
    return Policy(
        "execution",
        "SageMaker's execution role",
        (
            Statement(
                "Listing",
                {"s3:ListBucket": "finds the files of a training channel or a transform input"},
                (scope.bucket_arn,),
                scope.listing_condition,
            ),
            Statement(
                "Objects",
                {
                    "s3:GetObject": "reads training data, transform input and model artifacts",
                    "s3:PutObject": "writes model artifacts and predictions",
                },
                (scope.objects_arn,),
            ),
            Statement(
                "Images",
                {
                    "ecr:BatchCheckLayerAvailability": "pulls the containers of AWS's algorithms",
                    "ecr:GetDownloadUrlForLayer": "pulls the containers of AWS's algorithms",
                    "ecr:BatchGetImage": "pulls the containers of AWS's algorithms",
                },
                (f"arn:{scope.partition}:ecr:{scope.region}:*:repository/*",),
            ),
            Statement(
                "ImageLogin", {"ecr:GetAuthorizationToken": "logs in where the containers are kept"}, ("*",)
            ),
            Statement(
                "LogGroups",
                {
                    "logs:CreateLogGroup": "keeps the containers' logs under /aws/sagemaker",
                    "logs:DescribeLogStreams": "finds the stream to go on with",
                },
                (scope.log_group(_LOGS),),
            ),
            Statement(
                "LogStreams",
                {
                    "logs:CreateLogStream": "a log for each container",
                    "logs:PutLogEvents": "writes the logs",
                },
                (f"{scope.log_group(_LOGS)}:log-stream:*",),
            ),
            Statement(
                "Metrics",
                {"cloudwatch:PutMetricData": "reports objectives of candidates, and load of instances"},
                ("*",),
                {"StringLike": {"cloudwatch:namespace": _METRICS}},
            ),
            *_explanation(scope),
        ),
    )


def trust_policy(scope: Scope) -> dict[str, Any]:
    """Who may take the execution role: SageMaker, on behalf of this account alone."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": SAGEMAKER},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": scope.account_id}},
            }
        ],
    }


def pass_role(scope: Scope) -> Statement:
    """The right to hand the execution role to SageMaker."""
    return Statement(
        "PassRole",
        {"iam:PassRole": "hands the execution role to SageMaker, and to nothing else"},
        (scope.role_arn,),
        {"StringEquals": {"iam:PassedToService": SAGEMAKER}},
    )


def _explanation(scope: Scope) -> tuple[Statement, ...]:
    """What Autopilot does with the role to explain its best model: it serves it for a while and asks it."""
    why = "explains the best model, on an endpoint of its own that it removes again"
    config, endpoint = scope.clarify("endpoint-config"), scope.clarify("endpoint")
    return (
        Statement(
            "ExplainModels",
            dict.fromkeys(("sagemaker:CreateModel", "sagemaker:DescribeModel", "sagemaker:DeleteModel"), why),
            (scope.every("model"),),
        ),
        Statement(
            "ExplainEndpointConfigurations",
            dict.fromkeys(
                (
                    "sagemaker:CreateEndpointConfig",
                    "sagemaker:DescribeEndpointConfig",
                    "sagemaker:DeleteEndpointConfig",
                ),
                why,
            ),
            (config,),
        ),
        Statement("ExplainDeploy", {"sagemaker:CreateEndpoint": why}, (endpoint, config)),
        Statement(
            "ExplainEndpoints",
            dict.fromkeys(
                ("sagemaker:DescribeEndpoint", "sagemaker:DeleteEndpoint", "sagemaker:InvokeEndpoint"), why
            ),
            (endpoint,),
        ),
        Statement(
            "ExplainTags",
            {"sagemaker:ListTags": "carries a job's tags over to what it makes"},
            (scope.every("automl-job"), scope.every("model"), config, endpoint),
        ),
        Statement(
            "PassRole",
            {"iam:PassRole": "hands itself to the model that is explained"},
            (scope.role_arn,),
            {"StringEquals": {"iam:PassedToService": SAGEMAKER}},
        ),
    )
