"""The three policies, each action with the reason for it.

Source of resource types and condition keys: "Actions, resources, and condition keys" of SageMaker, S3, IAM,
CloudWatch Logs, CloudWatch, ECR and Application Auto Scaling in the AWS service authorization reference; of
what autoscaling takes: "Auto scaling prerequisites" in the SageMaker developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exasol_sagemaker.iam.execution import execution_policy, pass_role, trust_policy
from exasol_sagemaker.iam.scope import Scope
from exasol_sagemaker.iam.statements import Policy, Statement

_OUR_KINDS = ("automl-job", "model", "endpoint-config", "endpoint", "transform-job")


@dataclass(frozen=True)
class Bundle:
    """The policies and the execution role's trust policy for one scope."""

    scope: Scope
    dbt: Policy
    database: Policy
    execution: Policy
    trust: Mapping[str, Any]

    def __iter__(self) -> Iterator[Policy]:
        return iter((self.dbt, self.database, self.execution))


def least_privilege(scope: Scope, *, in_database_scripts: bool = False) -> Bundle:
    """All that one installation needs.

    Args:
        scope: What it may reach.
        in_database_scripts: Whether the database's key also serves the SME_ scripts, which train and deploy.
    """
    return Bundle(
        scope,
        dbt_policy(scope),
        database_policy(scope, in_database_scripts=in_database_scripts),
        execution_policy(scope),
        trust_policy(scope),
    )


def dbt_policy(scope: Scope) -> Policy:
    """For the person or service that runs dbt."""
    return Policy(
        "dbt",
        "the person or service that runs dbt",
        (
            *_bucket(scope),
            Statement(
                "Uploads",
                {"s3:ListBucketMultipartUploads": "finds uploads that were never finished, for garbage"},
                (scope.bucket_arn,),
            ),
            Statement(
                "Objects",
                {
                    "s3:GetObject": "reads manifests of training data, and results of Batch Transform",
                    "s3:PutObject": "writes manifests, and training data by client transport",
                    "s3:DeleteObject": "removes failed exports, used batch files, and all in teardown",
                    "s3:AbortMultipartUpload": "drops the parts of an upload that failed: they would cost on",
                },
                (scope.objects_arn,),
            ),
            Statement(
                "Lists",
                {
                    "sagemaker:ListAutoMLJobs": "finds the job with the same input, by its name",
                    "sagemaker:ListCandidatesForAutoMLJob": "shows candidates and their metrics",
                    "sagemaker:ListModels": "finds models that an endpoint served before",
                    "sagemaker:ListEndpointConfigs": "finds configurations that an endpoint had before",
                    "sagemaker:ListEndpoints": "finds endpoints in teardown",
                    "sagemaker:ListTransformJobs": "finds the transform job with the same input, by its name",
                },
                ("*",),
            ),
            _training(scope, stop=True),
            *_deployment(scope),
            *_autoscaling(scope),
            Statement(
                "BatchTransform",
                {
                    "sagemaker:CreateTransformJob": "starts a batch prediction",
                    "sagemaker:DescribeTransformJob": "waits for it, and reads what became of it",
                    "sagemaker:StopTransformJob": "stops it in teardown",
                },
                (scope.named("transform-job"),),
            ),
            _tags(scope, _OUR_KINDS),
            pass_role(scope),
            Statement(
                "LookAtRole",
                {"iam:GetRole": "lets `dbt debug` check that SageMaker may take the role"},
                (scope.role_arn,),
            ),
        ),
    )


def database_policy(scope: Scope, *, in_database_scripts: bool = False) -> Policy:
    """For the key that the Exasol CONNECTION holds."""
    statements: tuple[Statement, ...] = (
        Statement(
            "Objects",
            {
                "s3:PutObject": "EXPORT writes training data",
                "s3:GetObject": "IMPORT reads results of Batch Transform",
                "s3:AbortMultipartUpload": "EXPORT drops the parts of a file that failed: they would cost on",
            },
            (scope.objects_arn,),
        ),
        Statement(
            "Predict",
            {"sagemaker:InvokeEndpoint": "the prediction function asks the endpoint"},
            (scope.named("endpoint"),),
        ),
    )
    if in_database_scripts:
        statements += _scripts(scope)
    return Policy("database", "the database's key, which the CONNECTION holds", statements)


def _scripts(scope: Scope) -> tuple[Statement, ...]:
    """What the SME_ scripts need beside EXPORT."""
    return (
        *_bucket(scope),
        Statement(
            "FailedExports",
            {"s3:DeleteObject": "removes the files of a training that did not start"},
            (scope.objects_arn,),
        ),
        Statement(
            "Lists",
            {
                "sagemaker:ListModels": "finds models that an endpoint served before",
                "sagemaker:ListEndpointConfigs": "finds configurations that an endpoint had before",
            },
            ("*",),
        ),
        _training(scope, stop=False),
        *_deployment(scope),
        _tags(scope, ("automl-job", "model", "endpoint-config", "endpoint")),
        pass_role(scope),
    )


