"""A copy of the integration project on the sandbox, with applications to work on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications
from exasol_sandbox.state import SandboxState

PROJECT = Path(__file__).parents[2]
REPOSITORY = PROJECT.parent
ROWS = 1200
DBT = (str(Path(sys.executable).with_name("dbt")),)
QUICK = {"max_candidates": 2, "max_runtime_seconds": 60}


@dataclass
class Run:
    """What a dbt command answered."""

    ok: bool
    output: str
    results: Mapping[str, Mapping[str, Any]]

    def message(self, node: str) -> str:
        """What dbt says of a node, by its name."""
        return str(self.results[node]["message"])

    def status(self, node: str) -> str:
        """`success`, `error`, `skipped`, … of a node, by its name."""
        return str(self.results[node]["status"])


@dataclass
class Project:
    """A dbt project on disk, and the environment to run it in."""

    folder: Path
    environment: dict[str, str]
    schema: str
    variables: dict[str, Any] = field(default_factory=dict)

    def dbt(self, *arguments: str, **environment: str) -> Run:
        """Run a dbt command in a process of its own."""
        results = self.folder / "target" / "run_results.json"
        results.unlink(missing_ok=True)
        done = subprocess.run(
            [*DBT, "--no-use-colors", *arguments, "--vars", json.dumps(self.variables)],
            check=False,
            cwd=self.folder,
            env={**self.environment, "DBT_PROFILES_DIR": str(self.folder), **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )
        found = json.loads(results.read_text())["results"] if results.exists() else []
        return Run(
            done.returncode == 0,
            done.stdout + done.stderr,
            {result["unique_id"].split(".")[2]: result for result in found},
        )

    def write_model(self, name: str, sql: str) -> None:
        """Add or replace a model."""
        path = self.folder / "models" / "extra" / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(sql)

    def remove_models(self, *names: str) -> None:
        """Take models out of the project that write_model put there."""
        for name in names:
            (self.folder / "models" / "extra" / f"{name}.sql").unlink()

    def manifest(self) -> dict[str, Any]:
        """dbt's manifest of the last command."""
        content: dict[str, Any] = json.loads((self.folder / "target" / "manifest.json").read_text())
        return content

    def written(self) -> Iterator[tuple[Path, bytes]]:
        """All that dbt has written: logs, artifacts, compiled and run SQL."""
        for part in ("logs", "target"):
            for path in sorted((self.folder / part).rglob("*")):
                if path.is_file():
                    yield path, path.read_bytes()


@pytest.fixture(scope="session")
def applications(sandbox: SandboxState) -> Iterator[tuple[str, str]]:
    """Schema and table with generated applications."""
    schema = f"CREDIT_{uuid4().hex[:8].upper()}"
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE TABLE {schema}.APPLICATIONS ({columns})")
        connection.import_from_pandas(credit_applications(ROWS), (schema, "APPLICATIONS"))
    yield schema, "APPLICATIONS"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The integration project with its packages installed."""
    folder = tmp_path_factory.mktemp("template") / "project"
    ignored = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "package-lock.yml")
    shutil.copytree(PROJECT, folder, ignore=ignored)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
    subprocess.run(
        [*DBT, "deps", "--profiles-dir", str(folder)],
        check=True,
        cwd=folder,
        env={**os.environ, "EXASOL_PASSWORD": ""},
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="session")
def new_project(
    sandbox: SandboxState,
    applications: tuple[str, str],
    template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Project]:
    """Makes copies of the integration project, each with schema, bucket prefix and connection of its own."""

    def make(**variables: Any) -> Project:
        folder = tmp_path_factory.mktemp("project") / "project"
        shutil.copytree(template, folder, symlinks=True)
        mark = uuid4().hex[:8]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
        environment = {
            **kept,
            **sandbox.environment(),
            "SAGEMAKER_S3_URI": f"s3://{sandbox.environment()['SAGEMAKER_S3_URI'].split('/')[2]}/{mark}",
            "SAGEMAKER_CONNECTION": f"AWS_{mark}",
            "EXASOL_SCHEMA": f"credit_{mark}",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        schema, table = applications
        found = {"applications_schema": schema, "applications_table": table, **QUICK, **variables}
        rename(folder, f"credit_{mark}")
        return Project(folder, environment, f"CREDIT_{mark}".upper(), found)

    return make


def rename(folder: Path, name: str) -> None:
    """Give the project a name of its own, so that its tags are not those of another test's."""
    path = folder / "dbt_project.yml"
    path.write_text(
        path.read_text().replace("credit_risk:", f"{name}:").replace("name: credit_risk", f"name: {name}")
    )


@pytest.fixture(scope="module")
def database(sandbox: SandboxState) -> Iterator[pyexasol.ExaConnection]:
    """A connection for looking at what dbt made."""
    with pyexasol.connect(
        dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password, fetch_dict=True, lower_ident=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def in_aws(aws: Callable[..., Any]) -> Callable[[str], dict[str, list[Any]]]:
    """All that there is in AWS of a project: jobs, endpoints with their state, configurations, models."""
    sagemaker = aws("sagemaker")

    def owned(arn: str, project: str) -> bool:
        tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
        return {"Key": "exasol-sagemaker:project", "Value": project} in tags

    def look(project: str) -> dict[str, list[Any]]:
        jobs = sagemaker.list_auto_ml_jobs(MaxResults=100)["AutoMLJobSummaries"]
        endpoints = sagemaker.list_endpoints(MaxResults=100)["Endpoints"]
        configs = sagemaker.list_endpoint_configs(MaxResults=100)["EndpointConfigs"]
        models = sagemaker.list_models(MaxResults=100)["Models"]
        return {
            "jobs": sorted(j["AutoMLJobName"] for j in jobs if owned(j["AutoMLJobArn"], project)),
            "endpoints": sorted(
                (e["EndpointName"], str(e["LastModifiedTime"]), e["EndpointStatus"])
                for e in endpoints
                if owned(e["EndpointArn"], project)
            ),
            "configs": sorted(
                c["EndpointConfigName"] for c in configs if owned(c["EndpointConfigArn"], project)
            ),
            "models": sorted(m["ModelName"] for m in models if owned(m["ModelArn"], project)),
        }

    return look
