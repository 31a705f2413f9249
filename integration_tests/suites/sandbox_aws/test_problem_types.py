"""What Autopilot makes of a target when nobody tells it, and options that change the training rows."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from .conftest import ALL, COLUMNS, Autopilot, Rows, loan_rows, predict, price_rows, to_csv, unique_name

GRADES = ['low, "so to say"', "mittel", "höchste"]


def graded(count: int) -> Rows:
    """Rows of three classes that the age decides."""
    return [[*row[:-1], GRADES[min(2, (int(row[0]) - 18) // 21)]] for row in loan_rows(count)]


def problem_type(job: dict[str, Any]) -> str:
    assert job["AutoMLJobStatus"] == "Completed", job.get("FailureReason")
    resolved = job["ResolvedAttributes"]["AutoMLProblemTypeResolvedAttributes"]
    return str(resolved["TabularResolvedAttributes"]["ProblemType"])


def weighted() -> Rows:
    """Rows without old people, the few who pay back ten times as heavy."""
    return [
        [*row[:-1], str(10 if row[-1] == "1" else 1), row[-1]] for row in loan_rows(1000) if int(row[0]) < 70
    ]


@pytest.fixture(scope="module")
def jobs(autopilot: Autopilot) -> dict[str, str]:
    """A job for each question, training side by side."""
    rows, few = graded(600), {"CompletionCriteria": {"MaxCandidates": 3}}
    channels = unique_name("channels")
    autopilot.upload(channels, to_csv(price_rows(600), COLUMNS))
    autopilot.s3.put_object(
        Bucket=autopilot.bucket, Key=f"{channels}/check/a.csv", Body=to_csv(price_rows(120), COLUMNS)
    )
    request = autopilot.request(channels, tabular=few)
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{autopilot.bucket}/{channels}/check/"}
    request["AutoMLJobInputDataConfig"].append(
        {"ChannelType": "validation", "DataSource": {"S3DataSource": source}}
    )
    autopilot.sagemaker.create_auto_ml_job_v2(**request)
    weight = {"SampleWeightAttributeName": "WEIGHT", "Mode": "ENSEMBLING", **few}
    return {
        "ENSEMBLING": autopilot.start(rows, "grades", tabular={"Mode": "ENSEMBLING", **few}),
        "HYPERPARAMETER_TUNING": autopilot.start(
            rows, "grades", tabular={"Mode": "HYPERPARAMETER_TUNING", **few}
        ),
        "weights": autopilot.start(
            weighted(), "weights", [*COLUMNS[:-1], "WEIGHT", "TARGET"], tabular=weight
        ),
        "channels": channels,
    }


@pytest.mark.parametrize("mode", ["ENSEMBLING", "HYPERPARAMETER_TUNING"])
def test_three_texts_are_a_multiclass_problem(autopilot: Autopilot, jobs: dict[str, str], mode: str) -> None:
    rows = graded(600)
    job = autopilot.wait(jobs[mode])
    assert problem_type(job) == "MulticlassClassification"
    assert job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]["MetricName"] == "Accuracy"
    answers = predict(autopilot.load(job, ALL), [row[:-1] for row in rows])
    hits = [answer[0] == row[-1] for answer, row in zip(answers, rows, strict=True)]
    assert sum(hits) / len(hits) > 0.9
    for label, probability, probabilities, labels in answers:
        assert ast.literal_eval(labels) == sorted(GRADES)
        assert float(probability) == max(ast.literal_eval(probabilities))
        assert ast.literal_eval(labels)[ast.literal_eval(probabilities).index(float(probability))] == label


def test_amounts_are_a_regression_problem(autopilot: Autopilot, jobs: dict[str, str]) -> None:
    assert problem_type(autopilot.wait(jobs["channels"])) == "Regression"


def test_weights_decide_whom_the_model_believes(autopilot: Autopilot, jobs: dict[str, str]) -> None:
    rows = weighted()
    model = autopilot.load(autopilot.wait(jobs["weights"]))
    predicted = [answer[0] for answer in predict(model, [row[:-2] for row in rows])]
    assert predicted.count("1") > [row[-1] for row in rows].count("1")


def test_a_validation_channel_is_what_candidates_are_measured_on(
    autopilot: Autopilot, jobs: dict[str, str]
) -> None:
    job, rows = autopilot.wait(jobs["channels"]), price_rows(120)
    answers = predict(autopilot.load(job), [row[:-1] for row in rows])
    squares = [(float(a[0]) - float(row[-1])) ** 2 for a, row in zip(answers, rows, strict=True)]
    reported = job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]["Value"]
    assert sum(squares) / len(squares) == pytest.approx(reported, rel=1e-3)
