"""How good predictions are on rows that training never saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyexasol import ExaConnection
from sklearn import metrics


@dataclass(frozen=True)
class ScoredRow:
    """A held-out row: what was predicted and what is true.

    Args:
        key: of the row.
        prediction: in the target's type.
        probability: for two classes that of the second, for more that of the predicted; None for regression.
        truth: None where it is not known.
    """

    key: Any
    prediction: Any
    probability: float | None
    truth: Any


@dataclass(frozen=True)
class Score:
    """A metric on held-out rows."""

    name: str
    value: float
    rows: int


def fetch_scored_rows(
    database: ExaConnection, *, predictions: str, examples: str, key: str, target: str, classes: bool
) -> list[ScoredRow]:
    """Predictions with their truth, by key.

    Args:
        database: connection whose fetch mapper gives Python numbers.
        predictions: relation with the key, PREDICTION and, for classes, PROBABILITY.
        examples: relation with key and target.
        key: name of the key column.
        target: name of the target column.
        classes: whether there is a PROBABILITY.
    """
    probability = "p.probability" if classes else "null"
    query = f"""
        select p."{key}", p.prediction, {probability}, e."{target}"
        from {predictions} p join {examples} e on e."{key}" = p."{key}"
        order by 1
    """
    return [ScoredRow(*row) for row in database.execute(query)]


def score(rows: Sequence[ScoredRow], problem_type: str) -> list[Score]:
    """AUC for two classes, accuracy for more, R² and RMSE for numbers; of the rows whose truth is known.

    A metric that is undefined on these rows (one class only) is left out.
    """
    known = [row for row in rows if row.truth is not None]
    truth = [row.truth for row in known]
    if problem_type == "BinaryClassification":
        labels = sorted(set(truth))
        if len(labels) != 2:
            return []
        positive = np.array([label == labels[1] for label in truth])
        return [
            Score(
                "AUC", float(metrics.roc_auc_score(positive, [row.probability for row in known])), len(known)
            )
        ]
    predicted = [row.prediction for row in known]
    if problem_type == "MulticlassClassification":
        return [Score("accuracy", float(metrics.accuracy_score(truth, predicted)), len(known))]
    numbers, guesses = np.array(truth, dtype=float), np.array(predicted, dtype=float)
    return [
        Score("R²", float(metrics.r2_score(numbers, guesses)), len(known)),
        Score("RMSE", float(np.sqrt(metrics.mean_squared_error(numbers, guesses))), len(known)),
    ]


def spread(rows: Sequence[ScoredRow], count: int) -> list[ScoredRow]:
    """A few rows from surest to least sure, evenly over all of them."""
    ranked = sorted(rows, key=lambda row: (row.probability is None, -(row.probability or 0.0)))
    if len(ranked) <= count:
        return ranked
    return [ranked[round(place * (len(ranked) - 1) / (count - 1))] for place in range(count)]
