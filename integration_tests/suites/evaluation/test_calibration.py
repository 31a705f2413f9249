"""calibration(), against scikit-learn's calibration_curve on the same rows."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from . import expected
from .conftest import Evaluations
from .test_two_labels import fill, scored


def curve(rows: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Share of positives and mean probability by bin, in order."""
    ordered = sorted(rows, key=lambda row: row["bin"])
    return [(row["positive_share"], row["mean_probability"]) for row in ordered]


def same(found: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> bool:
    """Whether two curves have the same points."""
    return len(found) == len(wanted) and all(
        math.isclose(one, other, rel_tol=expected.CLOSE, abs_tol=expected.CLOSE)
        for left, right in zip(found, wanted, strict=True)
        for one, other in zip(left, right, strict=True)
    )


def test_ten_bins_over_the_whole(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    found = evaluations.ask("bins")

    assert sorted(row["bin"] for row in found) == list(range(1, 11))
    assert same(curve(found), expected.bins(rows, 1, 10))
    assert sum(row["row_count"] for row in found) == len(rows)
    assert sum(row["positives"] for row in found) == rows["target"].sum()
    third = next(row for row in found if row["bin"] == 3)
    assert math.isclose(third["lower_bound"], 0.2)
    assert math.isclose(third["upper_bound"], 0.3)


def test_slices_have_bins_of_their_own(evaluations: Evaluations) -> None:
    rows = scored()
    fill(evaluations, rows)

    found = evaluations.ask("bins_sliced")

    for (region,), part in expected.slices(rows, "region").items():
        own = [row for row in found if row["region"] == region]
        assert same(curve(own), expected.bins(part, 1, 7)), region


def test_a_score_on_an_edge_falls_where_scikit_learn_puts_it(evaluations: Evaluations) -> None:
    rows = pd.DataFrame({"id": range(101), "probability": [place / 100 for place in range(101)]})
    rows = rows.assign(target=rows["id"] % 2, prediction=rows["id"] % 2, region="all", is_new=False)
    fill(evaluations, rows)

    assert same(curve(evaluations.ask("bins")), expected.bins(rows, 1, 10))
    assert same(curve(evaluations.ask("bins_fine")), expected.bins(rows, 1, 100))


def test_bins_without_rows_are_left_out(evaluations: Evaluations) -> None:
    rows = scored(3).assign(target=[0, 1, 1], prediction=1, probability=[0.05, 0.95, 1.0])
    fill(evaluations, rows)

    found = evaluations.ask("bins")

    assert sorted((row["bin"], row["row_count"], row["positives"]) for row in found) == [
        (1, 1, 0),
        (10, 2, 2),
    ]
