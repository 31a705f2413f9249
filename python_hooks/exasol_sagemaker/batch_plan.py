"""Plan a batch prediction: checks, chunks and fingerprints, before anything is exported or billed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from exasol_sagemaker import naming
from exasol_sagemaker.autopilot import BINARY, REGRESSION
from exasol_sagemaker.batch import MAX_CONCURRENT_MB, STRATEGIES, BatchConfig, BatchPlan, Chunk
from exasol_sagemaker.batch_input import check_rows, chunk_number, export_columns, export_rows, find_columns
from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import clean_query, database_errors, run
from exasol_sagemaker.errors import BatchPredictionError, ConfigurationError
from exasol_sagemaker.guards import check_instances
from exasol_sagemaker.inference import with_probabilities
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training_data import digest_sums, read_columns, row_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyexasol import ExaConnection

_VERSION = 1


def plan_batch(
    aws: AwsSession,
    database: ExaConnection,
    job: TrainingJob,
    *,
    query: str,
    keys: Sequence[str],
    columns: Sequence[str] = (),
    name: str,
    config: BatchConfig,
    owner: Owner,
    threshold: float | None = None,
    probabilities: bool = False,
) -> BatchPlan:
    """Look at the rows to predict and cut them into transform jobs. Nothing is sent to AWS.

    Args:
        query: The rows to predict, with the training columns in any order and case.
        keys: Columns that identify a row.
        columns: Further columns that the predictions get.
        name: Name of the node; names of transform jobs are made of it.
        threshold: For two labels, the PROBABILITY from which PREDICTION is the second one.
        probabilities: Whether the predictions get PROBABILITIES, a JSON object with that of each label.

    Raises:
        ConfigurationError: The configuration cannot be, or the model has no such results.
        BatchPredictionError: The training job has no model, columns are missing, or keys are not fit.
    """
    node = owner.node
    naming.slug(name)
    check_config(aws, config, node=node)
    check_job(job, node)
    if job.series is not None:
        raise BatchPredictionError(
            f"The job {job.job_name} forecasts series, and predicts no rows",
            node=node,
            hint="Use the materialization `forecast`, and forecast() as its body.",
        )
    _check_results(job, threshold, probabilities, node=node)
    available = read_columns(database, query, node=node)
    key_columns, carried, features = find_columns(available, job, keys=keys, carried=columns, node=node)
    rows = check_rows(database, query, key_columns, features, node=node)
    containers, response_keys = with_probabilities(job.best.containers if job.best else (), job.problem_type)
    content = json.dumps([containers, aws.settings.role_arn, asdict(owner)], sort_keys=True)
    chunks = _chunks(
        database, job, query, keys=key_columns, features=features, rows=rows, config=config, owner=owner
    )
    return BatchPlan(
        name=aws.settings.named(name),
        owner=owner,
        job=job,
        query=query,
        keys=key_columns,
        carried=carried,
        features=features,
        containers=containers,
        response_keys=response_keys,
        model_name=naming.part_name(job.job_name, f"batch {json.dumps(asdict(owner))}", content),
        config=config,
        chunks=chunks,
        row_count=rows,
        fingerprint=_table_fingerprint(
            database, job, query, key_columns, carried, chunks, [threshold, probabilities], node=node
        ),
        threshold=threshold,
        probabilities=probabilities,
    )


def check_config(aws: AwsSession, config: BatchConfig, *, node: str) -> None:
    """See that Batch Transform would take this configuration.

    Raises:
        ConfigurationError: It would not.
    """
    for label in ("instance_count", "rows_per_chunk", "parallel_jobs"):
        if getattr(config, label) < 1:
            raise ConfigurationError(
                f"{label} {getattr(config, label)} is out of range", node=node, hint="Use at least 1."
            )
    if config.strategy not in STRATEGIES:
        raise ConfigurationError(
            f"strategy {config.strategy!r} does not exist",
            node=node,
            hint=f"Use one of: {', '.join(STRATEGIES)}.",
        )
    concurrent = config.max_concurrent_transforms
    payload = config.max_payload_mb
    if (concurrent or 1) * (payload or 6) > MAX_CONCURRENT_MB or (concurrent or 0) < 0 or (payload or 0) < 0:
        raise ConfigurationError(
            f"max_concurrent_transforms {concurrent} and max_payload_mb {payload} do not go together",
            node=node,
            why=f"Neither may be negative, and their product may be at most {MAX_CONCURRENT_MB} MB.",
            hint="Lower one of them; max_payload_mb is 6 if absent.",
        )
    shape: Any = aws.sagemaker.meta.service_model.shape_for("TransformInstanceType")
    known: list[str] = shape.enum
    if config.instance_type not in known:
        close = get_close_matches(config.instance_type, known, n=3)
        raise ConfigurationError(
            f"Batch Transform has no instance type {config.instance_type!r}",
            node=node,
            hint=(f"Did you mean {' or '.join(close)}? " if close else "They look like ml.m5.xlarge. ")
            + "If AWS has it since a short time ago, upgrade boto3.",
        )
    check_instances(aws.settings.guards, config.instance_type, config.instance_count, node=node)
    if aws.settings.role_arn is None:
        raise ConfigurationError(
            "No execution role is configured",
            node=node,
            hint="Set `role_arn` in the profile's sagemaker block to a role that SageMaker may assume.",
        )


def check_job(job: TrainingJob, node: str) -> None:
    """See that a job has a model whose columns are known.

    Raises:
        BatchPredictionError: It has not.
    """
    if job.status != "Completed" or job.best is None or not job.best.containers:
        raise BatchPredictionError(
            f"The job {job.job_name} cannot predict: it is {job.status}"
            + (" without a best candidate" if job.status == "Completed" else ""),
            node=node,
            why=job.failure_reason,
            hint="Wait until it is completed, or train again.",
        )
    if not job.input_columns or not job.target_type:
        raise BatchPredictionError(
            f"The training columns of job {job.job_name} are not known",
            node=node,
            why="The manifest of its training data is gone from S3.",
            hint="Train again with --full-refresh.",
        )


def _check_results(job: TrainingJob, threshold: float | None, probabilities: bool, *, node: str) -> None:
    if probabilities and job.problem_type == REGRESSION:
        raise ConfigurationError(
            f"Probabilities are for classification, and job {job.job_name} is a {REGRESSION}",
            node=node,
            hint="Leave `probabilities` out.",
        )
    if threshold is None:
        return
    if job.problem_type != BINARY:
        raise ConfigurationError(
            f"A threshold is for two labels, and job {job.job_name} is a {job.problem_type}",
            node=node,
            hint="Leave `threshold` out.",
        )
    if not 0 <= threshold <= 1:
        raise ConfigurationError(f"threshold {threshold} is no probability", node=node, hint="Use 0 to 1.")


def _chunks(
    database: ExaConnection,
    job: TrainingJob,
    query: str,
    *,
    keys: tuple[Column, ...],
    features: tuple[Column, ...],
    rows: int,
    config: BatchConfig,
    owner: Owner,
) -> tuple[Chunk, ...]:
    """Row count and digest of each chunk, in one pass."""
    if not rows:
        return ()
    exported = export_columns(keys, features, job)
    count = -(-rows // config.rows_per_chunk)
    statement = (
        f"SELECT CHUNK, COUNT(*), {', '.join(digest_sums('ROW_DIGEST'))}\n"
        f"FROM (SELECT {chunk_number(keys, count)} AS CHUNK, {row_digest(exported)} AS ROW_DIGEST\n"
        f"FROM (\n{export_rows(query, keys, features, job)}\n)) GROUP BY CHUNK ORDER BY CHUNK"
    )
    with database_errors("The rows to predict could not be read", node=owner.node, kind=BatchPredictionError):
        found = run(database, statement).fetchall()
    common = {
        "version": _VERSION,
        "owner": asdict(owner),
        "job": job.job_name,
        "columns": [asdict(column) for column in exported],
        "chunks": count,
    }
    return tuple(
        Chunk(
            index=int(index),
            row_count=int(size),
            fingerprint=_digest({**common, "chunk": int(index), "rows": int(size), "sums": sums}),
        )
        for index, size, *sums in found
    )


def _table_fingerprint(
    database: ExaConnection,
    job: TrainingJob,
    query: str,
    keys: tuple[Column, ...],
    carried: tuple[Column, ...],
    chunks: tuple[Chunk, ...],
    results: list[Any],
    *,
    node: str,
) -> str:
    sums: list[str] = []
    if carried:
        statement = (
            f"SELECT {', '.join(digest_sums('ROW_DIGEST'))}\n"
            f"FROM (SELECT {row_digest((*keys, *carried))} AS ROW_DIGEST\nFROM (\n{clean_query(query)}\n))"
        )
        with database_errors("The columns to carry could not be read", node=node, kind=BatchPredictionError):
            sums = [str(value) for value in run(database, statement).fetchall()[0]]
    return _digest(
        {
            "job": job.job_name,
            "chunks": [chunk.fingerprint for chunk in chunks],
            "columns": [asdict(column) for column in (*keys, *carried)],
            "sums": sums,
            "results": results,
        }
    )


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
