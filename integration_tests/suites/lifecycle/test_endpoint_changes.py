"""A deployed model is replaced: the update fails, works, is rolled back, and rolled forward again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyexasol
import pytest

from exasol_sandbox.aws.files import write_atomically
from exasol_sandbox.state import SandboxState
from lifecycle.conftest import Project

NODES = ("credit_risk_autopilot", "credit_risk_endpoint", "credit_risk_predict")
ENDPOINT = (
    "{{ config(materialized='sagemaker_endpoint', ttl='12 hours', data_capture={'percentage': 10}) }} "
    "select * from {{ ref('credit_risk_autopilot') }}"
)

SCALED = ENDPOINT.replace(
    "ttl='12 hours'", "autoscaling={'max_instances': 3, 'invocations_per_instance': 100}"
)


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project]) -> Project:
    """Its endpoint serves a first job."""
    made = new_project(max_candidates=1)
    (made.folder / "models" / "training" / "credit_risk_endpoint.sql").write_text(ENDPOINT)
    run = made.dbt("run", "--select", "+credit_risk_predict")
    assert run.ok, run.output
    return made


def deployments(database: pyexasol.ExaConnection, project: Project) -> list[dict[str, Any]]:
    """Rows of the endpoint's table, the newest first."""
    found = database.execute(f"select * from {project.schema}.credit_risk_endpoint order by deployed_at desc")
    return [dict(row) for row in found.fetchall()]


def test_a_model_that_cannot_be_served_a_rollback_and_a_roll_forward(
    project: Project,
    database: pyexasol.ExaConnection,
    sandbox: SandboxState,
    aws: Callable[..., Any],
) -> None:
    (first,) = deployments(database, project)
    assert first["expires_at"] is not None
    assert first["capture_s3_uri"].endswith("/credit-risk-endpoint/data-capture")
    faults = Path(sandbox.certificate).with_name("faults.json")
    rule = {
        "fault": "fail",
        "actions": ["endpoint:Update"],
        "resource": first["endpoint_name"],
        "reason": "The container did not pass the ping health check.",
    }
    write_atomically(faults, json.dumps({"faults": [rule]}).encode())
    project.variables["max_candidates"] = 2
    try:
        failed = project.dbt("run", "--select", *NODES)
    finally:
        faults.unlink()

    assert failed.status("credit_risk_endpoint") == "error"
    assert f"it goes on serving job {first['job_name']}" in failed.message("credit_risk_endpoint")
    assert "The container did not pass the ping health check." in failed.message("credit_risk_endpoint")
    assert failed.status("credit_risk_predict") == "skipped"
    serving, refused = deployments(database, project)
    assert (serving["job_name"], serving["status"]) == (first["job_name"], "InService")
    assert (refused["status"], refused["failure_reason"]) == ("Failed", rule["reason"])

    worked = project.dbt("run", "--select", *NODES)
    assert worked.ok, worked.output
    newest = deployments(database, project)[0]
    assert (newest["job_name"], newest["status"]) == (refused["job_name"], "InService")
    assert newest["failure_reason"] is None

    back = project.dbt(
        "run-operation", "exasol_sagemaker.rollback_endpoint", "--args", "{endpoint: credit_risk_endpoint}"
    )
    assert back.ok, back.output
    assert f"with job {first['job_name']}, rolled back from {newest['job_name']}" in back.output
    aws("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName=first["endpoint_name"],
        DesiredWeightsAndCapacities=[{"VariantName": "AllTraffic", "DesiredInstanceCount": 2}],
    )

    kept = project.dbt("run", "--select", *NODES)
    assert kept.ok, kept.output
    assert "was scaled by somebody else" in kept.output
    assert f"rolled back from {newest['job_name']}" in kept.message("credit_risk_endpoint")
    row = deployments(database, project)[0]
    assert (row["job_name"], row["rolled_back_from"]) == (first["job_name"], newest["job_name"])

    (project.folder / "models" / "training" / "credit_risk_endpoint.sql").write_text(SCALED)
    forward = project.dbt("run", "--full-refresh", "--select", "credit_risk_endpoint")
    assert forward.ok, forward.output
    row = deployments(database, project)[0]
    assert row["job_name"] == newest["job_name"]
    assert row["autoscaling"] == "min=1 max=3 invocations=100.0 in=300 out=300"
    (target,) = aws("application-autoscaling").describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[f"endpoint/{row['endpoint_name']}/variant/AllTraffic"]
    )["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 3)
    garbage = project.dbt("run-operation", "exasol_sagemaker.collect_garbage", "--args", "{dry_run: true}")
    assert "There is no garbage." in garbage.output
