"""MFA: what a policy lets only with it is done with a session token, on this machine and in the database."""

from __future__ import annotations

import base64
import hmac
import json
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import boto3
import pyexasol
import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker import (
    AwsSession,
    Deployment,
    ExasolSageMakerError,
    Owner,
    PredictionUdf,
    create_connection,
    create_prediction_udf,
    describe_endpoint,
    export_to_s3,
    teardown,
)
from exasol_sagemaker.iam import Bundle, Policy

from .conftest import QUERY, User

CONNECTION = "IAM_MFA"


class Authenticator:
    """A virtual device, as an authenticator app is one."""

    def __init__(self, admin: AwsSession, user: User) -> None:
        device = admin.iam.create_virtual_mfa_device(VirtualMFADeviceName=user.name)["VirtualMFADevice"]
        self.serial_number = device["SerialNumber"]
        self._seed = device["Base32StringSeed"]
        admin.iam.enable_mfa_device(
            UserName=user.name,
            SerialNumber=self.serial_number,
            AuthenticationCode1=self.code(),
            AuthenticationCode2=self.code(),
        )

    def code(self, seconds: float = 0) -> str:
        """RFC 6238."""
        count = struct.pack(">Q", int((time.time() + seconds) // 30))
        digest = hmac.new(base64.b32decode(self._seed), count, "sha1").digest()
        place = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture(scope="module")
def person(bundle: Bundle, new_user: Callable[..., User]) -> User:
    """Who may do what both policies allow, but only after MFA."""
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    statements = [
        replace(one, sid=f"{policy.role}{one.sid}", condition={**one.condition, **condition})
        for policy in (bundle.dbt, bundle.database)
        for one in policy.statements
    ]
    return new_user(
        Policy("person", "a person", tuple(statements)), connection=CONNECTION, transport="client"
    )


@pytest.fixture(scope="module")
def authenticator(admin: AwsSession, person: User) -> Authenticator:
    return Authenticator(admin, person)


def with_token(session: AwsSession, **arguments: Any) -> AwsSession:
    """A session with what GetSessionToken gives, as `aws sts get-session-token` does."""
    found = session.sts.get_session_token(**arguments)["Credentials"]
    source = boto3.session.Session(
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
        region_name=session.region,
    )
    return AwsSession(session.settings, source)


@pytest.fixture
def authenticated(person: User, authenticator: Authenticator) -> AwsSession:
    return with_token(
        person.session, SerialNumber=authenticator.serial_number, TokenCode=authenticator.code()
    )


@pytest.fixture
def clean(admin: AwsSession, owner: Owner) -> Iterator[None]:
    yield
    teardown(admin, project=owner.project, target=owner.target)


def test_without_mfa_all_is_refused(
    person: User, database: pyexasol.ExaConnection, deployed: Deployment
) -> None:
    uri = f"{person.session.settings.s3_uri}/mfa"
    for session in (person.session, with_token(person.session)):
        with pytest.raises(ExasolSageMakerError, match="sagemaker:DescribeEndpoint"):
            describe_endpoint(session, deployed.endpoint_name)
        with pytest.raises(ExasolSageMakerError, match="s3:GetBucketLocation"):
            export_to_s3(session, database, query=QUERY, s3_uri=uri)


def test_with_mfa_all_is_done(
    authenticated: AwsSession, database: pyexasol.ExaConnection, deployed: Deployment
) -> None:
    assert {check.status for check in authenticated.check()} == {"ok"}
    uri = f"{authenticated.settings.s3_uri}/mfa"
    assert export_to_s3(authenticated, database, query=QUERY, s3_uri=uri).row_count == 600
    assert describe_endpoint(authenticated, deployed.endpoint_name).model_name


def test_the_prediction_function_uses_the_session_token(
    person: User,
    authenticated: AwsSession,
    database: pyexasol.ExaConnection,
    deployed: Deployment,
) -> None:
    udf = PredictionUdf.for_deployment(deployed, region=authenticated.region, connection=CONNECTION)
    create_prediction_udf(database, udf, "IAM", "PREDICT_MFA")
    columns = ", ".join(f'"{column.name}"' for column in deployed.input_columns)
    query = f"SELECT IAM.PREDICT_MFA({columns}) FROM IAM.APPLICATIONS GROUP BY IPROC()"

    create_connection(with_token(person.session), database, CONNECTION)
    with pytest.raises(pyexasol.ExaQueryError, match="sagemaker:InvokeEndpoint"):
        database.execute(query)
    create_connection(authenticated, database, CONNECTION)
    assert len(database.execute(query).fetchall()) == 600


@pytest.mark.parametrize(
    ("serial_number", "seconds", "message"),
    [
        ("arn:aws:iam::123456789012:mfa/nobody", 0, "unable to validate MFA device"),
        ("", -600, "invalid MFA one time pass code"),
    ],
)
def test_a_wrong_device_and_an_old_code(
    person: User, authenticator: Authenticator, serial_number: str, seconds: float, message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        person.session.sts.get_session_token(
            SerialNumber=serial_number or authenticator.serial_number, TokenCode=authenticator.code(seconds)
        )


def test_a_session_token_without_mfa_is_not_taken_by_iam(
    new_user: Callable[..., User], bundle: Bundle
) -> None:
    """AWS's rule for GetSessionToken; `dbt debug` says what it means and goes on."""
    plain = with_token(new_user(bundle.dbt).session)
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        plain.iam.get_role(RoleName=bundle.scope.role_name)
    found = {check.name: check for check in plain.check()}
    assert found["role"].status == "warning"
    assert "MFA" in found["role"].hint


def test_a_role_can_ask_for_mfa(admin: AwsSession, person: User, authenticator: Authenticator) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": admin.sts.get_caller_identity()["Account"]},
                "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
            }
        ],
    }
    name = f"mfa-{uuid4().hex[:8]}"
    arn = admin.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}
    admin.iam.put_user_policy(
        UserName=person.name,
        PolicyName="assume",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    sts = person.session.sts
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn=arn, RoleSessionName="test")
    assert sts.assume_role(
        RoleArn=arn,
        RoleSessionName="test",
        SerialNumber=authenticator.serial_number,
        TokenCode=authenticator.code(),
    )["Credentials"]
