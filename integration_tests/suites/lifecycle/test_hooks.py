"""The same steps as post-hooks on an ordinary table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyexasol

from .conftest import Project

MODEL = """
{{
    config(
        materialized='table',
        post_hook=[
            "{{ exasol_sagemaker.export_to_s3() }}",
            "{{ exasol_sagemaker.train_autopilot('target', max_candidates=2, max_runtime_seconds=600) }}",
            "{{ exasol_sagemaker.deploy_endpoint() }}",
        ]
    )
}}

select target, amt_credit, amt_income_total, name_income_type
from {{ ref('stg_applications') }}
"""


def test_hooks_export_train_deploy_and_teardown_finds_it_all(
    new_project: Callable[..., Project],
    database: pyexasol.ExaConnection,
    in_aws: Callable[[str], dict[str, list[Any]]],
) -> None:
    project = new_project()
    project.write_model("ordinary", MODEL)

    built = project.dbt("run", "--select", "stg_applications", "ordinary")

    assert built.ok, built.output
    made = in_aws(project.schema.lower())
    assert len(made["jobs"]) == len(made["endpoints"]) == 1
    (job,) = database.execute(f"select * from {project.schema}.ordinary_autopilot_jobs").fetchall()
    (deployment,) = database.execute(f"select * from {project.schema}.ordinary_endpoints").fetchall()
    assert job["status"] == "Completed"
    assert [column["name"] for column in json.loads(job["input_columns"])] == [
        "AMT_CREDIT",
        "AMT_INCOME_TOTAL",
        "NAME_INCOME_TYPE",
    ]
    assert deployment["status"] == "InService"
    assert deployment["job_name"] == job["job_name"]

    again = project.dbt("run", "--select", "ordinary")
    assert again.ok, again.output
    assert in_aws(project.schema.lower()) == made

    torn = project.dbt("run-operation", "exasol_sagemaker.teardown")
    assert torn.ok, torn.output
    assert in_aws(project.schema.lower())["endpoints"] == []
    left = database.execute(
        f"select object_name from exa_all_objects where root_name = '{project.schema}' order by 1"
    ).fetchall()
    assert [row["object_name"] for row in left] == ["ORDINARY", "STG_APPLICATIONS"]
