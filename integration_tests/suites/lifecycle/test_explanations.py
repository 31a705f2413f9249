"""Predictions that say why: an endpoint with an explainer, and predict(explain=true)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

from lifecycle.conftest import Project, Run

EXPLAINED_ROWS = 12
ENDPOINT = """
{{ config(
    materialized='sagemaker_endpoint',
    explainer={'samples': 200, 'seed': 7, 'baseline': {'amt_credit': 250000, 'code_gender': 'F'}}
) }}
select * from {{ ref('credit_risk_autopilot') }}
"""
EXPLAINED = (
    "{{ config(materialized='table') }}"
    "{{ exasol_sagemaker.predict(ref('credit_risk_predict'), ref('asked'), key='sk_id_curr'%s) }}"
)
ASKED = (
    "{{ config(materialized='table') }} select * from {{ ref('stg_applications') }} where is_held_out "
    f"order by sk_id_curr limit {EXPLAINED_ROWS}"
)


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Project:
    made = new_project(max_candidates=1)
    (made.folder / "models" / "training" / "credit_risk_endpoint.sql").write_text(ENDPOINT)
    made.write_model("asked", ASKED)
    made.write_model("explained", EXPLAINED % ", explain=true")
    made.write_model("all_of_it", EXPLAINED % ", explain=true, probabilities=true, threshold=0.3")
    made.write_model("plain", EXPLAINED % "")
    return made


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    run = project.dbt("run", "--select", "+explained", "all_of_it", "plain")
    assert run.ok, run.output
    return run


@pytest.fixture(scope="module")
def deployment(built: Run, project: Project, database: pyexasol.ExaConnection) -> dict[str, Any]:
    (row,) = database.execute(f"select * from {project.schema}.credit_risk_endpoint").fetchall()
    return dict(row)


def baseline_of(aws: Callable[..., Any], deployment: dict[str, Any]) -> bytes:
    described = aws("sagemaker").describe_endpoint(EndpointName=deployment["endpoint_name"])
    shap = described["ExplainerConfig"]["ClarifyExplainerConfig"]["ShapConfig"]
    assert (shap["NumberOfSamples"], shap["Seed"]) == (200, 7)
    bucket, _, key = shap["ShapBaselineConfig"]["ShapBaselineUri"].removeprefix("s3://").partition("/")
    return bytes(aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def test_a_row_says_what_each_training_column_adds_to_its_probability(
    project: Project,
    database: pyexasol.ExaConnection,
    deployment: dict[str, Any],
    aws: Callable[..., Any],
) -> None:
    answer = aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=deployment["endpoint_name"],
        Body=baseline_of(aws, deployment),
        ContentType="text/csv",
        Accept="text/csv",
        EnableExplanations="`false`",
    )
    predicted = json.loads(answer["Body"].read())["predictions"]["data"]
    usual = json.loads(next(csv.reader(io.StringIO(predicted)))[2])[1]
    trained = [column["name"] for column in json.loads(deployment["input_columns"])]

    rows = database.execute(f"select * from {project.schema}.explained order by sk_id_curr").fetchall()

    assert len(rows) == EXPLAINED_ROWS
    assert list(rows[0]) == ["sk_id_curr", "prediction", "probability", "explanation", "job_name"]
    for row in rows:
        explanation = json.loads(row["explanation"])
        assert list(explanation) == trained
        assert usual + sum(explanation.values()) == pytest.approx(row["probability"])
    assert len({row["explanation"] for row in rows}) == EXPLAINED_ROWS
    for row, read in zip(
        rows,
        database.execute(
            f"select json_value(explanation, '$.AMT_CREDIT') as part from {project.schema}.explained "
            "order by sk_id_curr"
        ).fetchall(),
        strict=True,
    ):
        assert float(read["part"]) == json.loads(row["explanation"])["AMT_CREDIT"]


def test_the_baseline_is_what_is_typical_unless_it_is_given(
    project: Project,
    database: pyexasol.ExaConnection,
    deployment: dict[str, Any],
    aws: Callable[..., Any],
) -> None:
    (line,) = csv.reader(io.StringIO(baseline_of(aws, deployment).decode()))
    names = [column["name"].lower() for column in json.loads(deployment["input_columns"])]
    baseline = dict(zip(names, line, strict=True))
    assert (baseline["amt_credit"], baseline["code_gender"]) == ("250000", "F")
    training = f"{project.schema}.credit_risk_training"
    (frequent,) = database.execute(
        f"select name_housing_type as usual from {training} where name_housing_type is not null "
        "group by name_housing_type order by count(*) desc limit 1"
    ).fetchall()
    assert baseline["name_housing_type"] == frequent["usual"]
    (middle,) = database.execute(
        f"select median(amt_income_total) as usual, min(amt_income_total) as least, "
        f"max(amt_income_total) as most from {training}"
    ).fetchall()
    assert float(baseline["amt_income_total"]) == pytest.approx(float(middle["usual"]), rel=0.01)


def test_it_goes_with_probabilities_and_a_threshold_and_changes_no_prediction(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    def rows(table: str) -> dict[Any, dict[str, Any]]:
        found = database.execute(f"select * from {project.schema}.{table}").fetchall()
        return {row["sk_id_curr"]: row for row in found}

    plain, explained, whole = rows("plain"), rows("explained"), rows("all_of_it")
    for key, row in plain.items():
        assert explained[key]["probability"] == whole[key]["probability"] == row["probability"]
        assert explained[key]["explanation"] == whole[key]["explanation"]
        assert whole[key]["prediction"] == int(row["probability"] >= 0.3)
        assert json.loads(whole[key]["probabilities"])["1"] == row["probability"]


def test_building_again_changes_nothing(built: Run, project: Project) -> None:
    again = project.dbt("run", "--select", "credit_risk_endpoint", "credit_risk_predict")
    assert again.ok, again.output
    assert again.message("credit_risk_endpoint").startswith("has endpoint")
    assert "unchanged" in again.message("credit_risk_predict")


@pytest.mark.parametrize(
    ("explainer", "complaint"),
    [
        ("{'sampels': 3}", "Config `explainer` has no `sampels`. Did you mean `samples`?"),
        ("{'samples': 'many'}", "Config `explainer.samples` has to be a whole number"),
        ("{'baseline': {'AMT_CREDITS': 1}}", "Did you mean AMT_CREDIT?"),
        ("true, serverless=true", "A serverless endpoint explains nothing"),
    ],
)
def test_an_explainer_that_cannot_be_is_refused(
    built: Run, project: Project, explainer: str, complaint: str
) -> None:
    project.write_model(
        "wrong",
        "{{ config(materialized='sagemaker_endpoint', explainer="
        f"{explainer}) }}}} select * from {{{{ ref('credit_risk_autopilot') }}}}",
    )
    run = project.dbt("run", "--select", "wrong")
    project.remove_models("wrong")
    assert not run.ok
    assert complaint in run.output
