"""evaluate() for two labels, against scikit-learn on the same rows."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import expected
from .conftest import Evaluations

REGIONS = ["north", "south", "only ones", "only zeros", None]


def scored(count: int = 4000, seed: int = 1) -> pd.DataFrame:
    """Rows with many equal scores, scores of exactly 0 and 1, and regions where one label is all there is."""
    random = np.random.default_rng(seed)
    region = random.choice(np.array(REGIONS, dtype=object), count, p=[0.4, 0.3, 0.1, 0.1, 0.1])
    target = random.binomial(1, 0.3, count)
    target = np.where(region == "only ones", 1, np.where(region == "only zeros", 0, target))
    score = np.clip(random.normal(0.35 + 0.25 * target, 0.25), 0, 1)
    probability = np.where(random.random(count) < 0.7, score.round(2), score)
    return pd.DataFrame(
        {
            "id": np.arange(count),
            "target": target,
            "region": region,
            "is_new": random.choice([True, False], count),
            "prediction": (probability >= 0.5).astype(int),
            "probability": probability,
        }
    )


def fill(evaluations: Evaluations, rows: pd.DataFrame, kind: str = "binary") -> None:
    """Split rows into predictions, in another order, and truth."""
    shuffled = rows.sample(frac=1, random_state=7)
    evaluations.fill(f"{kind}_predictions", shuffled[["id", "prediction", "probability"]])
    columns = [name for name in ("id", "target", "region", "is_new") if name in rows]
    evaluations.fill(f"{kind}_truth", rows[columns])


def test_the_whole_equals_scikit_learn(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    (found,) = evaluations.ask("two_labels")

    assert rows["probability"].isin([0, 1]).sum() > 20
    expected.agree(found, expected.two_labels(rows, (0, 1)))


def test_each_slice_equals_scikit_learn_and_null_is_a_slice(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    found = expected.by_slice(evaluations.ask("two_labels_sliced"), "region", "is_new")

    parts = expected.slices(rows, "region", "is_new")
    assert len(parts) == 10
    assert found.keys() == parts.keys()
    for key, part in parts.items():
        expected.agree(found[key], expected.two_labels(part, (0, 1)))


def test_a_slice_with_one_label_has_no_auc_but_a_log_loss(evaluations: Evaluations) -> None:
    fill(evaluations, scored())

    found = expected.by_slice(evaluations.ask("two_labels_sliced"), "region", "is_new")

    for region in ("only ones", "only zeros"):
        assert found[region, True]["auc"] is None
        assert found[region, True]["log_loss"] > 0
    assert found["only zeros", True]["positives"] == 0


def test_a_condition_reads_columns_of_both_relations(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    (found,) = evaluations.ask("two_labels_where")

    expected.agree(found, expected.two_labels(rows[rows["region"].isin(["north", "south"])], (0, 1)))


def test_the_positive_label_may_be_the_smaller_one(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    (found,) = evaluations.ask("two_labels_flipped")

    expected.agree(found, expected.two_labels(rows, (1, 0)))


def test_rows_without_truth_prediction_probability_or_partner_are_not_judged(
    evaluations: Evaluations,
) -> None:
    rows = scored(600)
    holes = rows.astype({"target": "Int64", "prediction": "Int64", "probability": "Float64"})
    holes.loc[holes["id"] % 7 == 1, "target"] = pd.NA
    holes.loc[holes["id"] % 7 == 2, "prediction"] = pd.NA
    holes.loc[holes["id"] % 7 == 3, "probability"] = pd.NA
    evaluations.fill("binary_predictions", holes[holes["id"] % 7 != 4][["id", "prediction", "probability"]])
    evaluations.fill("binary_truth", holes[holes["id"] % 7 != 5][["id", "target", "region", "is_new"]])

    (found,) = evaluations.ask("two_labels")

    expected.agree(found, expected.two_labels(rows[rows["id"] % 7 % 6 == 0], (0, 1)))


def test_without_rows_there_is_one_row_of_nulls_and_no_slice(evaluations: Evaluations) -> None:
    fill(evaluations, scored(0))

    (found,) = evaluations.ask("two_labels")

    assert found.pop("row_count") == 0
    assert set(found.values()) == {None}
    assert evaluations.ask("two_labels_sliced") == []


def test_of_a_single_label_nobody_knows_whether_it_is_the_positive_one(evaluations: Evaluations) -> None:
    rows = scored(50).assign(target=1, prediction=1)
    fill(evaluations, rows)

    (found,) = evaluations.ask("two_labels")
    (told,) = evaluations.ask("two_labels_flipped")

    assert (found["row_count"], found["accuracy"]) == (50, 1.0)
    assert {found[name] for name in ("positives", "auc", "log_loss", "precision", "recall", "f1")} == {None}
    expected.agree(told, expected.two_labels(rows, (1, 0)))


def test_labels_may_be_text_and_probabilities_decimals(evaluations: Evaluations) -> None:
    rows = scored()
    names = {0: "it's good", 1: "schlecht (ü)"}
    rows = rows.assign(
        target=rows["target"].map(names),
        prediction=rows["prediction"].map(names),
        probability=rows["probability"].map("{:.4f}".format).map(Decimal),
    ).drop(columns="is_new")
    fill(evaluations, rows, "text")

    found = expected.by_slice(evaluations.ask("text_labels"), "region")
    (chosen,) = evaluations.ask("text_labels_chosen")

    for key, part in expected.slices(rows, "region").items():
        expected.agree(found[key], expected.two_labels(part, ("it's good", "schlecht (ü)")))
    expected.agree(chosen, expected.two_labels(rows, ("schlecht (ü)", "it's good")))


@pytest.mark.parametrize("model", ["boolean_labels", "boolean_labels_default"])
def test_labels_may_be_booleans(evaluations: Evaluations, model: str) -> None:
    rows = scored(500).drop(columns=["region", "is_new"])
    rows = rows.astype({"target": bool, "prediction": bool})
    fill(evaluations, rows, "boolean")

    (found,) = evaluations.ask(model)

    expected.agree(found, expected.two_labels(rows, (False, True)))


SCORES = st.one_of(
    st.sampled_from([0.0, 1.0, 0.5, 1e-300, 2.2e-16, 1 - 2**-53]),
    st.floats(0, 1),
    st.integers(0, 4).map(lambda n: n / 4),
)
GROUP = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), SCORES), min_size=1, max_size=15)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(GROUP, min_size=30, max_size=60))
def test_any_few_rows_equal_scikit_learn(
    evaluations: Evaluations, groups: list[list[tuple[int, int, float]]]
) -> None:
    rows = expected.numbered(groups, ["target", "prediction", "probability"]).assign(is_new=None)
    fill(evaluations, rows)

    found = expected.by_slice(evaluations.ask("two_labels_groups"), "region")

    for key, part in expected.slices(rows, "region").items():
        expected.agree(found[key], expected.two_labels(part, (0, 1)))
