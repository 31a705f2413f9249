"""The head of CREATE SCRIPT from a model's config, and what a stored text says of it."""

from __future__ import annotations

from typing import Any

import pytest

from exasol_sagemaker.columns import Column
from exasol_sagemaker.data_types import checked_type
from exasol_sagemaker.errors import ConfigurationError, ScriptError
from exasol_sagemaker.prediction_udf import PredictionUdf
from exasol_sagemaker.script_catalog import ScriptColumn, script_columns
from exasol_sagemaker.script_signature import read_signature


@pytest.mark.parametrize(
    ("config", "head"),
    [
        (
            {"language": "python3", "kind": "scalar", "parameters": ["x double"], "returns": "int"},
            'PYTHON3 SCALAR SCRIPT f("x" DOUBLE) RETURNS INT AS',
        ),
        (
            {"language": "python", "kind": "scalar", "parameters": [], "emits": ["a int", '"b c" date']},
            'PYTHON3 SCALAR SCRIPT f() EMITS ("A" INT, "b c" DATE) AS',
        ),
        (
            {"language": "Lua", "kind": "SET", "parameters": "...", "emits": "..."},
            "LUA SET SCRIPT f(...) EMITS (...) AS",
        ),
        (
            {
                "language": "r",
                "kind": "set",
                "parameters": [{"name": "x", "data_type": "varchar(10)"}, '"a ""b""" int'],
                "order_by": ["x", '"a ""b""" desc'],
                "returns": "double  precision",
            },
            'R SET SCRIPT f("x" VARCHAR(10), "a ""b""" INT ORDER BY "x", "a ""b""" DESC) '
            "RETURNS DOUBLE PRECISION AS",
        ),
        ({"language": "lua"}, "LUA SCRIPT f AS"),
        (
            {"language": "lua", "parameters": ["a", "ARRAY b"], "returns": "table"},
            "LUA SCRIPT f(a, ARRAY b) RETURNS TABLE AS",
        ),
        ({"language": "lua", "kind": "library"}, "LUA SCRIPT f AS"),
        ({"language": "java", "kind": "library"}, "JAVA SCALAR SCRIPT f() RETURNS INT AS"),
        ({"language": "java", "kind": "adapter"}, "JAVA ADAPTER SCRIPT f AS"),
        ({"language": "my_python", "kind": "adapter"}, "MY_PYTHON ADAPTER SCRIPT f AS"),
    ],
)
def test_a_config_gives_a_head(config: dict[str, Any], head: str) -> None:
    assert read_signature(**config).head("f") == f"CREATE OR REPLACE {head}"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"language": "c++"}, "no name of a script language"),
        ({"language": "python3", "kind": "scalar", "parameters": "x int", "returns": "int"}, "A list"),
        ({"language": "python3", "kind": "scalar", "parameters": 1, "returns": "int"}, "list"),
        ({"language": "python3", "kind": "scalar", "parameters": ["x"], "returns": "int"}, "name and type"),
        (
            {"language": "python3", "kind": "scalar", "parameters": [{"name": "x"}], "returns": "int"},
            "data_type",
        ),
        ({"language": "python3", "kind": "scalar", "parameters": ["x-y int"], "returns": "int"}, "'x-y'"),
        ({"language": "python3", "kind": "scalar", "emits": []}, "one column at least"),
        ({"language": "python3", "kind": "library", "returns": "int"}, "no `returns`"),
        ({"language": "python3", "kind": "adapter", "parameters": ["x int"]}, "no `parameters`"),
        ({"language": "lua", "parameters": ["end"]}, "Lua variable"),
        ({"language": "lua", "emits": ["a int"]}, "no `emits`"),
        ({"language": "lua", "returns": "int"}, "TABLE or ROWCOUNT"),
        (
            {"language": "r", "kind": "set", "parameters": ["x int"], "order_by": ["y"], "returns": "int"},
            "'y'",
        ),
    ],
)
def test_what_exasol_would_not_take_is_refused(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ScriptError) as refused:
        read_signature(**config)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("int", "INT"),
        ("decimal ( 18 , 2 )", "DECIMAL(18,2)"),
        ("varchar(2000000) utf8", "VARCHAR(2000000) UTF8"),
        ("char(10) character set ascii", "CHAR(10) CHARACTER SET ASCII"),
        ("timestamp(9) with local time zone", "TIMESTAMP(9) WITH LOCAL TIME ZONE"),
        ("interval day(3) to second(4)", "INTERVAL DAY(3) TO SECOND(4)"),
        ("interval year to month", "INTERVAL YEAR TO MONTH"),
        ("hashtype(16 byte)", "HASHTYPE(16 BYTE)"),
        ("geometry(4326)", "GEOMETRY(4326)"),
        ("clob", "CLOB"),
    ],
)
def test_a_type_of_exasol_is_taken(given: str, taken: str) -> None:
    assert checked_type(given) == taken


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("string", "VARCHAR(2000000)"),
        ("datetime", "TIMESTAMP"),
        ("bolean", "BOOLEAN"),
        ("varchar", "needs a length"),
        ("varchar(2000001)", "1 to 2000000"),
        ("char(0)", "1 to 2000"),
        ("decimal(37,2)", "1 to 36"),
        ("decimal(4,5)", "scale"),
        ("int; drop table t", "no type"),
        ("", "no type"),
    ],
)
def test_what_is_no_type_of_exasol_is_refused(given: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        checked_type(given)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            # As Exasol itself keeps it: names quoted, types in full, no schema, no OR REPLACE.
            'CREATE PYTHON3 SET SCRIPT "F" ("a" DOUBLE, "b c" VARCHAR(10) UTF8 ORDER BY "a" DESC) '
            "EMITS (...) AS\n",
            [
                ("a", "DOUBLE", "parameter"),
                ("b c", "VARCHAR(10) UTF8", "parameter"),
                ("...", "any", "emitted"),
            ],
        ),
        (
            "create lua scalar script s.f(...) -- (x int)\nreturns decimal(18,0) as\n-- returns table as",
            [("...", "any", "parameter"), ("RETURNS", "DECIMAL(18,0)", "returned")],
        ),
        (
            'CREATE R SCALAR SCRIPT "F" ("X" INT) EMITS ("X" INT, "Y" INTERVAL DAY(2) TO SECOND(3)) AS\n',
            [
                ("X", "INT", "parameter"),
                ("X (emitted)", "INT", "emitted"),
                ("Y", "INTERVAL DAY(2) TO SECOND(3)", "emitted"),
            ],
        ),
        (
            "CREATE LUA SCRIPT F (a, ARRAY b) RETURNS TABLE AS\n",
            [("a", "any", "parameter"), ("b", "ARRAY", "parameter"), ("RETURNS", "TABLE", "returned")],
        ),
        ("CREATE LUA SCRIPT F AS\nlocal as = f(1)", [("RETURNS", "ROWCOUNT", "returned")]),
        (
            "CREATE JAVA ADAPTER SCRIPT F AS\n%jar x;",
            [("REQUEST", "JSON", "parameter"), ("RETURNS", "JSON", "returned")],
        ),
    ],
)
def test_a_stored_text_says_what_a_script_takes_and_gives(
    text: str, columns: list[tuple[str, str, str]]
) -> None:
    assert script_columns(text) == tuple(ScriptColumn(*column) for column in columns)


def test_a_prediction_udf_takes_the_training_columns_and_gives_results() -> None:
    udf = PredictionUdf(
        endpoint_name="risk",
        region="eu-central-1",
        connection="AWS",
        job_name="risk-1",
        model_name="risk-1-x",
        problem_type="BinaryClassification",
        target_column="TARGET",
        target_type="DECIMAL(1,0)",
        input_columns=(Column("INCOME", "DECIMAL(18,2)"),),
        response_keys=("predicted_label",),
    )

    assert script_columns(udf.statement("S", "F")) == (
        ScriptColumn("INCOME", "DECIMAL(18,2)", "parameter"),
        ScriptColumn("PREDICTION", "DECIMAL(1,0)", "emitted"),
        ScriptColumn("PROBABILITY", "DOUBLE", "emitted"),
    )
