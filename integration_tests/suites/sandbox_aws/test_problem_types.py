"""What Autopilot makes of a target when nobody tells it, and options that change the training rows."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from .conftest import COLUMNS, Autopilot, Rows, loan_rows, price_rows, to_csv, unique_name

GRADES = ['low, "so to say"', "mittel", "höchste"]


def graded(count: int) -> Rows:
    """Rows of three classes that the age decides."""
    return [[*row[:-1], GRADES[min(2, (int(row[0]) - 18) // 21)]] for row in loan_rows(count)]


def problem_type(job: dict[str, Any]) -> str:
    assert job["AutoMLJobStatus"] == "Completed", job.get("FailureReason")
    resolved = job["ResolvedAttributes"]["AutoMLProblemTypeResolvedAttributes"]
    return str(resolved["TabularResolvedAttributes"]["ProblemType"])


@pytest.mark.parametrize("mode", ["ENSEMBLING", "HYPERPARAMETER_TUNING"])
def test_three_texts_are_a_multiclass_problem(autopilot: Autopilot, mode: str) -> None:
    rows = graded(600)
    job = autopilot.wait(autopilot.start(rows, "grades", tabular={"Mode": mode}))
    assert problem_type(job) == "MulticlassClassification"
    assert job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]["MetricName"] == "Accuracy"
    endpoint = autopilot.deploy(
        job["BestCandidate"]["InferenceContainers"], "predicted_label,probability,probabilities,labels"
    )
    answers = autopilot.invoke(endpoint, [row[:-1] for row in rows])
    hits = [answer[0] == row[-1] for answer, row in zip(answers, rows, strict=True)]
    assert sum(hits) / len(hits) > 0.9
    for label, probability, probabilities, labels in answers:
        assert ast.literal_eval(labels) == sorted(GRADES)
        assert float(probability) == max(ast.literal_eval(probabilities))
        assert ast.literal_eval(labels)[ast.literal_eval(probabilities).index(float(probability))] == label


def test_amounts_are_a_regression_problem(autopilot: Autopilot, price_job: dict[str, Any]) -> None:
    assert problem_type(price_job) == "Regression"


def test_weights_decide_whom_the_model_believes(autopilot: Autopilot) -> None:
    rows = loan_rows(1000)
    weighted = [[*row[:-1], str(10 if row[-1] == "1" else 1), row[-1]] for row in rows if int(row[0]) < 70]
    job = autopilot.wait(
        autopilot.start(
            weighted,
            "weights",
            [*COLUMNS[:-1], "WEIGHT", "TARGET"],
            tabular={"SampleWeightAttributeName": "WEIGHT", "Mode": "ENSEMBLING"},
        )
    )
    endpoint = autopilot.deploy(job["BestCandidate"]["InferenceContainers"])
    predicted = [answer[0] for answer in autopilot.invoke(endpoint, [row[:-2] for row in weighted])]
    actual = [row[-1] for row in weighted]
    assert predicted.count("1") > actual.count("1")


def test_a_validation_channel_is_what_candidates_are_measured_on(autopilot: Autopilot) -> None:
    name = unique_name("channels")
    autopilot.upload(name, to_csv(price_rows(600), COLUMNS))
    autopilot.s3.put_object(
        Bucket=autopilot.bucket, Key=f"{name}/check/a.csv", Body=to_csv(price_rows(120), COLUMNS)
    )
    request = autopilot.request(name)
    source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{autopilot.bucket}/{name}/check/"}
    request["AutoMLJobInputDataConfig"].append(
        {"ChannelType": "validation", "DataSource": {"S3DataSource": source}}
    )
    autopilot.sagemaker.create_auto_ml_job_v2(**request)
    job = autopilot.wait(name)
    endpoint = autopilot.deploy(job["BestCandidate"]["InferenceContainers"])
    rows = price_rows(120)
    answers = autopilot.invoke(endpoint, [row[:-1] for row in rows])
    squares = [(float(a[0]) - float(row[-1])) ** 2 for a, row in zip(answers, rows, strict=True)]
    reported = job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]["Value"]
    assert sum(squares) / len(squares) == pytest.approx(reported, rel=1e-3)
