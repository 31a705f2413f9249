"""Errors that a user can act on: what failed, on which node, why, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class ExasolSageMakerError(Exception):
    """Base of all errors of this package.

    Args:
        what: What failed, as a sentence without a full stop.
        node: The dbt node, job, endpoint or query it failed on.
        why: The cause, as far as it is known.
        hint: What the user can do about it.
        aws_code: AWS's error code, when AWS refused.
        request_id: AWS's request id, for a support case.
    """

    def __init__(
        self,
        what: str,
        *,
        node: str | None = None,
        why: str | None = None,
        hint: str | None = None,
        aws_code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        self.what = what
        self.node = node
        self.why = why
        self.hint = hint
        self.aws_code = aws_code
        self.request_id = request_id
        super().__init__(what)

    def __str__(self) -> str:
        lines = [self.what]
        if self.node:
            lines.append(f"  where: {self.node}")
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.hint:
            lines.append(f"  what to do: {self.hint}")
        if self.aws_code:
            request = f", request id {self.request_id}" if self.request_id else ""
            lines.append(f"  AWS: {self.aws_code}{request}")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), dict(vars(self)))


def _rebuild(kind: type[ExasolSageMakerError], parts: dict[str, Any]) -> ExasolSageMakerError:
    error = kind(parts["what"])
    vars(error).update(parts)
    return error


class ConfigurationError(ExasolSageMakerError):
    """A setting or a model's config is missing, malformed or does not fit the rest."""


class NamingError(ConfigurationError):
    """A name from which no SageMaker name can be made."""


class CredentialsError(ExasolSageMakerError):
    """AWS credentials are absent, expired, or not valid."""


class AwsError(ExasolSageMakerError):
    """AWS refused a call or could not be reached."""


class WaitInterruptedError(ExasolSageMakerError):
    """Somebody interrupted the wait for something that goes on by itself."""


class TrainingDataError(ExasolSageMakerError):
    """The training query or what it returns cannot be trained on."""


class ExportError(ExasolSageMakerError):
    """Training data could not be written to S3, or not completely."""


class TrainingJobError(ExasolSageMakerError):
    """An Autopilot job could not be started, found or used."""


class EndpointError(ExasolSageMakerError):
    """An endpoint could not be created, changed, found or used."""


class BatchPredictionError(ExasolSageMakerError):
    """Rows could not be predicted by Batch Transform, or not each of them exactly once."""


class OwnershipError(ExasolSageMakerError):
    """A resource of that name exists and does not belong to this dbt project and target."""


class PredictionUdfError(ExasolSageMakerError):
    """A prediction UDF could not be rendered, created or read back."""


class ScriptError(ConfigurationError):
    """A script's config, body or statement is not one that Exasol takes."""


class ConnectionObjectError(ExasolSageMakerError):
    """The Exasol CONNECTION that holds AWS credentials could not be created or used."""


_NOT_FOUND = re.compile(r"could not find|does not exist|cannot find|not found", re.IGNORECASE)
_MISSING_CODES = {"ResourceNotFound", "NoSuchKey", "NoSuchUpload", "NoSuchBucket", "NoSuchEntity", "404"}
_EXPIRED_CODES = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_SKEWED_CODES = {"RequestTimeTooSkewed", "RequestInTheFuture"}
_INVALID_CODES = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
    "AuthFailure",
}
_DENIED_CODES = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
_THROTTLED_CODES = {"Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown"}


def is_not_found(error: Exception) -> bool:
    """Whether botocore's `error` says that the resource asked for is not there.

    SageMaker has no code of its own for it: it answers ValidationException with "Could not find …".
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    if not isinstance(error, ClientError):
        return False
    details = error.response.get("Error", {})
    code = details.get("Code", "")
    return code in _MISSING_CODES or (
        code == "ValidationException" and _NOT_FOUND.search(details.get("Message", "")) is not None
    )


def error_code(error: Exception) -> str | None:
    """AWS's error code of a botocore ClientError; None for any other error."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    return error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None


