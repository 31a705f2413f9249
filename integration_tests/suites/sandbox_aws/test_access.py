"""Who may do what: keys, signatures, sessions, roles and policies."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from exasol_sandbox.aws.errors import AwsError
from exasol_sandbox.aws.gate.identity import Identities, Principal
from exasol_sandbox.state import SandboxState

from .conftest import unique_name

CALLS: dict[str, Callable[[Any], Any]] = {
    "s3": lambda client: client.list_buckets(),
    "sts": lambda client: client.get_caller_identity(),
    "iam": lambda client: client.list_users(),
    "sagemaker": lambda client: client.list_endpoints(),
}
Client = Callable[..., Any]


def client_with(sandbox: SandboxState, service: Any, key: str, secret: str, token: str | None = None) -> Any:
    return boto3.client(
        service,
        endpoint_url=sandbox.aws_endpoint_url,
        region_name=sandbox.aws_region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}),
    )


def new_user(aws: Client, *statements: dict[str, Any]) -> tuple[str, str]:
    """A user with these statements as policy; returns its key and secret."""
    iam, name = aws("iam"), unique_name("user")
    iam.create_user(UserName=name)
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def allow(*actions: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("s3", "InvalidAccessKeyId"),
        ("sts", "InvalidClientTokenId"),
        ("iam", "InvalidClientTokenId"),
        ("sagemaker", "UnrecognizedClientException"),
    ],
)
def test_an_unknown_key_is_refused(sandbox: SandboxState, service: str, code: str) -> None:
    client = client_with(sandbox, service, "AKIAAAAAAAAAAAAAAAAA", "secret")
    with pytest.raises(ClientError) as refused:
        CALLS[service](client)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("s3", "SignatureDoesNotMatch"),
        ("sts", "SignatureDoesNotMatch"),
        ("iam", "SignatureDoesNotMatch"),
        ("sagemaker", "InvalidSignatureException"),
    ],
)
def test_a_wrong_secret_is_refused(sandbox: SandboxState, service: str, code: str) -> None:
    client = client_with(sandbox, service, sandbox.aws_access_key_id, "not the secret")
    with pytest.raises(ClientError) as refused:
        CALLS[service](client)
    assert refused.value.response["Error"]["Code"] == code


def test_an_unsigned_request_is_refused(sandbox: SandboxState) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{sandbox.aws_endpoint_url}/{sandbox.bucket}")
    assert refused.value.code == 403


def test_the_user_is_who_it_says(sandbox: SandboxState, aws: Client) -> None:
    identity = aws("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:user/exasol-sandbox"
    assert sandbox.role_arn == f"arn:aws:iam::{identity['Account']}:role/exasol-sandbox-sagemaker"


def test_presigned_urls_work_and_break_when_changed(sandbox: SandboxState, aws: Client) -> None:
    s3 = aws("s3", config=Config(signature_version="s3v4"))
    s3.put_object(Bucket=sandbox.bucket, Key="signed/ä b+c.txt", Body=b"content")
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": sandbox.bucket, "Key": "signed/ä b+c.txt"}
    )
    assert urllib.request.urlopen(url).read() == b"content"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url.replace("Expires=3600", "Expires=7200"))
    assert refused.value.code == 403


def test_session_tokens_carry_the_users_rights(sandbox: SandboxState, aws: Client) -> None:
    found = aws("sts").get_session_token()["Credentials"]
    client = client_with(sandbox, "s3", found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    assert sandbox.bucket in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]


def test_a_session_key_without_its_token_is_refused(sandbox: SandboxState, aws: Client) -> None:
    found = aws("sts").get_session_token()["Credentials"]
    client = client_with(sandbox, "s3", found["AccessKeyId"], found["SecretAccessKey"])
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        client.list_buckets()


def test_an_assumed_role_has_the_roles_rights_only(sandbox: SandboxState, aws: Client) -> None:
    iam, name = aws("iam"), unique_name("role")
    account = aws("sts").get_caller_identity()["Account"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [allow("s3:ListAllMyBuckets")]}
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    found = aws("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    client = client_with(sandbox, "s3", found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    assert client.list_buckets()["Buckets"]
    with pytest.raises(ClientError, match="AccessDenied"):
        client.list_objects_v2(Bucket=sandbox.bucket)


def test_the_execution_role_is_for_sagemaker_alone(sandbox: SandboxState, aws: Client) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        aws("sts").assume_role(RoleArn=sandbox.role_arn, RoleSessionName="test")


def test_policies_limit_a_key_to_a_prefix(sandbox: SandboxState, aws: Client) -> None:
    arn = f"arn:aws:s3:::{sandbox.bucket}/mine/*"
    client = client_with(sandbox, "s3", *new_user(aws, allow("s3:PutObject", resource=arn)))
    client.put_object(Bucket=sandbox.bucket, Key="mine/a", Body=b"1")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.put_object(Bucket=sandbox.bucket, Key="others/a", Body=b"1")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.get_object(Bucket=sandbox.bucket, Key="mine/a")


def test_a_denial_beats_a_permission(sandbox: SandboxState, aws: Client) -> None:
    denied = {"Effect": "Deny", "Action": "sagemaker:List*", "Resource": "*"}
    client = client_with(sandbox, "sagemaker", *new_user(aws, allow("sagemaker:*"), denied))
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client.list_endpoints()


def test_a_model_needs_the_right_to_pass_its_role(sandbox: SandboxState, aws: Client) -> None:
    client = client_with(sandbox, "sagemaker", *new_user(aws, allow("sagemaker:*")))
    with pytest.raises(ClientError, match="iam:PassRole"):
        client.create_model(
            ModelName=unique_name("m"), ExecutionRoleArn=sandbox.role_arn, PrimaryContainer={"Image": "i"}
        )


def test_a_session_that_is_over_is_refused_as_expired() -> None:
    identities = Identities("111122223333")
    user = Principal("arn:aws:iam::111122223333:user/u", "U")
    over = identities.session_token(user, timedelta(seconds=-1))
    with pytest.raises(AwsError) as refused:
        identities.find(over.access_key_id, over.session_token)
    assert refused.value.code == "ExpiredToken"
