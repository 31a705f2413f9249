"""InvokeEndpoint, the one operation of SageMaker's runtime."""

from __future__ import annotations

from exasol_sandbox.aws.errors import AwsError, Response
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.sagemaker.fleet import model_error
from exasol_sandbox.aws.sagemaker.models import SageMaker

# The length limit of the body in the service's own model.
MAX_BODY_BYTES = 6_291_456
# "Invoke a serverless endpoint" in the SageMaker developer guide.
MAX_SERVERLESS_BODY_BYTES = 4 * 1024 * 1024
_PREFIX = "x-amzn-sagemaker-"


def invoke_endpoint(sage_maker: SageMaker, region: str, name: str, request: AwsRequest) -> Response:
    """Passes a body to the endpoint's model and its answer back.

    Raises:
        AwsError: `ValidationError` for an absent endpoint, `413` for too long a body, `ThrottlingException`
            when a serverless endpoint has as many requests as it may, `ModelError` with the container's own
            words when it refuses the data.
    """
    endpoint = sage_maker.endpoints.get(region, name)
    if endpoint is None or not endpoint.plan:
        raise AwsError("ValidationError", f"Endpoint {name} of account {sage_maker.account_id} not found.")
    most = MAX_SERVERLESS_BODY_BYTES if endpoint.plan[0]["ServerlessConfig"] else MAX_BODY_BYTES
    if len(request.body) > most:
        raise AwsError("413", f"HTTP content length exceeded {most} bytes.", 413)
    headers = {
        "Content-Type": request.headers.get("content-type", "text/csv"),
        "Accept": request.headers.get("accept", "*/*"),
    }
    enabled = request.headers.get(f"{_PREFIX}enable-explanations")
    if enabled is not None:
        if not endpoint.plan[0].get("Explainer"):
            raise AwsError(
                "ValidationError", f"Endpoint {name} has no explainer; leave EnableExplanations out."
            )
        headers["X-Amzn-SageMaker-Enable-Explanations"] = enabled
    custom = request.headers.get(f"{_PREFIX}custom-attributes")
    answer = sage_maker.fleet(endpoint).invoke(
        request.body,
        headers,
        request.headers.get(f"{_PREFIX}target-variant"),
        inference_id=request.headers.get(f"{_PREFIX}inference-id"),
        custom_attributes=custom,
    )
    sage_maker.invocations.add(endpoint.arn, answer.variant)
    if answer.status != 200:
        raise model_error(answer, name, region, sage_maker.account_id)
    passed = {"Content-Type": answer.content_type, "x-Amzn-Invoked-Production-Variant": answer.variant}
    if custom is not None:
        passed["X-Amzn-SageMaker-Custom-Attributes"] = custom
    return Response(200, answer.body, passed)
