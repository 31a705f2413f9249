"""Which features a job's best model goes by: the report that Autopilot has SageMaker Clarify write.

Sources: API reference, CandidateArtifactLocations (`Explainability` is an S3 prefix); "Analysis Results" in
the SageMaker developer guide (`analysis.json`, `global_shap_values`: means of absolute SHAP values).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exasol_sagemaker import s3
from exasol_sagemaker.describe_job import describe_answer
from exasol_sagemaker.errors import AwsError, aws_errors, is_not_found
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri

_REPORT = "analysis.json"


@dataclass(frozen=True)
class FeatureImportance:
    """How much a feature has to do with what a model says.

    Attributes:
        job_name: The Autopilot job.
        candidate_name: Its best candidate, which the report is about.
        method: `kernel_shap`, or another of Clarify's.
        label: Which of the model's outputs: `label0` for the only or first one, or what the report calls it.
        feature: Name of the column.
        importance: Mean of the absolute SHAP values over the explained rows, in units of the output.
    """

    job_name: str
    candidate_name: str
    method: str
    label: str
    feature: str
    importance: float


def feature_importance(aws: AwsSession, job_name: str) -> list[FeatureImportance]:
    """The features of a job's best candidate, those that weigh most first within each label.

    Returns:
        Nothing if the job has no best candidate yet, does not explain itself, or its artifacts were deleted.

    Raises:
        AwsError: AWS refused a call, or the report is not what Clarify writes.
    """
    answer = describe_answer(aws, job_name)
    best = (answer or {}).get("BestCandidate")
    if not best:
        return []
    prefix = best.get("CandidateProperties", {}).get("CandidateArtifactLocations", {}).get("Explainability")
    report = _report(aws, prefix) if prefix else None
    if report is None:
        return []
    return list(_importances(job_name, best["CandidateName"], report))


def _importances(job: str, candidate: str, report: Mapping[str, Any]) -> Iterator[FeatureImportance]:
    for method, labels in report.get("explanations", {}).items():
        for label, content in labels.items():
            if not isinstance(content, Mapping):
                continue
            values = content.get("global_shap_values", {})
            for feature, value in sorted(values.items(), key=lambda item: (-float(item[1]), item[0])):
                yield FeatureImportance(job, candidate, method, label, feature, float(value))


def _report(aws: AwsSession, prefix: str) -> dict[str, Any] | None:
    """The report under a prefix: right there, or in a folder below it."""
    direct = f"{prefix.rstrip('/')}/{_REPORT}"
    text = _text(aws, direct)
    if text is None:
        below = [
            uri for uri, _ in s3.list_objects(aws, f"{prefix.rstrip('/')}/") if uri.endswith(f"/{_REPORT}")
        ]
        text = _text(aws, below[0]) if below else None
    if text is None:
        return None
    try:
        return dict(json.loads(text))
    except ValueError as error:
        raise AwsError(f"The report {direct} cannot be read", node=prefix, why=str(error)) from error


def _text(aws: AwsSession, uri: str) -> bytes | None:
    from botocore.exceptions import ClientError  # noqa: PLC0415

    bucket, key = split_s3_uri(uri)
    with aws_errors(f"{uri} could not be read"):
        try:
            return aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if is_not_found(error):
                return None
            raise
