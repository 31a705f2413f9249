"""A small dbt project with scripts, run inside this process, and all statements that it sends."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
from dbt.cli.main import dbtRunner

from exasol_sandbox.state import SandboxState

REPOSITORY = Path(__file__).parents[3]
PROJECT = """\
name: {name}
version: 0.1.0
profile: exasol_sagemaker
flags: {{send_anonymous_usage_stats: false}}
"""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_READS = ("SELECT", "WITH", "COMMIT", "ROLLBACK", "ALTER SESSION")


@dataclass
class Run:
    """What a dbt command did.

    Attributes:
        status: Of each node, by its name.
        message: Of each node, by its name.
        statements: All SQL that went to the database.
        error: What dbt says when it does not come to run anything.
    """

    ok: bool
    status: dict[str, str]
    message: dict[str, str]
    statements: list[str]
    error: str

    @property
    def changes(self) -> list[str]:
        """The statements that change something, without comments."""
        bare = [_COMMENT.sub("", statement).strip() for statement in self.statements]
        return [text for text in bare if not text.upper().startswith(_READS)]


@dataclass
class Project:
    """A dbt project on disk.

    Attributes:
        schema: Its schema, as Exasol stores it.
        sent: What the spy on pyexasol has seen.
    """

    folder: Path
    schema: str
    sent: list[str] = field(repr=False)

    def write(self, name: str, text: str) -> None:
        """Add or replace a model, or another file of the models' folder."""
        (self.folder / "models" / (name if "." in name else f"{name}.sql")).write_text(text)

    def remove(self, *names: str) -> None:
        for name in names:
            (self.folder / "models" / f"{name}.sql").unlink()

    def settings(self, text: str) -> None:
        """More lines for dbt_project.yml."""
        (self.folder / "dbt_project.yml").write_text(PROJECT.format(name=self.schema.lower()) + text)

    def dbt(self, *arguments: str) -> Run:
        """Run a dbt command on this project's own nodes."""
        self.sent.clear()
        folder = str(self.folder)
        selection = [] if "--select" in arguments else ["--select", f"package:{self.schema.lower()}"]
        done = dbtRunner().invoke(
            [
                *("--quiet", *arguments, *selection),
                *("--project-dir", folder, "--profiles-dir", folder, "--target-path", f"{folder}/target"),
            ]
        )
        results = getattr(done.result, "results", None) or []
        named = [(result.node.name, result) for result in results if hasattr(result, "node")]
        return Run(
            done.success,
            {name: str(result.status) for name, result in named},
            {name: str(result.message) for name, result in named},
            list(self.sent),
            str(done.exception or ""),
        )

    def artifact(self, name: str) -> dict[str, Any]:
        """One of dbt's files: manifest, catalog."""
        content: dict[str, Any] = json.loads((self.folder / "target" / f"{name}.json").read_text())
        return content


@pytest.fixture(scope="module")
def sent() -> Iterator[list[str]]:
    """All SQL that this process sends to Exasol."""
    seen: list[str] = []
    original = pyexasol.ExaConnection.req

    def req(self: Any, request: dict[str, Any]) -> Any:
        if "sqlText" in request:
            seen.append(request["sqlText"])
        return original(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyexasol.ExaConnection, "req", req)
        yield seen


@pytest.fixture(scope="module")
def new_project(
    sandbox: SandboxState, sent: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Project]]:
    """Makes projects, each with a schema of its own."""

    def make() -> Project:
        schema = f"SCRIPTS_{uuid4().hex[:8]}".upper()
        folder = tmp_path_factory.mktemp("scripts")
        (folder / "models").mkdir()
        (folder / "dbt_packages").mkdir()
        (folder / "dbt_packages" / "exasol_sagemaker").symlink_to(REPOSITORY)
        (folder / "packages.yml").write_text(f"packages:\n  - local: {REPOSITORY}\n")
        profiles = (REPOSITORY / "integration_tests" / "profiles.yml").read_text()
        (folder / "profiles.yml").write_text(profiles.replace("'credit_risk'", f"'{schema.lower()}'"))
        project = Project(folder, schema, sent)
        project.settings("")
        return project

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "DBT_", "EXASOL_"))]:
            patch.delenv(name)
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        yield make


@pytest.fixture(scope="module")
def project(new_project: Callable[[], Project]) -> Project:
    """A project of the module's own."""
    return new_project()


@pytest.fixture(scope="module")
def database(sandbox: SandboxState) -> Iterator[pyexasol.ExaConnection]:
    """A connection for looking at what dbt made."""
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        yield connection
