"""Bad input: what, where, why and what to do, before anything is exported or billed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyexasol
import pytest

from .conftest import Project, Run

SELECT = "select target, amt_credit, name_income_type from {{ ref('stg_applications') }}"
MODELS = {
    "no_such_target": ("target_column='tarrget'", SELECT),
    "no_target_config": ("max_candidates=1", SELECT),
    "misspelt_config": ("target_column='target', max_candidate=1", SELECT),
    "wrong_type": ("target_column='target', max_candidates='many'", SELECT),
    "too_few_rows": ("target_column='target'", SELECT + " order by amt_credit limit 499"),
    "one_value": ("target_column='target'", SELECT + " where target = 0"),
    "wrong_objective": (
        "target_column='target', problem_type='BinaryClassification', objective='RMSE'",
        SELECT,
    ),
    "预测": ("target_column='target'", SELECT),
    "unknown_objective": ("target_column='target', problem_type='Regression', objective='Luck'", SELECT),
}
EXPECTED = {
    "no_such_target": ["tarrget", "TARGET"],
    "no_target_config": ["Config `target_column` is missing"],
    "misspelt_config": ["Did you mean `max_candidates`?"],
    "wrong_type": ["has to be a whole number, not 'many'"],
    "too_few_rows": ["499", "500"],
    "one_value": ["same value in all rows"],
    "wrong_objective": ["RMSE", "BinaryClassification"],
    "unknown_objective": ["Luck"],
    "预测": ["No SageMaker name can be made of '预测'"],
}


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Project:
    project = new_project()
    for name, (options, query) in MODELS.items():
        project.write_model(name, f"{{{{ config(materialized='autopilot_model', {options}) }}}}\n{query}")
    project.write_model(
        "endpoint_without_job",
        "{{ config(materialized='sagemaker_endpoint') }}\n"
        "select cast(null as varchar(32)) as job_name from {{ ref('stg_applications') }} where false",
    )
    project.write_model(
        "predicts_without_udf",
        "{{ config(materialized='table') }}\n"
        "{{ exasol_sagemaker.predict(udf=this, input=ref('stg_applications'), key='sk_id_curr') }}",
    )
    return project


@pytest.fixture(scope="module")
def refused(project: Project) -> Run:
    return project.dbt("run", "--select", "stg_applications", "path:models/extra")


@pytest.mark.parametrize("node", sorted(EXPECTED))
def test_it_is_refused_in_words_that_help(refused: Run, node: str) -> None:
    assert refused.status(node) == "error"
    for words in EXPECTED[node]:
        assert words in refused.message(node)


def test_predicting_without_a_udf_says_what_to_build(refused: Run) -> None:
    assert "there is no prediction UDF" in refused.message("predicts_without_udf")
    assert "dbt build --select +predicts_without_udf" in refused.message("predicts_without_udf")


def test_an_endpoint_without_a_job_says_what_to_run(refused: Run) -> None:
    assert "returns no training job" in refused.message("endpoint_without_job")


def test_nothing_was_exported_or_billed(
    refused: Run,
    project: Project,
    in_aws: Callable[[str], dict[str, list[Any]]],
    aws: Callable[..., Any],
) -> None:
    assert in_aws(project.schema.lower())["jobs"] == []
    _, _, bucket, prefix = project.environment["SAGEMAKER_S3_URI"].split("/")
    assert aws("s3").list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", []) == []


def test_a_bucket_that_is_not_there_is_named(project: Project) -> None:
    project.write_model(
        "fine", "{{ config(materialized='autopilot_model', target_column='target') }}\n" + SELECT
    )

    run = project.dbt("run", "--select", "fine", SAGEMAKER_S3_URI="s3://nobody-has-this-bucket/x")

    assert run.status("fine") == "error"
    assert "nobody-has-this-bucket" in run.message("fine")


def test_credentials_that_aws_does_not_know_are_refused(project: Project) -> None:
    project.write_model(
        "fine", "{{ config(materialized='autopilot_model', target_column='target') }}\n" + SELECT
    )

    run = project.dbt("run", "--select", "fine", AWS_ACCESS_KEY_ID="AKIANOBODYKNOWSTHIS0")

    assert run.status("fine") == "error"
    assert "AWS does not know these credentials" in run.message("fine")


def test_a_table_that_is_not_ours_is_left_alone(project: Project, database: pyexasol.ExaConnection) -> None:
    database.execute(f"create or replace table {project.schema}.taken as select 1 as precious")
    project.write_model(
        "taken", "{{ config(materialized='autopilot_model', target_column='target') }}\n" + SELECT
    )

    run = project.dbt("run", "--select", "taken")

    assert run.status("taken") == "error"
    assert "no table of" in run.message("taken")
    assert database.execute(f"select precious from {project.schema}.taken").fetchone() == {"precious": 1}


def test_an_endpoint_on_a_job_that_was_stopped_names_it_and_deploys_nothing(
    project: Project, aws: Callable[..., Any], in_aws: Callable[[str], dict[str, list[Any]]]
) -> None:
    project.write_model(
        "stopped",
        "{{ config(materialized='autopilot_model', target_column='target', max_candidates=750) }}\n" + SELECT,
    )
    project.write_model(
        "on_stopped", "{{ config(materialized='sagemaker_endpoint') }}\nselect * from {{ ref('stopped') }}"
    )
    started = project.dbt("run", "--select", "stopped")
    assert started.status("stopped") == "success", started.output
    (job,) = in_aws(project.schema.lower())["jobs"]
    aws("sagemaker").stop_auto_ml_job(AutoMLJobName=job)

    run = project.dbt("run", "--select", "on_stopped")

    assert run.status("on_stopped") == "error"
    assert job in run.message("on_stopped")
    assert "Stopped" in run.message("on_stopped")
    assert in_aws(project.schema.lower())["endpoints"] == []
