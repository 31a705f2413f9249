"""A copy of the integration project on the sandbox, with applications to work on."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
from dbt_process import run_dbt
from target import Target

from exasol_sagemaker import s3, teardown
from exasol_sagemaker.demo.credit import COLUMN_TYPES, credit_applications

PROJECT = Path(__file__).parents[2]
REPOSITORY = PROJECT.parent
ROWS = 1200


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
    seconds: float = 300

    def dbt(self, *arguments: str, **environment: str) -> Run:
        """Run a dbt command in a process of its own."""
        results = self.folder / "target" / "run_results.json"
        results.unlink(missing_ok=True)
        done = run_dbt(
            *("--no-use-colors", *arguments, "--vars", json.dumps(self.variables)),
            cwd=self.folder,
            env={**self.environment, "DBT_PROFILES_DIR": str(self.folder), **environment},
            timeout=self.seconds,
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
def applications(target: Target) -> Iterator[tuple[str, str]]:
    """Schema and table with generated applications."""
    schema = f"CREDIT_{uuid4().hex[:8].upper()}"
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
    with pyexasol.connect(**target.database) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE TABLE {schema}.APPLICATIONS ({columns})")
        connection.import_from_pandas(credit_applications(ROWS), (schema, "APPLICATIONS"))
    try:
        yield schema, "APPLICATIONS"
    finally:
        with pyexasol.connect(**target.database) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The integration project with its packages installed."""
    folder = tmp_path_factory.mktemp("template") / "project"
    ignored = shutil.ignore_patterns("suites", "target", "logs", "dbt_packages", "package-lock.yml")
    shutil.copytree(PROJECT, folder, ignore=ignored)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
    environment = {**os.environ, "EXASOL_PASSWORD": ""}
    run_dbt("deps", "--profiles-dir", str(folder), cwd=folder, env=environment).check_returncode()
    return folder


@pytest.fixture(scope="session")
def new_project(
    target: Target,
    applications: tuple[str, str],
    template: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Project]]:
    """Makes copies of the integration project, each with schema, bucket prefix and connection of its own.

    What they leave in an account that costs money goes at the end, whatever has happened.
    """
    made: list[Project] = []

    def make(**variables: Any) -> Project:
        folder = tmp_path_factory.mktemp("project") / "project"
        shutil.copytree(template, folder, symlinks=True)
        mark = uuid4().hex[:8]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DBT_"))}
        environment = {
            **kept,
            **target.environment,
            "SAGEMAKER_S3_URI": f"{target.s3_uri}/{mark}",
            "SAGEMAKER_CONNECTION": f"AWS_{mark}",
            "EXASOL_SCHEMA": f"credit_{mark}",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        schema, table = applications
        found = {
            "applications_schema": schema,
            "applications_table": table,
            **target.variables,
            **variables,
        }
        rename(folder, f"credit_{mark}")
        made.append(Project(folder, environment, f"CREDIT_{mark}".upper(), found, target.seconds))
        return made[-1]

    try:
        yield make
    finally:
        if not target.is_sandbox:
            for project in made:
                remove(target, project)


def remove(target: Target, project: Project) -> None:
    """Delete what a project has in AWS and in the database."""
    teardown(target.session, project=project.schema.lower(), target="sandbox")
    s3.delete_prefix(target.session, f"{project.environment['SAGEMAKER_S3_URI']}/")
    with pyexasol.connect(**target.database) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {project.schema} CASCADE")
        connection.execute(f"DROP CONNECTION IF EXISTS {project.environment['SAGEMAKER_CONNECTION']}")


def rename(folder: Path, name: str) -> None:
    """Give the project a name of its own, so that its tags are not those of another test's."""
    path = folder / "dbt_project.yml"
    path.write_text(
        path.read_text().replace("credit_risk:", f"{name}:").replace("name: credit_risk", f"name: {name}")
    )


@pytest.fixture(scope="module")
def database(target: Target) -> Iterator[pyexasol.ExaConnection]:
    """A connection for looking at what dbt made."""
    with pyexasol.connect(**target.database, fetch_dict=True, lower_ident=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def in_aws(aws: Callable[..., Any]) -> Callable[[str], dict[str, list[Any]]]:
    """All that there is in AWS of a project: jobs, endpoints with their state, configurations, models."""
    sagemaker = aws("sagemaker")

    def owned(arn: str, project: str) -> bool:
        tags = sagemaker.list_tags(ResourceArn=arn)["Tags"]
        return {"Key": "exasol-sagemaker:project", "Value": project} in tags

    def listed(operation: str, field: str) -> list[Any]:
        since = datetime.now(timezone.utc) - timedelta(days=1)
        pages = sagemaker.get_paginator(operation).paginate(CreationTimeAfter=since)
        return [item for page in pages for item in page[field]]

    def look(project: str) -> dict[str, list[Any]]:
        jobs = listed("list_auto_ml_jobs", "AutoMLJobSummaries")
        endpoints = listed("list_endpoints", "Endpoints")
        configs = listed("list_endpoint_configs", "EndpointConfigs")
        models = listed("list_models", "Models")
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
