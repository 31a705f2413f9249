"""The three policies, each action with the reason for it.

Source of resource types and condition keys: "Actions, resources, and condition keys" of SageMaker, S3, IAM,
CloudWatch Logs, CloudWatch and ECR in the AWS service authorization reference. Source of what an Autopilot
job's role needs: "CreateAutoMLJob and CreateAutoMLJobV2 API: Execution Role Permissions" in the SageMaker
developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exasol_sagemaker.iam.scope import Scope

SAGEMAKER = "sagemaker.amazonaws.com"
VERSION = "2012-10-17"
_LOGS = "/aws/sagemaker/*"
_METRICS = ["/aws/sagemaker/*", "aws/sagemaker/*"]
_OUR_KINDS = ("automl-job", "model", "endpoint-config", "endpoint", "transform-job")


@dataclass(frozen=True)
class Statement:
    """Actions that are allowed on the same resources under the same condition.

    Attributes:
        sid: Its name within the policy.
        actions: Each action and why it is needed.
        resources: ARNs; `*` alone for actions that AWS cannot limit to resources.
        condition: Condition block; empty for none.
    """

    sid: str
    actions: Mapping[str, str]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The statement as IAM takes it."""
        found: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": self.resources[0] if len(self.resources) == 1 else list(self.resources),
        }
        if self.condition:
            found["Condition"] = {operator: dict(keys) for operator, keys in self.condition.items()}
        return found


@dataclass(frozen=True)
class Policy:
    """One policy.

    Attributes:
        role: Whose it is: `dbt`, `database` or `execution`.
        title: The same in words.
        statements: What it allows.
    """

    role: str
    title: str
    statements: tuple[Statement, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """All actions, each once, in order."""
        return tuple(dict.fromkeys(action for one in self.statements for action in one.actions))

    def document(self) -> dict[str, Any]:
        """The policy as IAM takes it."""
        return {"Version": VERSION, "Statement": [one.document() for one in self.statements]}

    def without(self, action: str) -> Policy:
        """The same policy with one action taken away."""
        left = (
            Statement(
                one.sid,
                {a: why for a, why in one.actions.items() if a != action},
                one.resources,
                one.condition,
            )
            for one in self.statements
        )
        return Policy(self.role, self.title, tuple(one for one in left if one.actions))


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
            Statement(
                "Bucket",
                {"s3:GetBucketLocation": "checks that the bucket exists and lies in SageMaker's region"},
                (scope.bucket_arn,),
            ),
            Statement(
                "Listing",
                {"s3:ListBucket": "finds what an export wrote, and what teardown has to delete"},
                (scope.bucket_arn,),
                scope.listing_condition,
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
            *_role(scope),
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
        statements = (
            *statements,
            _training(scope, stop=False),
            *_deployment(scope),
            _tags(scope, ("automl-job", "model", "endpoint-config", "endpoint")),
            *_role(scope),
        )
    return Policy("database", "the database's key, which the CONNECTION holds", statements)


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


def _tags(scope: Scope, kinds: tuple[str, ...]) -> Statement:
    return Statement(
        "Tags",
        {
            "sagemaker:AddTags": "writes on each resource who made it",
            "sagemaker:ListTags": "reads who made a resource before it is changed or deleted",
        },
        tuple(scope.named(kind) for kind in kinds),
    )


def _role(scope: Scope) -> tuple[Statement, ...]:
    return (
        Statement(
            "PassRole",
            {"iam:PassRole": "hands the execution role to SageMaker, and to nothing else"},
            (scope.role_arn,),
            {"StringEquals": {"iam:PassedToService": SAGEMAKER}},
        ),
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
