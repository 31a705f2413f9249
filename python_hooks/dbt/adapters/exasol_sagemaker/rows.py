"""Jobs and deployments as rows of the tables that autopilot_model and sagemaker_endpoint keep, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

from exasol_sagemaker.autoscaling import from_tag, to_tag
from exasol_sagemaker.batch import BatchPlan
from exasol_sagemaker.columns import columns_from_json, columns_to_json
from exasol_sagemaker.endpoint import Deployment
from exasol_sagemaker.job import TrainingJob

_TIMES = ("requested_at", "created_at", "deployed_at", "ended_at", "loaded_at", "expires_at")
_NUMBERS = ("row_count", "objective_value", "instance_count", "max_concurrency", "chunk")


def job_row(job: TrainingJob) -> dict[str, Any]:
    """A job as a row of an autopilot_model's table, without REQUESTED_AT, which is the table's own."""
    return {
        "job_name": job.job_name,
        "job_arn": job.job_arn,
        "status": job.status,
        "secondary_status": job.secondary_status,
        "problem_type": job.problem_type,
        "objective": job.objective,
        "target_column": job.target_column,
        "best_candidate": job.best_candidate,
        "objective_value": job.objective_value,
        "metrics": json.dumps(dict(job.metrics), sort_keys=True) if job.metrics else None,
        "input_columns": columns_to_json(job.input_columns),
        "target_type": job.target_type,
        "row_count": job.row_count,
        "fingerprint": job.fingerprint,
        "training_data_s3_uri": job.training_data_s3_uri,
        "output_s3_uri": job.output_s3_uri,
        "created_at": timestamp(job.created_at),
        "ended_at": timestamp(job.ended_at) if job.ended_at else None,
        "failure_reason": job.failure_reason,
    }


def deployment_row(deployment: Deployment) -> dict[str, Any]:
    """A deployment as a row of a sagemaker_endpoint's table."""
    return {
        "endpoint_name": deployment.endpoint_name,
        "endpoint_arn": deployment.endpoint_arn,
        "status": deployment.status,
        "job_name": deployment.job_name,
        "model_name": deployment.model_name,
        "endpoint_config_name": deployment.endpoint_config_name,
        "instance_type": deployment.instance_type or None,
        "instance_count": deployment.instance_count,
        "max_concurrency": deployment.max_concurrency,
        "explains": deployment.explains,
        "problem_type": deployment.problem_type,
        "target_column": deployment.target_column,
        "target_type": deployment.target_type,
        "input_columns": columns_to_json(deployment.input_columns),
        "response_keys": json.dumps(list(deployment.response_keys)),
        "deployed_at": timestamp(deployment.deployed_at),
        "failure_reason": deployment.failure_reason,
        "expires_at": timestamp(deployment.expires_at) if deployment.expires_at else None,
        "rolled_back_from": deployment.rolled_back_from,
        "capture_s3_uri": deployment.capture_s3_uri,
        "autoscaling": to_tag(deployment.autoscaling) or None,
    }


def transform_rows(plan: BatchPlan) -> list[dict[str, Any]]:
    """The transform jobs of a batch prediction as rows of its table of them, without LOADED_AT."""
    return [
        {
            "transform_job_name": chunk.transform.name,
            "transform_job_arn": chunk.transform.arn,
            "status": chunk.transform.status,
            "job_name": plan.job.job_name,
            "model_name": chunk.transform.model_name,
            "instance_type": chunk.transform.instance_type,
            "instance_count": chunk.transform.instance_count,
            "chunk": chunk.index,
            "row_count": chunk.row_count,
            "fingerprint": chunk.fingerprint,
            "predictions_fingerprint": plan.fingerprint,
            "created_at": timestamp(chunk.transform.created_at),
            "ended_at": timestamp(chunk.transform.ended_at) if chunk.transform.ended_at else None,
            "failure_reason": chunk.transform.failure_reason,
        }
        for chunk in plan.chunks
        if chunk.transform is not None
    ]


