"""What dbt does for a table it does for a script: alias, schema, grants, docs, tags, catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyexasol
import pytest

from .conftest import Project, Run

MODELS = {
    "scored": """{{ config(materialized='exasol_script', language='python3', kind='set', alias='score_rows',
          parameters=['key varchar(20)', 'x double'], emits=['key varchar(20)', 'score double'],
          tags=['nightly'], grants={'execute': [var('reader')]}) }}
def run(ctx):
    while True:
        ctx.emit(ctx.key, {% raw %}{'half': ctx.x / 2}['half']{% endraw %})
        if not ctx.next():
            break
""",
    "elsewhere": """{{ config(materialized='exasol_script', language='lua', schema='tools') }}
output('here')
""",
    "braced": """{{ config(materialized='exasol_script', language='python3', kind='scalar',
          parameters='...', returns='varchar(100)') }}
{% raw %}
def run(ctx):
    return f"{{{ctx[0]}}}" + "{%d}{#}" % 2
{% endraw %}
""",
    "program": """{{ config(materialized='exasol_script', language='lua', parameters=['name'],
          returns='table') }}
exit({ {name} }, 'name varchar(100)')
""",
}
PROPERTIES = """
models:
  - name: scored
    description: It's the score of "each" row.
    columns:
      - name: score
        description: Half of x.
"""


@pytest.fixture(scope="module")
def reader(database: pyexasol.ExaConnection) -> Iterator[str]:
    """A role that may call a script."""
    database.execute("CREATE ROLE SCRIPT_READER")
    yield "script_reader"
    database.execute("DROP ROLE SCRIPT_READER")


@pytest.fixture(scope="module")
def project(new_project: Callable[[], Project], reader: str) -> Project:
    project = new_project()
    project.settings(f"vars: {{reader: {reader}}}\nmodels: {{+persist_docs: {{relation: true}}}}\n")
    for name, text in MODELS.items():
        project.write(name, text)
    project.write("properties.yml", PROPERTIES)
    return project


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    run = project.dbt("run")
    assert run.ok, run.message
    return run


def test_alias_and_schema_are_dbts(database: pyexasol.ExaConnection, project: Project, built: Run) -> None:
    found = database.execute(
        "SELECT SCRIPT_SCHEMA, SCRIPT_NAME FROM EXA_ALL_SCRIPTS "
        f"WHERE SCRIPT_SCHEMA LIKE '{project.schema}%' ORDER BY 1, 2"
    ).fetchall()

    assert found == [
        (project.schema, "BRACED"),
        (project.schema, "PROGRAM"),
        (project.schema, "SCORE_ROWS"),
        (f"{project.schema}_TOOLS", "ELSEWHERE"),
    ]


def test_execute_is_granted(database: pyexasol.ExaConnection, project: Project, built: Run) -> None:
    found = database.execute(
        "SELECT OBJECT_NAME, PRIVILEGE, GRANTEE FROM EXA_DBA_OBJ_PRIVS "
        f"WHERE OBJECT_SCHEMA = '{project.schema}'"
    ).fetchall()

    assert found == [("SCORE_ROWS", "EXECUTE", "SCRIPT_READER")]


def test_the_description_is_its_comment(
    database: pyexasol.ExaConnection, project: Project, built: Run
) -> None:
    comment = database.execute(
        f"SELECT SCRIPT_COMMENT FROM EXA_ALL_SCRIPTS WHERE SCRIPT_SCHEMA = '{project.schema}' "
        "AND SCRIPT_NAME = 'SCORE_ROWS'"
    ).fetchval()

    assert comment == 'It\'s the score of "each" row.'


def test_a_run_with_grants_and_comments_changes_nothing_either(project: Project, built: Run) -> None:
    assert project.dbt("run").changes == []


def test_a_replaced_script_is_granted_and_commented_again(
    database: pyexasol.ExaConnection, project: Project, built: Run
) -> None:
    project.write("scored", MODELS["scored"].replace("/ 2", "/ 4"))

    project.dbt("run", "--select", "tag:nightly")

    test_execute_is_granted(database, project, built)
    test_the_description_is_its_comment(database, project, built)


def test_a_raw_block_keeps_braces(database: pyexasol.ExaConnection, project: Project, built: Run) -> None:
    assert database.execute(f"SELECT {project.schema}.braced('x')").fetchval() == "{x}{2}{#}"


def test_its_statement_is_in_dbts_log_and_run_folder(project: Project, built: Run) -> None:
    written = next((project.folder / "target" / "run").rglob("program.sql")).read_text()

    assert f'CREATE OR REPLACE LUA SCRIPT "{project.schema}"."PROGRAM"(name) RETURNS TABLE AS' in written


@pytest.fixture(scope="module")
def catalog(project: Project, built: Run) -> dict[str, Any]:
    project.dbt("docs", "generate")
    found: dict[str, Any] = project.artifact("catalog")
    assert found["errors"] is None
    return {unique_id.split(".")[-1]: node for unique_id, node in found["nodes"].items()}


def test_the_catalog_has_them_with_their_columns(catalog: dict[str, Any]) -> None:
    scored = catalog["scored"]

    assert scored["metadata"]["type"] == "PYTHON3 SET SCRIPT"
    assert scored["metadata"]["comment"] == 'It\'s the score of "each" row.'
    assert [(column["name"], column["type"], column["comment"]) for column in scored["columns"].values()] == [
        ("key", "VARCHAR(20)", "parameter"),
        ("x", "DOUBLE", "parameter"),
        ("KEY", "VARCHAR(20)", "emitted"),
        ("SCORE", "DOUBLE", "emitted"),
    ]


def test_the_catalog_has_programs_and_dynamic_udfs(catalog: dict[str, Any]) -> None:
    assert {name: node["metadata"]["type"] for name, node in catalog.items()} == {
        "scored": "PYTHON3 SET SCRIPT",
        "elsewhere": "LUA SCRIPT",
        "braced": "PYTHON3 SCALAR SCRIPT",
        "program": "LUA SCRIPT",
    }
    assert [*catalog["braced"]["columns"]] == ["...", "RETURNS"]
    assert catalog["program"]["columns"]["RETURNS"]["type"] == "TABLE"
    assert catalog["elsewhere"]["columns"]["RETURNS"]["type"] == "ROWCOUNT"
