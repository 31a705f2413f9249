"""The same figures by scikit-learn, on rows as a frame with truth, prediction and probabilities."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.exceptions import UndefinedMetricWarning

CLOSE = 1e-9


def agree(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Assert that a row has these columns and values, numbers to 1e-9."""
    assert set(found) == set(expected)
    for name, value in expected.items():
        if isinstance(value, (float, np.floating)):
            assert found[name] is not None, f"{name} is null, not {value}"
            assert math.isclose(found[name], value, rel_tol=CLOSE, abs_tol=CLOSE), (name, found[name], value)
        else:
            assert found[name] == value, (name, found[name], value)


def by_slice(rows: Iterable[Mapping[str, Any]], *columns: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows by the values of these columns, without them; each combination once."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        assert key not in found, key
        found[key] = {name: value for name, value in row.items() if name not in columns}
    return found


def slices(rows: pd.DataFrame, *columns: str) -> dict[tuple[Any, ...], pd.DataFrame]:
    """The rows of each combination of values that occurs; a null is a value, None."""
    return {
        tuple(value if value == value else None for value in key): part  # noqa: PLR0124
        for key, part in rows.groupby(list(columns), dropna=False)
    }


def numbered(groups: Sequence[Sequence[Sequence[Any]]], columns: list[str]) -> pd.DataFrame:
    """Rows of all groups with an id each, and the number of their group as region."""
    rows = [(*row, str(place)) for place, group in enumerate(groups) for row in group]
    frame = pd.DataFrame(rows, columns=[*columns, "region"])
    frame["id"] = range(len(frame))
    return frame


def two_labels(rows: pd.DataFrame, labels: Sequence[Any]) -> dict[str, Any]:
    """What evaluate() gives for two labels, the second of which is the positive one."""
    negative, positive = labels
    truth = (rows["target"] == positive).to_numpy(dtype=int)
    predicted = (rows["prediction"] == positive).to_numpy(dtype=int)
    probability = rows["probability"].to_numpy(dtype=float)
    assert set(rows["target"]) | set(rows["prediction"]) <= {negative, positive}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        warnings.filterwarnings("ignore", "y_pred contains classes not in y_true", UserWarning)
        warnings.filterwarnings("ignore", "A single label was found", UserWarning)
        return {
            "row_count": len(rows),
            "positives": int(truth.sum()),
            "auc": float(metrics.roc_auc_score(truth, probability)) if 0 < truth.sum() < len(truth) else None,
            "log_loss": float(
                metrics.log_loss(truth, np.stack([1 - probability, probability], 1), labels=[0, 1])
            ),
            "accuracy": float(metrics.accuracy_score(truth, predicted)),
            "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, predicted)),
            "precision": float(metrics.precision_score(truth, predicted)),
            "recall": float(metrics.recall_score(truth, predicted)),
            "f1": float(metrics.f1_score(truth, predicted)),
        }


def several_labels(rows: pd.DataFrame, probabilities: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What evaluate() gives for several labels; the log loss with the columns of their probabilities."""
    truth, predicted = rows["target"], rows["prediction"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        warnings.filterwarnings("ignore", "y_pred contains classes not in y_true", UserWarning)
        warnings.filterwarnings("ignore", "A single label was found", UserWarning)
        found = {
            "row_count": len(rows),
            "label_count": len(set(truth) | set(predicted)),
            "accuracy": float(metrics.accuracy_score(truth, predicted)),
            "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, predicted)),
            "macro_precision": float(metrics.precision_score(truth, predicted, average="macro")),
            "macro_recall": float(metrics.recall_score(truth, predicted, average="macro")),
            "macro_f1": float(metrics.f1_score(truth, predicted, average="macro")),
        }
    if probabilities:
        labels = sorted(probabilities)
        table = rows[[probabilities[label] for label in labels]].to_numpy(dtype=float)
        found["log_loss"] = float(metrics.log_loss(truth, table, labels=labels))
    return found


def numbers(rows: pd.DataFrame) -> dict[str, Any]:
    """What evaluate() gives for numbers."""
    truth, predicted = rows["target"].to_numpy(dtype=float), rows["prediction"].to_numpy(dtype=float)
    return {
        "row_count": len(rows),
        "rmse": float(metrics.root_mean_squared_error(truth, predicted)),
        "mae": float(metrics.mean_absolute_error(truth, predicted)),
        "mape": float(metrics.mean_absolute_percentage_error(truth, predicted)),
        "r2": float(metrics.r2_score(truth, predicted)) if len(rows) > 1 else None,
    }


def bins(rows: pd.DataFrame, positive: Any, count: int) -> list[tuple[float, float]]:
    """Share of positives and mean probability of each bin that has rows, in order."""
    share, mean = calibration_curve(
        (rows["target"] == positive).astype(int), rows["probability"].to_numpy(dtype=float), n_bins=count
    )
    return list(zip(share.tolist(), mean.tolist(), strict=True))
