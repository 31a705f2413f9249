"""Credentials that end while a job is waited for, and clocks that differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import boto3
import botocore.auth
import botocore.credentials
import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    CredentialsError,
    Owner,
    TrainingJob,
    describe_training,
    start_training,
    teardown,
    watch_training,
)

from .conftest import CONFIG, QUERY, FaultySandbox

LASTS = {"fault": "last", "actions": ["job:Train"], "seconds": 3}


@pytest.fixture(autouse=True)
def clean(faulty: FaultySandbox, owner: Owner) -> Iterator[None]:
    yield
    faulty.let()
    teardown(faulty.session(), project=owner.project, target=owner.target)


def train(session: AwsSession, database: pyexasol.ExaConnection, owner: Owner) -> TrainingJob:
    return start_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=owner)


def with_session_token(admin: AwsSession) -> AwsSession:
    """A session as `aws sts get-session-token` leaves it in a file: nothing renews it."""
    found = admin.sts.get_session_token()["Credentials"]
    source = boto3.session.Session(
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
        region_name=admin.region,
    )
    return AwsSession(admin.settings, source)


def nearly_an_hour_later() -> datetime:
    """When the hour of a role's credentials is nearly over."""
    return datetime.now(timezone.utc) + timedelta(minutes=48)


def expired(session: AwsSession) -> dict[str, Any]:
    """From now on AWS takes the keys that this session has now for expired."""
    return {"fault": "expired", "access_key": session.credentials().access_key}


def test_credentials_that_expire_in_mid_wait_cost_no_job(
    faulty: FaultySandbox, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    session = with_session_token(faulty.session())
    faulty.let(LASTS)
    job = train(session, database, owner)
    watch = watch_training(session, job.job_name)
    next(watch)

    faulty.let(expired(session))
    with pytest.raises(CredentialsError) as caught:
        list(watch)

    assert caught.value.aws_code == "ExpiredTokenException"
    assert "renew it" in str(caught.value)
    assert "the next run finds it" in str(caught.value)
    renewed = with_session_token(faulty.session())
    again = train(renewed, database, owner)
    assert (again.job_name, again.started) == (job.job_name, False)
    assert list(watch_training(renewed, job.job_name))[-1].job.status == "Completed"


def test_credentials_of_a_role_are_renewed_in_mid_wait(
    faulty: FaultySandbox,
    database: pyexasol.ExaConnection,
    owner: Owner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = faulty.session()
    account = admin.sts.get_caller_identity()["Account"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            }
        ],
    }
    allowed = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
    name = f"worker-{uuid4().hex[:8]}"
    role = admin.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    admin.iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(allowed))
    worker = AwsSession(replace(admin.settings, assume_role_arn=role))
    for variable, value in faulty.state.environment().items():
        monkeypatch.setenv(variable, value)
    faulty.let(LASTS)
    job = train(worker, database, owner)
    before = worker.credentials().access_key
    watch = watch_training(worker, job.job_name)
    next(watch)

    faulty.let(expired(worker))
    monkeypatch.setattr(botocore.credentials, "_local_now", nearly_an_hour_later)
    monkeypatch.setattr(worker.boto3_session.get_credentials(), "_time_fetcher", nearly_an_hour_later)

    assert list(watch)[-1].job.status == "Completed"
    assert worker.credentials().access_key != before


def test_a_clock_that_is_wrong_is_named(
    faulty: FaultySandbox, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = botocore.auth.get_current_datetime
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: now() - timedelta(hours=2))
    session = faulty.session()

    with pytest.raises(CredentialsError, match="clock is minutes off") as of_sagemaker:
        describe_training(session, "any")
    with pytest.raises(CredentialsError, match="clock is minutes off") as of_s3:
        session.require_bucket()

    assert of_sagemaker.value.aws_code == "InvalidSignatureException"
    assert of_s3.value.aws_code
