"""JSON_EXTRACT and the errors of both JSON functions.

https://docs.exasol.com/db/latest/sql_references/functions/alphabeticallistfunctions/json_extract.htm and
.../functions/json_error_handling.htm; `#` and `json()`: .../functions/json_path_expressions.htm
"""

from __future__ import annotations

from typing import Any

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql

_COUNTRIES = """{"name": "world", "features": [
    {"properties": {"name": "A"}, "geometry": {"at": [1, 2.50]}},
    {"properties": {"name": "B"}, "geometry": {"at": []}}]}"""


@pytest.fixture
def maps(sql: Sql) -> Sql:
    sql.run("create table maps (id int, v varchar(2000))")
    sql.run(f"insert into maps values (1, '{_COUNTRIES}'), (2, '{{\"name\": \"empty\"}}'), (3, null)")
    return sql


def test_paths_with_the_same_steps_before_the_hash_make_a_row_for_each_item(maps: Sql) -> None:
    query = """
        select id,
            json_extract(v, '$.features[*]#.properties.name', '$.features[*]#.geometry.json()', '$.name')
        emits (country varchar(10), shape varchar(100), "map" varchar(10)) from maps where id = 1 order by 2
    """

    assert maps.names(query) == ["ID", "COUNTRY", "SHAPE", "map"]
    assert maps.rows(query) == [
        (1, "A", '{"at":[1,2.50]}', "world"),
        (1, "B", '{"at":[]}', "world"),
    ]


def test_what_is_missing_is_an_error_or_null(maps: Sql) -> None:
    nullable = "select json_extract(v, '$.features#.properties.name' null on empty, '$.name') "
    emits = "emits (c varchar(10), m varchar(10)) from maps where id = 2"

    assert maps.rows(nullable + emits) == [(None, "empty")]
    with pytest.raises(ExasolError, match="data exception - no SQL/JSON item"):
        maps.run(nullable.replace("null on empty", "error on empty") + emits)


def test_no_json_is_a_row_of_nulls(maps: Sql) -> None:
    query = "select id, json_extract(v, '$.a', '$.b') emits (a int, b date) from maps where id = 3"

    assert maps.rows(query) == [(3, None, None)]


@pytest.mark.parametrize(
    ("kind", "json", "value"),
    [
        ("int", "20", 20),
        ("boolean", "true", True),
        ("double", "1.5", 1.5),
        ("varchar(10)", '"x"', "x"),
        ("varchar(10)", '""', None),
        ("varchar(10)", "1.50", "1.50"),
    ],
)
def test_values_get_the_types_of_emits(sql: Sql, kind: str, json: str, value: Any) -> None:
    query = f"select json_extract('{{\"a\": {json}}}', '$.a') emits (a {kind})"

    assert sql.rows(query) == [(value,)]
    assert sql.types(query)[0].split("(")[0].lower() == {"int": "decimal"}.get(kind, kind).split("(")[0]


def test_it_stands_in_views_subqueries_and_inserts(maps: Sql) -> None:
    emits = "json_extract(v, '$.name') emits (n varchar(10)) from maps where v is not null"
    maps.run(f"create view named as select id, {emits}", "create table labels (n varchar(10))")
    maps.run(f"insert into labels select {emits}")

    assert maps.rows("select id from named where n = 'world'") == [(1,)]
    assert maps.rows("select n from labels order by n") == [("empty",), ("world",)]
    assert maps.rows(f"with q as (select {emits}) select max(n) from q") == [("world",)]


def test_it_stands_beside_scripts(maps: Sql) -> None:
    maps.run("create lua scalar script twice(a varchar(10)) returns varchar(20) as\n"
             "function run(ctx) return ctx.a .. ctx.a end")  # fmt: skip
    query = (
        "select twice(n) from (select json_extract(v, '$.name') emits (n varchar(10)) from maps where id = 2)"
    )

    assert maps.rows(query) == [("emptyempty",)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select json_value(1, '$')", "JSON_VALUE expects string for JSON parameter"),
        ("select json_value('1', 1)", "JSON_VALUE expects string for path parameter"),
        ("select json_value('1', null)", "data exception - invalid JSON path: path is empty or NULL"),
        ("select json_value('1', '$[')", r"invalid JSON path: no '\]' found at position 2: '\$\['"),
        ("select json_value('[1]', '$[4]' error on empty)", "data exception - no SQL/JSON item"),
        ("select json_value('{\"a\" : 1', '$.a' error on error)", "data exception - invalid JSON text"),
        ("select json_value('[1, 2]', '$[*]' error on error)", "more than one SQL/JSON item"),
        ("select json_extract('{\"a\": {}}', '$.a') emits (a varchar(9))", "SQL/JSON scalar required"),
        ("select json_extract('{}', '$.a', '$.b') emits (a int)", "2 paths, but EMITS 1 columns"),
        ("select json_extract('{}', '$.a')", "as an item with EMITS"),
        ("select 1 from dual where json_extract('1', '$') = 1", "as an item with EMITS"),
    ],
)
def test_errors(sql: Sql, query: str, message: str) -> None:
    with pytest.raises(ExasolError, match=message):
        sql.run(query)
