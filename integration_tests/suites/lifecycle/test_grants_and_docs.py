"""Grants and persist_docs on the relations of this package's materializations, as on any table of dbt's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState
from lifecycle.conftest import Project, Run

NODES = ["credit_risk_autopilot", "credit_risk_endpoint", "in_batch"]
IN_BATCH = """
{{ config(materialized='batch_prediction') }}
{{ exasol_sagemaker.batch_predict(ref('credit_risk_autopilot'), ref('stg_applications'), key='sk_id_curr') }}
"""
PROPERTIES = """
version: 2
models:
  - name: in_batch
    description: Predictions of the bank's clients
    columns:
      - name: sk_id_curr
        description: "The client's number"
"""


@pytest.fixture(scope="module")
def reader(sandbox: SandboxState) -> Iterator[str]:
    name = f"READER_{uuid4().hex[:8].upper()}"
    with pyexasol.connect(dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password) as connection:
        connection.execute(f'CREATE USER {name} IDENTIFIED BY "Reading-1234"')
        yield name
        connection.execute(f"DROP USER {name}")


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project], reader: str) -> Project:
    made = new_project(max_candidates=1, granted_to=[reader])
    made.write_model("in_batch", IN_BATCH)
    (made.folder / "models" / "extra" / "in_batch.yml").write_text(PROPERTIES)
    path = made.folder / "dbt_project.yml"
    path.write_text(
        path.read_text()
        + "    +persist_docs: {relation: true, columns: true}\n"
        + "    +grants:\n      select: \"{{ var('granted_to') }}\"\n"
    )
    path = made.folder / "models" / "training" / "_training.yml"
    both = "relation: true\n        columns: true\n"
    path.write_text(path.read_text().replace("relation: true\n", both))
    return made


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    """Built without data: what is granted and described does not depend on them."""
    run = project.dbt("run", "--empty", "--select", *NODES, "stg_applications", "credit_risk_training")
    assert run.ok, run.output
    return run


def granted(database: pyexasol.ExaConnection, project: Project) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {node.upper(): set() for node in NODES}
    for row in database.execute(
        "select object_name, privilege, grantee from exa_dba_obj_privs "
        f"where object_schema = '{project.schema}'"
    ):
        if row["object_name"] in found:
            found[row["object_name"]].add((row["privilege"], row["grantee"]))
    return found


def test_who_is_granted_may_read(
    built: Run, project: Project, database: pyexasol.ExaConnection, reader: str
) -> None:
    assert granted(database, project) == {node.upper(): {("SELECT", reader)} for node in NODES}


def test_relations_and_columns_are_described(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    (table,) = database.execute(
        "select table_comment from exa_all_tables where table_name = 'IN_BATCH' and "
        f"table_schema = '{project.schema}'"
    ).fetchall()
    assert table["table_comment"] == "Predictions of the bank's clients"
    columns = database.execute(
        "select column_table, column_name, column_comment from exa_all_columns where "
        f"column_schema = '{project.schema}' and column_comment is not null"
    ).fetchall()
    described = {(row["column_table"], row["column_name"]): row["column_comment"] for row in columns}
    assert described["IN_BATCH", "SK_ID_CURR"] == "The client's number"
    models = project.manifest()["nodes"]
    for node in ("credit_risk_autopilot", "credit_risk_endpoint"):
        (model,) = (one for one in models.values() if one["name"] == node)
        for column in model["columns"].values():
            if column["description"]:
                found = described[node.upper(), column["name"].upper()]
                assert found == column["description"]


def test_who_is_no_longer_granted_may_not(
    built: Run, project: Project, database: pyexasol.ExaConnection
) -> None:
    project.variables["granted_to"] = []
    run = project.dbt("run", "--empty", "--select", *NODES)
    assert run.ok, run.output
    assert granted(database, project) == {node.upper(): set() for node in NODES}
