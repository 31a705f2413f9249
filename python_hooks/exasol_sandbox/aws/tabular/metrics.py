"""Autopilot's metrics for tables.

Source of the definitions: "Autopilot metrics and validation" in the SageMaker developer guide.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics
from sklearn.exceptions import UndefinedMetricWarning

from exasol_sandbox.aws.tabular.predictor import REGRESSION, Scores

MINIMIZED = frozenset({"MSE", "RMSE", "MAE", "LogLoss"})


def evaluate(problem_type: str, truth: NDArray[np.float64], scores: Scores) -> dict[str, float]:
    """All metrics of a problem type.

    Args:
        problem_type: AWS's name of it.
        truth: Class numbers, or the true values.
        scores: What `Predictor.scores` gave.
    """
    if problem_type == REGRESSION:
        return _regression(truth, scores[:, 0])
    with warnings.catch_warnings():
        # A class that is never predicted has precision 0: that is the answer, not a mistake.
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        return _classification(problem_type, truth.astype(int), scores)


def loss(metric: str, value: float) -> float:
    """What a search minimizes for this metric."""
    return value if metric in MINIMIZED else 1.0 - value


def _regression(truth: NDArray[np.float64], predicted: NDArray[np.float64]) -> dict[str, float]:
    squared = float(metrics.mean_squared_error(truth, predicted))
    return {
        "MAE": float(metrics.mean_absolute_error(truth, predicted)),
        "MSE": squared,
        "RMSE": float(np.sqrt(squared)),
        "R2": float(metrics.r2_score(truth, predicted)),
    }


def _classification(problem_type: str, truth: NDArray[np.int64], scores: Scores) -> dict[str, float]:
    predicted = scores.argmax(axis=1)
    found = {
        "Accuracy": float(metrics.accuracy_score(truth, predicted)),
        "BalancedAccuracy": float(metrics.recall_score(truth, predicted, average="macro", zero_division=0)),
        "LogLoss": float(metrics.log_loss(truth, scores, labels=list(range(scores.shape[1])))),
    }
    if problem_type == "BinaryClassification":
        found |= {
            "AUC": float(metrics.roc_auc_score(truth, scores[:, 1])),
            "F1": float(metrics.f1_score(truth, predicted, zero_division=0)),
            "Precision": float(metrics.precision_score(truth, predicted, zero_division=0)),
            "Recall": float(metrics.recall_score(truth, predicted, zero_division=0)),
        }
    else:
        found |= {
            "F1macro": float(metrics.f1_score(truth, predicted, average="macro", zero_division=0)),
            "PrecisionMacro": float(
                metrics.precision_score(truth, predicted, average="macro", zero_division=0)
            ),
            "RecallMacro": found["BalancedAccuracy"],
        }
    return found
