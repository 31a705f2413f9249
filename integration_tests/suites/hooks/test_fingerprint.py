"""What changes a fingerprint, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exasol_sagemaker import Column, Owner, TrainingConfig
from exasol_sagemaker.fingerprint import fingerprint
from exasol_sagemaker.training_data import TrainingData

TARGET = Column("TARGET", "DECIMAL(1,0)")
OWNER = Owner("shop", "prod", "model.shop.risk")
CONFIG = TrainingConfig("TARGET", problem_type="BinaryClassification", objective="AUC")
DATA = TrainingData(
    query="select * from t",
    columns=(Column("A", "DOUBLE"), TARGET),
    target=TARGET,
    row_count=1000,
    target_values=2,
    target_nulls=0,
    checksum="1-2-3-4",
)


def test_the_same_input_has_the_same_fingerprint() -> None:
    assert fingerprint(OWNER, DATA, CONFIG) == fingerprint(OWNER, replace(DATA), replace(CONFIG))


def test_tags_and_white_space_around_the_query_change_nothing() -> None:
    tagged = replace(CONFIG, tags={"cost-centre": "1"})
    padded = replace(DATA, query="\n  select * from t \n")
    assert fingerprint(OWNER, padded, tagged) == fingerprint(OWNER, DATA, CONFIG)


@pytest.mark.parametrize(
    "change",
    [
        {"query": "select * from u"},
        {"columns": (Column("A", "DECIMAL(18,0)"), TARGET)},
        {"row_count": 1001},
        {"checksum": "1-2-3-5"},
    ],
)
def test_a_change_of_the_data_changes_it(change: dict[str, Any]) -> None:
    assert fingerprint(OWNER, replace(DATA, **change), CONFIG) != fingerprint(OWNER, DATA, CONFIG)


@pytest.mark.parametrize(
    "change",
    [
        {"objective": "F1"},
        {"max_candidates": 3},
        {"mode": "ENSEMBLING"},
        {"algorithms": ("xgboost",)},
        {"validation_fraction": 0.3},
    ],
)
def test_a_change_of_the_configuration_changes_it(change: dict[str, Any]) -> None:
    assert fingerprint(OWNER, DATA, replace(CONFIG, **change)) != fingerprint(OWNER, DATA, CONFIG)


def test_two_targets_do_not_share_a_job() -> None:
    assert fingerprint(replace(OWNER, target="dev"), DATA, CONFIG) != fingerprint(OWNER, DATA, CONFIG)
