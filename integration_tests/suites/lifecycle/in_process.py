"""A project that is planned and run in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from dbt.cli.main import dbtRunner

from exasol_sagemaker.cli.main import cli

from .conftest import Project


@dataclass
class InProcess:
    """A project that is planned and run in this process, whose environment is the project's."""

    project: Project

    def plan(self, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
        """The planned steps by name of the node."""
        variables = json.dumps(self.project.variables)
        result = CliRunner().invoke(cli, ["plan", "--json", "--vars", variables, *arguments])
        assert result.exit_code == code, result.output
        steps = json.loads(result.stdout)
        return {step["node"].rpartition(".")[2]: step for step in steps}

    def run(self, *names: str) -> dict[str, str]:
        """Run models, and give what dbt says of each."""
        variables = json.dumps(self.project.variables)
        ran = dbtRunner().invoke(["--quiet", "run", "--vars", variables, "--select", *names])
        assert ran.success, ran.result or ran.exception
        return {one.node.name: str(one.message) for one in ran.result.results}


@contextmanager
def in_process(project: Project) -> Iterator[InProcess]:
    """A project in this process, whose environment and folder are the project's meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in project.environment.items():
            patch.setenv(name, value)
        patch.setenv("DBT_PROFILES_DIR", str(project.folder))
        patch.chdir(project.folder)
        yield InProcess(project)