def deployment_from_row(row: Mapping[str, Any]) -> Deployment:
    """Read back deployment_row.

    Raises:
        DbtRuntimeError: The row lacks a column: the node's SQL has to keep those of the sagemaker_endpoint.
    """
    try:
        return Deployment(
            endpoint_name=row["endpoint_name"],
            endpoint_arn=row["endpoint_arn"],
            status=row["status"],
            job_name=row["job_name"],
            model_name=row["model_name"],
            endpoint_config_name=row["endpoint_config_name"],
            instance_type=row["instance_type"] or "",
            instance_count=int(row["instance_count"]),
            problem_type=row["problem_type"],
            target_column=row["target_column"],
            target_type=row["target_type"],
            input_columns=columns_from_json(row["input_columns"]),
            response_keys=tuple(json.loads(row["response_keys"])),
            deployed_at=parse_timestamp(row["deployed_at"]),
            explains=bool(row.get("explains")),
            max_concurrency=int(row["max_concurrency"]) if row.get("max_concurrency") else None,
            expires_at=parse_timestamp(row["expires_at"]) if row.get("expires_at") else None,
            rolled_back_from=row.get("rolled_back_from") or None,
            capture_s3_uri=row.get("capture_s3_uri") or None,
            autoscaling=from_tag(row.get("autoscaling")),
        )
    except KeyError as missing:
        raise DbtRuntimeError(
            f"The query does not return {missing.args[0].upper()}. Select all columns of the "
            "sagemaker_endpoint, `select * from {{ ref(…) }}`, and pin a deployment by a where clause."
        ) from missing


def newest(rows: Sequence[Mapping[str, Any]], by: Sequence[str]) -> Mapping[str, Any] | None:
    """The row with the latest time in the first of the columns `by` that the rows have; None without rows.

    Raises:
        DbtRuntimeError: There are several rows, and none of the columns to tell which is newest.
    """
    if not rows:
        return None
    column = next((name for name in by if name in rows[0]), None)
    if column is None:
        if len(rows) == 1:
            return rows[0]
        raise DbtRuntimeError(
            f"The query returns {len(rows)} rows and none of {', '.join(by).upper()}, so the newest cannot "
            "be told. Select all columns, `select * from {{ ref(…) }}`, or reduce it to one row."
        )
    return max(rows, key=lambda row: str(row[column] or ""))


def changes(existing: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `row` whose value differs from the one in the database."""
    return {
        name: value
        for name, value in row.items()
        if _comparable(name, existing.get(name)) != _comparable(name, value)
    }


def sql_literal(value: Any, data_type: str) -> str:
    """A value of a row as an Exasol literal of a type; None is null."""
    if value is None:
        return "null"
    if isinstance(value, (int, float)):
        return repr(value)
    quoted = "'" + str(value).replace("'", "''") + "'"
    return f"timestamp {quoted}" if data_type.lower().startswith("timestamp") else quoted


def timestamp(moment: datetime) -> str:
    """A moment in UTC, as Exasol's TIMESTAMP(3) has it."""
    utc = moment.astimezone(timezone.utc)
    return utc.strftime("%Y-%m-%d %H:%M:%S.") + f"{utc.microsecond // 1000:03d}"


def parse_timestamp(text: Any) -> datetime:
    """Read back a TIMESTAMP in UTC, with a blank or a T between date and time."""
    return datetime.fromisoformat(str(text).replace(" ", "T")[:23]).replace(tzinfo=timezone.utc)


def _comparable(name: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if name in _TIMES:
        return str(value).replace("T", " ")[:23]
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    return _number_or_text(str(value), name)


def _number_or_text(text: str, name: str) -> Any:
    if name not in _NUMBERS:
        return text
    try:
        return float(Decimal(text))
    except InvalidOperation:
        return text
