"""The hook module on the sandbox: a session, a database with applications, and a trained model."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

import boto3
import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    Owner,
    SageMakerSettings,
    TrainingConfig,
    TrainingJob,
    create_connection,
    describe_training,
    start_training,
    watch_training,
)
from exasol_sandbox.state import SandboxState

CONNECTION = "HOOKS_AWS"
QUERY = "SELECT * FROM HOOKS.APPLICATIONS WHERE MOD(ID, 5) <> 0"
CONFIG = TrainingConfig(
    target_column="target", problem_type="BinaryClassification", objective="AUC", max_candidates=2
)
JOBS = ('Büro, "Chef"', "Bau", "two\nlines", None)


@dataclass(frozen=True)
class Place:
    """Where a test works: the sandbox's settings, and keys to it."""

    settings: SageMakerSettings
    key_id: str
    secret: str


@pytest.fixture(scope="session")
def place(sandbox: SandboxState) -> Place:
    environment = sandbox.environment()
    settings = SageMakerSettings(
        s3_uri=environment["SAGEMAKER_S3_URI"],
        role_arn=environment["SAGEMAKER_ROLE_ARN"],
        region=sandbox.aws_region,
        endpoint_url=sandbox.aws_endpoint_url,
        connection=CONNECTION,
    )
    return Place(settings, sandbox.aws_access_key_id, sandbox.aws_secret_access_key)


def keyed_session(settings: SageMakerSettings, key_id: str, secret: str) -> AwsSession:
    """A session with these keys, so that no test depends on this process's environment."""
    source = boto3.session.Session(
        aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=settings.region
    )
    return AwsSession(settings, source)


@pytest.fixture(scope="session")
def session(place: Place) -> AwsSession:
    return keyed_session(place.settings, place.key_id, place.secret)


@pytest.fixture(scope="session")
def database(sandbox: SandboxState, session: AwsSession) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute("CREATE SCHEMA HOOKS")
        connection.execute(
            "CREATE TABLE HOOKS.APPLICATIONS (ID DECIMAL(18,0), TARGET DECIMAL(1,0), GENDER CHAR(5), "
            "INCOME DECIMAL(18,2), CHILDREN DECIMAL(9,0), JOB VARCHAR(64), OWNS BOOLEAN, BORN DATE, "
            "SEEN TIMESTAMP, SCORE DOUBLE)"
        )
        connection.import_from_iterable(applications(1_500), ("HOOKS", "APPLICATIONS"))
        create_connection(session, connection, CONNECTION)
        yield connection


def applications(count: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(1)
    for number in range(count):
        income = round(chance.lognormvariate(10, 0.5), 2)
        score = chance.random()
        bad = score + (0.3 if income > 22_000 else 0) + chance.gauss(0, 0.15) > 0.7
        yield (
            number,
            int(bad),
            chance.choice("MF"),
            income,
            chance.choice([0, 1, 2, None]),
            chance.choice(JOBS),
            chance.choice([True, False, None]),
            f"19{chance.randint(50, 99)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
            f"2024-01-02 03:04:05.{chance.randint(100, 999)}000",
            score,
        )


@pytest.fixture
def owner() -> Owner:
    """Nobody has made anything in this one's name yet."""
    return Owner(project=f"project {uuid4().hex[:8]}", target="test", node="model.hooks.risk")


@pytest.fixture(scope="session")
def trained_by() -> Owner:
    return Owner(project="hooks", target="shared", node="model.hooks.risk")


@pytest.fixture(scope="session")
def trained(session: AwsSession, database: pyexasol.ExaConnection, trained_by: Owner) -> TrainingJob:
    """A completed job; tests look at it and deploy it, and leave it as it is."""
    job = start_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=trained_by)
    last = list(watch_training(session, job.job_name))[-1]
    assert last.job.status == "Completed", last.job.failure_reason
    return replace(describe_training(session, job.job_name), started=job.started, notes=job.notes)
