"""Tests on predictions and on what they are made from: distributions and missing features, without AWS."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pyexasol
import pytest

from .conftest import Project, Run, package_test

COUNT = 400
UNIFORM = [(number + 0.5) / COUNT for number in range(COUNT)]
SHIFTED = [value**2 for value in UNIFORM]
LABELS = ["good"] * 300 + ["bad"] * 100
OTHER_LABELS = ["good"] * 150 + ["bad"] * 200 + [None] * 50


@pytest.fixture(scope="module")
def project(new_project: Callable[..., Project], database: pyexasol.ExaConnection) -> Project:
    project = new_project()
    database.execute(f"create schema {project.schema}")
    scores: dict[str, Sequence[tuple[object, ...]]] = {
        "january": list(zip(UNIFORM, LABELS, strict=True)),
        "same": list(zip(reversed(UNIFORM), reversed(LABELS), strict=True)),
        "shifted": list(zip(SHIFTED, OTHER_LABELS, strict=True)),
        "nothing": [],
    }
    for table, content in scores.items():
        database.execute(
            f"create table {project.schema}.{table} (probability double, prediction varchar(10))"
        )
        if content:
            database.import_from_iterable(content, (project.schema, table.upper()))
    for table, columns in {
        "training": "income, case when mod(id, 10) = 0 then null else score end as score, job",
        "fresh": "case when mod(id, 4) = 0 then null else income end as income, "
        "case when mod(id, 8) = 0 then null else score end as score",
    }.items():
        loans = project.folder / "models" / "_sources.yml"
        schema = loans.read_text().split("schema: ")[1].split()[0]
        database.execute(f"create table {project.schema}.{table} as select {columns} from {schema}.loans")
    return project


@pytest.fixture(scope="module")
def tested(project: Project) -> Run:
    """All tests in one run."""
    january = "source('scores', 'january')"
    stable = "prediction_distribution_stable"
    tests = {
        "same": [
            package_test(stable, "same_numbers", reference=january, column="probability"),
            package_test(stable, "same_labels", reference=january),
        ],
        "shifted": [
            package_test(stable, "other_numbers", reference=january, column="probability", threshold=0.1),
            package_test(stable, "other_labels", reference=january),
            package_test(stable, "generous", reference=january, column="probability", threshold=5),
        ],
        "nothing": [package_test(stable, "no_rows", reference=january)],
        "fresh": [
            package_test("no_missing_features", "all_columns", training="source('scores', 'training')"),
            package_test(
                "no_missing_features",
                "some_columns",
                training="source('scores', 'training')",
                columns=["score"],
            ),
        ],
    }
    tables = [{"name": name, "data_tests": found} for name, found in tests.items()]
    tables += [{"name": "january"}, {"name": "training"}]
    project.write("_scores.yml", {"sources": [{"name": "scores", "schema": project.name, "tables": tables}]})
    return project.dbt("test", "--select", "source:scores")


@pytest.mark.parametrize(
    ("test", "status"),
    [
        ("same_numbers", "pass"),
        ("same_labels", "pass"),
        ("other_numbers", "fail"),
        ("other_labels", "fail"),
        ("generous", "pass"),
        ("no_rows", "fail"),
        ("all_columns", "fail"),
        ("some_columns", "pass"),
    ],
)
def test_each_test_finds_what_it_is_for(tested: Run, test: str, status: str) -> None:
    assert tested.status[test] == status, tested.said


def stability_index(reference: Sequence[float], current: Sequence[float]) -> float:
    """The population stability index over bins with equal shares of the reference, its plain definition."""
    pairs = [(max(a, 0.0001), max(b, 0.0001)) for a, b in zip(reference, current, strict=True)]
    return sum((b - a) * math.log(b / a) for a, b in pairs)


def test_the_index_of_numbers_is_over_tenths_of_the_reference(tested: Run) -> None:
    tenth = COUNT // 10
    borders = [-1.0, *UNIFORM[tenth - 1 : -1 : tenth], 2.0]
    shares = [sum(low < value <= high for value in SHIFTED) / COUNT for low, high in pairwise(borders)]
    expected = stability_index([0.1] * 10, shares)
    assert f"PROBABILITY: stability index {expected:.4f} > 0.1, most of it by values up to" in tested.said


def test_each_label_and_null_are_bins(tested: Run) -> None:
    expected = stability_index([0.75, 0.25, 0.0], [150 / 400, 200 / 400, 50 / 400])
    message = (
        f"PREDICTION: stability index {expected:.4f} > 0.25, most of it by NULL, 0.00 % in the reference"
    )
    assert message in tested.said


def test_no_rows_are_a_failure(tested: Run) -> None:
    assert "there are no predictions" in tested.said


def test_missing_features_are_named_with_their_shares(tested: Run) -> None:
    assert "INCOME is missing in 25.00 % of the rows, in training in 0.00 %" in tested.said
    assert "JOB is no column here, the model was trained on it" in tested.said
    assert "SCORE is missing" not in tested.said
