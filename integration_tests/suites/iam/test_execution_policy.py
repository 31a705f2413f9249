"""SageMaker's role: enough to train, to serve and to transform, and each action is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pyexasol
import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker import (
    AwsSession,
    ExasolSageMakerError,
    Owner,
    TrainingJob,
    TrainingJobError,
    start_training,
    teardown,
    watch_training,
)
from exasol_sagemaker.iam import Bundle

from .conftest import CONFIG, NAME, QUERY

WHILE_TRAINING = {"s3:ListBucket", "s3:GetObject", "s3:PutObject"}


@pytest.fixture
def weak(
    admin: AwsSession, bundle: Bundle, owner: Owner, request: pytest.FixtureRequest
) -> Iterator[AwsSession]:
    """A session whose execution role lacks one action."""
    name = f"{owner.project.replace(' ', '-')}-execution"
    arn = f"arn:aws:iam::{bundle.scope.account_id}:role/{name}"
    own = replace(bundle.scope, role_arn=arn)
    from exasol_sagemaker.iam import execution_policy, trust_policy

    policy = execution_policy(own).without(request.param)
    admin.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust_policy(own)))
    admin.iam.put_role_policy(RoleName=name, PolicyName="only", PolicyDocument=json.dumps(policy.document()))
    yield AwsSession(replace(admin.settings, role_arn=arn), admin.boto3_session)
    teardown(admin, project=owner.project, target=owner.target)


def train(aws: AwsSession, database: pyexasol.ExaConnection, owner: Owner) -> TrainingJob:
    job = start_training(aws, database, query=QUERY, name=NAME, config=CONFIG, owner=owner)
    return list(watch_training(aws, job.job_name))[-1].job


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "weak" in metafunc.fixturenames:
        from exasol_sagemaker.iam import Scope, execution_policy

        account = "0" * 12
        scope = Scope("s3://any", "eu-central-1", account, f"arn:aws:iam::{account}:role/any")
        actions = execution_policy(scope).actions
        metafunc.parametrize(
            ("weak", "action"), [(one, one) for one in actions], indirect=["weak"], ids=actions
        )


def test_each_action_is_needed(
    weak: AwsSession, database: pyexasol.ExaConnection, owner: Owner, action: str
) -> None:
    if action in WHILE_TRAINING:
        job = train(weak, database, owner)
        assert job.status == "Failed"
        assert action in str(job.failure_reason)
        return
    with pytest.raises(TrainingJobError, match=action) as refused:
        train(weak, database, owner)
    assert "policy `execution`" in str(refused.value)


def test_the_policy_allows_training(trained: TrainingJob) -> None:
    assert trained.status == "Completed"


def test_nobody_else_can_take_the_role(admin: AwsSession, bundle: Bundle) -> None:
    with pytest.raises(ClientError, match="sts:AssumeRole"):
        admin.sts.assume_role(RoleArn=bundle.scope.role_arn, RoleSessionName="test")


def test_sagemaker_takes_it_for_its_own_account_alone(
    admin: AwsSession, bundle: Bundle, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    foreign = json.dumps(bundle.trust).replace(bundle.scope.account_id, "9" * 12)
    arn = admin.iam.create_role(RoleName="foreign", AssumeRolePolicyDocument=foreign)["Role"]["Arn"]
    aws = AwsSession(replace(admin.settings, role_arn=arn), admin.boto3_session)
    with pytest.raises(ExasolSageMakerError, match="Could not assume role"):
        train(aws, database, owner)
