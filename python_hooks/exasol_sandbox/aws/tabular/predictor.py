"""Trained estimators behind one call, and the stages that become containers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exasol_sandbox.aws.tabular.columns import Matrix
from exasol_sandbox.aws.tabular.features import FeatureEncoder

REGRESSION = "Regression"
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Predictor:
    """A weighted mean of estimators.

    Attributes:
        estimators: With `predict_proba` for classes 0, 1, …, or `predict` for regression.
        weights: One each; they sum to 1.
    """

    problem_type: str
    estimators: list[Any]
    weights: list[float]

    def scores(self, matrix: Matrix) -> Scores:
        """Class probabilities, a row each, or one column of numbers."""
        parts: list[Scores] = []
        for estimator, weight in zip(self.estimators, self.weights, strict=True):
            if self.problem_type == REGRESSION:
                found = np.asarray(estimator.predict(matrix), dtype=np.float64).reshape(-1, 1)
            else:
                found = np.asarray(estimator.predict_proba(matrix), dtype=np.float64)
            parts.append(found * weight)
        total: Scores = np.sum(parts, axis=0)
        return total


@dataclass(frozen=True)
class FeatureStage:
    """The first container of a hyperparameter-tuning model: rows to features."""

    encoder: FeatureEncoder


@dataclass(frozen=True)
class AlgorithmStage:
    """The second: features to scores."""

    predictor: Predictor


@dataclass(frozen=True)
class LabelStage:
    """The third, for classification: class numbers to labels."""

    labels: list[str]


@dataclass(frozen=True)
class EnsembleStage:
    """The one container of an ensemble."""

    encoder: FeatureEncoder
    predictor: Predictor
    labels: list[str]


Stage = FeatureStage | AlgorithmStage | LabelStage | EnsembleStage
