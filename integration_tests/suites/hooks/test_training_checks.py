"""User mistakes are found before anything is exported or billed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exasol_sagemaker import Column, ConfigurationError, TrainingConfig, TrainingDataError
from exasol_sagemaker.training_checks import check_columns, check_config, check_data
from exasol_sagemaker.training_data import TrainingData

COLUMNS = (
    Column("ID", "DECIMAL(18,0)"),
    Column("INCOME", "DOUBLE"),
    Column("JOB", "VARCHAR(64) UTF8"),
    Column("TARGET", "DECIMAL(1,0)"),
)
DATA = TrainingData("select 1", COLUMNS, COLUMNS[3], 1000, 2, 0, "0")
NODE = "model.shop.risk"


@pytest.mark.parametrize(
    ("config", "what", "hint"),
    [
        ({"problem_type": "Binary"}, "problem_type 'Binary' does not exist", "BinaryClassification"),
        ({"problem_type": "Regression", "objective": "AUC"}, "'AUC' does not fit Regression", "MSE, RMSE"),
        ({"objective": "AUC"}, "without a problem type", "Set problem_type"),
        ({"mode": "FAST"}, "mode 'FAST' does not exist", "ENSEMBLING"),
        ({"max_candidates": 0}, "max_candidates 0 is out of range", "from 1 to 750"),
        ({"max_candidates": 751}, "max_candidates 751 is out of range", "from 1 to 750"),
        ({"max_candidates": "many"}, "max_candidates 'many' is out of range", "whole number"),
        ({"max_runtime_seconds": -1}, "max_runtime_seconds -1", "at least 1"),
        ({"validation_fraction": 1.0}, "validation_fraction 1.0", "between 0 and 1"),
        ({"algorithms": ("xgboost",)}, "without a mode", "ENSEMBLING"),
        (
            {"algorithms": ("catboost",), "mode": "HYPERPARAMETER_TUNING"},
            "HYPERPARAMETER_TUNING has no algorithm catboost",
            "linear-learner, mlp, xgboost",
        ),
        ({"tags": {"exasol-sagemaker:node": "x"}}, "reserved", "other keys"),
        ({"tags": {str(n): "x" for n in range(46)}}, "46 tags are too many", "at most 45"),
        ({"target_column": ""}, "No target column", "target_column"),
    ],
)
def test_a_configuration_that_cannot_be(config: dict[str, Any], what: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_config(TrainingConfig(**{"target_column": "TARGET", **config}), node=NODE)
    assert what in caught.value.what
    assert hint in (caught.value.hint or "")
    assert caught.value.node == NODE


@pytest.mark.parametrize(
    ("problem_type", "objective"),
    [("BinaryClassification", "F1"), ("MulticlassClassification", "Accuracy"), ("Regression", "MSE")],
)
def test_the_objective_that_aws_wants_is_its_own_default(problem_type: str, objective: str) -> None:
    config = TrainingConfig("TARGET", problem_type=problem_type)
    assert check_config(config, node=NODE).objective == objective


def test_the_target_is_found_without_regard_to_case_but_exactly_first() -> None:
    assert check_columns(COLUMNS, TrainingConfig("target"), node=NODE) == COLUMNS[3]


def test_a_target_that_the_query_lacks_lists_columns_and_the_closest_name() -> None:
    with pytest.raises(TrainingDataError) as caught:
        check_columns(COLUMNS, TrainingConfig("TARGETS"), node=NODE)
    assert "'TARGETS' is not in the training query" in caught.value.what
    assert "ID, INCOME, JOB, TARGET" in (caught.value.why or "")
    assert caught.value.hint == "Did you mean 'TARGET'?"


@pytest.mark.parametrize(
    ("columns", "config", "what"),
    [
        ((*COLUMNS, Column("Income", "DOUBLE")), {}, "only in case: INCOME, Income"),
        ((*COLUMNS, Column("SHAPE", "GEOMETRY(4326)")), {}, "SHAPE (GEOMETRY(4326))"),
        ((*COLUMNS, Column("AGE", "INTERVAL YEAR TO MONTH")), {}, "AGE (INTERVAL"),
        (COLUMNS[3:], {}, "nothing but the target"),
        (COLUMNS, {"target_column": "JOB", "problem_type": "Regression"}, "needs a number"),
        (COLUMNS, {"sample_weight_column": "WEIGHT"}, "sample weight column 'WEIGHT'"),
        (COLUMNS, {"sample_weight_column": "JOB"}, "JOB cannot be the sample weight"),
        (COLUMNS, {"sample_weight_column": "TARGET"}, "TARGET cannot be the sample weight"),
    ],
)
def test_columns_that_cannot_be_trained_on(columns: Any, config: dict[str, Any], what: str) -> None:
    with pytest.raises(TrainingDataError) as caught:
        check_columns(columns, TrainingConfig(**{"target_column": "TARGET", **config}), node=NODE)
    assert what in caught.value.what


@pytest.mark.parametrize(
    ("data", "problem_type", "what"),
    [
        ({"row_count": 499}, None, "499 rows"),
        ({"row_count": 0}, None, "0 rows"),
        ({"target_values": 1}, None, "the same value in all rows"),
        ({"target_values": 0, "target_nulls": 1000}, None, "NULL in all 1000 rows"),
        ({"target_values": 5}, "BinaryClassification", "TARGET has 5"),
        ({"target_values": 2}, "MulticlassClassification", "TARGET has 2"),
    ],
)
def test_data_that_cannot_be_trained_on(data: dict[str, int], problem_type: str | None, what: str) -> None:
    with pytest.raises(TrainingDataError) as caught:
        check_data(replace(DATA, **data), TrainingConfig("TARGET", problem_type=problem_type), node=NODE)
    assert what in caught.value.what
    assert caught.value.hint


def test_good_data_pass() -> None:
    check_data(DATA, TrainingConfig("TARGET", problem_type="BinaryClassification"), node=NODE)
