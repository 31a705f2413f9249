"""The database's key with `--in-database-scripts`: enough for SME_…, and each further action is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    Deployment,
    ExasolSageMakerError,
    TrainingJob,
    create_connection,
    deploy_endpoint,
    teardown,
)
from exasol_sagemaker.endpoint import EndpointConfig
from exasol_sagemaker.iam import Bundle, Policy, database_policy
from exasol_sagemaker.in_database import endpoints
from exasol_sagemaker.in_database.endpoints import KnownColumns
from exasol_sagemaker.in_database.training import Training

from .conftest import User

CONNECTION = "IAM_SCRIPTS_KEY"
PROJECT, TARGET = "iam scripts", "test"


@dataclass
class Scripts:
    """What the UDFs behind SME_… do, with the key of the CONNECTION."""

    exa: Any
    database: pyexasol.ExaConnection
    admin: AwsSession
    trained: TrainingJob
    deployed: Deployment

    @property
    def region(self) -> str:
        return self.admin.region

    def training(self, **request: Any) -> Training:
        settings = self.admin.settings
        columns = self.database.execute(
            "SELECT COLUMN_SCHEMA, COLUMN_TABLE, COLUMN_NAME, COLUMN_TYPE FROM EXA_ALL_COLUMNS "
            "WHERE COLUMN_SCHEMA = 'IAM' AND COLUMN_TABLE = 'APPLICATIONS' ORDER BY COLUMN_ORDINAL_POSITION"
        ).fetchall()
        arguments = {
            "job_name": f"iam-{uuid4().hex[:12]}",
            "aws_credentials_connection_name": CONNECTION,
            "aws_region": self.region,
            "iam_sagemaker_role": settings.role_arn,
            "s3_bucket_uri": f"s3://{settings.bucket}",
            "s3_output_path": f"{settings.prefix}/scripts",
            "input_schema_name": "IAM",
            "input_table_or_view_name": "APPLICATIONS",
            "target_attribute_name": "TARGET",
            "max_candidates": 1,
        }
        import json

        request = {"arguments": json.dumps(arguments), "columns": columns, "tables": [], **request}
        return Training(self.exa, request, project=PROJECT, target=TARGET)

    def train(self) -> None:
        """Up to the running job, as the Lua script goes through it."""
        training = self.training()
        request = training._request
        profile = self.database.execute(training.plan()["profile"]).fetchall()[0]
        step = Training(self.exa, {**request, "profile": profile, "nodes": 1}, project=PROJECT, target=TARGET)
        plan = step.export()
        rows = self.database.execute(plan["export"]).rowcount()
        more = {"profile": profile, "s3_uri": plan["s3_uri"], "rows": rows}
        Training(self.exa, {**request, **more}, project=PROJECT, target=TARGET).start()

    def discard(self) -> None:
        """The clean-up after an export that failed."""
        uri = f"{self.admin.settings.s3_uri}/scripts/{uuid4().hex}/"
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        self.admin.s3.put_object(Bucket=bucket, Key=f"{key}data/part.csv", Body=b"x")
        assert self.training(s3_uri=uri).discard() == {"removed": 1}

    def deploy(self, endpoint: str, instance_count: int = 1) -> None:
        endpoints.deploy(
            self.exa,
            job_name=self.trained.job_name,
            endpoint_name=endpoint,
            instance_type="ml.m5.large",
            instance_count=instance_count,
            connection=CONNECTION,
            region=self.region,
            schema="IAM",
            known=KnownColumns("", "", ""),
            project=PROJECT,
            target=TARGET,
        )

    def delete(self, endpoint: str) -> None:
        endpoints.delete(
            self.exa,
            endpoint_name=endpoint,
            connection=CONNECTION,
            region=self.region,
            project=PROJECT,
            target=TARGET,
        )


def train(scripts: Scripts) -> None:
    scripts.train()


def discard(scripts: Scripts) -> None:
    scripts.discard()


def deploy(scripts: Scripts) -> None:
    scripts.deploy(f"iam-{uuid4().hex[:8]}")


def redeploy(scripts: Scripts) -> None:
    name = standing(scripts)
    scripts.deploy(name, 2)


def delete(scripts: Scripts) -> None:
    scripts.delete(standing(scripts))


def standing(scripts: Scripts) -> str:
    """An endpoint that an administrator deployed, as the scripts would have."""
    name = f"iam-{uuid4().hex[:8]}"
    deploy_endpoint(
        scripts.admin,
        scripts.trained,
        name=name,
        config=EndpointConfig(endpoint_name=name),
        owner=endpoints.endpoint_owner(name, PROJECT, TARGET),
    )
    return name


STEPS: dict[str, Callable[[Scripts], None]] = {
    "s3:GetBucketLocation": train,
    "s3:ListBucket": train,
    "s3:PutObject": train,
    "s3:DeleteObject": discard,
    "s3:GetObject": deploy,
    "sagemaker:CreateAutoMLJobV2": train,
    "sagemaker:DescribeAutoMLJobV2": train,
    "sagemaker:CreateModel": deploy,
    "sagemaker:DescribeModel": deploy,
    "sagemaker:DeleteModel": delete,
    "sagemaker:CreateEndpointConfig": deploy,
    "sagemaker:DescribeEndpointConfig": deploy,
    "sagemaker:DeleteEndpointConfig": delete,
    "sagemaker:CreateEndpoint": deploy,
    "sagemaker:UpdateEndpoint": redeploy,
    "sagemaker:DescribeEndpoint": deploy,
    "sagemaker:DeleteEndpoint": delete,
    "sagemaker:ListModels": delete,
    "sagemaker:ListEndpointConfigs": delete,
    "sagemaker:AddTags": deploy,
    "sagemaker:ListTags": delete,
    "iam:PassRole": train,
}
# Tried by EXPORT and by the prediction function, see test_database_policy.
ELSEWHERE = {"s3:AbortMultipartUpload", "sagemaker:InvokeEndpoint"}


@pytest.fixture(scope="module")
def policy(bundle: Bundle) -> Policy:
    return database_policy(bundle.scope, in_database_scripts=True)


@pytest.fixture(scope="module")
def key(policy: Policy, new_user: Callable[..., User]) -> User:
    return new_user(policy)


@pytest.fixture
def scripts(
    key: User,
    policy: Policy,
    admin: AwsSession,
    database: pyexasol.ExaConnection,
    trained: TrainingJob,
    deployed: Deployment,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Scripts]:
    create_connection(key.session, database, CONNECTION)
    credentials = key.session.credentials()
    found = SimpleNamespace(
        address=f"https://{admin.settings.bucket}.s3.{admin.region}.amazonaws.com",
        user=credentials.access_key,
        password=credentials.secret_key,
    )
    # Within the database the network leads to AWS; here the sandbox is named.
    monkeypatch.setenv("AWS_ENDPOINT_URL", str(admin.settings.endpoint_url))
    yield Scripts(SimpleNamespace(get_connection=lambda name: found), database, admin, trained, deployed)
    key.allow(policy)
    teardown(AwsSession(replace(admin.settings), admin.boto3_session), project=PROJECT, target=TARGET)


def test_each_action_has_a_step_that_needs_it(policy: Policy) -> None:
    assert set(STEPS) | ELSEWHERE == set(policy.actions)


@pytest.mark.parametrize("step", sorted(set(STEPS.values()), key=lambda step: step.__name__))
def test_the_policy_allows(scripts: Scripts, step: Callable[[Scripts], None]) -> None:
    step(scripts)


@pytest.mark.parametrize("action", STEPS)
def test_each_action_is_needed(scripts: Scripts, key: User, policy: Policy, action: str) -> None:
    key.allow(policy, without=action)
    with pytest.raises((ExasolSageMakerError, pyexasol.ExaQueryError), match=action):
        STEPS[action](scripts)
