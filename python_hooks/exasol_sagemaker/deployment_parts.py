"""Model and endpoint configuration of a deployment: their names and contents, and how they are created."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from exasol_sagemaker import naming
from exasol_sagemaker.autoscaling import VARIANT
from exasol_sagemaker.data_capture import capture_location, capture_request
from exasol_sagemaker.deployment_checks import check_config
from exasol_sagemaker.endpoint import EndpointConfig
from exasol_sagemaker.errors import EndpointError, aws_errors, error_code
from exasol_sagemaker.explainer import baseline_location, explainer_request
from exasol_sagemaker.inference import with_probabilities
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import Owner, read_tags, require_owner
from exasol_sagemaker.session import AwsSession


class DeploymentParts:
    """Names and contents of model and configuration, each name with a digest of its content.

    Raises:
        ConfigurationError: SageMaker would not take the configuration for this model.
    """

    def __init__(
        self,
        aws: AwsSession,
        job: TrainingJob,
        name: str,
        endpoint: str,
        config: EndpointConfig,
        owner: Owner,
    ) -> None:
        best = job.best
        self.job = job
        self.endpoint = endpoint
        self.config = config
        self.containers, self.response_keys = with_probabilities(
            best.containers if best else (), job.problem_type
        )
        check_config(aws, config, job, self.response_keys, owner.node)
        self.vpc: dict[str, Any] = {}
        if config.subnets:
            self.vpc = {"SecurityGroupIds": list(config.security_groups), "Subnets": list(config.subnets)}
        content = [self.containers, aws.settings.role_arn, asdict(owner), *([self.vpc] * bool(self.vpc))]
        self.model_name = naming.part_name(job.job_name, endpoint, json.dumps(content, sort_keys=True))
        self.baseline_uri = ""
        self.options: dict[str, Any] = {}
        if config.explainer is not None:
            self.baseline_uri = baseline_location(aws, config.explainer, job, name=name, owner=owner)
            self.options["ExplainerConfig"] = explainer_request(
                config.explainer, self.response_keys, self.baseline_uri
            )
        if config.volume_kms_key is not None:
            self.options["KmsKeyId"] = config.volume_kms_key
        self.capture_s3_uri: str | None = None
        if config.data_capture is not None:
            self.capture_s3_uri = capture_location(aws, name, owner)
            self.options["DataCaptureConfig"] = capture_request(config.data_capture, self.capture_s3_uri)
        # An explainer alone is told as it always was, so that what was deployed before stays as it is.
        told = self.options["ExplainerConfig"] if set(self.options) == {"ExplainerConfig"} else self.options
        # Limits of autoscaling are no part of it: to change them replaces no instance.
        plain = {
            **self.hosts,
            **({} if config.serverless else {"InitialInstanceCount": config.instance_count}),
        }
        content = [self.model_name, *plain.values(), *([told] * bool(told))]
        self.config_name = naming.part_name(job.job_name, endpoint, json.dumps(content))

    @property
    def hosts(self) -> dict[str, Any]:
        """What the variant runs on, in CreateEndpointConfig's terms."""
        if self.config.serverless is None:
            return {
                "InstanceType": self.config.instance_type,
                "InitialInstanceCount": self.config.initial_instances,
            }
        return {
            "ServerlessConfig": {
                "MemorySizeInMB": self.config.serverless.memory_mb,
                "MaxConcurrency": self.config.serverless.max_concurrency,
            }
        }

    @property
    def explains(self) -> bool:
        """Whether the endpoint gets an explainer."""
        return self.config.explainer is not None


def create_model(
    aws: AwsSession,
    name: str,
    containers: list[dict[str, Any]],
    *,
    tags: Any,
    owner: Owner,
    vpc: dict[str, Any] | None = None,
) -> bool:
    """Create a SageMaker model; False if this owner has one of that name already.

    Raises:
        EndpointError: SageMaker refused it.
        OwnershipError: A model of that name belongs to somebody else.
    """
    request: dict[str, Any] = {
        "ModelName": name,
        "Containers": containers,
        "ExecutionRoleArn": aws.settings.role_arn,
        "Tags": tags,
    }
    if vpc:
        request["VpcConfig"] = vpc
    if _create(lambda: aws.sagemaker.create_model(**request), "model", name, owner):
        return True
    with aws_errors(f"The model {name} could not be looked at", node=owner.node, kind=EndpointError):
        arn = aws.sagemaker.describe_model(ModelName=name)["ModelArn"]
    require_owner(owner, read_tags(aws.sagemaker, arn), kind="The model", name=name)
    return False


def create_config(aws: AwsSession, parts: DeploymentParts, *, tags: Any, owner: Owner) -> bool:
    """Create the endpoint configuration; False if this owner has it already.

    Raises:
        EndpointError: SageMaker refused it.
        OwnershipError: A configuration of that name belongs to somebody else.
    """
    name = parts.config_name
    variant = {"VariantName": VARIANT, "ModelName": parts.model_name, **parts.hosts}
    request: dict[str, Any] = {
        "EndpointConfigName": name,
        "ProductionVariants": [variant],
        "Tags": tags,
        **parts.options,
    }
    if _create(
        lambda: aws.sagemaker.create_endpoint_config(**request), "endpoint configuration", name, owner
    ):
        return True
    with aws_errors(f"The configuration {name} could not be looked at", node=owner.node, kind=EndpointError):
        arn = aws.sagemaker.describe_endpoint_config(EndpointConfigName=name)["EndpointConfigArn"]
    require_owner(owner, read_tags(aws.sagemaker, arn), kind="The endpoint configuration", name=name)
    return False


def _create(call: Callable[[], object], kind: str, name: str, owner: Owner) -> bool:
    """Create something; False if something of that name exists, as it does after an interrupted run."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors(f"The {kind} {name} could not be created", node=owner.node, kind=EndpointError):
        try:
            call()
        except ClientError as error:
            message = str(error).lower()
            if error_code(error) == "ResourceInUse" or "already exist" in message:
                return False
            raise
    return True
