"""`exasol-sagemaker plan`: what a run would do, and what it then does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from click.testing import CliRunner
from dbt.cli.main import dbtRunner

from exasol_sagemaker.cli.main import cli

from .conftest import Project

MODEL, ENDPOINT = "credit_risk_autopilot", "credit_risk_endpoint"
MISSPELT = """{{ config(materialized='autopilot_model', target_column='target', retrain='nevr') }}
select * from {{ ref('credit_risk_training') }}"""


@dataclass
class InProcess:
    """A project that is planned and run in this process, whose environment is the project's."""

    project: Project

    def plan(self, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
        """The planned steps by name of the node."""
        variables = json.dumps(self.project.variables)
        result = CliRunner().invoke(cli, ["plan", "--json", "--vars", variables, *arguments])
        assert result.exit_code == code, result.output
        steps = json.loads(result.stdout[result.stdout.index("[") :])
        return {step["node"].rpartition(".")[2]: step for step in steps}

    def run(self, *names: str) -> dict[str, str]:
        """Run models, and give what dbt says of each."""
        variables = json.dumps(self.project.variables)
        ran = dbtRunner().invoke(["--quiet", "run", "--vars", variables, "--select", *names])
        assert ran.success, ran.result or ran.exception
        return {one.node.name: str(one.message) for one in ran.result.results}


@pytest.fixture(scope="module")
def planned(new_project: Callable[..., Project]) -> Iterator[InProcess]:
    project = new_project(max_candidates=1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in project.environment.items():
            patch.setenv(name, value)
        patch.setenv("DBT_PROFILES_DIR", str(project.folder))
        patch.chdir(project.folder)
        yield InProcess(project)


def test_a_plan_says_what_the_run_then_does(
    planned: InProcess, in_aws: Callable[[str], dict[str, list[Any]]]
) -> None:
    project = planned.project
    at_first = planned.plan()
    in_aws_then = in_aws(project.schema.lower())
    planned.run(f"+{ENDPOINT}")
    built = planned.plan()
    other = InProcess(replace(project, variables={**project.variables, "max_candidates": 2}))
    changed = other.plan()
    ran = other.run(MODEL)

    assert (at_first[MODEL]["action"], at_first[ENDPOINT]["action"]) == ("start", "create")
    assert at_first[MODEL]["reason"].startswith("not built yet: ")
    assert not any(in_aws_then.values())
    assert (built[MODEL]["action"], built[ENDPOINT]["action"]) == ("keep", "keep")
    assert built[ENDPOINT]["name"] == at_first[ENDPOINT]["name"]
    assert (changed[MODEL]["action"], changed[ENDPOINT]["action"]) == ("start", "update")
    assert changed[MODEL]["reason"].startswith("changed: configuration (max_candidates); ")
    assert built[MODEL]["name"] in changed[ENDPOINT]["deletes"][0]
    assert ran[MODEL].startswith(f"started job {changed[MODEL]['name']}")


def test_a_plan_says_what_would_fail(planned: InProcess) -> None:
    planned.project.write_model("misspelt", MISSPELT)
    steps = planned.plan("--select", "misspelt", code=1)
    planned.project.remove_models("misspelt")

    assert steps["misspelt"]["action"] == "fail"
    assert "Did you mean never?" in steps["misspelt"]["reason"]
