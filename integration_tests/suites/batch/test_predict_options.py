"""What predict() can be asked for, and what it sends again. The tests follow one another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyexasol
import pytest
from lifecycle.conftest import ROWS, Project, Run, applications, new_project, template  # noqa: F401

from exasol_sandbox.state import SandboxState

HELD_OUT = ROWS // 5
CALL = (
    "{{{{ config(materialized='{kind}', unique_key='sk_id_curr') }}}}\n"
    "{{{{ exasol_sagemaker.predict(ref('credit_risk_predict'), ref('asked'), key='sk_id_curr'{options}) }}}}"
)
ASKED = "{{ config(materialized='table') }} select * from {{ ref('stg_applications') }} where is_held_out"


@pytest.fixture(scope="module")
def database(sandbox: SandboxState) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(
        dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password, fetch_dict=True, lower_ident=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Project:  # noqa: F811
    made = new_project(max_candidates=1, predict_parallelism=None)
    made.write_model("asked", ASKED)
    made.write_model("plain", CALL.format(kind="table", options=""))
    made.write_model("strict", CALL.format(kind="table", options=", threshold=0.2, parallelism=1"))
    made.write_model("all_labels", CALL.format(kind="table", options=", probabilities=true"))
    made.write_model("followed", CALL.format(kind="incremental", options=""))
    return made


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    run = project.dbt("run", "--select", "+plain", "strict", "all_labels", "followed")
    assert run.ok, run.output
    return run


def rows(database: pyexasol.ExaConnection, project: Project, table: str) -> dict[Any, dict[str, Any]]:
    found = database.execute(f"select * from {project.schema}.{table}").fetchall()
    return {row["sk_id_curr"]: row for row in found}


def test_a_threshold_decides_between_two_labels(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    plain, strict = rows(database, project, "plain"), rows(database, project, "strict")
    assert list(next(iter(strict.values()))) == ["sk_id_curr", "prediction", "probability", "job_name"]
    assert len(strict) == HELD_OUT
    assert {key: row["probability"] for key, row in strict.items()} == {
        key: row["probability"] for key, row in plain.items()
    }
    assert {key: row["prediction"] for key, row in strict.items()} == {
        key: int(row["probability"] >= 0.2) for key, row in plain.items()
    }
    assert {row["prediction"] for row in strict.values()} == {0, 1}


def test_all_labels_have_a_probability(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    for row in rows(database, project, "all_labels").values():
        listed = json.loads(row["probabilities"])
        assert list(listed) == ["0", "1"]
        assert listed["1"] == row["probability"]


def test_the_call_style_of_the_extension_keeps_working(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    (endpoint,) = database.execute(
        f"select input_columns from {project.schema}.credit_risk_endpoint"
    ).fetchall()
    names = [column["name"] for column in json.loads(endpoint["input_columns"])]
    found = database.execute(
        f"select {project.schema}.credit_risk_predict({', '.join(names)}) from {project.schema}.asked "
        "group by iproc(), mod(rownum, 4)"
    )
    assert found.columns().keys() >= {"prediction", "probability"}
    scores = sorted(row["probability"] for row in found)
    assert scores == sorted(row["probability"] for row in rows(database, project, "plain").values())


def test_parallelism_comes_from_nodes_and_instances(built: Run, project: Project) -> None:
    compiled = (project.folder / "target" / "compiled" / project.schema.lower() / "models" / "extra").joinpath
    nodes = 1
    assert f"mod(rownum, {4 // nodes})" in compiled("plain.sql").read_text()
    assert "mod(rownum, 1)" in compiled("strict.sql").read_text()


def test_only_new_and_changed_rows_are_sent(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    before = rows(database, project, "followed")
    new, changed, *rest = sorted(before)
    table = f"{project.schema}.followed"
    database.execute(f"update {table} set probability = 2")
    database.execute(f"delete from {table} where sk_id_curr = {new}")
    database.execute(
        f"update {project.schema}.asked set amt_credit = amt_credit + 1000 where sk_id_curr = {changed}"
    )

    again = project.dbt("run", "--select", "followed")

    assert again.ok, again.output
    after = rows(database, project, "followed")
    assert set(after) == set(before)
    assert after[new]["probability"] == before[new]["probability"]
    assert after[changed]["probability"] <= 1
    assert after[changed]["input_hash"] != before[changed]["input_hash"]
    assert {after[key]["probability"] for key in rest} == {2}


def test_another_model_predicts_all_rows_again(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    before = rows(database, project, "followed")
    deployed = project.dbt(
        "run",
        "--full-refresh",
        "--select",
        "credit_risk_autopilot",
        "credit_risk_endpoint",
        "credit_risk_predict",
    )
    assert deployed.ok, deployed.output

    again = project.dbt("run", "--select", "followed")

    assert again.ok, again.output
    after = rows(database, project, "followed")
    assert set(after) == set(before)
    assert not {row["job_name"] for row in after.values()} & {row["job_name"] for row in before.values()}
    assert all(row["probability"] <= 1 for row in after.values())


def test_explanations_of_an_endpoint_without_an_explainer_are_refused(built: Run, project: Project) -> None:
    project.write_model("why", CALL.format(kind="table", options=", explain=true"))
    compiled = project.dbt("compile", "--select", "why")
    project.remove_models("why")
    assert not compiled.ok
    assert "explains nothing. Set explainer=true in the config of its sagemaker_endpoint" in " ".join(
        compiled.output.split()
    )


def test_a_threshold_that_cannot_be_is_refused(built: Run, project: Project) -> None:
    project.write_model("wild", CALL.format(kind="table", options=", threshold=20"))
    compiled = project.dbt("compile", "--select", "wild")
    assert not compiled.ok
    assert "threshold has to be a number from 0 to 1" in compiled.output
