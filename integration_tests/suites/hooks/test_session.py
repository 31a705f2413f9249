"""Credentials, region, bucket and role are checked, and each failure says what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exasol_sagemaker import AwsSession, ConfigurationError, CredentialsError, describe_training
from hooks.conftest import Place, keyed_session


def statuses(session: AwsSession) -> dict[str, str]:
    return {check.name: check.status for check in session.check()}


def failure(session: AwsSession, name: str) -> str:
    [found] = [check for check in session.check() if check.name == name]
    assert found.status == "failed"
    assert found.hint
    return f"{found.detail} {found.hint}"


def elsewhere(place: Place, **settings: Any) -> AwsSession:
    return keyed_session(replace(place.settings, **settings), place.key_id, place.secret)


def test_the_sandbox_passes_all_checks(session: AwsSession) -> None:
    assert statuses(session) == {"region": "ok", "credentials": "ok", "bucket": "ok", "role": "ok"}


def test_a_bucket_that_is_absent(place: Place) -> None:
    session = elsewhere(place, s3_uri="s3://no-such-bucket-here/x")
    assert "'no-such-bucket-here' does not exist" in failure(session, "bucket")
    with pytest.raises(ConfigurationError, match="does not exist"):
        session.require_bucket()


def test_a_bucket_in_another_region(place: Place) -> None:
    text = failure(elsewhere(place, region="us-west-2"), "bucket")
    assert f"lies in {place.settings.region}, not in us-west-2" in text


def test_a_role_that_is_absent_or_not_given(place: Place) -> None:
    absent = elsewhere(place, role_arn="arn:aws:iam::123456789012:role/nobody")
    assert "does not exist" in failure(absent, "role")
    assert "role_arn" in failure(elsewhere(place, role_arn=None), "role")


def test_a_role_that_sagemaker_may_not_assume(place: Place, session: AwsSession) -> None:
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
        '"Principal": {"Service": "ec2.amazonaws.com"}}]}'
    )
    role = session.iam.create_role(RoleName="for-ec2", AssumeRolePolicyDocument=policy)["Role"]
    text = failure(elsewhere(place, role_arn=role["Arn"]), "role")
    assert "cannot be assumed by SageMaker" in text
    assert "sagemaker.amazonaws.com" in text


def test_a_role_is_assumed_for_all_calls(place: Place, session: AwsSession, aws_env: dict[str, str]) -> None:
    account = session.sts.get_caller_identity()["Account"]
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
        f'"Principal": {{"AWS": "arn:aws:iam::{account}:root"}}}}]}}'
    )
    role = session.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=policy)["Role"]
    worker = AwsSession(replace(place.settings, assume_role_arn=role["Arn"]))
    assert ":assumed-role/worker/" in worker.sts.get_caller_identity()["Arn"]
    assert worker.credentials().token
    assert worker.s3 is worker.s3


def test_a_role_that_may_not_be_assumed(place: Place, aws_env: dict[str, str]) -> None:
    worker = AwsSession(replace(place.settings, assume_role_arn="arn:aws:iam::123456789012:role/nobody"))
    assert "sts:AssumeRole" in failure(worker, "credentials")


def test_wrong_credentials(place: Place) -> None:
    session = keyed_session(place.settings, place.key_id, "not-the-secret")
    assert "AWS_SECRET_ACCESS_KEY" in failure(session, "credentials")
    with pytest.raises(CredentialsError) as caught:
        describe_training(session, "x")
    assert caught.value.aws_code
    assert "not-the-secret" not in str(caught.value)


def test_an_endpoint_that_does_not_answer(place: Place) -> None:
    session = elsewhere(place, endpoint_url="http://127.0.0.1:9")
    assert "sandbox status" in failure(session, "credentials")


def test_clients_are_made_once(session: AwsSession) -> None:
    assert session.s3 is session.s3
