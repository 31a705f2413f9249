"""How the demo judges predictions."""

import pytest

from exasol_sagemaker.demo.scores import ScoredRow, score, spread


def rows(*values: tuple[object, float | None, object]) -> list[ScoredRow]:
    return [ScoredRow(key, *value) for key, value in enumerate(values)]


def test_binary_predictions_are_judged_by_auc_of_the_second_label() -> None:
    scored = rows(("no", 0.1, "no"), ("no", 0.4, "yes"), ("no", 0.35, "no"), ("yes", 0.8, "yes"))

    assert [(found.name, found.value, found.rows) for found in score(scored, "BinaryClassification")] == [
        ("AUC", 1.0, 4)
    ]


def test_rows_without_truth_do_not_count() -> None:
    scored = rows((0, 0.9, None), (0, 0.1, 1), (1, 0.9, 0))

    assert [(found.value, found.rows) for found in score(scored, "BinaryClassification")] == [(0.0, 2)]


def test_one_class_has_no_auc() -> None:
    assert score(rows((1, 0.9, 1), (1, 0.8, 1)), "BinaryClassification") == []


def test_several_classes_are_judged_by_accuracy() -> None:
    scored = rows(("a", 0.9, "a"), ("b", 0.9, "c"), ("c", 0.9, "c"), ("a", 0.9, "b"))

    assert [(found.name, found.value) for found in score(scored, "MulticlassClassification")] == [
        ("accuracy", 0.5)
    ]


def test_numbers_are_judged_by_r2_and_rmse() -> None:
    found = {item.name: item.value for item in score(rows((1.0, None, 1), (2.0, None, 4)), "Regression")}

    assert found["RMSE"] == pytest.approx(2**0.5)
    assert found["R²"] == pytest.approx(1 - 4 / 4.5)


def test_shown_rows_are_spread_from_the_surest_to_the_least_sure() -> None:
    scored = [ScoredRow(number, 1, number / 100, 1) for number in range(101)]

    assert [row.key for row in spread(scored, 5)] == [100, 75, 50, 25, 0]
