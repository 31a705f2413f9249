"""SageMaker's routes: the operation's name in X-Amz-Target, or the path of InvokeEndpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from exasol_sandbox.aws.errors import AwsError, Response
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.responses import automl, endpoints, models, tags, transform
from exasol_sandbox.aws.sagemaker.responses.runtime import invoke_endpoint
from exasol_sandbox.aws.sagemaker.validation import validate

Operation = Callable[[SageMaker, str, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, Operation] = {
    "CreateAutoMLJobV2": automl.create_job,
    "DescribeAutoMLJobV2": automl.describe_job_v2,
    "DescribeAutoMLJob": automl.describe_job_v1,
    "ListAutoMLJobs": automl.list_jobs,
    "ListCandidatesForAutoMLJob": automl.list_candidates,
    "StopAutoMLJob": automl.stop_job,
    "CreateModel": models.create_model,
    "DescribeModel": models.describe_model,
    "DeleteModel": models.delete_model,
    "ListModels": models.list_models,
    "CreateEndpointConfig": endpoints.create_config,
    "DescribeEndpointConfig": endpoints.describe_config,
    "DeleteEndpointConfig": endpoints.delete_config,
    "ListEndpointConfigs": endpoints.list_configs,
    "CreateEndpoint": endpoints.create_endpoint,
    "UpdateEndpoint": endpoints.update_endpoint,
    "UpdateEndpointWeightsAndCapacities": endpoints.update_weights_and_capacities,
    "DescribeEndpoint": endpoints.describe_endpoint,
    "DeleteEndpoint": endpoints.delete_endpoint,
    "ListEndpoints": endpoints.list_endpoints,
    "CreateTransformJob": transform.create_job,
    "DescribeTransformJob": transform.describe_job,
    "ListTransformJobs": transform.list_jobs,
    "StopTransformJob": transform.stop_job,
    "AddTags": tags.add_tags,
    "ListTags": tags.list_tags,
    "DeleteTags": tags.delete_tags,
}
_INVOCATION = re.compile(r"/endpoints/(?P<name>[^/]+)/invocations")


def answer(sage_maker: SageMaker, request: AwsRequest, region: str) -> Response:
    """Serves one request.

    Raises:
        AwsError: For everything that SageMaker would refuse, and for what the sandbox does not do.
    """
    invocation = _INVOCATION.fullmatch(request.raw_path)
    if invocation and request.method == "POST":
        return invoke_endpoint(sage_maker, region, unquote(invocation["name"]), request)
    name = request.target
    operation = OPERATIONS.get(name)
    if operation is None:
        raise AwsError(
            "UnknownOperationException",
            f"The sandbox does not support {name or request.path!r}. Of SageMaker it has Autopilot "
            "jobs on tables, models, endpoint configurations, endpoints, batch transform jobs and tags.",
        )
    try:
        parameters = json.loads(request.body or b"{}")
    except ValueError as error:
        raise AwsError("SerializationException", "The body is not JSON.") from error
    result = operation(sage_maker, region, validate(name, parameters))
    return Response(200, json.dumps(result).encode(), {"Content-Type": "application/x-amz-json-1.1"})
