"""The refusal of what no policy allows."""

from __future__ import annotations

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.identity import Principal
from exasol_sandbox.aws.gate.policy import Access

JSON_SERVICES = frozenset({"sagemaker", "application-autoscaling"})
"""Those whose errors are JSON, with codes that end in Exception."""


def denied(principal: Principal, access: Access, service: str) -> AwsError:
    """The error that says who may not do what, with the code that the service has for it."""
    message = (
        f"User: {principal.arn} is not authorized to perform: {access.action} on resource: "
        f"{access.resource} because no identity-based policy allows the {access.action} action"
    )
    if service in JSON_SERVICES:
        return AwsError("AccessDeniedException", message)
    return AwsError("AccessDenied", message, 403)
