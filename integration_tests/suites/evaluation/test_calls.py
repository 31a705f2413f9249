"""What the macros say of a call that is wrong, and what they compile to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import BINARY, CLASSES, Evaluations

CALIBRATION = BINARY.replace("evaluate", "calibration")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            f"{BINARY}, 'Ranking')",
            "BinaryClassification, MulticlassClassification or Regression, not Ranking",
        ),
        (
            f"{CLASSES}, 'MulticlassClassification', positive_label=1)",
            "positive_label is for BinaryClassification only",
        ),
        (f"{BINARY}, 'BinaryClassification', probabilities={{'a': 'p'}})", "probabilities is for Multiclass"),
        (
            f"{BINARY}, 'BinaryClassification', by='truth.probability')",
            "cannot be made by a column that is called",
        ),
        (f"{BINARY.replace(chr(39) + 'id' + chr(39), '[]')}, 'Regression')", "evaluate() needs a key"),
        (f"{CALIBRATION}, bins=0)", "bins is a whole number, 1 or more, not 0"),
    ],
)
def test_a_wrong_call_is_refused_when_compiled(
    refused: Callable[[str], str], call: str, message: str
) -> None:
    assert message in refused(call)


def test_a_query_around_it_reads_it_as_a_subquery(evaluations: Evaluations) -> None:
    found = evaluations.database.execute(
        f"select count(*) as n from ({evaluations.sql('two_labels')}) as scores"
    )

    assert found.fetchall() == [{"n": 1}]


def test_a_given_label_spares_the_pass_that_finds_it(evaluations: Evaluations) -> None:
    assert "positive.label" in evaluations.sql("two_labels")
    assert "positive.label" not in evaluations.sql("two_labels_flipped")
