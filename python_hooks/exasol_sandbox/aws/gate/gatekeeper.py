"""The check that every request passes first."""

from __future__ import annotations

from dataclasses import dataclass

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.authorization import accesses
from exasol_sandbox.aws.gate.identity import Identities, Principal
from exasol_sandbox.aws.gate.multi_delete import is_multi_delete, keys_to_delete, without_keys
from exasol_sandbox.aws.gate.policy import Access
from exasol_sandbox.aws.gate.policy_check import check_policies
from exasol_sandbox.aws.gate.refusals import JSON_SERVICES, denied
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.gate.signature import is_authentic, parse_signature, uses_signature_version_2

SERVICES = frozenset({"s3", "iam", "sts", "sagemaker", "application-autoscaling"})


@dataclass(frozen=True)
class Admission:
    """A request whose service, region and sender are verified.

    Attributes:
        service: `s3`, `iam`, `sts`, `sagemaker` or `application-autoscaling`.
        region: That it is signed for.
        principal: Who sends it, and under which circumstances.
        request: What is to be served.
        refused_keys: Those of DeleteObjects that the sender may not delete.
    """

    service: str
    region: str
    principal: Principal
    request: AwsRequest
    refused_keys: tuple[str, ...] = ()


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
                f"The sandbox has no service '{signature.service}'; it offers S3, IAM, STS, "
                "SageMaker and Application Auto Scaling.",
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
        principal = key.principal.within((("aws:requestedregion", signature.region),))
        if signature.service == "s3" and is_multi_delete(request):
            return self._admit_multi_delete(request, signature.region, principal)
        self._authorize(request, signature.service, signature.region, principal)
        check_policies(request, signature.service)
        return Admission(signature.service, signature.region, principal, request)

    def check_absence(self, admission: Admission) -> None:
        """S3 tells only those that an object is absent who may list its name.

        Source: "GetObject", permissions, in the S3 API reference. The name counts as the listing's prefix.

        Raises:
            AwsError: `AccessDenied` for the others.
        """
        bucket, _, key = admission.request.path.lstrip("/").partition("/")
        arn = f"arn:aws:s3:::{bucket}"
        listing = Access("s3:ListBucket", arn, (("s3:prefix", key),))
        if key and not admission.principal.may(listing):
            raise denied(admission.principal, listing, "s3")

    def _admit_multi_delete(self, request: AwsRequest, region: str, principal: Principal) -> Admission:
        wanted = zip(keys_to_delete(request), self._accesses(request, "s3", region), strict=True)
        refused = tuple(key for key, access in wanted if not principal.may(access))
        admitted = without_keys(request, refused) if refused else request
        return Admission("s3", region, principal, admitted, refused)

    def _accesses(self, request: AwsRequest, service: str, region: str) -> list[Access]:
        identities = self._identities
        return accesses(request, service, region, identities.account_id, identities.role_arn)

    def _authorize(self, request: AwsRequest, service: str, region: str, principal: Principal) -> None:
        if service == "sts" and request.form.get("Action") in {"GetCallerIdentity", "GetSessionToken"}:
            return
        if service == "iam" and principal.without_mfa:
            raise _unknown_key(service, with_token=True)
        for access in self._accesses(request, service, region):
            if not principal.may(access):
                raise denied(principal, access, service)


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
    if service in JSON_SERVICES:
        return AwsError("UnrecognizedClientException", message)
    return AwsError("InvalidClientTokenId", message, 403)


def _wrong_signature(service: str) -> AwsError:
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method."
    )
    if service in JSON_SERVICES:
        return AwsError("InvalidSignatureException", message)
    return AwsError("SignatureDoesNotMatch", message, 403)


def _expired(service: str) -> AwsError:
    if service == "s3":
        return AwsError("ExpiredToken", "The provided token has expired.")
    message = "The security token included in the request is expired"
    if service in JSON_SERVICES:
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
    if service in JSON_SERVICES:
        return AwsError("InvalidSignatureException", message)
    return AwsError("SignatureDoesNotMatch", message, 403)
