"""What an error of the endpoint means: whether it may pass, whose it is, what to do about it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, HTTPClientError

from exasol_sagemaker.udf.context import CONFIG, where

_BUSY_CODES = {
    "ModelNotReadyException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TooManyRequestsException",
}
_RETRIED_CODES = _BUSY_CODES | {"InternalDependencyException", "InternalFailure"}
_RETRIED_STATUS = {429, 500, 502, 503, 504}


class Refused(Exception):
    """An answer that will not come; whether smaller requests may help, or tell which row is at fault."""

    def __init__(self, text: str, by_model: bool) -> None:
        super().__init__(text)
        self.by_model = by_model


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _status(error: Any) -> int:
    """HTTP status of the service, or, if the model failed, of the model; 0 if there was no answer."""
    if not isinstance(error, ClientError):
        return 0
    status: Any = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if _code(error) == "ModelError":
        status = error.response.get("OriginalStatusCode", 500)
    return int(status)


def is_busy(error: Exception) -> bool:
    """Whether the endpoint is there, and has too much to do."""
    return _code(error) in _BUSY_CODES or _status(error) in (429, 503)


def is_of_model(error: Exception) -> bool:
    """Whether the model failed or took too long, or the request was too large for it."""
    too_slow = isinstance(error, HTTPClientError) and "Timeout" in type(error).__name__
    return too_slow or _code(error) == "ModelError" or _status(error) == 413


def may_pass(error: Exception, failures: int) -> bool:
    """Whether to ask once more, after so many failures."""
    if not isinstance(error, ClientError):
        lost = isinstance(error, HTTPClientError) or "Connection" in type(error).__name__
        return lost and not (is_of_model(error) and failures > 1)
    if _code(error) == "ModelError":
        # Mostly it is the data's fault: smaller requests tell.
        return _status(error) in _RETRIED_STATUS and failures < 2
    return _code(error) in _RETRIED_CODES or _status(error) in _RETRIED_STATUS


def explained(error: Any, attempts: int) -> str:
    """What happened and what to do about it."""
    if not isinstance(error, ClientError):
        return (
            f"{where()} cannot be reached, tried {attempts} times: {error}. Check that the database may "
            "connect to SageMaker Runtime in this region."
        )
    details = error.response.get("Error", {})
    code = str(details.get("Code", ""))
    request = error.response.get("ResponseMetadata", {}).get("RequestId", "unknown")
    message = str(error.response.get("OriginalMessage") or details.get("Message", ""))
    hint = "Look at the endpoint's logs in CloudWatch."
    if "not found" in message.lower() or "does not exist" in message.lower():
        hint = "Deploy the endpoint again, or check its region."
    elif "Expired" in code or code in ("UnrecognizedClientException", "InvalidClientTokenId"):
        hint = f"Refresh CONNECTION {CONFIG['connection']}: its AWS credentials are no longer valid."
    elif "AccessDenied" in code:
        hint = (
            f"Allow sagemaker:InvokeEndpoint for the credentials in CONNECTION {CONFIG['connection']}: it is "
            "part of policy `database`, which `exasol-sagemaker iam` prints."
        )
    elif is_busy(error):
        hint = "Use more or larger instances, or fewer parallel groups in the query."
    return (
        f"{where()} answered {code} (status {_status(error)}, request id {request}, attempt {attempts}): "
        f"{message} What to do: {hint}"
    )
