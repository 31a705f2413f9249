"""`exasol-sagemaker plan`: what a run would do, and what it then does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from .conftest import Project
from .in_process import InProcess, in_process

MODEL, ENDPOINT = "credit_risk_autopilot", "credit_risk_endpoint"
MISSPELT = """{{ config(materialized='autopilot_model', target_column='target', retrain='nevr') }}
select * from {{ ref('credit_risk_training') }}"""


@pytest.fixture(scope="module")
def planned(new_project: Callable[..., Project]) -> Iterator[InProcess]:
    with in_process(new_project(max_candidates=1)) as project:
        yield project


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