def from_aws(
    error: Exception,
    what: str,
    *,
    node: str | None = None,
    kind: type[ExasolSageMakerError] = AwsError,
    hint: str | None = None,
) -> ExasolSageMakerError:
    """Turn botocore's `error` into one of ours.

    Keeps AWS's code and request id; credentials trouble becomes CredentialsError whatever `kind` is.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415

    if isinstance(error, ClientError):
        return _from_client_error(error, what, node, kind, hint)
    return _from_botocore_error(error, what, node, kind, hint)


def _from_client_error(
    error: Any, what: str, node: str | None, kind: type[ExasolSageMakerError], hint: str | None
) -> ExasolSageMakerError:
    details = error.response.get("Error", {})
    code = str(details.get("Code", "Unknown"))
    message = str(details.get("Message", "") or error)
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId")
    action = error.operation_name
    if code in _EXPIRED_CODES:
        kind = CredentialsError
        hint = (
            "The session has expired: renew it (for example `aws sso login`), then run again. "
            "What was started in AWS goes on, and the next run finds it."
        )
    elif code in _SKEWED_CODES or "Signature expired" in message or "Signature not yet current" in message:
        kind = CredentialsError
        hint = "This machine's clock is minutes off AWS's: set it (for example by NTP), then run again."
    elif code in _INVALID_CODES:
        kind = CredentialsError
        hint = (
            "AWS does not know these credentials: check AWS_PROFILE, AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or `profile_name` in the profile."
        )
    elif code in _DENIED_CODES:
        from exasol_sagemaker.iam.denied import denied_action, how_to_allow  # noqa: PLC0415

        hint = hint or how_to_allow(denied_action(message, action))
    elif code == "ValidationException" and (lacking := _lacking_in_role(message)):
        hint = hint or lacking
    elif code in _THROTTLED_CODES:
        hint = hint or "AWS limits the rate of calls: run again later, or with fewer threads."
    elif code == "ResourceLimitExceeded":
        hint = hint or "Ask for a higher quota in AWS's Service Quotas, or remove what is no longer needed."
    return kind(what, node=node, why=message, hint=hint, aws_code=code, request_id=request_id)


def _lacking_in_role(message: str) -> str | None:
    from exasol_sagemaker.iam.denied import how_to_allow, refused_to_role  # noqa: PLC0415

    action = refused_to_role(message)
    return how_to_allow(action, "execution", whose="the execution role") if action else None


def _from_botocore_error(
    error: Exception, what: str, node: str | None, kind: type[ExasolSageMakerError], hint: str | None
) -> ExasolSageMakerError:
    from botocore import exceptions as botocore  # noqa: PLC0415

    name = type(error).__name__
    if isinstance(error, (botocore.NoCredentialsError, botocore.PartialCredentialsError)):
        kind = CredentialsError
        hint = (
            "Give boto3 credentials in one of its usual ways: environment variables, "
            "`aws configure`, `aws sso login`, or `profile_name` in the profile."
        )
    elif isinstance(error, botocore.ProfileNotFound):
        kind = CredentialsError
        hint = "Check `profile_name` against `aws configure list-profiles`."
    elif isinstance(
        error,
        (
            botocore.CredentialRetrievalError,
            botocore.TokenRetrievalError,
            botocore.SSOError,
        ),
    ):
        kind = CredentialsError
        hint = "Renew the session (for example `aws sso login`), then run again."
    elif isinstance(error, botocore.NoRegionError):
        kind = ConfigurationError
        hint = "Set `region` in the profile, or AWS_DEFAULT_REGION."
    elif isinstance(error, (botocore.EndpointConnectionError, botocore.ConnectTimeoutError)):
        hint = hint or (
            "Check region, network and proxy; with the sandbox, that it is running "
            "(`exasol-sagemaker sandbox status`)."
        )
    return kind(what, node=node, why=str(error), hint=hint, aws_code=name)


@contextmanager
def aws_errors(
    what: str,
    *,
    node: str | None = None,
    kind: type[ExasolSageMakerError] = AwsError,
    hint: str | None = None,
) -> Iterator[None]:
    """Within this block botocore's errors become ours, see from_aws."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, what, node=node, kind=kind, hint=hint) from error
