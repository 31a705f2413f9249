"""What is refused before anything is exported, and what SageMaker is never asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyexasol
import pytest

from batch.conftest import INPUT
from exasol_sagemaker import (
    AwsSession,
    BatchPlan,
    BatchPredictionError,
    ConfigurationError,
    TrainingJob,
)
from exasol_sagemaker.batch_results import label_list, prediction, probability

Plan = Callable[..., BatchPlan]


def with_value(column: str, value: str, where: str = "ID = 3") -> str:
    """INPUT with another value in one row."""
    names = ["ID", "TARGET", "GENDER", "INCOME", "CHILDREN", "JOB", "OWNS", "BORN", "SEEN", "SCORE"]
    selected = ", ".join(
        f"CASE WHEN {where} THEN {value} ELSE {name} END AS {name}" if name == column else name
        for name in names
    )
    return f"SELECT {selected} FROM ({INPUT})"


def test_all_missing_columns_are_named(plan: Plan) -> None:
    with pytest.raises(BatchPredictionError) as refused:
        plan("SELECT ID, INCOME, SCORE FROM BATCH.APPLICATIONS", keys=("ID", "SHOP"), columns=("TOWN",))
    for name in ("GENDER", "CHILDREN", "JOB", "OWNS", "BORN", "SEEN", "SHOP", "TOWN"):
        assert name in str(refused.value).partition("why")[0]


def test_keys_are_unique_and_not_null(plan: Plan) -> None:
    with pytest.raises(BatchPredictionError, match="not unique") as doubled:
        plan(with_value("ID", "6"))
    assert "6 (2 times)" in str(doubled.value)
    with pytest.raises(BatchPredictionError, match="NULL in 1 of 400 rows"):
        plan(with_value("ID", "NULL"))


def test_line_ends_in_texts_are_refused(plan: Plan) -> None:
    with pytest.raises(BatchPredictionError, match=r"line ends .* JOB \(1 rows\)"):
        plan(with_value("JOB", "'a' || CHR(10) || 'b'"))


def test_results_names_are_not_for_the_input(plan: Plan) -> None:
    with pytest.raises(BatchPredictionError, match="PREDICTION cannot be carried through"):
        plan(f"SELECT ROWS_IN.*, ID AS PREDICTION FROM ({INPUT}) AS ROWS_IN", columns=("prediction",))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"instance_type": "ml.m5.xlarg"}, "Did you mean ml.m5.xlarge"),
        ({"instance_count": 0}, "instance_count 0"),
        ({"strategy": "Multi"}, "MultiRecord, SingleRecord"),
        ({"max_payload_mb": 60, "max_concurrent_transforms": 2}, "at most 100 MB"),
        ({"rows_per_chunk": 0}, "rows_per_chunk 0"),
    ],
)
def test_a_configuration_that_cannot_be(plan: Plan, options: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        plan(**options)
    assert said in str(refused.value)


def test_the_same_rows_have_the_same_fingerprint_in_any_order(plan: Plan) -> None:
    one = plan()
    assert plan(f"SELECT * FROM ({INPUT}) ORDER BY SCORE").fingerprint == one.fingerprint
    assert plan(instance_type="ml.m5.large").fingerprint == one.fingerprint
    assert plan(with_value("INCOME", "INCOME + 1")).fingerprint != one.fingerprint
    assert plan(columns=("TARGET",)).fingerprint != one.fingerprint


def test_a_change_touches_its_own_chunk_alone(plan: Plan) -> None:
    before = {chunk.index: chunk.fingerprint for chunk in plan(rows_per_chunk=100).chunks}
    after = {
        chunk.index: chunk.fingerprint
        for chunk in plan(with_value("INCOME", "INCOME + 1"), rows_per_chunk=100).chunks
    }
    assert len(before) == 4
    assert sum(before[index] != after[index] for index in before) == 1


def test_planning_asks_sagemaker_for_nothing(
    plan: Plan, session: AwsSession, trained: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    session.sagemaker.meta.events.register(
        "before-call.sagemaker", lambda model, **_: calls.append(model.name)
    )
    plan()
    assert calls == []


@pytest.mark.parametrize(
    ("labels", "numbers", "label", "expected"),
    [
        ("[0, 1]", "[0.25, 0.75]", "0", 0.75),
        ("['no', 'yes']", "[1e-05, 0.99999]", "yes", 0.99999),
        ("[\"it's\", 'a, b', 'c']", "[0.5, 0.2, 0.3]", "a, b", 0.2),
        ("[1, 2, 3]", "[0.5, 0.2, 0.3]", "3", 0.3),
        ("[true, false]", "[0.4, 0.6]", "true", 0.6),
    ],
)
def test_probability_is_read_from_the_answer(
    database: pyexasol.ExaConnection, labels: str, numbers: str, label: str, expected: float
) -> None:
    expression = probability("LABEL", "NUMBERS", "LABELS", [labels])
    quoted = labels.replace("'", "''")
    row = database.execute(
        f"SELECT {expression} FROM (SELECT '{label}' AS LABEL, '{numbers}' AS NUMBERS, '{quoted}' AS LABELS)"
    ).fetchone()
    assert row == (expected,)


@pytest.mark.parametrize(
    ("label", "kind", "expected"),
    [
        ("1", "DECIMAL(1,0)", "1"),
        ("1.0", "DECIMAL(9,0)", "1"),
        ("2.50", "DECIMAL(5,2)", "2.5"),
        ("True", "BOOLEAN", "TRUE"),
        ("2024-01-31", "DATE", "DATE '2024-01-31'"),
        ("-1.5e-3", "DOUBLE", "-0.0015"),
        ("007", "VARCHAR(5) UTF8", "'007'"),
    ],
)
def test_a_label_gets_the_targets_type(
    database: pyexasol.ExaConnection, label: str, kind: str, expected: str
) -> None:
    value = prediction("LABEL", kind)
    row = database.execute(f"SELECT {value} = {expected} FROM (SELECT '{label}' AS LABEL)").fetchone()
    assert row == (True,)


def test_lists_of_labels_are_read_in_either_notation() -> None:
    assert label_list("['a', 'b\"c']") == ["a", 'b"c']
    assert label_list("[0, 1.5, true]") == ["0", "1.5", "true"]


@pytest.mark.parametrize("threshold", [-0.1, 1.5])
def test_a_threshold_that_is_no_probability_is_refused(
    plan: Callable[..., BatchPlan], threshold: float
) -> None:
    with pytest.raises(ConfigurationError, match="Use 0 to 1"):
        plan(threshold=threshold)


def test_results_that_a_model_cannot_have_are_refused(
    plan: Callable[..., BatchPlan], trained: TrainingJob
) -> None:
    amounts = replace(trained, problem_type="Regression")
    with pytest.raises(ConfigurationError, match="is a Regression"):
        plan(job=amounts, probabilities=True)
    with pytest.raises(ConfigurationError, match="for two labels"):
        plan(job=amounts, threshold=0.5)
