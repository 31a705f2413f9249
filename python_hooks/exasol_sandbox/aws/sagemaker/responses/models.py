"""CreateModel, DescribeModel, DeleteModel and ListModels."""

from __future__ import annotations

import time
from typing import Any

from exasol_sandbox.aws.errors import AwsError, validation_error
from exasol_sandbox.aws.sagemaker.inference import Model
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.paging import matches, page


def create_model(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Creates a model; its artifacts are read when an endpoint needs them."""
    if ("PrimaryContainer" in parameters) == bool(parameters.get("Containers")):
        raise validation_error("Give either PrimaryContainer or Containers, and not both.")
    if "ExecutionRoleArn" not in parameters:
        raise validation_error(
            "ExecutionRoleArn is needed: the containers read their artifacts under that role."
        )
    name = parameters["ModelName"]
    sage_maker.check_role(parameters["ExecutionRoleArn"], "CreateModel", region)
    arn = sage_maker.arn(region, "model", name)
    request = {key: value for key, value in parameters.items() if key != "Tags"}
    if not sage_maker.models.add(Model(name, region, arn, request, time.time())):
        raise validation_error(f'Cannot create already existing model "{arn}".')
    try:
        sage_maker.add_tags(region, arn, parameters.get("Tags", []))
    except AwsError:
        sage_maker.models.remove(_model(sage_maker, region, name))
        raise
    return {"ModelArn": arn}


def describe_model(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describes a model."""
    model = _model(sage_maker, region, parameters["ModelName"])
    return {
        "EnableNetworkIsolation": False,
        **model.request,
        "ModelArn": model.arn,
        "CreationTime": model.created,
    }


def delete_model(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Deletes a model; its artifacts stay, and endpoints that serve it go on."""
    model = _model(sage_maker, region, parameters["ModelName"])
    sage_maker.models.remove(model)
    sage_maker.set_tags(region, model.arn, {})
    return {}


def list_models(sage_maker: SageMaker, region: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Lists models, newest first."""
    found = [
        model
        for model in sage_maker.models
        if model.region == region
        and matches(parameters, name=model.name, created=model.created, modified=model.created)
    ]
    by_name = parameters.get("SortBy") == "Name"
    listed, token = page(parameters, found, key=lambda model: model.name if by_name else model.created)
    summaries = [
        {"ModelName": model.name, "ModelArn": model.arn, "CreationTime": model.created} for model in listed
    ]
    return {"Models": summaries, **token}


def _model(sage_maker: SageMaker, region: str, name: str) -> Model:
    model = sage_maker.models.get(region, name)
    if model is None:
        raise validation_error(f'Could not find model "{sage_maker.arn(region, "model", name)}".')
    return model
