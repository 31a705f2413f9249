"""Look at Autopilot jobs: describe, list candidates."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from exasol_sagemaker.autopilot import FORECASTING, MINIMISED
from exasol_sagemaker.errors import ExasolSageMakerError, TrainingJobError, aws_errors, is_not_found
from exasol_sagemaker.job import Candidate, TrainingJob, TrainingProgress
from exasol_sagemaker.manifest import read_manifest
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.time_series import from_job

# Of MetricSetSource in the API reference, the one that counts most last.
_SETS = ("Train", "Test", "Validation")


def describe_training(aws: AwsSession, job_name: str) -> TrainingJob:
    """The job as SageMaker has it now; SageMaker is not asked again for what cannot change any more.

    Raises:
        TrainingJobError: There is no such job.
    """
    known = aws.completed_job(job_name)
    if known is not None:
        return known
    answer = describe_answer(aws, job_name)
    if answer is None:
        raise TrainingJobError(
            f"There is no Autopilot job {job_name!r} in {aws.region}",
            hint="Check name, region and account; run the autopilot_model again to train it.",
        )
    return aws.remember(job_from_answer(aws, answer))


def describe_answer(aws: AwsSession, job_name: str) -> dict[str, Any] | None:
    """SageMaker's own description of a job; None if there is no such job."""
    from botocore.exceptions import ClientError  # noqa: PLC0415

    with aws_errors("The Autopilot job could not be described", node=job_name, kind=TrainingJobError):
        try:
            return dict(aws.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=job_name))
        except ClientError as error:
            if is_not_found(error):
                return None
            raise


def job_from_answer(aws: AwsSession, answer: Mapping[str, Any]) -> TrainingJob:
    """A job from SageMaker's description and the manifest of its training data."""
    series = from_job(answer)
    problem: Mapping[str, Any] = next(iter(answer.get("AutoMLProblemTypeConfig", {}).values()), {})
    resolved = answer.get("ResolvedAttributes", {})
    resolved_tabular = resolved.get("AutoMLProblemTypeResolvedAttributes", {}).get(
        "TabularResolvedAttributes", {}
    )
    objective = resolved.get("AutoMLJobObjective") or answer.get("AutoMLJobObjective") or {}
    found = answer.get("BestCandidate")
    best = _candidate(found) if found else None
    target = series.target_column if series else problem.get("TargetAttributeName", "")
    data_uri = training_data_uri(answer)
    manifest = read_manifest(aws, data_uri) if data_uri else None
    columns = manifest.columns if manifest else ()
    return TrainingJob(
        job_name=answer["AutoMLJobName"],
        job_arn=answer["AutoMLJobArn"],
        status=answer["AutoMLJobStatus"],
        secondary_status=answer.get("AutoMLJobSecondaryStatus", ""),
        problem_type=FORECASTING
        if series
        else resolved_tabular.get("ProblemType") or problem.get("ProblemType"),
        objective=objective.get("MetricName") or (best.objective if best else None),
        target_column=target,
        best_candidate=best.name if best else None,
        objective_value=best.objective_value if best else None,
        metrics=best.metrics if best else {},
        input_columns=tuple(column for column in columns if column.name != target),
        target_type=next((column.type for column in columns if column.name == target), None),
        row_count=manifest.row_count if manifest else None,
        fingerprint=manifest.fingerprint or None if manifest else None,
        training_data_s3_uri=data_uri,
        output_s3_uri=answer.get("OutputDataConfig", {}).get("S3OutputPath", ""),
        created_at=answer["CreationTime"],
        ended_at=answer.get("EndTime"),
        failure_reason=answer.get("FailureReason")
        or answer.get("PartialFailureReasons", [{}])[0].get("PartialFailureMessage"),
        best=best,
        max_candidates=problem.get("CompletionCriteria", {}).get("MaxCandidates"),
        series=series,
        age_seconds=_age(answer),
    )


def list_candidates(aws: AwsSession, job_name: str) -> list[Candidate]:
    """All candidates of a job, best first; those without a value last."""
    with aws_errors("Candidates could not be listed", node=job_name, kind=TrainingJobError):
        pages = aws.sagemaker.get_paginator("list_candidates_for_auto_ml_job").paginate(
            AutoMLJobName=job_name
        )
        found: list[Any] = [item for page in pages for item in page["Candidates"]]
    return sorted((_candidate(item) for item in found), key=_rank)


def describe_progress(aws: AwsSession, job: TrainingJob) -> TrainingProgress:
    """How far a job is: its candidates so far, as SageMaker lists them now."""
    try:
        candidates = list_candidates(aws, job.job_name)
    except ExasolSageMakerError:
        if job.ended:
            raise
        candidates = []
    best = next((one for one in candidates if one.objective_value is not None), None)
    return TrainingProgress(
        job=job,
        phase=job.secondary_status,
        candidates_done=sum(one.status == "Completed" for one in candidates),
        max_candidates=job.max_candidates,
        best_value=job.objective_value
        if job.objective_value is not None
        else (best.objective_value if best else None),
        elapsed_seconds=job.age_seconds,
    )


def _candidate(item: Mapping[str, Any]) -> Candidate:
    final = item.get("FinalAutoMLJobObjectiveMetric") or {}
    measured = item.get("CandidateProperties", {}).get("CandidateMetrics", [])
    # A metric may stand there once for each set; what training rows say flatters the model.
    measured = sorted(
        measured, key=lambda metric: _SETS.index(metric.get("Set")) if metric.get("Set") in _SETS else 0
    )
    metrics = {
        str(metric.get("StandardMetricName") or metric["MetricName"]): float(metric["Value"])
        for metric in measured
    }
    objective = final.get("StandardMetricName") or final.get("MetricName")
    value = final.get("Value")
    return Candidate(
        name=item["CandidateName"],
        status=item.get("CandidateStatus", ""),
        objective=objective,
        objective_value=float(value) if value is not None else None,
        metrics=metrics,
        containers=tuple(item.get("InferenceContainers", ())),
        created_at=item.get("CreationTime"),
        ended_at=item.get("EndTime"),
    )


def _rank(candidate: Candidate) -> tuple[bool, float]:
    value = candidate.objective_value
    if value is None:
        return True, 0.0
    return False, value if candidate.objective in MINIMISED else -value


def _age(answer: Mapping[str, Any]) -> float:
    """Seconds from creation to end, or to now by AWS's clock: the Date header of its answer."""
    end = answer.get("EndTime")
    if end is None:
        date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        end = parsedate_to_datetime(date) if date else answer["CreationTime"]
    seconds: float = (end - answer["CreationTime"]).total_seconds()
    return max(0.0, seconds)


def training_data_uri(answer: Mapping[str, Any]) -> str:
    """Prefix of the CSV files that a job was given, from SageMaker's description of it."""
    for channel in answer.get("AutoMLJobInputDataConfig", []):
        if channel.get("ChannelType", "training") == "training":
            uri = channel.get("DataSource", {}).get("S3DataSource", {}).get("S3Uri", "")
            return str(uri)
    return ""
