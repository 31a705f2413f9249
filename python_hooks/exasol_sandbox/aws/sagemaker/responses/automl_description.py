"""Jobs and candidates as DescribeAutoMLJobV2 and ListCandidatesForAutoMLJob show them."""

from __future__ import annotations

from typing import Any

from exasol_sandbox.aws.sagemaker.automl_job import FORECASTING, OBJECTIVES, AutoMLJob

MINIMIZED = frozenset({"MSE", "MAE", "LogLoss", "InferenceLatency"}) | OBJECTIVES[FORECASTING]


def describe_job(job: AutoMLJob) -> dict[str, Any]:
    """The answer of DescribeAutoMLJobV2."""
    request = job.request
    described: dict[str, Any] = {
        "AutoMLJobName": job.name,
        "AutoMLJobArn": job.arn,
        "AutoMLJobInputDataConfig": request["AutoMLJobInputDataConfig"],
        "OutputDataConfig": request["OutputDataConfig"],
        "RoleArn": request["RoleArn"],
        "AutoMLProblemTypeConfig": request["AutoMLProblemTypeConfig"],
        "AutoMLProblemTypeConfigName": FORECASTING if job.forecasts else "Tabular",
        "CreationTime": job.created,
        "LastModifiedTime": job.modified,
        "AutoMLJobStatus": job.status,
        "AutoMLJobSecondaryStatus": job.secondary_status,
        "ResolvedAttributes": _resolved(job),
    }
    for member in ("AutoMLJobObjective", "DataSplitConfig", "SecurityConfig"):
        if member in request:
            described[member] = request[member]
    if job.ended is not None:
        described["EndTime"] = job.ended
    if job.failure_reason:
        described["FailureReason"] = job.failure_reason
    if job.partial_failures:
        described["PartialFailureReasons"] = [
            {"PartialFailureMessage": text} for text in job.partial_failures
        ]
    if job.notebooks:
        described["AutoMLJobArtifacts"] = job.notebooks
    best = best_candidate(job)
    if best is not None:
        described["BestCandidate"] = best
    return described


def best_candidate(job: AutoMLJob) -> dict[str, Any] | None:
    """The best candidate so far."""
    found = [candidate for candidate in list(job.candidates) if candidate["name"] == job.best]
    return describe_candidate(job, found[0]) if found else None


def describe_candidate(job: AutoMLJob, candidate: dict[str, Any]) -> dict[str, Any]:
    """A candidate in AWS's shape."""
    prefix = job.arn.rpartition("automl-job/")[0]
    metrics = [
        {
            "MetricName": metric["name"],
            "StandardMetricName": metric["name"],
            "Set": metric["set"],
            "Value": metric["value"],
        }
        for metric in candidate["metrics"]
    ]
    # AWS leaves MetricName out for metrics that its older enum does not have.
    for metric in metrics:
        if metric["MetricName"] in {"LogLoss", "InferenceLatency"}:
            del metric["MetricName"]
    return {
        "CandidateName": candidate["name"],
        "FinalAutoMLJobObjectiveMetric": {
            "Type": "Minimize" if candidate["objective"] in MINIMIZED else "Maximize",
            "MetricName": candidate["objective"],
            "StandardMetricName": candidate["objective"],
            "Value": candidate["value"],
        },
        "ObjectiveStatus": "Succeeded",
        "CandidateSteps": [
            {
                "CandidateStepType": "AWS::SageMaker::TrainingJob",
                "CandidateStepArn": f"{prefix}training-job/{candidate['name'].lower()}",
                "CandidateStepName": f"{candidate['name']}-{candidate['step']}",
            }
        ],
        "CandidateStatus": "Completed",
        "InferenceContainers": candidate["containers"],
        "InferenceContainerDefinitions": {"CPU": candidate["containers"]},
        "CreationTime": candidate["created"],
        "EndTime": candidate["ended"],
        "LastModifiedTime": candidate["ended"],
        "CandidateProperties": {
            "CandidateArtifactLocations": _locations(candidate),
            "CandidateMetrics": metrics,
        },
    }


def _locations(candidate: dict[str, Any]) -> dict[str, str]:
    if candidate.get("backtest"):
        return {"BacktestResults": candidate["backtest"]}
    return {"Explainability": candidate["explainability"]}


def _resolved(job: AutoMLJob) -> dict[str, Any]:
    resolved: dict[str, Any] = {"CompletionCriteria": job.completion_criteria}
    if job.objective:
        resolved["AutoMLJobObjective"] = {"MetricName": job.objective}
    if job.problem_type and not job.forecasts:
        resolved["AutoMLProblemTypeResolvedAttributes"] = {
            "TabularResolvedAttributes": {"ProblemType": job.problem_type}
        }
    return resolved
