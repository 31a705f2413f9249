"""The scripts as dbt models: nothing unless it is asked for, nothing twice, and their lineage in the docs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from .conftest import Project, Witness, write_project

LUA = {
    "sme_train_with_sagemaker_autopilot",
    "sme_poll_sagemaker_autopilot_job_status",
    "sme_deploy_sagemaker_autopilot_endpoint",
    "sme_delete_sagemaker_autopilot_endpoint",
}
UDFS = {
    "sme_autopilot_training_udf",
    "sme_autopilot_job_status_polling_udf",
    "sme_autopilot_endpoint_deployment_udf",
    "sme_autopilot_endpoint_deletion_udf",
}
TABLE = "sme_metadata_autopilot_jobs"
ALL = LUA | UDFS | {"sme_lua", "sme_library", TABLE}
CHANGES = re.compile(
    r"\s*(create|alter (?!session)|drop|rename|comment|grant|revoke|insert|update|delete|merge|truncate)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def docs(project: Project) -> dict[str, Any]:
    """Manifest and catalog."""
    project.dbt("docs", "generate")
    return {
        name: json.loads((project.folder / "target" / f"{name}.json").read_text())
        for name in ("manifest", "catalog")
    }


def test_a_project_that_does_not_ask_gets_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    write_project(tmp_path, "NOTHING", scripts=False)
    listed = Project(tmp_path, environment, "NOTHING").dbt("ls", "--resource-type", "model")
    assert "sme_" not in listed


def test_a_second_run_sends_no_ddl(project: Project, witness: Witness) -> None:
    with witness.seen() as statements:
        project.dbt("build")
    assert statements
    assert [one for one in statements if CHANGES.match(one)] == []


def test_full_refresh_keeps_the_table_of_jobs(
    project: Project, exasol: pyexasol.ExaConnection, witness: Witness
) -> None:
    mark = uuid4().hex[:8]
    exasol.execute(f"INSERT INTO {TABLE} (JOB_NAME) VALUES ('{mark}')")
    with witness.seen() as statements:
        project.dbt("build", "--full-refresh")
    assert [one for one in statements if re.match(r"CREATE OR REPLACE (LUA|PYTHON3)", one)]
    assert exasol.execute(f"SELECT COUNT(*) FROM {TABLE} WHERE JOB_NAME = '{mark}'").fetchval() == 1


def test_the_tables_of_the_extension_itself_are_kept(
    environment: dict[str, str], tmp_path: Path, exasol: pyexasol.ExaConnection, project: Project
) -> None:
    schema = f"SME_{uuid4().hex[:8].upper()}"
    exasol.execute(f"CREATE SCHEMA {schema}")
    exasol.execute(f"CREATE TABLE {schema}.{TABLE} LIKE {project.schema}.{TABLE}")
    exasol.execute(f"ALTER TABLE {schema}.{TABLE} MODIFY COLUMN JOB_NAME VARCHAR(32)")
    exasol.execute(f"INSERT INTO {schema}.{TABLE} (JOB_NAME) VALUES ('earlier')")
    exasol.execute(f"OPEN SCHEMA {project.schema}")
    write_project(tmp_path, schema, scripts=True)
    Project(tmp_path, environment, schema).dbt("build", "--select", TABLE)
    assert exasol.execute(f"SELECT JOB_NAME FROM {schema}.{TABLE}").fetchall() == [("earlier",)]


def test_lineage_leads_from_the_scripts_to_udfs_library_and_table(docs: dict[str, Any]) -> None:
    def parents(name: str) -> set[str]:
        found = docs["manifest"]["parent_map"][f"model.exasol_sagemaker.{name}"]
        return {one.split(".")[-1] for one in found}

    assert parents("sme_train_with_sagemaker_autopilot") == {"sme_lua", "sme_autopilot_training_udf", TABLE}
    assert parents("sme_deploy_sagemaker_autopilot_endpoint") == {
        "sme_lua",
        "sme_autopilot_endpoint_deployment_udf",
        TABLE,
    }
    assert all(parents(udf) == {"sme_library"} for udf in UDFS)


def test_everything_is_described(
    docs: dict[str, Any], exasol: pyexasol.ExaConnection, project: Project
) -> None:
    nodes = docs["manifest"]["nodes"]
    described = {node["name"] for node in nodes.values() if node["description"]}
    assert described >= ALL
    comments = exasol.execute(
        f"SELECT SCRIPT_NAME FROM EXA_ALL_SCRIPTS WHERE SCRIPT_SCHEMA = '{project.schema}' "
        "AND SCRIPT_COMMENT IS NOT NULL"
    )
    assert {name.lower() for (name,) in comments} >= ALL - {TABLE}


def test_the_catalog_has_scripts_and_table(docs: dict[str, Any]) -> None:
    assert {node.split(".")[-1] for node in docs["catalog"]["nodes"]} >= ALL