def _bucket(scope: Scope) -> tuple[Statement, ...]:
    return (
        Statement(
            "Bucket",
            {"s3:GetBucketLocation": "checks that the bucket exists and lies in SageMaker's region"},
            (scope.bucket_arn,),
        ),
        Statement(
            "Listing",
            {"s3:ListBucket": "finds what an export wrote, and what is to be deleted"},
            (scope.bucket_arn,),
            scope.listing_condition,
        ),
    )


def _training(scope: Scope, *, stop: bool) -> Statement:
    actions = {
        "sagemaker:CreateAutoMLJobV2": "starts training",
        "sagemaker:DescribeAutoMLJobV2": "follows training, and finds the best candidate",
    }
    if stop:
        actions["sagemaker:StopAutoMLJob"] = "stops training in teardown"
    return Statement("Training", actions, (scope.named("automl-job"),))


def _deployment(scope: Scope) -> tuple[Statement, ...]:
    return (
        Statement(
            "Models",
            {
                "sagemaker:CreateModel": "makes the best candidate a model",
                "sagemaker:DescribeModel": "reads what a model answers with, and whose it is",
                "sagemaker:DeleteModel": "removes models that are no longer served",
            },
            (scope.named("model"),),
        ),
        Statement(
            "EndpointConfigurations",
            {
                "sagemaker:CreateEndpointConfig": "says on which instances a model is served",
                "sagemaker:DescribeEndpointConfig": "reads which model an endpoint serves",
                "sagemaker:DeleteEndpointConfig": "removes configurations that are no longer used",
            },
            (scope.named("endpoint-config"),),
        ),
        # AWS checks CreateEndpoint and UpdateEndpoint against the configuration as well.
        Statement(
            "EndpointChanges",
            {
                "sagemaker:CreateEndpoint": "deploys",
                "sagemaker:UpdateEndpoint": "deploys anew without an interruption",
            },
            (scope.named("endpoint"), scope.named("endpoint-config")),
        ),
        Statement(
            "Endpoints",
            {
                "sagemaker:DescribeEndpoint": "waits for an endpoint, and finds out what it serves",
                "sagemaker:DeleteEndpoint": "takes an endpoint down",
            },
            (scope.named("endpoint"),),
        ),
    )


def _autoscaling(scope: Scope) -> tuple[Statement, ...]:
    """What endpoints with `autoscaling` need: AWS keeps the policy's alarms in the caller's name."""
    return (
        Statement(
            "Autoscaling",
            {
                "application-autoscaling:RegisterScalableTarget": "says how many instances there may be",
                "application-autoscaling:PutScalingPolicy": "says at which load there are more",
                "application-autoscaling:DeregisterScalableTarget": "ends it before an update or a deletion",
            },
            (scope.scalable_targets,),
            {"StringEquals": {"application-autoscaling:service-namespace": "sagemaker"}},
        ),
        Statement(
            "AutoscalingLists",
            {
                "application-autoscaling:DescribeScalableTargets": "finds limits that others changed",
                "application-autoscaling:DescribeScalingPolicies": "finds policies that others changed",
                "cloudwatch:DescribeAlarms": "AWS asks for it when a policy is put",
            },
            ("*",),
        ),
        Statement(
            "AutoscalingAlarms",
            {
                "cloudwatch:PutMetricAlarm": "AWS makes the alarms of a policy in the caller's name",
                "cloudwatch:DeleteAlarms": "AWS removes them in the caller's name",
            },
            (scope.scaling_alarms,),
        ),
        Statement(
            "AutoscalingEndpoints",
            {"sagemaker:UpdateEndpointWeightsAndCapacities": "AWS asks who registers whether he may scale"},
            (scope.named("endpoint"),),
        ),
        Statement(
            "AutoscalingRole",
            {"iam:CreateServiceLinkedRole": "lets AWS make the role that scales, once in an account"},
            (scope.scaling_role,),
            {"StringEquals": {"iam:AWSServiceName": "sagemaker.application-autoscaling.amazonaws.com"}},
        ),
    )


def _tags(scope: Scope, kinds: tuple[str, ...]) -> Statement:
    return Statement(
        "Tags",
        {
            "sagemaker:AddTags": "writes on each resource who made it",
            "sagemaker:ListTags": "reads who made a resource before it is changed or deleted",
        },
        tuple(scope.named(kind) for kind in kinds),
    )
