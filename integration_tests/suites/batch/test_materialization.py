"""A batch_prediction in dbt: built without an endpoint, left alone when nothing changed, torn down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pyexasol
import pytest
from lifecycle.conftest import (  # noqa: F401
    ROWS,
    Project,
    Run,
    applications,
    in_aws,
    new_project,
    template,
)

from exasol_sandbox.state import SandboxState

HELD_OUT = ROWS // 5
NOBODY = "http://127.0.0.1:9"
MODEL = """
{{ config(materialized='batch_prediction', instance_type='ml.m5.large', aws_tags={'team': 'risk'}) }}
{{
    exasol_sagemaker.batch_predict(
        model=ref('credit_risk_autopilot'),
        input=ref('asked'),
        key='sk_id_curr',
        columns=['name_housing_type'],
        where='sk_id_curr is not null'
    )
}}
"""
ASKED = (
    "{{ config(materialized='table') }} select * from {{ ref('stg_applications') }} where is_held_out "
    "{% if var('changed', false) %}and sk_id_curr <> (select max(sk_id_curr) from "
    "{{ ref('stg_applications') }} where is_held_out){% endif %}"
)
Transforms = Callable[[], list[str]]


@pytest.fixture(scope="module")
def database(sandbox: SandboxState) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(
        dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password, fetch_dict=True, lower_ident=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Project:  # noqa: F811
    made = new_project()
    made.write_model("asked", ASKED)
    made.write_model("risk_batch", MODEL)
    return made


@pytest.fixture(scope="module")
def transforms(aws: Callable[..., Any], project: Project) -> Transforms:
    """Names of the transform jobs that this project started."""
    sagemaker = aws("sagemaker")
    mark = {"Key": "exasol-sagemaker:project", "Value": project.schema.lower()}

    def look() -> list[str]:
        jobs = sagemaker.list_transform_jobs(MaxResults=100)["TransformJobSummaries"]
        return sorted(
            job["TransformJobName"]
            for job in jobs
            if mark in sagemaker.list_tags(ResourceArn=job["TransformJobArn"])["Tags"]
        )

    return look


@pytest.fixture(scope="module")
def empty(project: Project, database: pyexasol.ExaConnection) -> dict[str, str]:
    """Columns and types of the table that an empty build makes."""
    compiled = project.dbt("compile", AWS_ENDPOINT_URL=NOBODY)
    assert compiled.ok, compiled.output
    run = project.dbt("run", "--empty", "--select", "+risk_batch", AWS_ENDPOINT_URL=NOBODY)
    assert run.ok, run.output
    return column_types(database, project)


@pytest.fixture(scope="module")
def built(empty: dict[str, str], project: Project) -> Run:
    return project.dbt("run", "--select", "+risk_batch")


def column_types(database: pyexasol.ExaConnection, project: Project) -> dict[str, str]:
    found = database.execute(
        "select column_name, column_type from exa_all_columns where column_table = 'RISK_BATCH' "
        f"and column_schema = '{project.schema}' order by column_ordinal_position"
    )
    return {row["column_name"]: row["column_type"] for row in found}


def rows(database: pyexasol.ExaConnection, project: Project, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = database.execute(f"select * from {project.schema}.{table}").fetchall()
    return found


def created(database: pyexasol.ExaConnection, project: Project) -> Any:
    return database.execute(
        f"select created, last_commit from exa_all_objects where root_name = '{project.schema}' "
        "and object_name = 'RISK_BATCH'"
    ).fetchall()


def test_it_predicts_each_row_of_its_input_without_an_endpoint(
    built: Run,
    project: Project,
    database: pyexasol.ExaConnection,
    in_aws: Callable[[str], dict[str, list[Any]]],  # noqa: F811
    transforms: Transforms,
    aws: Callable[..., Any],
) -> None:
    assert built.ok, built.output
    (job,) = rows(database, project, "credit_risk_autopilot")
    asked = {row["sk_id_curr"]: row for row in rows(database, project, "asked")}
    predicted = rows(database, project, "risk_batch")
    assert {row["sk_id_curr"] for row in predicted} == set(asked)
    assert len(predicted) == HELD_OUT
    assert {row["job_name"] for row in predicted} == {job["job_name"]}
    assert all(0 <= row["probability"] <= 1 for row in predicted)
    assert all(row["name_housing_type"] == asked[row["sk_id_curr"]]["name_housing_type"] for row in predicted)

    (name,) = transforms()
    (transform,) = rows(database, project, "risk_batch_transform_jobs")
    assert transform["transform_job_name"] == name
    assert transform["status"] == "Completed"
    assert transform["row_count"] == HELD_OUT
    assert transform["loaded_at"]
    tags = aws("sagemaker").list_tags(ResourceArn=transform["transform_job_arn"])["Tags"]
    assert {"Key": "team", "Value": "risk"} in tags

    left = in_aws(project.schema.lower())
    assert left["endpoints"] == left["configs"] == left["models"] == []
    bucket, _, prefix = project.environment["SAGEMAKER_S3_URI"].removeprefix("s3://").partition("/")
    listed = aws("s3").list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    assert not [item["Key"] for item in listed if name in item["Key"]]
    assert not database.execute(
        f"select 1 as x from exa_all_tables where table_schema = '{project.schema}' "
        "and table_name like '%DBT_TMP%'"
    ).fetchall()


def test_an_empty_build_reaches_no_aws_and_has_the_same_columns(
    empty: dict[str, str], built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    assert list(empty) == ["SK_ID_CURR", "NAME_HOUSING_TYPE", "PREDICTION", "PROBABILITY", "JOB_NAME"]
    assert column_types(database, project) == empty


def test_lineage_shows_model_and_input(built: Run, project: Project) -> None:
    name = project.schema.lower()
    parents = project.manifest()["parent_map"][f"model.{name}.risk_batch"]
    assert sorted(parents) == [f"model.{name}.asked", f"model.{name}.credit_risk_autopilot"]


def test_a_second_build_starts_nothing_and_writes_nothing(
    built: Run, project: Project, database: pyexasol.ExaConnection, transforms: Transforms
) -> None:
    before = (transforms(), created(database, project), rows(database, project, "risk_batch_transform_jobs"))
    again = project.dbt("run", "--select", "risk_batch")
    assert again.ok, again.output
    assert "unchanged" in again.message("risk_batch")
    assert before == (
        transforms(),
        created(database, project),
        rows(database, project, "risk_batch_transform_jobs"),
    )


def numbers(database: pyexasol.ExaConnection, project: Project, table: str) -> dict[Any, tuple[Any, Any]]:
    return {
        row["sk_id_curr"]: (row["prediction"], row["probability"]) for row in rows(database, project, table)
    }


@pytest.fixture(scope="module")
def asked_of_the_endpoint(built: Run, project: Project) -> Run:
    run = project.dbt("run", "--select", "+credit_risk_predictions")
    assert run.ok, run.output
    return run


def test_the_numbers_are_those_of_the_endpoint(
    asked_of_the_endpoint: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    batch, asked = (rows(database, project, table) for table in ("risk_batch", "credit_risk_predictions"))
    assert {row["job_name"] for row in batch} == {row["job_name"] for row in asked}
    assert numbers(database, project, "risk_batch") == numbers(database, project, "credit_risk_predictions")


def test_a_model_a_job_and_an_endpoint_of_somebody_elses_give_the_same_numbers(
    asked_of_the_endpoint: Run,
    project: Project,
    database: pyexasol.ExaConnection,
    aws: Callable[..., Any],
) -> None:
    sagemaker, name = aws("sagemaker"), f"by-hand-{project.schema.lower().replace('_', '-')}"
    (deployed,) = rows(database, project, "credit_risk_endpoint")
    model = sagemaker.describe_model(ModelName=deployed["model_name"])
    kept = {key: model[key] for key in ("Containers", "ExecutionRoleArn")}
    sagemaker.create_model(ModelName=name, **kept)
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=deployed["endpoint_config_name"])
    features = [column["name"] for column in json.loads(deployed["input_columns"])]
    answers = (
        f"problem_type='BinaryClassification', target_type='{deployed['target_type']}', "
        f"response_keys={deployed['response_keys']}"
    )
    foreign = "{{{{ config(materialized='batch_prediction', instance_type='ml.m5.large') }}}}\n{}".format
    call = (
        f"exasol_sagemaker.batch_predict_foreign(input=ref('asked'), key='sk_id_curr', features={features}, "
    )
    job = deployed["job_name"]
    models = {
        "by_model": foreign(f"{{{{ {call} model_name='{name}', {answers}) }}}}"),
        "by_job": foreign(f"{{{{ {call} job_name='{job}', target_type='{deployed['target_type']}') }}}}"),
        "ask_them": f"{{{{ config(materialized='prediction_udf', endpoint_name='{name}', {answers}) }}}}\n"
        f"select {', '.join(features)} from {{{{ ref('asked') }}}}",
        "by_endpoint": "{{ config(materialized='table') }} {{ exasol_sagemaker.predict("
        "udf=ref('ask_them'), input=ref('asked'), key=['sk_id_curr']) }}",
    }
    for one, text in models.items():
        project.write_model(one, text)
    try:
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 1})
        run = project.dbt("run", "--select", *models)
        assert run.ok, run.output

        expected = numbers(database, project, "risk_batch")
        for table in ("by_model", "by_job", "by_endpoint"):
            assert numbers(database, project, table) == expected
        assert {row["job_name"] for row in rows(database, project, "by_job")} == {job}
        assert sagemaker.describe_model(ModelName=name)["Containers"] == model["Containers"]
        again = project.dbt("run", "--select", "by_model")
        assert "unchanged" in again.output
        assert f"predicted by model {name}" in again.output
    finally:
        project.remove_models(*models)
        sagemaker.delete_endpoint(EndpointName=name)
        sagemaker.delete_model(ModelName=name)


def test_columns_that_the_input_lacks_are_named_when_it_is_compiled(built: Run, project: Project) -> None:
    project.write_model("narrow", "select sk_id_curr, target, amt_credit from {{ ref('stg_applications') }}")
    project.write_model("lacking", MODEL.replace("ref('asked')", "ref('narrow')"))
    assert project.dbt("run", "--select", "narrow").ok
    compiled = project.dbt("compile", "--select", "lacking", AWS_ENDPOINT_URL=NOBODY)
    assert not compiled.ok
    lacks = compiled.output.partition("It has:")[0]
    assert "AMT_ANNUITY" in lacks
    assert "NAME_INCOME_TYPE" in lacks
    assert "AMT_CREDIT" not in lacks
    project.remove_models("narrow", "lacking")


def test_a_changed_input_is_predicted_again(
    built: Run, project: Project, database: pyexasol.ExaConnection, transforms: Transforms
) -> None:
    before = transforms()
    project.variables["changed"] = True
    again = project.dbt("run", "--select", "asked", "risk_batch")
    assert again.ok, again.output
    assert len(transforms()) == len(before) + 1
    assert len(rows(database, project, "risk_batch")) == HELD_OUT - 1


def test_teardown_leaves_the_predictions(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    done = project.dbt("run-operation", "exasol_sagemaker.teardown")
    assert done.ok, done.output
    tables = {
        row["table_name"]
        for row in database.execute(
            f"select table_name from exa_all_tables where table_schema = '{project.schema}'"
        )
    }
    assert "RISK_BATCH" in tables
    assert "RISK_BATCH_TRANSFORM_JOBS" not in tables
