"""Batch predictions on the sandbox: a session, applications, and trained models of each problem type."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
from hooks.conftest import applications, keyed_session

from exasol_sagemaker import (
    AwsSession,
    BatchConfig,
    BatchPlan,
    LoadedPredictions,
    Owner,
    SageMakerSettings,
    TrainingConfig,
    TrainingJob,
    create_connection,
    describe_training,
    load_predictions,
    plan_batch,
    start_training,
    start_transforms,
    watch_training,
    watch_transforms,
)
from exasol_sandbox.state import SandboxState

CONNECTION = "BATCH_AWS"
SCHEMA = "BATCH"
ROWS = 1_200
TRAINING = "SELECT * FROM BATCH.APPLICATIONS WHERE MOD(ID, 3) <> 0"
INPUT = "SELECT * FROM BATCH.APPLICATIONS WHERE MOD(ID, 3) = 0"
Predict = Callable[..., tuple[BatchPlan, LoadedPredictions]]


@pytest.fixture(scope="session")
def session(sandbox: SandboxState) -> AwsSession:
    environment = sandbox.environment()
    settings = SageMakerSettings(
        s3_uri=environment["SAGEMAKER_S3_URI"].rstrip("/") + "/batch",
        role_arn=environment["SAGEMAKER_ROLE_ARN"],
        region=sandbox.aws_region,
        endpoint_url=sandbox.aws_endpoint_url,
        connection=CONNECTION,
    )
    return keyed_session(settings, sandbox.aws_access_key_id, sandbox.aws_secret_access_key)


@pytest.fixture(scope="session")
def database(sandbox: SandboxState, session: AwsSession) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(
            "CREATE TABLE BATCH.APPLICATIONS (ID DECIMAL(18,0), TARGET DECIMAL(1,0), GENDER CHAR(5), "
            "INCOME DECIMAL(18,2), CHILDREN DECIMAL(9,0), JOB VARCHAR(64), OWNS BOOLEAN, BORN DATE, "
            "SEEN TIMESTAMP, SCORE DOUBLE)"
        )
        rows = (
            [value.replace("\n", " ") if isinstance(value, str) else value for value in row]
            for row in applications(ROWS)
        )
        connection.import_from_iterable(rows, ("BATCH", "APPLICATIONS"))
        create_connection(session, connection, CONNECTION)
        yield connection


@pytest.fixture
def owner() -> Owner:
    """Nobody has made anything in this one's name yet."""
    return Owner(project=f"project {uuid4().hex[:8]}", target="test", node="model.batch.risk_predictions")


@pytest.fixture(scope="session")
def train(session: AwsSession, database: pyexasol.ExaConnection) -> Callable[..., TrainingJob]:
    def train(name: str, query: str, problem_type: str) -> TrainingJob:
        config = TrainingConfig(target_column="target", problem_type=problem_type, max_candidates=1)
        owner = Owner("batch", "shared", f"model.batch.{name}")
        job = start_training(session, database, query=query, name=name, config=config, owner=owner)
        last = list(watch_training(session, job.job_name))[-1]
        assert last.job.status == "Completed", last.job.failure_reason
        return describe_training(session, job.job_name)

    return train


@pytest.fixture(scope="session")
def trained(train: Callable[..., TrainingJob]) -> TrainingJob:
    """A completed job of two labels, on all columns and the key."""
    return train("risk", TRAINING, "BinaryClassification")


@pytest.fixture
def plan(
    session: AwsSession, database: pyexasol.ExaConnection, trained: TrainingJob, owner: Owner
) -> Callable[..., BatchPlan]:
    """Plans a batch prediction of INPUT by `trained`, unless told otherwise."""

    def plan(query: str = INPUT, keys: tuple[str, ...] = ("ID",), **options: Any) -> BatchPlan:
        job = options.pop("job", trained)
        columns = options.pop("columns", ())
        results = {name: options.pop(name) for name in ("threshold", "probabilities") if name in options}
        return plan_batch(
            session,
            database,
            job,
            query=query,
            keys=keys,
            columns=columns,
            name="risk_predictions",
            config=BatchConfig(**options),
            owner=owner,
            **results,
        )

    return plan


@pytest.fixture
def transform(session: AwsSession, database: pyexasol.ExaConnection) -> Callable[..., BatchPlan]:
    """Carries a plan out, up to the end of its transform jobs."""

    def transform(plan: BatchPlan, aws: AwsSession = session, **options: Any) -> BatchPlan:
        while not plan.ended:
            plan = start_transforms(aws, database, plan, **options)
            if plan.running:
                plan = list(watch_transforms(aws, plan, sleep=quick))[-1]
        return plan

    return transform


@pytest.fixture
def predict(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    plan: Callable[..., BatchPlan],
    transform: Callable[..., BatchPlan],
) -> Predict:
    """Plans, transforms and loads."""

    def predict(
        *arguments: Any, transport: str = "auto", **options: Any
    ) -> tuple[BatchPlan, LoadedPredictions]:
        aws = session if transport == "auto" else with_transport(session, transport)
        done = transform(plan(*arguments, **options), aws=aws)
        return done, load_predictions(
            aws, database, done, schema=SCHEMA, staging=f"STAGING_{uuid4().hex[:8]}"
        )

    return predict


def with_transport(session: AwsSession, transport: str) -> AwsSession:
    """The same session, told how data are to travel."""
    settings = replace(session.settings, transport=transport)
    credentials = session.credentials()
    return keyed_session(settings, str(credentials.access_key), str(credentials.secret_key))


def quick(_seconds: float) -> None:
    """Sleeps less than polling would: the sandbox's jobs take a moment only."""
    time.sleep(0.2)
