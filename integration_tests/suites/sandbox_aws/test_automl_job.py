"""An Autopilot job from request to candidates."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import COLUMNS, Autopilot, loan_rows, price_rows, to_csv, unique_name

ORDER = ["Starting", "AnalyzingData", "FeatureEngineering", "ModelTuning", "GeneratingExplainabilityReport"]


def candidates(autopilot: Autopilot, job: dict[str, Any]) -> list[dict[str, Any]]:
    pages = autopilot.sagemaker.get_paginator("list_candidates_for_auto_ml_job").paginate(
        AutoMLJobName=job["AutoMLJobName"], PaginationConfig={"PageSize": 2}
    )
    return [candidate for page in pages for candidate in page["Candidates"]]


def read_json(autopilot: Autopilot, uri: str) -> Any:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return json.loads(autopilot.s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def test_a_job_moves_through_autopilots_states_in_order(autopilot: Autopilot) -> None:
    # A job of its own: one that another test waits for may have ended before this one looks.
    name = autopilot.start(loan_rows(3000), "states", tabular={"CompletionCriteria": {"MaxCandidates": 8}})
    autopilot.wait(name)

    *seen, last = autopilot.statuses[name]

    assert (seen[0], last) == ("Starting", "Completed")
    assert [ORDER.index(status) for status in seen] == sorted(ORDER.index(status) for status in seen)
    # Only the search lasts long enough to be met for certain by somebody who asks now and then.
    assert "ModelTuning" in seen


def test_a_completed_job_describes_itself(ensemble_job: dict[str, Any]) -> None:
    assert ensemble_job["AutoMLJobStatus"] == "Completed", ensemble_job.get("FailureReason")
    assert ensemble_job["EndTime"] >= ensemble_job["CreationTime"]
    resolved = ensemble_job["ResolvedAttributes"]
    assert resolved["AutoMLJobObjective"] == {"MetricName": "F1"}
    assert resolved["CompletionCriteria"] == {"MaxCandidates": 4, "MaxAutoMLJobRuntimeInSeconds": 60}
    assert resolved["AutoMLProblemTypeResolvedAttributes"] == {
        "TabularResolvedAttributes": {"ProblemType": "BinaryClassification"}
    }


def test_the_search_keeps_to_max_candidates(
    autopilot: Autopilot, ensemble_job: dict[str, Any], tuned_job: dict[str, Any]
) -> None:
    assert len(candidates(autopilot, ensemble_job)) == 4
    assert len(candidates(autopilot, tuned_job)) == 4


def test_the_best_candidate_is_the_best_by_the_objective(
    autopilot: Autopilot, tuned_job: dict[str, Any]
) -> None:
    best = tuned_job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]
    values = [c["FinalAutoMLJobObjectiveMetric"]["Value"] for c in candidates(autopilot, tuned_job)]
    assert (best["MetricName"], best["Type"], best["Value"]) == ("AUC", "Maximize", max(values))


def test_an_error_objective_is_minimized(autopilot: Autopilot, price_job: dict[str, Any]) -> None:
    best = price_job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"]
    values = [c["FinalAutoMLJobObjectiveMetric"]["Value"] for c in candidates(autopilot, price_job)]
    assert (best["MetricName"], best["Type"], best["Value"]) == ("MSE", "Minimize", min(values))


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("tuned", {"Accuracy", "AUC", "BalancedAccuracy", "F1", "LogLoss", "Precision", "Recall"}),
        ("price", {"MAE", "MSE", "R2", "RMSE"}),
    ],
)
def test_candidates_have_all_metrics_of_their_problem_type(
    autopilot: Autopilot, started: dict[str, str], form: str, names: set[str]
) -> None:
    for candidate in candidates(autopilot, autopilot.wait(started[form])):
        metrics = candidate["CandidateProperties"]["CandidateMetrics"]
        assert {metric["StandardMetricName"] for metric in metrics} == names
        assert {metric["Set"] for metric in metrics} == {"Validation"}


def test_explainability_names_the_columns_that_decide(
    autopilot: Autopilot, ensemble_job: dict[str, Any]
) -> None:
    location = ensemble_job["BestCandidate"]["CandidateProperties"]["CandidateArtifactLocations"]
    report = read_json(autopilot, f"{location['Explainability']}/analysis.json")
    (explained,) = report["explanations"]["kernel_shap"].values()
    importances = explained["global_shap_values"]
    assert set(importances) == set(COLUMNS) - {"TARGET"}
    assert max(importances, key=importances.__getitem__) == "AGE"


def test_the_reports_lie_where_the_job_says(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> None:
    artifacts = ensemble_job["AutoMLJobArtifacts"]
    listed = read_json(autopilot, artifacts["CandidateDefinitionNotebookLocation"])
    assert [entry["name"] for entry in listed] == [
        c["CandidateName"] for c in candidates(autopilot, ensemble_job)
    ]
    data = read_json(autopilot, artifacts["DataExplorationNotebookLocation"])
    assert data["columns"]["AMOUNT"] == "Number"
    assert data["columns"]["MEMBER_SINCE"] == "Date"


@pytest.fixture(scope="module")
def side_by_side(autopilot: Autopilot, started: dict[str, str]) -> dict[str, str]:
    """The same job as `ensemble` again, and one on several files."""
    files = unique_name("files")
    autopilot.upload(files, to_csv(loan_rows(300), COLUMNS), "part_0.csv")
    autopilot.upload(files, gzip.compress(to_csv(loan_rows(300, seed=2), COLUMNS)), "part_1.csv.gz")
    split = {
        "DataSplitConfig": {"ValidationFraction": 0.25},
        "tabular": {"CompletionCriteria": {"MaxCandidates": 1}},
    }
    autopilot.sagemaker.create_auto_ml_job_v2(**autopilot.request(files, **split))
    return {
        "again": autopilot.start(loan_rows(700), "again", tabular={"Mode": "ENSEMBLING"}),
        "files": files,
    }


def test_the_same_data_and_configuration_give_the_same_candidates(
    autopilot: Autopilot, ensemble_job: dict[str, Any], side_by_side: dict[str, str]
) -> None:
    again = autopilot.wait(side_by_side["again"])
    metrics = [
        [c["CandidateProperties"]["CandidateMetrics"] for c in candidates(autopilot, job)]
        for job in (ensemble_job, again)
    ]
    assert metrics[0] == metrics[1]


def test_several_files_and_gzip_are_one_dataset(autopilot: Autopilot, side_by_side: dict[str, str]) -> None:
    job = autopilot.wait(side_by_side["files"])
    data = read_json(autopilot, job["AutoMLJobArtifacts"]["DataExplorationNotebookLocation"])
    assert (data["training_rows"], data["validation_rows"]) == (450, 150)


def test_the_first_api_refuses_jobs_of_the_second(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="DescribeAutoMLJobV2"):
        autopilot.sagemaker.describe_auto_ml_job(AutoMLJobName=ensemble_job["AutoMLJobName"])


def test_a_name_is_taken_once(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> None:
    with pytest.raises(autopilot.sagemaker.exceptions.ResourceInUse):
        autopilot.sagemaker.create_auto_ml_job_v2(**autopilot.request(ensemble_job["AutoMLJobName"]))


def test_an_absent_job_is_not_found(autopilot: Autopilot) -> None:
    with pytest.raises(autopilot.sagemaker.exceptions.ResourceNotFound):
        autopilot.sagemaker.describe_auto_ml_job_v2(AutoMLJobName="absent")


def test_one_candidate_may_be_all(autopilot: Autopilot) -> None:
    name = autopilot.start(loan_rows(600), "one", tabular={"CompletionCriteria": {"MaxCandidates": 1}})

    job = autopilot.wait(name)

    assert job["AutoMLJobStatus"] == "Completed", job.get("FailureReason")
    listed = autopilot.sagemaker.list_candidates_for_auto_ml_job(AutoMLJobName=name)["Candidates"]
    assert [candidate["CandidateName"] for candidate in listed] == [job["BestCandidate"]["CandidateName"]]


def test_a_stopped_job_is_stopped(autopilot: Autopilot) -> None:
    rows = [row * 1 for row in loan_rows(4000)]
    name = autopilot.start(rows, "stop", tabular={"CompletionCriteria": {"MaxCandidates": 500}})
    autopilot.sagemaker.stop_auto_ml_job(AutoMLJobName=name)
    job = autopilot.wait(name)
    assert (job["AutoMLJobStatus"], job["AutoMLJobSecondaryStatus"]) == ("Stopped", "Stopped")


def test_the_runtime_limit_ends_the_search_with_what_there_is(autopilot: Autopilot) -> None:
    limits = {"MaxCandidates": 700, "MaxAutoMLJobRuntimeInSeconds": 4}
    job = autopilot.wait(autopilot.start(loan_rows(800), "limit", tabular={"CompletionCriteria": limits}))
    assert (job["AutoMLJobStatus"], job["AutoMLJobSecondaryStatus"]) == (
        "Completed",
        "MaxAutoMLJobRuntimeReached",
    )
    assert job["BestCandidate"]


@pytest.mark.parametrize(
    ("rows", "header", "changes", "reason"),
    [
        (loan_rows(499), COLUMNS, {}, "499 rows"),
        (loan_rows(600), [*COLUMNS[:-1], "LABEL"], {}, "'TARGET' is not in the dataset"),
        (loan_rows(600, labels=("1", "1")), COLUMNS, {}, "1 distinct value"),
        ([*loan_rows(600), ["1", "2"]], COLUMNS, {}, "Expected 6 columns, got 2"),
        (
            loan_rows(600, labels=("no", "yes")),
            COLUMNS,
            {"tabular": {"ProblemType": "Regression"}, "AutoMLJobObjective": {"MetricName": "MSE"}},
            "no numbers",
        ),
        (
            price_rows(600),
            COLUMNS,
            {"tabular": {"ProblemType": "BinaryClassification"}, "AutoMLJobObjective": {"MetricName": "F1"}},
            "distinct values",
        ),
    ],
    ids=["few rows", "no target", "one value", "ragged", "text as amount", "amount as two classes"],
)
def test_data_that_cannot_be_learned_from_fail_with_a_reason(
    autopilot: Autopilot, rows: Any, header: list[str], changes: dict[str, Any], reason: str
) -> None:
    job = autopilot.wait(autopilot.start(rows, "bad", header, **changes))
    assert job["AutoMLJobStatus"] == "Failed"
    assert reason in job["FailureReason"]


def test_an_empty_prefix_fails_with_a_reason(autopilot: Autopilot) -> None:
    name = unique_name("empty")
    autopilot.sagemaker.create_auto_ml_job_v2(**autopilot.request(name))
    assert "No data found" in autopilot.wait(name)["FailureReason"]


def test_bytes_that_are_not_utf8_fail_with_a_reason(autopilot: Autopilot) -> None:
    name = unique_name("latin")
    autopilot.upload(name, to_csv(loan_rows(600), COLUMNS).decode().encode("latin-1"))
    autopilot.sagemaker.create_auto_ml_job_v2(**autopilot.request(name))
    assert "UTF-8" in autopilot.wait(name)["FailureReason"]
