"""The prediction UDF in the extension's form: its statement, and the order of what it emits."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pandas as pd
import pytest

from exasol_sagemaker.columns import Column
from exasol_sagemaker.in_database.endpoints import KnownColumns
from exasol_sagemaker.in_database.extension_output import ExtensionOutput
from exasol_sagemaker.in_database.prediction import MARK, ExtensionUdf
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.prediction_udf import PredictionUdf

UDF = PredictionUdf(
    endpoint_name="credit",
    region="eu-central-1",
    connection="AWS",
    job_name="CreditRisk",
    model_name="m",
    problem_type="BinaryClassification",
    target_column="TARGET",
    target_type="DECIMAL(9,0)",
    input_columns=(Column("A", "DOUBLE"), Column('b"c', "VARCHAR(10) UTF8")),
    response_keys=("predicted_label", "probability", "probabilities", "labels"),
)
JOB = TrainingJob(
    job_name="J", job_arn="", status="Completed", secondary_status="Completed", problem_type=None,
    objective=None, target_column="Y", best_candidate=None, objective_value=None, metrics={},
    input_columns=(), target_type=None, row_count=None, fingerprint=None,
    training_data_s3_uri="", output_s3_uri="",
    created_at=datetime(2026, 1, 1, tzinfo=timezone.utc), ended_at=None, failure_reason=None,
)  # fmt: skip


class Context:
    """A UDF's `ctx` that keeps what is emitted."""

    def __init__(self) -> None:
        self.emitted: list[Any] = []

    def size(self) -> int:
        return 7

    def emit(self, frame: pd.DataFrame) -> None:
        self.emitted.append(frame)


def test_classification_emits_columns_probability_predictions() -> None:
    head = ExtensionUdf(UDF).statement("S", "credit").splitlines()[:2]
    columns = '"A" DOUBLE, "b""c" VARCHAR(10) UTF8'
    assert head == [
        f'CREATE OR REPLACE PYTHON3 SET SCRIPT "S"."credit"({columns})',
        f'EMITS ({columns}, "PROBABILITY" DECIMAL(18,4), "PREDICTIONS" DECIMAL(9,0)) AS',
    ]


def test_regression_emits_columns_and_predictions() -> None:
    udf = ExtensionUdf(replace(UDF, problem_type="Regression"))
    assert udf.output_columns[2:] == (Column("PREDICTIONS", "DOUBLE"),)


def test_a_name_cannot_end_the_statement() -> None:
    statement = ExtensionUdf(UDF).statement('s"; DROP SCHEMA x; --', "n")
    assert statement.startswith('CREATE OR REPLACE PYTHON3 SET SCRIPT "s""; DROP SCHEMA x; --"."n"(')


def test_the_body_is_python_310_and_says_what_it_is() -> None:
    body = ExtensionUdf(UDF).body()
    assert body.startswith(MARK)
    tree = ast.parse(body, feature_version=(3, 10))
    defined = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    assert "ExtensionOutput" in defined
    assert defined[-1] == "run"


@pytest.mark.parametrize("classified", [True, False])
def test_results_come_in_the_extensions_order(classified: bool) -> None:
    ctx = Context()
    frame = pd.DataFrame({0: ["a", "b"], 1: [1, 0], **({2: [0.123456, float("nan")]} if classified else {})})
    ExtensionOutput(ctx, classified).emit(frame)
    (found,) = ctx.emitted
    assert found.columns.tolist() == ([0, 2, 1] if classified else [0, 1])
    if classified:
        assert found.iloc[0].tolist() == ["a", 0.1235, 1]
        assert pd.isna(found.iloc[1, 1])


def test_all_else_is_the_databases_ctx() -> None:
    assert ExtensionOutput(Context(), True).size() == 7


def test_columns_of_the_extensions_own_jobs_are_taken_from_its_table() -> None:
    job = KnownColumns("X;Y;Z", "DOUBLE;BOOLEAN;DATE", "Y").complete(JOB)
    assert job.input_columns == (Column("X", "DOUBLE"), Column("Z", "DATE"))
    assert job.target_type == "BOOLEAN"


def test_what_s3_knows_of_a_jobs_columns_goes_first() -> None:
    known = replace(JOB, input_columns=(Column("A", "DOUBLE"),), target_type="DATE")
    assert KnownColumns("X;Y", "DOUBLE;BOOLEAN", "Y").complete(known) == known


@pytest.mark.parametrize(("names", "types"), [("", ""), ("X;Y", "DOUBLE")])
def test_columns_that_are_not_known_stay_unknown(names: str, types: str) -> None:
    assert KnownColumns(names, types, "Y").complete(JOB) == JOB
