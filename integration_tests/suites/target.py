"""Where a project is built by the life-cycle tests: a database, and an AWS account."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from exasol_sagemaker import AwsSession, SageMakerSettings
from exasol_sandbox.database.database import Database
from exasol_sandbox.database.server import ExasolServer
from exasol_sandbox.database.tls import ensure_certificate
from exasol_sandbox.state import SandboxState

# What an account is asked for: two candidates within an hour, and an endpoint that costs nothing at rest.
_BUDGET = {
    "max_candidates": 2,
    "max_runtime_seconds": 3600,
    "serverless": {"memory_mb": 6144, "max_concurrency": 2},
}
_LONGEST_COMMAND = 3 * 3600
_USER = "sys"


@dataclass(frozen=True)
class Target:
    """A database, an AWS account, and what a project asks of them.

    Attributes:
        environment: What dbt needs, under the names of docs/getting-started.md.
        variables: dbt variables that fit the account: how long a job may take, and what serves its model.
        seconds: How long a dbt command may take.
        is_sandbox: Whether AWS is that of the sandbox of the tests.
    """

    environment: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, Any]
    seconds: float
    is_sandbox: bool

    @property
    def database(self) -> dict[str, str]:
        """Arguments of pyexasol.connect."""
        names = {"dsn": "EXASOL_DSN", "user": "EXASOL_USER", "password": "EXASOL_PASSWORD"}
        return {name: self.environment[variable] for name, variable in names.items()}

    @property
    def s3_uri(self) -> str:
        """Prefix that is the tests' own, without a slash at its end."""
        return self.environment["SAGEMAKER_S3_URI"].rstrip("/")

    @property
    def session(self) -> AwsSession:
        """A session of the hook module on this account."""
        settings = SageMakerSettings(
            s3_uri=self.s3_uri,
            region=self.environment["AWS_REGION"],
            endpoint_url=self.environment.get("AWS_ENDPOINT_URL"),
        )
        return AwsSession(settings, self._boto3_session)

    @property
    def secrets(self) -> list[str]:
        """What may not be found in anything that dbt writes."""
        return [self.environment["EXASOL_PASSWORD"], self.session.credentials().secret_key]

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client of the account."""
        return self._boto3_session.client(
            service, endpoint_url=self.environment.get("AWS_ENDPOINT_URL"), **options
        )

    @property
    def _boto3_session(self) -> boto3.session.Session:
        return boto3.session.Session(
            aws_access_key_id=self.environment.get("AWS_ACCESS_KEY_ID"),
            aws_secret_access_key=self.environment.get("AWS_SECRET_ACCESS_KEY"),
            aws_session_token=self.environment.get("AWS_SESSION_TOKEN"),
            profile_name=self.environment.get("AWS_PROFILE"),
            region_name=self.environment["AWS_REGION"],
        )


def sandbox_target(state: SandboxState) -> Target:
    """The sandbox of the tests: two candidates a job."""
    return Target(
        state.environment(), {"max_candidates": 2, "max_runtime_seconds": 600}, 600, is_sandbox=True
    )


@contextmanager
def account_target(folder: Path) -> Iterator[Target]:
    """The account that boto3's own chain finds, with the role and the bucket that the environment names.

    The database is the one that the environment names, or else the sandbox's, without the sandbox's AWS: its
    scripts and its EXPORT reach the account.

    Args:
        folder: For the certificate of the sandbox's database.

    Raises:
        KeyError: SAGEMAKER_ROLE_ARN or SAGEMAKER_S3_URI is not set.
    """
    found = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "EXASOL_"))}
    found |= {name: os.environ[name] for name in ("SAGEMAKER_ROLE_ARN", "SAGEMAKER_S3_URI")}
    region = boto3.session.Session().region_name
    if not region:
        raise KeyError("AWS_REGION")
    found |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    if found.get("EXASOL_DSN"):
        yield Target(found, _BUDGET, _LONGEST_COMMAND, is_sandbox=False)
        return
    with _database(folder, found.get("AWS_ENDPOINT_URL")) as database:
        yield Target(found | database, _BUDGET, _LONGEST_COMMAND, is_sandbox=False)


@contextmanager
def _database(folder: Path, aws: str | None) -> Iterator[dict[str, str]]:
    """The sandbox's Exasol alone, in this process; what its clients need."""
    password = secrets.token_urlsafe(12)
    certificate = ensure_certificate(folder)
    database = Database(None, 1, aws, password=password)
    server = ExasolServer(database, certificate, "127.0.0.1", 0)
    server.start()
    try:
        yield {
            "EXASOL_DSN": f"127.0.0.1/{certificate.fingerprint}:{server.port}",
            "EXASOL_USER": _USER,
            "EXASOL_PASSWORD": password,
            "WEBSOCKET_CLIENT_CA_BUNDLE": str(certificate.certificate_file.resolve()),
        }
    finally:
        server.stop()
        database.close()
