"""evaluate() and confusion_matrix() for several labels, against scikit-learn on the same rows."""

from __future__ import annotations

import math
import sys

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import metrics

from . import expected
from .conftest import Evaluations

LABELS = np.array(["high", "low", "mid"], dtype=object)
COLUMNS = {label: f"p_{label}" for label in LABELS}


def scored(count: int = 3000, seed: int = 2) -> pd.DataFrame:
    """Rows of three labels; in the west `mid` never comes true, in the east nothing else does."""
    random = np.random.default_rng(seed)
    region = random.choice(
        np.array(["west", "east", "rest", None], dtype=object), count, p=[0.2, 0.1, 0.5, 0.2]
    )
    target = random.choice(LABELS, count, p=[0.2, 0.5, 0.3])
    target = np.where(
        (region == "west") & (target == "mid"), "low", np.where(region == "east", "mid", target)
    )
    strength = random.gamma(1 + 2 * (target[:, None] == LABELS[None, :]))
    table = strength / strength.sum(axis=1, keepdims=True)
    sure = random.random(count) < 0.02
    table[sure] = np.eye(3)[random.integers(0, 3, sure.sum())]
    rows = pd.DataFrame({"id": np.arange(count), "target": target, "region": region})
    rows["prediction"] = LABELS[table.argmax(axis=1)]
    for position, label in enumerate(LABELS):
        rows[COLUMNS[label]] = table[:, position]
    return rows


def fill(evaluations: Evaluations, rows: pd.DataFrame) -> None:
    """Split rows into predictions and truth."""
    evaluations.fill("class_predictions", rows[["id", "prediction", "p_high", "p_low", "p_mid"]])
    evaluations.fill("class_truth", rows[["id", "target", "region"]])


def test_the_whole_equals_scikit_learn(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    (found,) = evaluations.ask("classes")
    (plain,) = evaluations.ask("classes_plain")

    expected.agree(found, expected.several_labels(rows, COLUMNS))
    expected.agree(plain, expected.several_labels(rows))


def test_each_slice_equals_scikit_learn_on_the_labels_it_has(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    found = expected.by_slice(evaluations.ask("classes_sliced"), "region")

    parts = expected.slices(rows, "region")
    assert found.keys() == parts.keys()
    for key, part in parts.items():
        expected.agree(found[key], expected.several_labels(part, COLUMNS))


def test_a_label_the_model_does_not_know_had_probability_zero(evaluations: Evaluations) -> None:
    rows = scored(100)
    rows.loc[0, "target"] = "never seen"
    fill(evaluations, rows)

    (found,) = evaluations.ask("classes")

    known = metrics.log_loss(
        rows["target"][1:], rows[["p_high", "p_low", "p_mid"]][1:].to_numpy(), labels=list(LABELS)
    )
    expected.agree(
        {"log_loss": found["log_loss"]}, {"log_loss": (99 * known - np.log(np.finfo(float).eps)) / 100}
    )


def test_without_rows_there_is_one_row_of_nulls(evaluations: Evaluations) -> None:
    fill(evaluations, scored(0))

    (found,) = evaluations.ask("classes")

    assert (found.pop("row_count"), found.pop("label_count")) == (0, 0)
    assert set(found.values()) == {None}
    assert evaluations.ask("classes_sliced") == evaluations.ask("matrix_sliced") == []


def test_the_confusion_matrix_has_every_pair_in_every_slice(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    whole = evaluations.ask("matrix")
    sliced = expected.by_slice(evaluations.ask("matrix_sliced"), "region", "actual", "predicted")

    assert matrix(whole) == metrics.confusion_matrix(rows["target"], rows["prediction"]).tolist()
    for (region,), part in expected.slices(rows, "region").items():
        counts = metrics.confusion_matrix(part["target"], part["prediction"], labels=list(LABELS))
        for actual, line in zip(LABELS, counts, strict=True):
            for predicted, count in zip(LABELS, line, strict=True):
                share = float(count / line.sum()) if line.sum() else None
                expected.agree(
                    sliced[region, actual, predicted], {"row_count": int(count), "share_of_actual": share}
                )
    assert len(sliced) == 4 * 9


def matrix(rows: list[dict[str, int]]) -> list[list[int]]:
    """Counts as scikit-learn has them: a line per actual label."""
    counts = {(row["actual"], row["predicted"]): row["row_count"] for row in rows}
    return [[counts[actual, predicted] for predicted in LABELS] for actual in LABELS]


GROUP = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=12)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(GROUP, min_size=20, max_size=40))
def test_any_few_rows_equal_scikit_learn(
    evaluations: Evaluations, groups: list[list[tuple[str, str]]]
) -> None:
    rows = expected.numbered(groups, ["target", "prediction"]).assign(p_high=0, p_low=0, p_mid=0)
    fill(evaluations, rows)

    found = expected.by_slice(evaluations.ask("classes_sliced"), "region")

    for key, part in expected.slices(rows, "region").items():
        assert math.isclose(found[key].pop("log_loss"), -math.log(sys.float_info.epsilon))
        expected.agree(found[key], expected.several_labels(part))
