"""A sandbox of its own in which things go wrong, and a life cycle to go through in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pyexasol
import pytest
from hooks.conftest import applications

from exasol_sagemaker import AwsSession, Owner, SageMakerSettings, TrainingConfig, create_connection
from exasol_sandbox.aws.files import write_atomically
from exasol_sandbox.state import SandboxState, read_state

CONNECTION = "FAULTS_AWS"
QUERY = "SELECT * FROM FAULTS.APPLICATIONS WHERE MOD(ID, 5) <> 0"
CONFIG = TrainingConfig(
    target_column="TARGET", problem_type="BinaryClassification", objective="AUC", max_candidates=1
)


class FaultySandbox:
    """A sandbox whose AWS does what a test asks it to."""

    def __init__(self, home: Path, state: SandboxState) -> None:
        self._file = home / "faults.json"
        self.state = state

    def let(self, *rules: dict[str, Any]) -> None:
        """From now on these things go wrong, and no others."""
        write_atomically(self._file, json.dumps({"faults": rules}).encode())

    def session(self) -> AwsSession:
        """A session as a user has it, with its own clients."""
        state = self.state
        settings = SageMakerSettings(
            s3_uri=state.s3_uri,
            role_arn=state.role_arn,
            region=state.aws_region,
            endpoint_url=state.aws_endpoint_url,
            connection=CONNECTION,
        )
        source = boto3.session.Session(
            aws_access_key_id=state.aws_access_key_id,
            aws_secret_access_key=state.aws_secret_access_key,
            region_name=state.aws_region,
        )
        return AwsSession(settings, source)


@pytest.fixture(scope="session")
def own_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultySandbox]:
    home = tmp_path_factory.mktemp("faulty")
    command = [sys.executable, "-m", "exasol_sandbox"]
    ports = ["--exasol-port", "0", "--aws-port", "0"]
    subprocess.run([*command, "up", "--background", "--home", str(home), *ports], check=True)
    try:
        state = read_state(home)
        assert state is not None
        yield FaultySandbox(home, state)
    finally:
        subprocess.run([*command, "down", "--home", str(home)], check=True)


@pytest.fixture
def faulty(own_sandbox: FaultySandbox) -> Iterator[FaultySandbox]:
    """The sandbox; what a test lets go wrong ends with the test."""
    own_sandbox.let()
    yield own_sandbox
    own_sandbox.let()


@pytest.fixture(scope="session")
def database(own_sandbox: FaultySandbox) -> Iterator[pyexasol.ExaConnection]:
    state = own_sandbox.state
    with pyexasol.connect(dsn=state.dsn, user=state.user, password=state.password) as connection:
        connection.execute("CREATE SCHEMA FAULTS")
        connection.execute(
            "CREATE TABLE FAULTS.APPLICATIONS (ID DECIMAL(18,0), TARGET DECIMAL(1,0), GENDER CHAR(5), "
            "INCOME DECIMAL(18,2), CHILDREN DECIMAL(9,0), JOB VARCHAR(64), OWNS BOOLEAN, BORN DATE, "
            "SEEN TIMESTAMP, SCORE DOUBLE)"
        )
        connection.import_from_iterable(applications(1_000), ("FAULTS", "APPLICATIONS"))
        create_connection(own_sandbox.session(), connection, CONNECTION)
        yield connection


@pytest.fixture
def owner() -> Owner:
    return Owner(project=f"project {uuid4().hex[:8]}", target="test", node="model.faults.risk")
