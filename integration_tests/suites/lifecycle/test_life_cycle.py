"""The life of a model, from applications to predictions and back to nothing. The tests follow one another."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyexasol
import pytest
from target import Target

from exasol_sagemaker.settings import split_s3_uri

from .conftest import ROWS, Project, Run

HELD_OUT = ROWS // 5
NOBODY = "http://127.0.0.1:9"
Look = Callable[[str], dict[str, list[Any]]]


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Project:
    return new_project()


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    return project.dbt("build")


def project_name(project: Project) -> str:
    return project.schema.lower()


def rows(
    database: pyexasol.ExaConnection, project: Project, table: str, rest: str = ""
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = database.execute(
        f"select * from {project.schema}.{table} {rest}"
    ).fetchall()
    return found


def as_trained(row: dict[str, Any], column: dict[str, str]) -> Any:
    """A value as training read it: NULL is nothing, and the blanks that fill up a CHAR are not part of it."""
    value = row[column["name"].lower()]
    if value is None:
        return ""
    return value.rstrip(" ") if column["type"].startswith("CHAR") else value


def test_a_build_trains_deploys_and_predicts(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    assert built.ok, built.output
    (job,) = rows(database, project, "credit_risk_autopilot")
    assert job["status"] == "Completed"
    assert job["problem_type"] == "BinaryClassification"
    assert job["objective"] == "AUC"
    assert job["row_count"] == ROWS - HELD_OUT
    assert json.loads(job["metrics"])
    assert "SK_ID_CURR" not in [column["name"] for column in json.loads(job["input_columns"])]

    (endpoint,) = rows(database, project, "credit_risk_endpoint")
    assert endpoint["status"] == "InService"
    assert endpoint["job_name"] == job["job_name"]

    predictions = rows(database, project, "credit_risk_predictions")
    assert len(predictions) == HELD_OUT
    assert {row["job_name"] for row in predictions} == {job["job_name"]}

    (evaluation,) = rows(database, project, "credit_risk_evaluation")
    assert evaluation["row_count"] == HELD_OUT
    assert evaluation["auc"] > 0.5


def test_predictions_are_what_the_endpoint_answers(
    built: Run, project: Project, database: pyexasol.ExaConnection, aws: Callable[..., Any]
) -> None:
    (endpoint,) = rows(database, project, "credit_risk_endpoint")
    columns = json.loads(endpoint["input_columns"])
    predictions = {row["sk_id_curr"]: row for row in rows(database, project, "credit_risk_predictions")}
    asked = rows(database, project, "stg_applications", "where is_held_out order by sk_id_curr")
    body = io.StringIO()
    for row in asked:
        csv.writer(body).writerow([as_trained(row, column) for column in columns])

    answer = aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=endpoint["endpoint_name"], ContentType="text/csv", Body=body.getvalue().encode()
    )

    keys = json.loads(endpoint["response_keys"])
    lines = list(csv.reader(io.StringIO(answer["Body"].read().decode())))
    assert len(lines) == len(asked) == len(predictions)
    for row, line in zip(asked, lines, strict=True):
        said = dict(zip(keys, line, strict=True))
        labels = [str(label) for label in json.loads(said["labels"].replace("'", '"'))]
        predicted = predictions[row["sk_id_curr"]]
        assert float(predicted["prediction"]) == float(said["predicted_label"])
        assert predicted["probability"] == pytest.approx(json.loads(said["probabilities"])[1], abs=1e-12)
        assert [float(label) for label in labels] == [0.0, 1.0]


def test_the_lineage_is_dbts_own(built: Run, project: Project) -> None:
    parents = project.manifest()["parent_map"]
    name = project_name(project)
    chain = [
        f"source.{name}.credit.applications",
        f"model.{name}.stg_applications",
        f"model.{name}.credit_risk_training",
        f"model.{name}.credit_risk_autopilot",
        f"model.{name}.credit_risk_endpoint",
        f"model.{name}.credit_risk_predict",
        f"model.{name}.credit_risk_predictions",
        f"model.{name}.credit_risk_evaluation",
    ]
    for parent, child in pairwise(chain):
        assert parent in parents[child]


def test_a_second_build_changes_nothing(
    built: Run, project: Project, database: pyexasol.ExaConnection, in_aws: Look
) -> None:
    before = in_aws(project_name(project))
    tables = ("credit_risk_autopilot", "credit_risk_endpoint")
    kept = [rows(database, project, table) for table in tables]
    script = (
        "select object_name, created from exa_all_objects "
        f"where root_name = '{project.schema}' and object_type = 'SCRIPT'"
    )
    scripts = database.execute(script).fetchall()
    database.execute(
        f"update {project.schema}.credit_risk_predictions set probability = 2 where prediction = 0"
    )

    again = project.dbt("build", "--exclude", "resource_type:test")

    assert again.ok, again.output
    assert in_aws(project_name(project)) == before
    assert [rows(database, project, table) for table in tables] == kept
    assert database.execute(script).fetchall() == scripts
    # Had a row been sent again, its probability would be one again.
    changed = database.execute(
        f"select count(*) as n from {project.schema}.credit_risk_predictions "
        "where prediction = 0 and probability <> 2"
    ).fetchone()
    assert changed["n"] == 0
    assert len(rows(database, project, "credit_risk_predictions")) == HELD_OUT


def test_documenting_reaches_no_aws_and_shows_the_tables(built: Run, project: Project, in_aws: Look) -> None:
    before = in_aws(project_name(project))

    documented = project.dbt("docs", "generate", AWS_ENDPOINT_URL=NOBODY)

    assert documented.ok, documented.output
    assert in_aws(project_name(project)) == before
    catalog = json.loads((project.folder / "target" / "catalog.json").read_text())
    shown = catalog["nodes"][f"model.{project_name(project)}.credit_risk_autopilot"]
    assert "OBJECTIVE_VALUE" in shown["columns"]
    assert "trained by SageMaker Autopilot" in shown["metadata"]["comment"]
    udf = catalog["nodes"][f"model.{project_name(project)}.credit_risk_predict"]
    assert udf["metadata"]["type"] == "PYTHON3 SET SCRIPT"
    assert {"AMT_CREDIT", "PREDICTION", "PROBABILITY"} <= set(udf["columns"])


def test_another_schema_is_cloned_and_predicts_with_this_ones_function(
    built: Run, project: Project, database: pyexasol.ExaConnection, tmp_path: Path
) -> None:
    shutil.copy(project.folder / "target" / "manifest.json", tmp_path)
    other = replace(project, schema=f"{project.schema}_DEV")
    deferred = ["--defer", "--state", str(tmp_path)]

    cloned = project.dbt("clone", *deferred[1:], EXASOL_SCHEMA=other.schema)
    predicted = project.dbt("run", "-s", "credit_risk_predictions", *deferred, EXASOL_SCHEMA=other.schema)

    assert cloned.ok, cloned.output
    assert "credit_risk_predict is a script and not cloned" in cloned.output
    assert predicted.ok, predicted.output
    assert len(rows(database, other, "credit_risk_predictions")) == HELD_OUT
    database.execute(f"drop schema {other.schema} cascade")


def test_debug_checks_aws_and_says_what_to_do(built: Run, project: Project) -> None:
    good = project.dbt("debug")
    assert good.ok, good.output
    assert "bucket: [OK]" in good.output

    bad = project.dbt("debug", SAGEMAKER_S3_URI="s3://nobody-has-this-bucket/x")

    assert not bad.ok
    assert "bucket: [ERROR]" in bad.output
    assert "what to do:" in bad.output


def test_an_input_without_the_training_columns_is_told_all_that_it_lacks(
    built: Run, project: Project
) -> None:
    project.write_model(
        "lacking",
        "{{ config(materialized='table') }}\n"
        "{{ exasol_sagemaker.predict(ref('credit_risk_predict'), ref('narrow'), key='sk_id_curr') }}",
    )
    project.write_model(
        "narrow", "select sk_id_curr, target, amt_credit as \"amt_credit\" from {{ ref('stg_applications') }}"
    )

    run = project.dbt("run", "--select", "narrow", "lacking")

    assert run.status("lacking") == "error"
    message = run.message("lacking")
    for column in ("AMT_ANNUITY", "CODE_GENDER", "NAME_INCOME_TYPE"):
        assert column in message.split("It has")[0]
    assert "AMT_CREDIT" not in message.split("It has")[0]
    project.remove_models("narrow", "lacking")


def test_full_refresh_trains_anew(
    built: Run, project: Project, database: pyexasol.ExaConnection, in_aws: Look
) -> None:
    before = in_aws(project_name(project))

    refreshed = project.dbt("build", "--full-refresh", "--exclude", "resource_type:test")

    assert refreshed.ok, refreshed.output
    after = in_aws(project_name(project))
    (new_job,) = set(after["jobs"]) - set(before["jobs"])
    assert [name for name, *_ in after["endpoints"]] == [name for name, *_ in before["endpoints"]]
    assert len(after["models"]) == 1
    assert len(after["configs"]) == 1
    assert {row["job_name"] for row in rows(database, project, "credit_risk_autopilot")} == set(after["jobs"])
    assert {row["job_name"] for row in rows(database, project, "credit_risk_predictions")} == {new_job}


def test_teardown_leaves_nothing(
    built: Run, project: Project, database: pyexasol.ExaConnection, in_aws: Look, aws: Callable[..., Any]
) -> None:
    before = in_aws(project_name(project))
    rehearsed = project.dbt("run-operation", "exasol_sagemaker.teardown", "--args", "{dry_run: true}")
    assert rehearsed.ok, rehearsed.output
    assert in_aws(project_name(project)) == before

    done = project.dbt("run-operation", "exasol_sagemaker.teardown")

    assert done.ok, done.output
    left = in_aws(project_name(project))
    assert left["endpoints"] == left["configs"] == left["models"] == []
    bucket, prefix = split_s3_uri(project.environment["SAGEMAKER_S3_URI"])
    assert aws("s3").list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", []) == []
    objects = database.execute(
        f"select object_name from exa_all_objects where root_name = '{project.schema}' order by 1"
    ).fetchall()
    assert {row["object_name"] for row in objects} - {"NARROW"} == {
        "CREDIT_RISK_EVALUATION",
        "CREDIT_RISK_PREDICTIONS",
        "CREDIT_RISK_TRAINING",
        "STG_APPLICATIONS",
        *("INCOME_SHARES", "ROW_COUNTS", "SQL_NAMES", "TEXT_DISTANCE"),
    }
    connection = project.environment["SAGEMAKER_CONNECTION"].upper()
    assert not database.execute(
        f"select 1 as x from exa_all_connections where connection_name = '{connection}'"
    ).fetchall()


def test_no_secret_was_written_anywhere(built: Run, project: Project, target: Target) -> None:
    secrets = [secret.encode() for secret in target.secrets]
    searched = 0
    for path, content in project.written():
        searched += 1
        for secret in secrets:
            assert secret not in content, path
    assert searched > 20
