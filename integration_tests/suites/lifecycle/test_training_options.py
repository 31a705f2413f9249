"""Options of training as a dbt project gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .conftest import Project
from .in_process import InProcess, in_process

CONFIG = """{{ config(materialized='autopilot_model', target_column='target', max_candidates=1,
    retrain='never', features=['amt_income_total', 'amt_credit'],
    feature_types={'amt_credit': 'numeric'}) }}"""
VALIDATED = f"""{CONFIG}
select * from {{{{ ref('credit_risk_training') }}}}
{{{{ exasol_sagemaker.validate_on(ref('stg_applications'), where='mod(sk_id_curr, 2) = 0') }}}}"""
CHANGED = f"{CONFIG} select * from {{{{ ref('credit_risk_training') }}}} where 1 = 1"


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Iterator[InProcess]:
    with in_process(new_project()) as project:
        yield project


def test_options_reach_the_job_and_the_job_is_kept(project: InProcess, aws: Callable[..., Any]) -> None:
    project.project.write_model("validated", VALIDATED)
    started = project.run("+validated")["validated"]
    job_name = started.split("job ")[1].split(",")[0]
    upstream = project.project.manifest()["parent_map"]
    project.project.write_model("validated", CHANGED)
    kept = project.run("validated")["validated"]
    project.project.remove_models("validated")
    job = aws("sagemaker").describe_auto_ml_job_v2(AutoMLJobName=job_name)
    aws("sagemaker").stop_auto_ml_job(AutoMLJobName=job_name)

    parents = next(parents for node, parents in upstream.items() if node.endswith(".validated"))
    assert sorted(one.rpartition(".")[2] for one in parents) == ["credit_risk_training", "stg_applications"]
    assert [one["ChannelType"] for one in job["AutoMLJobInputDataConfig"]] == ["training", "validation"]
    assert job["AutoMLProblemTypeConfig"]["TabularJobConfig"]["FeatureSpecificationS3Uri"].endswith(".json")
    assert kept.startswith(f"has job {job_name}, ")
