"""A small dbt project with a model, its endpoint and tests on them, run inside this process."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
import yaml
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[3]
ROWS = 600
TRAINING = """
select
    {% if var('target_by_chance', false) %}mod(id, 2){% else %}target{% endif %} as target,
    income,
    score,
    job
from {{ source('loans', 'loans') }}
"""
MODEL = """
{{ config(materialized='autopilot_model', target_column='target', problem_type='BinaryClassification',
          objective='AUC', max_candidates=1, max_runtime_seconds=600) }}
select * from {{ ref('training_rows') }}
"""
ENDPOINT = """
{{ config(materialized='sagemaker_endpoint', serverless=true) }}
select * from {{ ref('risk') }}
"""


@dataclass
class Run:
    """What a dbt command did: status of each node by its name, and all that it said."""

    ok: bool
    status: dict[str, str]
    said: str
    error: str


@dataclass
class Project:
    """A dbt project on disk."""

    folder: Path
    name: str

    @property
    def schema(self) -> str:
        return self.name.upper()

    def write(self, name: str, content: object) -> None:
        """Add or replace a model's SQL, or a properties file from its content."""
        path = self.folder / "models" / (name if "." in name else f"{name}.sql")
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))

    def tests(self, **by_node: list[Any]) -> None:
        """The data tests of each node, instead of those that there were."""
        self.write(
            "_tests.yml",
            {"models": [{"name": node, "data_tests": tests} for node, tests in by_node.items()]},
        )

    def dbt(self, *arguments: str, **variables: Any) -> Run:
        """Run a dbt command."""
        said: list[str] = []

        def hear(event: EventMsg) -> None:
            said.append(event.info.msg)

        done = dbtRunner(callbacks=[hear]).invoke(
            [
                *("--quiet", *arguments, "--vars", json.dumps(variables)),
                *("--project-dir", str(self.folder), "--profiles-dir", str(self.folder)),
            ]
        )
        results = getattr(done.result, "results", None) or []
        named = {result.node.name: str(result.status) for result in results if hasattr(result, "node")}
        messages = [str(result.message) for result in results if hasattr(result, "message")]
        return Run(done.success, named, "\n".join(said + messages), str(done.exception or ""))


def package_test(test: str, name: str | None = None, **arguments: Any) -> dict[str, Any]:
    """A test of the package under a name, by default its own, as a properties file has it."""
    return {"name": name or test, "test_name": f"exasol_sagemaker.{test}", "arguments": arguments}


@pytest.fixture(scope="session")
def loans(sandbox: SandboxState) -> Iterator[str]:
    """Schema with a table of loans whose target is decided by the score."""
    schema = f"LOANS_{uuid4().hex[:8]}".upper()
    chance = random.Random(1)
    rows = []
    for number in range(ROWS):
        score = chance.random()
        bad = int(score + chance.gauss(0, 0.1) > 0.5)
        rows.append(
            (number, bad, round(chance.lognormvariate(10, 0.5), 2), score, chance.choice(["a", "b", "c"]))
        )
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(
            f"CREATE TABLE {schema}.LOANS (ID DECIMAL(18,0), TARGET DECIMAL(1,0), INCOME DECIMAL(18,2), "
            "SCORE DOUBLE, JOB VARCHAR(10))"
        )
        connection.import_from_iterable(rows, (schema, "LOANS"))
        yield schema
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(scope="package")
def new_project(
    sandbox: SandboxState, loans: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Project]]:
    """Makes projects with a schema of their own, and with tags of their own in AWS."""

    def make(**variables: Any) -> Project:
        name = f"registry_{uuid4().hex[:8]}"
        folder = tmp_path_factory.mktemp("registry")
        (folder / "models").mkdir()
        (folder / "dbt_packages").mkdir()
        (folder / "dbt_packages" / "exasol_sagemaker").symlink_to(REPOSITORY)
        (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
        profiles = (REPOSITORY / "integration_tests" / "profiles.yml").read_text()
        (folder / "profiles.yml").write_text(profiles.replace("'credit_risk'", f"'{name}'"))
        settings = {
            "name": name,
            "version": "0.1.0",
            "profile": "exasol_sagemaker",
            "flags": {"send_anonymous_usage_stats": False},
            "vars": {"exasol_sagemaker": variables},
        }
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
        project = Project(folder, name)
        source = {"name": "loans", "schema": loans, "tables": [{"name": "loans"}]}
        project.write("_sources.yml", {"sources": [source]})
        project.write("training_rows", "{{ config(materialized='view') }}" + TRAINING)
        project.write("risk", MODEL)
        project.write("risk_endpoint", ENDPOINT)
        return project

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "DBT_", "EXASOL_"))]:
            patch.delenv(name)
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        yield make


@pytest.fixture(scope="module")
def database(sandbox: SandboxState) -> Iterator[pyexasol.ExaConnection]:
    """A connection for looking at what dbt made."""
    with pyexasol.connect(
        dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password, fetch_dict=True, lower_ident=True
    ) as connection:
        yield connection


@pytest.fixture(scope="package")
def project(new_project: Callable[..., Project]) -> Project:
    """A project with the registry, whose model and endpoint have tests."""
    project = new_project(registry=True, registry_after=["risk_endpoint"])
    project.tests(
        risk=[
            package_test("metric_at_least", metric="auc", value=0.7),
            package_test("better_than", other="last_version"),
            package_test("better_than", "better_than_deployed", other="deployed", by=-0.001),
        ],
        risk_endpoint=[package_test("endpoint_in_service")],
    )
    return project


@pytest.fixture(scope="package")
def built(project: Project) -> Run:
    """The first version, trained, tested and deployed."""
    return project.dbt("build")


@pytest.fixture(scope="package")
def worse(project: Project, built: Run) -> Run:
    """A second version, whose target has nothing to do with its features."""
    assert built.ok, built.said
    return project.dbt("build", target_by_chance=True)


def rows(database: pyexasol.ExaConnection, project: Project, table: str) -> list[dict[str, Any]]:
    """All rows of one of the project's tables."""
    return list(database.execute(f"select * from {project.schema}.{table}"))
