"""What Autopilot is told about columns by FeatureSpecificationS3Uri."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from exasol_sandbox.aws.tabular.features import FeatureChoice, fit_features
from exasol_sandbox.aws.training.errors import DatasetError
from exasol_sandbox.aws.training.feature_specification import read_choice

CONFIG = {"TargetAttributeName": "T", "FeatureSpecificationS3Uri": "s3://bucket/features.json"}
FEATURES = pa.table({"A": ["1", "2", "3"] * 10, "B": ["x", "y", "x"] * 10, "C": ["2024-01-31"] * 30})


class Bucket:
    """A bucket with one object."""

    def __init__(self, content: Any) -> None:
        self._content = content if isinstance(content, bytes) else json.dumps(content).encode()

    def read(self, uri: str) -> bytes:
        assert uri == CONFIG["FeatureSpecificationS3Uri"]
        return self._content


def choice(content: Any) -> FeatureChoice:
    return read_choice(Bucket(content), CONFIG, FEATURES)  # type: ignore[arg-type]


def test_names_and_types_are_read() -> None:
    found = choice({"FeatureAttributeNames": ["A", "B"], "FeatureDataTypes": {"A": "categorical"}})

    assert (found.names, found.types) == (frozenset({"A", "B"}), {"A": "categorical"})


def test_without_a_specification_all_columns_are_features() -> None:
    found = read_choice(Bucket({}), {"TargetAttributeName": "T"}, FEATURES)  # type: ignore[arg-type]

    assert found == FeatureChoice()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not valid JSON"),
        ({"Names": ["A"]}, "must be an object of"),
        ({"FeatureAttributeNames": "A"}, "must be a list"),
        ({"FeatureAttributeNames": ["A", "A"]}, "each of them once"),
        ({"FeatureAttributeNames": ["T"]}, "'T', which is the target or not in the dataset"),
        (
            {"FeatureAttributeNames": ["A"], "FeatureDataTypes": {"B": "text"}},
            "is not in FeatureAttributeNames",
        ),
        ({"FeatureDataTypes": {"A": "sequence"}}, "does not support the data type 'sequence'"),
        ({"FeatureDataTypes": {"B": "numeric"}}, "holds no number"),
    ],
)
def test_what_the_job_fails_with(content: Any, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        choice(content)


def test_a_column_is_encoded_as_what_it_is_said_to_be() -> None:
    targets = np.tile([[0.0], [1.0], [0.0]], (10, 1))

    def kinds(chosen: FeatureChoice) -> list[str]:
        return [type(one).__name__ for one in fit_features(FEATURES, targets, chosen).encoders]

    assert kinds(FeatureChoice()) == ["NumberColumn", "FewValuesColumn", "NoneType"]
    typed = FeatureChoice(frozenset({"A", "B"}), {"A": "categorical", "B": "text"})
    assert kinds(typed) == ["FewValuesColumn", "ManyValuesColumn", "NoneType"]
    assert kinds(FeatureChoice(frozenset({"B"}))) == ["NoneType", "FewValuesColumn", "NoneType"]
