"""Scripts of all kinds, as a user keeps them, called as a user calls them."""

from __future__ import annotations

from collections.abc import Callable

import pyexasol
import pytest

from .conftest import Project, Run

MODELS = {
    "numbers": """{{ config(materialized='table') }}
select 1 as id, 2.5 as amount union all select 2, 3.5 union all select 3, null""",
    "distance": """{{ config(materialized='exasol_script', language='python3', kind='scalar',
          parameters=['x double', {'name': 'y', 'data_type': 'double'}], returns='double') }}
import math

def run(ctx):
    return math.hypot(ctx.x, ctx.y)""",
    "halves": """{{ config(materialized='exasol_script', language='python3', kind='scalar',
          parameters=['select int'], emits=['half int', 'values double']) }}
def run(ctx):
    for half in (1, 2):
        ctx.emit(half, ctx.select / 2)""",
    "total": """{{ config(materialized='exasol_script', language='python3', kind='set',
          parameters=['x double', 'place int'], order_by=['place desc'], returns='varchar(100)') }}
def run(ctx):
    seen = []
    while True:
        seen.append(ctx.place)
        if not ctx.next():
            return ','.join(map(str, seen))""",
    "anything": """{{ config(materialized='exasol_script', language='python3', kind='scalar',
          parameters='...', emits='...') }}
def run(ctx):
    ctx.emit(exa.meta.input_column_count)""",
    "greetings": """{{ config(materialized='exasol_script', language='python3', kind='library') }}
def greet(name):
    return f'Hello {name}'; """,
    "greeter": """{{ config(materialized='exasol_script', language='python3', kind='scalar',
          parameters=['name varchar(100)'], returns='varchar(200)') }}
greetings = exa.import_script('{{ ref("greetings") }}')

def run(ctx):
    return greetings.greet(ctx.name)""",
    "larger": """{{ config(materialized='exasol_script', language='lua', kind='scalar',
          parameters=['x double', 'y double'], returns='double') }}
function run(ctx)
    if ctx.x == null or ctx.y == null then
        return null
    end
    return math.max(ctx.x, ctx.y)
end""",
    "lua_tools": """{{ config(materialized='exasol_script', language='lua', kind='library') }}
function shout(text)
    return text:upper() .. '!'
end""",
    "counted": """{{ config(materialized='exasol_script', language='lua', parameters=['label'],
          returns='table') }}
import('{{ ref("lua_tools") }}', 'tools')
local found = query([[select count(*) as n from {{ ref('numbers') }}]])
exit({ {tools.shout(label), found[1].N} }, 'label varchar(100), n decimal(18,0)')""",
    "emptied": """{{ config(materialized='exasol_script', language='lua', parameters=['array ids'],
          returns='rowcount') }}
local gone = 0
for _, id in ipairs(ids) do
    gone = gone + query([[delete from {{ ref('numbers') }} where id = :id]], {id = id}).rows_affected
end
exit({rows_affected = gone})""",
    "means": """{{ config(materialized='exasol_script', language='r', kind='set',
          parameters=['x double'], returns='double') }}
run <- function(ctx) {
    ctx$next_row(NA)
    mean(ctx$x)
}""",
    "greeting_java": """{{ config(materialized='exasol_script', language='java', kind='scalar',
          parameters=['name varchar(100)'], returns='varchar(200)') }}
class GREETING_JAVA {
    static String run(ExaMetadata exa, ExaIterator ctx) throws Exception {
        return "Hello " + ctx.getString("name");
    }
}
%jar /buckets/bfsdefault/default/greetings.jar;""",
    "own_language": """{{ config(materialized='exasol_script', language='python3_torch', kind='scalar',
          returns='int') }}
def run(ctx):
    return 1""",
}


@pytest.fixture(scope="module")
def project(new_project: Callable[[], Project]) -> Project:
    project = new_project()
    for name, text in MODELS.items():
        project.write(name, text)
    return project


@pytest.fixture(scope="module")
def built(project: Project) -> Run:
    return project.dbt("run")


