"""The CREATE SCRIPT statement of a prediction UDF, and reading it back."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exasol_sagemaker import Column, PredictionUdf, PredictionUdfError

UDF = PredictionUdf(
    endpoint_name="risk-prod-01234567",
    region="eu-central-1",
    connection="SAGEMAKER_AWS",
    job_name="risk-89abcdef",
    model_name="risk-89abcdef-x-y",
    problem_type="BinaryClassification",
    target_column="TARGET",
    target_type="DECIMAL(1,0)",
    input_columns=(Column("INCOME", "DECIMAL(18,2)"), Column("JOB", "VARCHAR(64) UTF8")),
    response_keys=("predicted_label", "probabilities", "labels"),
)


def test_the_statement_creates_a_dynamic_set_script() -> None:
    head, _, rest = UDF.statement("CREDIT", 'PRE"DICT').partition("\n")
    assert head == 'CREATE OR REPLACE PYTHON3 SET SCRIPT "CREDIT"."PRE""DICT"(...) EMITS (...) AS'
    assert rest == UDF.body()


def test_a_header_is_read_back_from_the_scripts_text() -> None:
    assert PredictionUdf.from_script_text(UDF.statement("S", "F")) == UDF
    assert PredictionUdf.from_script_text(UDF.body()) == UDF


@settings(max_examples=25, deadline=None)
@given(st.text(), st.text())
def test_no_text_in_a_name_gets_out_of_its_constant(column: str, endpoint: str) -> None:
    udf = replace(UDF, endpoint_name=endpoint, input_columns=(Column(column, "DOUBLE"),))
    tree = ast.parse(udf.body())
    [assigned] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONFIG"
    ]
    assert ast.unparse(assigned).startswith("json.loads(")
    assert len(tree.body) == len(ast.parse(UDF.body()).body)
    assert PredictionUdf.from_script_text(udf.body()) == udf


def test_the_body_runs_as_a_script_of_its_own() -> None:
    names: dict[str, Any] = {}
    exec(compile(UDF.body(), "script", "exec"), names)
    assert names["CONFIG"]["endpoint_name"] == UDF.endpoint_name
    assert callable(names["run"])
    assert callable(names["default_output_columns"])


def test_the_body_is_python_3_10_and_imports_nothing_of_ours() -> None:
    tree = ast.parse(UDF.body(), feature_version=(3, 10))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in modules if name.startswith(("exasol", "dbt"))]


def test_classification_gives_the_targets_type_and_a_probability_regression_a_double() -> None:
    assert UDF.result_columns == (Column("PREDICTION", "DECIMAL(1,0)"), Column("PROBABILITY", "DOUBLE"))
    assert replace(UDF, problem_type="Regression").result_columns == (Column("PREDICTION", "DOUBLE"),)


def test_somebody_elses_script_is_refused() -> None:
    with pytest.raises(PredictionUdfError, match="not a prediction UDF"):
        PredictionUdf.from_script_text("CREATE PYTHON3 SCALAR SCRIPT x() RETURNS INT AS\ndef run(ctx): pass")
