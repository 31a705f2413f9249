"""What an endpoint explains its predictions against, and how SageMaker Clarify is told.

Sources: API reference, ClarifyExplainerConfig; "Online explainability with SageMaker Clarify" in the
SageMaker developer guide.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from statistics import median_low
from typing import Any

from exasol_sagemaker import naming, s3
from exasol_sagemaker.columns import Column
from exasol_sagemaker.endpoint import Explainer
from exasol_sagemaker.errors import ConfigurationError, EndpointError, aws_errors
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri

# A sample of the training data is enough to know what is typical.
_SAMPLE_BYTES = 4 * 1024 * 1024
_SCORES = ("probabilities", "probability")
# Only who asks for explanations pays for them: a request says so itself.
_UNLESS_ASKED = "`false`"


def explainer_request(
    explainer: Explainer, response_keys: Sequence[str], baseline_uri: str
) -> dict[str, Any]:
    """The ExplainerConfig of CreateEndpointConfig.

    Args:
        response_keys: Fields of an answer, in order; empty for a bare prediction.
        baseline_uri: Where the baseline lies.
    """
    shap: dict[str, Any] = {
        "ShapBaselineConfig": {"MimeType": "text/csv", "ShapBaselineUri": baseline_uri},
        "Seed": explainer.seed,
        "UseLogit": explainer.logit,
    }
    if explainer.samples is not None:
        shap["NumberOfSamples"] = explainer.samples
    clarify: dict[str, Any] = {"EnableExplanations": _UNLESS_ASKED, "ShapConfig": shap}
    score = next((key for key in _SCORES if key in response_keys), None)
    if score is not None:
        clarify["InferenceConfig"] = {"ProbabilityIndex": list(response_keys).index(score)}
        if "labels" in response_keys:
            clarify["InferenceConfig"]["LabelIndex"] = list(response_keys).index("labels")
    return {"ClarifyExplainerConfig": clarify}


def baseline_location(
    aws: AwsSession, explainer: Explainer, job: TrainingJob, *, name: str, owner: Owner
) -> str:
    """URI of the baseline: the same for the same job and explainer, under what teardown removes."""
    content = json.dumps(asdict(explainer), sort_keys=True, default=str)
    home = naming.job_prefix(aws.settings.s3_uri, owner, name, job.job_name)
    return f"{home}explainer/baseline-{naming.digest(content)}.csv"


def write_baseline(aws: AwsSession, explainer: Explainer, job: TrainingJob, uri: str, *, node: str) -> None:
    """Put the baseline at `uri`: a line of CSV as the model reads it.

    Values that the explainer does not name are the training data's typical ones: the median of numbers and
    times, the most frequent text.

    Raises:
        ConfigurationError: The explainer names a column that the model does not read.
        EndpointError: The training data are gone from S3, so that nothing is known of them.
    """
    given = _given(explainer.baseline, job.input_columns, node)
    values = {column.name: given[column.name] for column in job.input_columns if column.name in given}
    others = [column for column in job.input_columns if column.name not in given]
    if others:
        values |= _typical_values(aws, job, others, node)
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([values[column.name] for column in job.input_columns])
    bucket, key = split_s3_uri(uri)
    with aws_errors("The explainer's baseline could not be written", node=node, kind=EndpointError):
        aws.s3.put_object(Bucket=bucket, Key=key, Body=line.getvalue().encode(), ContentType="text/csv")


def _given(baseline: Mapping[str, Any], columns: Sequence[Column], node: str) -> dict[str, str]:
    """The explainer's own values as the model reads them, by the columns' exact names."""
    exact = {column.name for column in columns}
    folded = {column.name.upper(): column.name for column in columns}
    found = {}
    for name, value in baseline.items():
        column = name if name in exact else folded.get(name.upper())
        if column is None:
            close = get_close_matches(name.upper(), folded, n=1)
            raise ConfigurationError(
                f"The explainer's baseline has a value for {name}, which the model does not read",
                node=node,
                hint=(f"Did you mean {close[0]}? " if close else "")
                + f"It reads {', '.join(sorted(exact))}.",
            )
        found[column] = _text(value)
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _typical_values(
    aws: AwsSession, job: TrainingJob, columns: Sequence[Column], node: str
) -> dict[str, str]:
    rows = _sample(aws, job, node)
    header, *lines = rows
    places = {name: place for place, name in enumerate(header)}
    missing = [column.name for column in columns if column.name not in places]
    if missing or not lines:
        raise EndpointError(
            f"The training data of job {job.job_name} do not tell a baseline"
            + (f" for {', '.join(missing)}" if missing else ""),
            node=node,
            hint="Name a value for each column in the explainer's `baseline`.",
        )
    return {
        column.name: typical_value([line[places[column.name]] for line in lines], column.type)
        for column in columns
    }


def typical_value(values: Sequence[str], kind: str) -> str:
    """The median of numbers and times, the most frequent of texts and booleans; empty if all are NULL."""
    present = [value for value in values if value != ""]
    if not present:
        return ""
    if kind.startswith(("DECIMAL", "DOUBLE")):
        by_number = sorted(present, key=float)
        return by_number[(len(by_number) - 1) // 2]
    if kind.startswith(("DATE", "TIMESTAMP")):
        return median_low(present)
    counts = Counter(present)
    return max(sorted(counts), key=lambda value: counts[value])


def _sample(aws: AwsSession, job: TrainingJob, node: str) -> list[list[str]]:
    """Header and first rows of the training data: whole records of the first file."""
    uri = next((uri for uri, size in s3.list_objects(aws, job.training_data_s3_uri) if size), None)
    if uri is None:
        raise EndpointError(
            f"The training data of job {job.job_name} are gone, so that no baseline is known",
            node=node,
            why=f"There is nothing under {job.training_data_s3_uri}.",
            hint="Name a value for each column in the explainer's `baseline`, or train again with "
            "--full-refresh.",
        )
    bucket, key = split_s3_uri(uri)
    with aws_errors(f"{uri} could not be read", node=node, kind=EndpointError):
        answer = aws.s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{_SAMPLE_BYTES - 1}")
        data = answer["Body"].read()
    # Exasol's texts may be longer than what the reader takes unless it is told.
    csv.field_size_limit(max(csv.field_size_limit(), _SAMPLE_BYTES))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8", "ignore"), newline="")))
    return rows[:-1] if len(data) == _SAMPLE_BYTES else rows
