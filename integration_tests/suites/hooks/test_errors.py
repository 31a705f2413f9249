"""Errors say what failed, where, why and what to do, and keep AWS's code and request id."""

from __future__ import annotations

import pickle

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from exasol_sagemaker import AwsError, ConfigurationError, CredentialsError, EndpointError, errors


def refused(code: str, message: str, operation: str = "CreateEndpoint") -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"RequestId": "r-1"}}, operation
    )


def test_all_parts_are_shown() -> None:
    error = EndpointError(
        "It failed", node="model.x", why="Because", hint="Do that", aws_code="Oops", request_id="r-1"
    )
    assert str(error).splitlines() == [
        "It failed",
        "  where: model.x",
        "  why: Because",
        "  what to do: Do that",
        "  AWS: Oops, request id r-1",
    ]


def test_an_error_survives_a_trip_to_another_process() -> None:
    error = EndpointError("It failed", hint="Do that", aws_code="Oops")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is EndpointError
    assert str(again) == str(error)


def test_aws_code_and_request_id_are_kept() -> None:
    error = errors.from_aws(refused("ValidationException", "bad"), "It failed", kind=EndpointError)
    assert isinstance(error, EndpointError)
    assert (error.aws_code, error.request_id, error.why) == ("ValidationException", "r-1", "bad")


@pytest.mark.parametrize(
    ("raised", "kind", "hint"),
    [
        (refused("ExpiredTokenException", "expired"), CredentialsError, "aws sso login"),
        (refused("UnrecognizedClientException", "invalid"), CredentialsError, "AWS_ACCESS_KEY_ID"),
        (
            refused("AccessDeniedException", "User u is not authorized to perform: sagemaker:AddTags on r"),
            AwsError,
            "Allow sagemaker:AddTags",
        ),
        (refused("AccessDenied", "denied"), AwsError, "Allow sagemaker:CreateEndpoint"),
        (refused("ThrottlingException", "Rate exceeded"), AwsError, "limits the rate"),
        (refused("ResourceLimitExceeded", "quota"), AwsError, "Service Quotas"),
        (NoCredentialsError(), CredentialsError, "aws configure"),
        (ProfileNotFound(profile="x"), CredentialsError, "list-profiles"),
        (NoRegionError(), ConfigurationError, "AWS_DEFAULT_REGION"),
        (EndpointConnectionError(endpoint_url="http://x"), AwsError, "sandbox status"),
    ],
)
def test_well_known_errors_say_what_to_do(raised: Exception, kind: type, hint: str) -> None:
    error = errors.from_aws(raised, "It failed")
    assert type(error) is kind
    assert hint in (error.hint or "")


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("ResourceNotFound", "", True),
        ("ValidationException", "Could not find endpoint x", True),
        ("ValidationException", "1 validation error detected", False),
        ("AccessDeniedException", "does not exist", False),
    ],
)
def test_what_counts_as_not_found(code: str, message: str, expected: bool) -> None:
    assert errors.is_not_found(refused(code, message)) is expected
