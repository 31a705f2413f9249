"""`exasol-sagemaker plan`: what a run would do, and what it then does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from exasol_sagemaker.cli.main import cli

from .conftest import ROWS, Project
from .in_process import InProcess, in_process

MODEL, ENDPOINT = "credit_risk_autopilot", "credit_risk_endpoint"
MISSPELT = """{{ config(materialized='autopilot_model', target_column='target', retrain='nevr') }}
select * from {{ ref('credit_risk_training') }}"""

BATCH = """{{ config(materialized='batch_prediction', instance_type='ml.m5.large') }}
{{ exasol_sagemaker.batch_predict(
    model=ref('credit_risk_autopilot'), input=ref('stg_applications'), key='%s', where='is_held_out'%s
) }}"""


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


def test_a_plan_says_when_batch_predictions_are_made_anew(planned: InProcess) -> None:
    project = planned.project
    planned.run(f"+{MODEL}")
    project.write_model("scored", BATCH % ("sk_id_curr", ""))
    at_first = planned.plan("--select", "scored")["scored"]
    planned.run("scored")
    built = planned.plan("--select", "scored")["scored"]
    refreshed = planned.plan("--select", "scored", "--full-refresh")["scored"]
    other = InProcess(replace(project, variables={**project.variables, "max_candidates": 3}))
    retrained = other.plan("--select", f"{MODEL} scored")["scored"]
    project.write_model("scored", BATCH % ("sk_id_curr", ", threshold=0.3"))
    changed = planned.plan("--select", "scored")["scored"]
    project.write_model("scored", BATCH % ("name_housing_type", ""))
    failing = planned.plan("--select", "scored", code=1)["scored"]
    project.remove_models("scored")

    assert built["kind"] == "batch prediction"
    assert (at_first["action"], built["action"], refreshed["action"]) == ("start", "keep", "start")
    assert at_first["reason"] == f"not there yet; {built['reason']}"
    assert built["reason"].startswith(f"{ROWS // 5} rows, by job ")
    assert refreshed["reason"] == f"full refresh; {built['reason']}"
    assert (retrained["action"], retrained["reason"]) == ("start", "the new job, once it is completed")
    assert changed["reason"] == f"rows, columns or model have changed; {built['reason']}"
    assert failing["action"] == "fail"
    assert "name_housing_type" in failing["reason"].lower()


def test_what_predictions_read_may_come_from_a_seed(planned: InProcess) -> None:
    project = planned.project
    planned.run(f"+{MODEL}")
    seed = project.folder / "seeds" / "wanted.csv"
    seed.parent.mkdir(exist_ok=True)
    seed.write_text("id\n1\n")
    project.write_model("scored", "-- depends_on: {{ ref('wanted') }}\n" + BATCH % ("sk_id_curr", ""))
    scored = planned.plan("--select", "scored")["scored"]
    project.remove_models("scored")
    seed.unlink()

    assert (scored["action"], scored["reason"]) == ("start", "not built yet: wanted")


def test_a_plan_says_that_predictions_would_find_no_job(new_project: Callable[..., Project]) -> None:
    made = new_project()
    made.write_model("scored", BATCH % ("sk_id_curr", ""))
    with in_process(made) as project:
        project.run("stg_applications")
        alone = project.plan("--select", "scored", code=1)["scored"]
        together = project.plan("--select", f"{MODEL} scored")["scored"]

    assert alone["action"] == "fail"
    assert MODEL in alone["reason"]
    assert together["action"] == "start"


def test_without_a_plan_there_is_what_dbt_says(planned: InProcess) -> None:
    planned.project.write_model("broken", "select * from {{ ref('nowhere') }}")
    result = CliRunner().invoke(cli, ["plan", "--json"])
    planned.project.remove_models("broken")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "nowhere" in result.stderr


def test_a_plan_is_all_that_is_printed(planned: InProcess) -> None:
    result = CliRunner().invoke(cli, ["plan", "--select", MODEL])

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line.split()[1] for line in lines if line.startswith(("start", "keep"))] == [MODEL]
    assert len([line for line in lines if line]) == 2
    assert result.stderr == ""


def test_predictions_that_pin_a_job_are_not_planned_for_the_next(planned: InProcess) -> None:
    project = planned.project
    earlier = InProcess(replace(project, variables={**project.variables, "max_candidates": 2}))
    pinned = earlier.run(f"+{MODEL}")[MODEL].split(" job ")[1].split(",")[0]
    planned.run(MODEL)
    project.write_model("scored", BATCH % ("sk_id_curr", f", job='{pinned}'"))
    other = InProcess(replace(project, variables={**project.variables, "max_candidates": 3}))
    steps = other.plan("--select", f"{MODEL} scored")
    project.remove_models("scored")

    assert steps[MODEL]["action"] == "start"
    assert f"job {pinned}" in steps["scored"]["reason"]
