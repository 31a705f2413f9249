"""What AWS refuses is told by the action that is missing, and by the policy that has it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker import errors

PRINTS = "`exasol-sagemaker iam` prints"
UNAUTHORIZED = "User: arn:aws:iam::123456789012:user/u is not authorized to perform: {} on resource: x"
NO_MODEL_DATA = (
    'Could not access model data at s3://b/model.tar.gz. Please ensure that the role "arn:aws:iam::1:role/r" '
    'exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service '
    'principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that '
    "the object is located in eu-central-1."
)


def hint(code: str, message: str, operation: str) -> str:
    refused = ClientError({"Error": {"Code": code, "Message": message}}, operation)
    return errors.from_aws(refused, "It failed").hint or ""


@pytest.mark.parametrize(
    ("code", "message", "operation", "action"),
    [
        ("AccessDenied", UNAUTHORIZED.format("s3:PutObject"), "CreateMultipartUpload", "s3:PutObject"),
        ("AccessDenied", "Access Denied", "UploadPart", "s3:PutObject"),
        ("AccessDenied", "Access Denied", "ListObjectsV2", "s3:ListBucket"),
        ("403", "Forbidden", "HeadObject", "s3:GetObject"),
        ("AccessDeniedException", "no", "CreateAutoMLJobV2", "sagemaker:CreateAutoMLJobV2"),
        ("AccessDeniedException", UNAUTHORIZED.format("iam:PassRole"), "CreateModel", "iam:PassRole"),
    ],
)
def test_of_who_runs_dbt(code: str, message: str, operation: str, action: str) -> None:
    found = hint(code, message, operation)
    assert f"Allow {action} for the identity that runs this" in found
    assert "policy `dbt`" in found
    assert PRINTS in found


def test_of_the_execution_role() -> None:
    found = hint("ValidationException", NO_MODEL_DATA, "CreateModel")
    assert "Allow s3:GetObject for the execution role" in found
    assert "policy `execution`" in found


def test_an_action_of_no_policy_is_named_alone() -> None:
    found = hint("AccessDenied", UNAUTHORIZED.format("kms:Decrypt"), "GetObject")
    assert found == "Allow kms:Decrypt for the identity that runs this."


def test_other_bad_input_is_not_taken_for_a_missing_right() -> None:
    assert not hint("ValidationException", "The role name is too long", "CreateModel")
