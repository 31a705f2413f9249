"""Endpoint configurations and endpoints."""

from __future__ import annotations

import time
from typing import Any

from exasol_sandbox.aws.errors import AwsError, validation_error
from exasol_sandbox.aws.sagemaker.buckets import check_bucket
from exasol_sandbox.aws.sagemaker.inference import Endpoint, EndpointConfig
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.paging import matches, page

UNSUPPORTED = (
    "AsyncInferenceConfig",
    "ShadowProductionVariants",
)


def create_config(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Creates an endpoint configuration."""
    name, variants = parameters["EndpointConfigName"], parameters["ProductionVariants"]
    for member in UNSUPPORTED:
        if parameters.get(member):
            raise validation_error(f"The sandbox does not support {member}; leave it out.")
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) != len(names):
        raise validation_error("Duplicate variant names: each production variant needs its own VariantName.")
    for variant in variants:
        _check_variant(sage_maker, region, variant)
    if "ExplainerConfig" in parameters:
        _check_explainer(parameters["ExplainerConfig"], variants)
    if "DataCaptureConfig" in parameters:
        _check_capture(sage_maker, region, parameters["DataCaptureConfig"], variants)
    arn = sage_maker.arn(region, "endpoint-config", name)
    request = {key: value for key, value in parameters.items() if key != "Tags"}
    if not sage_maker.endpoint_configs.add(EndpointConfig(name, region, arn, request, time.time())):
        raise validation_error(f'Cannot create already existing endpoint configuration "{arn}".')
    try:
        sage_maker.add_tags(region, arn, parameters.get("Tags", []))
    except AwsError:
        sage_maker.endpoint_configs.remove(_config(sage_maker, region, name))
        raise
    return {"EndpointConfigArn": arn}


def _check_variant(sage_maker: SageMaker, region: str, variant: dict[str, Any]) -> None:
    name = variant["VariantName"]
    if "ModelName" not in variant:
        raise validation_error(f"Variant {name} has no ModelName; the sandbox has no inference components.")
    if sage_maker.models.get(region, variant["ModelName"]) is None:
        raise validation_error(
            f'Could not find model "{sage_maker.arn(region, "model", variant["ModelName"])}".'
        )
    if "ServerlessConfig" not in variant and not {"InstanceType", "InitialInstanceCount"} <= variant.keys():
        raise validation_error(
            f"Variant {name} needs InstanceType and InitialInstanceCount, or ServerlessConfig."
        )
    model = sage_maker.models.get(region, variant["ModelName"])
    if "ServerlessConfig" in variant and model is not None and len(model.containers) > 1:
        raise validation_error(
            f"Variant {name}: a serverless endpoint cannot serve an inference pipeline, and model "
            f"{model.name} has {len(model.containers)} containers."
        )


def _check_explainer(config: dict[str, Any], variants: list[dict[str, Any]]) -> None:
    if "ClarifyExplainerConfig" not in config:
        raise validation_error("ExplainerConfig needs a ClarifyExplainerConfig.")
    baseline = config["ClarifyExplainerConfig"]["ShapConfig"]["ShapBaselineConfig"]
    if ("ShapBaseline" in baseline) == ("ShapBaselineUri" in baseline):
        raise validation_error("ShapBaselineConfig needs either ShapBaseline or ShapBaselineUri.")
    if any("ServerlessConfig" in variant for variant in variants):
        raise validation_error("A serverless variant cannot have an ExplainerConfig.")


def _check_capture(
    sage_maker: SageMaker, region: str, config: dict[str, Any], variants: list[dict[str, Any]]
) -> None:
    """Source: "Serverless Inference", feature exclusions, in the SageMaker developer guide."""
    if any("ServerlessConfig" in variant for variant in variants):
        raise validation_error("A serverless variant cannot have a DataCaptureConfig.")
    check_bucket(sage_maker, region, config["DestinationS3Uri"])


def describe_config(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes an endpoint configuration."""
    config = _config(sage_maker, region, parameters["EndpointConfigName"])
    return {**config.request, "EndpointConfigArn": config.arn, "CreationTime": config.created}


def delete_config(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Deletes an endpoint configuration; an endpoint that uses it goes on."""
    config = _config(sage_maker, region, parameters["EndpointConfigName"])
    sage_maker.endpoint_configs.remove(config)
    sage_maker.set_tags(region, config.arn, {})
    return {}


def list_configs(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists endpoint configurations, newest first."""
    found = [
        config
        for config in sage_maker.endpoint_configs
        if config.region == region
        and matches(parameters, name=config.name, created=config.created, modified=config.created)
    ]
    by_name = parameters.get("SortBy") == "Name"
    listed, token = page(parameters, found, key=lambda config: config.name if by_name else config.created)
    summaries = [
        {"EndpointConfigName": c.name, "EndpointConfigArn": c.arn, "CreationTime": c.created} for c in listed
    ]
    return {"EndpointConfigs": summaries, **token}


def create_endpoint(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Creates an endpoint; it is `InService` once its processes have loaded their models."""
    name = parameters["EndpointName"]
    config = _config(sage_maker, region, parameters["EndpointConfigName"])
    arn = sage_maker.arn(region, "endpoint", name)
    now = time.time()
    endpoint = Endpoint(name, region, arn, config.name, now, now, pending_config=config.name)
    if not sage_maker.endpoints.add(endpoint):
        raise validation_error(f'Cannot create already existing endpoint "{arn}".')
    try:
        sage_maker.add_tags(region, arn, parameters.get("Tags", []))
        sage_maker.deploy(endpoint, config)
    except AwsError:
        sage_maker.endpoints.remove(endpoint)
        sage_maker.set_tags(region, arn, {})
        raise
    return {"EndpointArn": arn}


def update_endpoint(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Switches an endpoint to another configuration; the old one serves until the new one is up."""
    endpoint = _endpoint(sage_maker, region, parameters["EndpointName"])
    config = _config(sage_maker, region, parameters["EndpointConfigName"])
    for member in ("DeploymentConfig", "ExcludeRetainedVariantProperties", "RetainDeploymentConfig"):
        if parameters.get(member):
            raise validation_error(f"The sandbox does not support {member}; leave it out.")
    keep_counts = bool(parameters.get("RetainAllVariantProperties"))
    sage_maker.begin_update(endpoint, config, keep_counts=keep_counts)
    return {"EndpointArn": endpoint.arn}


def update_weights_and_capacities(
    sage_maker: SageMaker, region: str, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Changes weights and numbers of instances of an endpoint's variants; its configuration stays."""
    endpoint = _endpoint(sage_maker, region, parameters["EndpointName"])
    sage_maker.scale(endpoint, parameters["DesiredWeightsAndCapacities"])
    return {"EndpointArn": endpoint.arn}


def describe_endpoint(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes an endpoint."""
    endpoint = _endpoint(sage_maker, region, parameters["EndpointName"])
    described: dict[str, Any] = {
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "EndpointConfigName": endpoint.config,
        "EndpointStatus": endpoint.status,
        "CreationTime": endpoint.created,
        "LastModifiedTime": endpoint.modified,
    }
    if endpoint.plan:
        described["ProductionVariants"] = [_variant_summary(variant) for variant in endpoint.plan]
    explainer = endpoint.plan[0].get("Explainer") if endpoint.plan else None
    capture = endpoint.plan[0].get("Capture") if endpoint.plan else None
    if capture:
        described["DataCaptureConfig"] = {
            "EnableCapture": capture.get("EnableCapture", True),
            "CaptureStatus": "Started" if capture.get("EnableCapture", True) else "Stopped",
            "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
            "DestinationS3Uri": capture["DestinationS3Uri"],
            "KmsKeyId": capture.get("KmsKeyId", ""),
        }
    if explainer:
        described["ExplainerConfig"] = {"ClarifyExplainerConfig": explainer}
    if endpoint.failure_reason:
        described["FailureReason"] = endpoint.failure_reason
    if endpoint.pending_config and endpoint.plan:
        described["PendingDeploymentSummary"] = {"EndpointConfigName": endpoint.pending_config}
    return described


def _variant_summary(variant: dict[str, Any]) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "VariantName": variant["VariantName"],
        "CurrentWeight": variant["Weight"],
        "DesiredWeight": variant["Weight"],
        "DeployedImages": [{"SpecifiedImage": c["Image"]} for c in variant["Containers"] if "Image" in c],
    }
    if variant["ServerlessConfig"]:
        summary["CurrentServerlessConfig"] = variant["ServerlessConfig"]
    else:
        summary["CurrentInstanceCount"] = summary["DesiredInstanceCount"] = variant["InstanceCount"]
    return summary


def delete_endpoint(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Deletes an endpoint and ends its processes."""
    endpoint = _endpoint(sage_maker, region, parameters["EndpointName"])
    sage_maker.remove_endpoint(endpoint)
    sage_maker.set_tags(region, endpoint.arn, {})
    return {}


def list_endpoints(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists endpoints, newest first."""
    found = [
        endpoint
        for endpoint in sage_maker.endpoints
        if endpoint.region == region
        and matches(
            parameters,
            name=endpoint.name,
            created=endpoint.created,
            modified=endpoint.modified,
            status=endpoint.status,
        )
    ]
    keys = {"Name": lambda e: e.name, "Status": lambda e: (e.status, e.created)}
    listed, token = page(
        parameters, found, key=keys.get(parameters.get("SortBy", "CreationTime"), lambda e: e.created)
    )
    summaries = [
        {
            "EndpointName": endpoint.name,
            "EndpointArn": endpoint.arn,
            "CreationTime": endpoint.created,
            "LastModifiedTime": endpoint.modified,
            "EndpointStatus": endpoint.status,
        }
        for endpoint in listed
    ]
    return {"Endpoints": summaries, **token}


def _config(sage_maker: SageMaker, region: str, name: str) -> EndpointConfig:
    config = sage_maker.endpoint_configs.get(region, name)
    if config is None:
        arn = sage_maker.arn(region, "endpoint-config", name)
        raise validation_error(f'Could not find endpoint configuration "{arn}".')
    return config


def _endpoint(sage_maker: SageMaker, region: str, name: str) -> Endpoint:
    endpoint = sage_maker.endpoints.get(region, name)
    if endpoint is None:
        raise validation_error(f'Could not find endpoint "{sage_maker.arn(region, "endpoint", name)}".')
    return endpoint
