"""The sandbox with IAM enforced: the generated role and policies, and users that have nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
from hooks.conftest import applications, keyed_session

from exasol_sagemaker import (
    AwsSession,
    Deployment,
    EndpointConfig,
    Owner,
    SageMakerSettings,
    TrainingConfig,
    TrainingJob,
    create_connection,
    delete_endpoint,
    deploy_endpoint,
    describe_training,
    start_training,
    watch_endpoint,
    watch_training,
)
from exasol_sagemaker.iam import Bundle, Policy, Scope, least_privilege
from exasol_sagemaker.iam.provisioning import apply
from exasol_sandbox.state import SandboxState

PREFIX = "iam-"
NAME = "risk"
DATABASE_KEY = "IAM_DATABASE_KEY"
QUERY = "SELECT * FROM IAM.APPLICATIONS"
CONFIG = TrainingConfig(target_column="target", problem_type="BinaryClassification", max_candidates=1)


@dataclass
class User:
    """An IAM user whose only rights are those of one policy, which a test may take an action from."""

    name: str
    iam: Any
    session: AwsSession

    def allow(self, policy: Policy, without: str = "") -> None:
        document = policy.without(without).document() if without else policy.document()
        self.iam.put_user_policy(UserName=self.name, PolicyName="only", PolicyDocument=json.dumps(document))


@pytest.fixture(scope="session")
def admin(sandbox: SandboxState) -> AwsSession:
    """Who may do everything; sets things up and looks at what is left."""
    account = sandbox.role_arn.split(":")[4]
    settings = SageMakerSettings(
        s3_uri=f"s3://{sandbox.bucket}/enforced/work",
        role_arn=f"arn:aws:iam::{account}:role/dbt/enforced-execution",
        region=sandbox.aws_region,
        endpoint_url=sandbox.aws_endpoint_url,
        connection=DATABASE_KEY,
        name_prefix=PREFIX.rstrip("-"),
    )
    return keyed_session(settings, sandbox.aws_access_key_id, sandbox.aws_secret_access_key)


@pytest.fixture(scope="session")
def bundle(admin: AwsSession) -> Bundle:
    """The generated policies, with the role and its policy in IAM."""
    settings = admin.settings
    role_arn = str(settings.role_arn)
    scope = Scope(settings.s3_uri, admin.region, role_arn.split(":")[4], role_arn, PREFIX)
    found = least_privilege(scope)
    assert list(apply(admin.iam, found, "enforced"))
    return found


@pytest.fixture(scope="session")
def new_user(admin: AwsSession) -> Callable[..., User]:
    def new_user(policy: Policy | None = None, **settings: Any) -> User:
        name = f"user-{uuid4().hex[:8]}"
        admin.iam.create_user(UserName=name)
        key = admin.iam.create_access_key(UserName=name)["AccessKey"]
        session = keyed_session(
            replace(admin.settings, **settings), key["AccessKeyId"], key["SecretAccessKey"]
        )
        user = User(name, admin.iam, session)
        if policy is not None:
            user.allow(policy)
        return user

    return new_user


@pytest.fixture(scope="session")
def dbt_user(bundle: Bundle, new_user: Callable[..., User]) -> User:
    """Who runs dbt."""
    return new_user(bundle.dbt, transport="client")


@pytest.fixture(scope="session")
def database_user(bundle: Bundle, new_user: Callable[..., User]) -> User:
    """Whose key the CONNECTION holds."""
    return new_user(bundle.database)


@pytest.fixture(scope="session")
def native(admin: AwsSession, sandbox: SandboxState) -> AwsSession:
    """An administrator's session by which the database itself reads and writes S3, with its own key."""
    settings = replace(admin.settings, transport="native")
    return keyed_session(settings, sandbox.aws_access_key_id, sandbox.aws_secret_access_key)


@pytest.fixture(scope="session")
def database(sandbox: SandboxState, database_user: User) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute("CREATE SCHEMA IAM")
        connection.execute(
            "CREATE TABLE IAM.APPLICATIONS (ID DECIMAL(18,0), TARGET DECIMAL(1,0), GENDER CHAR(5), "
            "INCOME DECIMAL(18,2), CHILDREN DECIMAL(9,0), JOB VARCHAR(64), OWNS BOOLEAN, BORN DATE, "
            "SEEN TIMESTAMP, SCORE DOUBLE)"
        )
        rows = (
            [value.replace("\n", " ") if isinstance(value, str) else value for value in row]
            for row in applications(600)
        )
        connection.import_from_iterable(rows, ("IAM", "APPLICATIONS"))
        create_connection(database_user.session, connection, DATABASE_KEY)
        yield connection


@pytest.fixture
def owner() -> Owner:
    """Nobody has made anything in this one's name yet."""
    return Owner(f"project {uuid4().hex[:8]}", "test", "model.iam.risk")


@pytest.fixture(scope="session")
def shared_owner() -> Owner:
    return Owner("iam", "shared", "model.iam.risk")


@pytest.fixture(scope="session")
def trained(dbt_user: User, database: pyexasol.ExaConnection, shared_owner: Owner) -> TrainingJob:
    """A job that was trained under the generated policies."""
    aws = dbt_user.session
    job = start_training(aws, database, query=QUERY, name=NAME, config=CONFIG, owner=shared_owner)
    last = list(watch_training(aws, job.job_name))[-1]
    assert last.job.status == "Completed", last.job.failure_reason
    return describe_training(aws, job.job_name)


@pytest.fixture(scope="session")
def deployed(dbt_user: User, trained: TrainingJob, shared_owner: Owner) -> Deployment:
    """An endpoint that was deployed under the generated policies."""
    aws = dbt_user.session
    deployment = deploy_endpoint(aws, trained, name=NAME, config=EndpointConfig(), owner=shared_owner)
    return list(watch_endpoint(aws, deployment.endpoint_name))[-1]


@pytest.fixture(scope="session")
def somebody_elses(admin: AwsSession, sandbox: SandboxState, trained: TrainingJob) -> Iterator[str]:
    """An endpoint in the same account that no policy of this project has to do with."""
    settings = replace(admin.settings, name_prefix="other")
    aws = keyed_session(settings, sandbox.aws_access_key_id, sandbox.aws_secret_access_key)
    owner = Owner("somebody_else", "test", "model.other.risk")
    endpoint = deploy_endpoint(aws, trained, name=NAME, config=EndpointConfig(), owner=owner)
    yield endpoint.endpoint_name
    delete_endpoint(aws, endpoint.endpoint_name, owner)
