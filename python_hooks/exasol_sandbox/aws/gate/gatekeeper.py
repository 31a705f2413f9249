"""The check that every request passes first."""

from __future__ import annotations

from dataclasses import dataclass

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.authorization import accesses
from exasol_sandbox.aws.gate.identity import Identities, Principal
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.gate.signature import is_authentic, parse_signature, uses_signature_version_2

SERVICES = frozenset({"s3", "iam", "sts", "sagemaker"})


@dataclass(frozen=True)
class Admission:
    """A request's service, region and sender, all verified."""

    service: str
    region: str
    principal: Principal


class Gatekeeper:
    """Admits what is signed by a key of the account and allowed by its policies."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    def admit(self, request: AwsRequest) -> Admission:
        """Verifies a request.

        Raises:
            AwsError: With the code that the addressed service uses for this refusal.
        """
        signature = parse_signature(request)
        if signature is None:
            raise _unsigned(request)
        if signature.service not in SERVICES:
            raise AwsError(
                "UnknownOperationException",
                f"The sandbox has no service '{signature.service}'; it offers S3, IAM, STS and SageMaker.",
            )
        try:
            key = self._identities.find(signature.access_key_id, signature.session_token)
        except AwsError as error:
            raise _expired(signature.service) from error
        if key is None:
            raise _unknown_key(signature.service, with_token=signature.session_token is not None)
        if not signature.valid_now:
            raise _out_of_time(signature.service, presigned=signature.presigned)
        if not is_authentic(request, signature, key.secret_access_key):
            raise _wrong_signature(signature.service)
        self._authorize(request, signature.service, signature.region, key.principal)
        return Admission(signature.service, signature.region, key.principal)

    def _authorize(self, request: AwsRequest, service: str, region: str, principal: Principal) -> None:
        if service == "sts" and request.form.get("Action") in {"GetCallerIdentity", "GetSessionToken"}:
            return
        for access in accesses(request, service, region, self._identities.account_id):
            if not principal.may(access):
                message = (
                    f"User: {principal.arn} is not authorized to perform: {access.action} on resource: "
                    f"{access.resource} because no identity-based policy allows the {access.action} action"
                )
                if service == "sagemaker":
                    raise AwsError("AccessDeniedException", message)
                raise AwsError("AccessDenied", message, 403)


def guess_service(request: AwsRequest) -> str:
    """The service that a request is meant for, for the form of an error when its signature cannot be read."""
    signature = parse_signature(request)
    if signature is not None:
        return signature.service
    if request.target or request.path.endswith("/invocations"):
        return "sagemaker"
    return "sts" if "Action" in request.form else "s3"


def _unsigned(request: AwsRequest) -> AwsError:
    if uses_signature_version_2(request):
        return AwsError(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        )
    if guess_service(request) == "s3":
        return AwsError("AccessDenied", "Access Denied: the request is not signed.", 403)
    if guess_service(request) == "sagemaker":
        return AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")
    return AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)


def _unknown_key(service: str, *, with_token: bool) -> AwsError:
    if service == "s3":
        if with_token:
            return AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.")
        return AwsError(
            "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403
        )
    message = "The security token included in the request is invalid."
    if service == "sagemaker":
        return AwsError("UnrecognizedClientException", message)
    return AwsError("InvalidClientTokenId", message, 403)


def _wrong_signature(service: str) -> AwsError:
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method."
    )
    if service == "sagemaker":
        return AwsError("InvalidSignatureException", message)
    return AwsError("SignatureDoesNotMatch", message, 403)


def _expired(service: str) -> AwsError:
    if service == "s3":
        return AwsError("ExpiredToken", "The provided token has expired.")
    message = "The security token included in the request is expired"
    if service == "sagemaker":
        return AwsError("ExpiredTokenException", message)
    return AwsError("ExpiredToken", message, 403)


def _out_of_time(service: str, *, presigned: bool) -> AwsError:
    if presigned:
        return AwsError("AccessDenied", "Request has expired", 403)
    if service == "s3":
        return AwsError(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            403,
        )
    message = "Signature expired: set the clock of the client, it is off by more than 15 minutes."
    if service == "sagemaker":
        return AwsError("InvalidSignatureException", message)
    return AwsError("SignatureDoesNotMatch", message, 403)
