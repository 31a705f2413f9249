"""A script is created or replaced only when it differs from what the database has."""

from __future__ import annotations

import pyexasol
import pytest

from .conftest import Project

CONFIG = "materialized='exasol_script', language='python3', kind='scalar', parameters=['x double']"
DOUBLED = f"""{{{{ config({CONFIG}, returns='double') }}}}

def run(ctx):
    return 2 * ctx.x
"""


@pytest.fixture
def doubled(project: Project) -> Project:
    """A project that has the script `doubled`, and it is in the database."""
    project.settings("")
    project.write("doubled", DOUBLED)
    assert project.dbt("run").status["doubled"] == "success"
    return project


def text_of(database: pyexasol.ExaConnection, project: Project, name: str) -> str | None:
    found = database.execute(
        "SELECT SCRIPT_TEXT FROM EXA_ALL_SCRIPTS WHERE SCRIPT_SCHEMA = {schema} AND SCRIPT_NAME = {name}",
        {"schema": project.schema, "name": name},
    ).fetchval()
    return None if found is None else str(found)


def test_an_unchanged_run_sends_no_ddl(doubled: Project) -> None:
    again = doubled.dbt("run")

    assert again.message["doubled"] == "unchanged"
    assert again.changes == []


def test_another_body_replaces_it(doubled: Project, database: pyexasol.ExaConnection) -> None:
    doubled.write("doubled", DOUBLED.replace("2 *", "3 *"))

    changed = doubled.dbt("run")

    assert changed.message["doubled"] == "replaced"
    assert len(changed.changes) == 1
    assert database.execute(f"SELECT {doubled.schema}.DOUBLED(5)").fetchval() == 15


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'x double'", "'x decimal(10,2)'"),
        ("returns='double'", "returns='decimal(10,0)'"),
        ("returns='double'", "emits=['y double']"),
        ("kind='scalar'", "kind='set'"),
    ],
)
def test_another_head_replaces_it(doubled: Project, before: str, after: str) -> None:
    doubled.write("doubled", DOUBLED.replace(before, after))

    assert doubled.dbt("run").message["doubled"] == "replaced"
    assert doubled.dbt("run").changes == []


def test_what_somebody_changed_in_the_database_is_put_back(
    doubled: Project, database: pyexasol.ExaConnection
) -> None:
    stored = text_of(database, doubled, "DOUBLED")
    assert stored is not None
    database.execute(stored.replace("CREATE ", "CREATE OR REPLACE ", 1).replace("2 *", "4 *"))

    assert doubled.dbt("run").message["doubled"] == "replaced"
    assert text_of(database, doubled, "DOUBLED") == stored


def test_full_refresh_replaces_even_the_same(doubled: Project) -> None:
    assert doubled.dbt("run", "--full-refresh").message["doubled"] == "replaced"


def test_white_space_around_the_body_is_no_change(doubled: Project) -> None:
    doubled.write("doubled", DOUBLED.replace("\n\ndef", "\n\n\n\n  \ndef") + "\n\n/\n\n")

    assert doubled.dbt("run").changes == []


def test_an_empty_run_creates_it_all_the_same(doubled: Project, database: pyexasol.ExaConnection) -> None:
    doubled.write("seen", "{{ config(materialized='table') }} select {{ ref('doubled') }}(4) as seen")
    doubled.write(
        "reader",
        f"{{{{ config({CONFIG}, returns='varchar(99)') }}}}\n"
        "def run(ctx):\n    return '{{ ref(\"seen\") }}'\n",
    )
    database.execute(f"DROP SCRIPT {doubled.schema}.DOUBLED")

    empty = doubled.dbt("run", "--empty")

    assert empty.ok
    assert empty.message["doubled"] == "created"
    assert (
        database.execute(f"SELECT {doubled.schema}.READER(0)").fetchval() == f"{doubled.schema.lower()}.seen"
    )
    assert doubled.dbt("run").message["reader"] == "unchanged"
    doubled.remove("seen", "reader")


def test_it_may_become_a_table_a_view_an_adapter_script_and_back(
    doubled: Project, database: pyexasol.ExaConnection
) -> None:
    kinds = {
        "table": "{{ config(materialized='table') }} select 1 as one",
        "adapter": "{{ config(materialized='exasol_script', language='python3', kind='adapter') }}\n"
        "def adapter_call(request):\n    return request\n",
        "program": "{{ config(materialized='exasol_script', language='lua') }}\noutput('done')",
        "view": "{{ config(materialized='view') }} select 1 as one",
        "udf": DOUBLED,
    }
    for text in kinds.values():
        doubled.write("doubled", text)
        assert doubled.dbt("run").status["doubled"] == "success"

    assert database.execute(f"SELECT {doubled.schema}.DOUBLED(1)").fetchval() == 2


def test_a_model_that_is_renamed_or_disabled_leaves_its_script(
    doubled: Project, database: pyexasol.ExaConnection
) -> None:
    doubled.remove("doubled")
    doubled.write("twice", DOUBLED)

    assert doubled.dbt("run").message == {"twice": "created"}

    doubled.write("twice", DOUBLED.replace("config(", "config(enabled=false, "))
    doubled.dbt("run")
    assert text_of(database, doubled, "TWICE") == (text_of(database, doubled, "DOUBLED") or "").replace(
        '"DOUBLED"', '"TWICE"'
    )
    doubled.remove("twice")


def test_a_query_comment_at_the_end_stays_out_of_the_body(
    doubled: Project, database: pyexasol.ExaConnection
) -> None:
    doubled.settings("query-comment: {comment: seen by dbt, append: true}\n")

    doubled.dbt("run", "--full-refresh")

    assert "seen by dbt" not in (text_of(database, doubled, "DOUBLED") or "")
    assert doubled.dbt("run").message["doubled"] == "unchanged"


def test_a_body_with_a_line_of_one_slash_goes_through_whole(
    doubled: Project, database: pyexasol.ExaConnection
) -> None:
    doubled.write("doubled", DOUBLED.replace("2 * ctx.x", "(12\n/\nctx.x); ") + "LAST = 1;\n/\n")

    assert doubled.dbt("run").message["doubled"] == "replaced"
    assert database.execute(f"SELECT {doubled.schema}.DOUBLED(4)").fetchval() == 3
    assert "LAST = 1;\n#" in (text_of(database, doubled, "DOUBLED") or "")
    assert doubled.dbt("run").changes == []
