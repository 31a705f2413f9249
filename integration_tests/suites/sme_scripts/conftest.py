"""A database in this process that tells what statements it saw, with the scripts that dbt keeps in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
import yaml
from dbt_process import run_dbt

from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sandbox.database.database import Database
from exasol_sandbox.database.server import ExasolServer
from exasol_sandbox.database.session import Session
from exasol_sandbox.database.tls import ensure_certificate
from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[3]
ROWS = 700
NODES = 2
PASSWORD = "exasol"

Connect = Callable[..., pyexasol.ExaConnection]


@dataclass
class Witness:
    """An Exasol, and the statements that it saw: those of clients, and those of scripts that it ran."""

    dsn: str
    certificate: str
    statements: list[str] = field(default_factory=list)

    @contextmanager
    def seen(self) -> Iterator[list[str]]:
        """The statements that it sees within the block."""
        found: list[str] = []
        before = len(self.statements)
        yield found
        found += self.statements[before:]


@pytest.fixture(scope="session")
def witness(sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witness]:
    """The sandbox's own server, in this process, with the AWS of the sandbox."""
    certificate = ensure_certificate(tmp_path_factory.mktemp("certificate"))
    database = Database(nodes=NODES, aws=sandbox.aws_endpoint_url, password=PASSWORD)
    server = ExasolServer(database, certificate, port=0)
    server.start()
    witness = Witness(
        f"127.0.0.1/{certificate.fingerprint}:{server.port}", str(certificate.certificate_file.resolve())
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute", "execute_inside"):
            patch.setattr(Session, name, _noting(getattr(Session, name), witness.statements))
        yield witness
    server.stop()
    database.close()


def _noting(execute: Callable[..., Any], statements: list[str]) -> Callable[..., Any]:
    def noting(session: Session, sql: str, *arguments: Any) -> Any:
        statements.append(sql)
        return execute(session, sql, *arguments)

    return noting


@pytest.fixture(scope="module")
def open_connection(witness: Witness) -> Iterator[Connect]:
    """Opens pyexasol connections; takes pyexasol's options."""
    opened: list[pyexasol.ExaConnection] = []

    def connect(**options: Any) -> pyexasol.ExaConnection:
        defaults = {"dsn": witness.dsn, "user": "sys", "password": PASSWORD}
        opened.append(pyexasol.connect(**(defaults | options)))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


@dataclass
class Project:
    """A dbt project that asks for the scripts, and where they are."""

    folder: Path
    environment: dict[str, str]
    schema: str

    def dbt(self, *arguments: str) -> str:
        """Run a dbt command that must succeed; gives what it says."""
        environment = self.environment | {"DBT_PROFILES_DIR": str(self.folder)}
        done = run_dbt("--no-use-colors", *arguments, cwd=self.folder, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def write_project(folder: Path, schema: str, *, scripts: bool) -> None:
    """A project with the package and nothing of its own."""
    variables = {"exasol_sagemaker": {"in_database_scripts": True}} if scripts else {}
    project = {
        "name": schema.lower(),
        "version": "1.0.0",
        "config-version": 2,
        "profile": "credit",
        "vars": variables,
        "models": {"exasol_sagemaker": {"+persist_docs": {"relation": True}}},
    }
    target = {
        "type": "exasol_sagemaker",
        "dsn": "{{ env_var('EXASOL_DSN') }}",
        "user": "sys",
        "password": PASSWORD,
        "dbname": "DB",
        "schema": schema.lower(),
        "threads": 2,
        "sagemaker": {"s3_uri": "{{ env_var('SAGEMAKER_S3_URI') }}"},
    }
    profiles = {"credit": {"target": "workshop", "outputs": {"workshop": target}}}
    packages = {"packages": [{"local": str(REPOSITORY)}]}
    for name, content in (("dbt_project", project), ("profiles", profiles), ("packages", packages)):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content))
    (folder / "models").mkdir()
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages" / "exasol_sagemaker").symlink_to(REPOSITORY)


@pytest.fixture(scope="session")
def environment(witness: Witness, sandbox: SandboxState) -> dict[str, str]:
    """What dbt's process has: where the database and AWS are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
    places = {"EXASOL_DSN": witness.dsn, "WEBSOCKET_CLIENT_CA_BUNDLE": witness.certificate}
    return kept | sandbox.environment() | places | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


@pytest.fixture(scope="session")
def project(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The scripts, built by dbt."""
    folder = tmp_path_factory.mktemp("project")
    schema = f"SME_{uuid4().hex[:8].upper()}"
    write_project(folder, schema, scripts=True)
    project = Project(folder, environment, schema)
    project.dbt("build")
    return project


@pytest.fixture(scope="module")
def exasol(open_connection: Connect, project: Project) -> pyexasol.ExaConnection:
    """A connection with the schema of the scripts open, as an analyst's SQL client has it."""
    return open_connection(schema=project.schema)


@pytest.fixture(scope="session")
def credit(witness: Witness) -> str:
    """The workshop's table CREDIT.TRAIN; gives its name."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
    with pyexasol.connect(dsn=witness.dsn, user="sys", password=PASSWORD) as connection:
        connection.execute("CREATE SCHEMA CREDIT")
        connection.execute(f"CREATE TABLE CREDIT.TRAIN ({columns}, DISTRIBUTE BY SK_ID_CURR)")
        connection.import_from_pandas(credit_applications(ROWS), ("CREDIT", "TRAIN"))
    return "CREDIT.TRAIN"


@pytest.fixture(scope="session")
def connection_name(witness: Witness, sandbox: SandboxState) -> str:
    """The CONNECTION of the extension's user guide."""
    with pyexasol.connect(dsn=witness.dsn, user="sys", password=PASSWORD) as connection:
        connection.execute(
            f"""CREATE OR REPLACE CONNECTION SAGEMAKER_CREDENTIALS
                TO 'https://{sandbox.bucket}.s3.{sandbox.aws_region}.amazonaws.com'
                USER '{sandbox.aws_access_key_id}'
                IDENTIFIED BY '{sandbox.aws_secret_access_key}'"""
        )
    return "SAGEMAKER_CREDENTIALS"


@contextmanager
def analyst_of(
    exasol: pyexasol.ExaConnection, open_connection: Connect, project: Project
) -> Iterator[pyexasol.ExaConnection]:
    """A connection of a user with the rights to train that the documentation names, but for the data."""
    user, schema = f"ANALYST_{uuid4().hex[:8].upper()}", project.schema
    exasol.execute(f'CREATE USER {user} IDENTIFIED BY "pass-word-1"')
    for grant in (
        "CREATE SESSION, EXPORT",
        f"EXECUTE ON SCHEMA {schema}",
        f"SELECT, INSERT ON {schema}.SME_METADATA_AUTOPILOT_JOBS",
        "CONNECTION SAGEMAKER_CREDENTIALS",
        f"ACCESS ON CONNECTION SAGEMAKER_CREDENTIALS FOR SCRIPT {schema}.SME_AUTOPILOT_TRAINING_UDF",
    ):
        exasol.execute(f"GRANT {grant} TO {user}")
    yield open_connection(user=user, password="pass-word-1", schema=schema)