@pytest.fixture
def schema(project: Project, built: Run) -> str:
    """The schema in which they all are."""
    assert built.ok, built.message
    return project.schema


def test_all_are_created_once(project: Project, built: Run) -> None:
    assert {name: said for name, said in built.message.items() if name != "numbers"} == dict.fromkeys(
        set(MODELS) - {"numbers"}, "created"
    )
    again = project.dbt("run", "--select", "config.materialized:exasol_script")
    assert set(again.message.values()) == {"unchanged"}
    assert again.changes == []


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("{s}.distance(3, 4)", [(5.0,)]),
        ("{s}.halves(3)", [(1, 1.5), (2, 1.5)]),
        ("{s}.total(amount, id) FROM {s}.numbers", [("3,2,1",)]),
        ("{s}.anything(1, 'a', NULL) EMITS (n INT)", [(3,)]),
        ("{s}.greeter('Ada')", [("Hello Ada",)]),
        ("{s}.larger(3, 4)", [(4.0,)]),
    ],
)
def test_a_udf_is_called_in_a_query(
    database: pyexasol.ExaConnection, schema: str, query: str, rows: list[tuple[object, ...]]
) -> None:
    assert database.execute("SELECT " + query.format(s=schema)).fetchall() == rows


def test_names_of_what_is_emitted_are_upper_case(database: pyexasol.ExaConnection, schema: str) -> None:
    assert database.execute(f"SELECT {schema}.halves(3)").column_names() == ["HALF", "VALUES"]


def test_a_lua_program_returns_a_table(database: pyexasol.ExaConnection, schema: str) -> None:
    answer = database.execute(f"EXECUTE SCRIPT {schema}.counted('rows')")

    assert answer.column_names() == ["LABEL", "N"]
    assert answer.fetchall() == [("ROWS!", 3)]


def test_a_lua_program_returns_a_row_count(database: pyexasol.ExaConnection, schema: str) -> None:
    database.set_autocommit(False)
    answer = database.execute(f"EXECUTE SCRIPT {schema}.emptied(ARRAY(1, 3, 7))")
    database.rollback()
    database.set_autocommit(True)

    assert answer.rowcount() == 2


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("counted", ("LUA", None, "TABLE")),
        ("emptied", ("LUA", None, "ROWCOUNT")),
        ("larger", ("LUA", "SCALAR", "RETURNS")),
        ("means", ("R", "SET", "RETURNS")),
        ("greeting_java", ("JAVA", "SCALAR", "RETURNS")),
        ("own_language", ("PYTHON3_TORCH", "SCALAR", "RETURNS")),
        ("halves", ("PYTHON3", "SCALAR", "EMITS")),
    ],
)
def test_the_database_knows_them_for_what_they_are(
    database: pyexasol.ExaConnection, schema: str, name: str, facts: tuple[str | None, ...]
) -> None:
    found = database.execute(
        "SELECT SCRIPT_LANGUAGE, SCRIPT_INPUT_TYPE, SCRIPT_RESULT_TYPE FROM EXA_ALL_SCRIPTS "
        f"WHERE SCRIPT_SCHEMA = '{schema}' AND SCRIPT_NAME = '{name.upper()}'"
    ).fetchall()

    assert found == [facts]


def test_a_semicolon_at_the_end_of_the_body_is_kept(database: pyexasol.ExaConnection, schema: str) -> None:
    text = database.execute(
        f"SELECT SCRIPT_TEXT FROM EXA_ALL_SCRIPTS WHERE SCRIPT_SCHEMA = '{schema}' "
        "AND SCRIPT_NAME = 'GREETING_JAVA'"
    ).fetchval()

    assert "%jar /buckets/bfsdefault/default/greetings.jar;\n//" in str(text)


def test_lineage_is_that_of_the_refs(project: Project, built: Run) -> None:
    nodes = project.artifact("manifest")["nodes"]
    name = project.schema.lower()

    assert nodes[f"model.{name}.counted"]["depends_on"]["nodes"] == [
        f"model.{name}.lua_tools",
        f"model.{name}.numbers",
    ]
