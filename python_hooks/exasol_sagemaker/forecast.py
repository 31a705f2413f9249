"""Plan a forecast: which series, from what history, before anything is exported or billed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from exasol_sagemaker import naming
from exasol_sagemaker.batch import BatchConfig, BatchPlan, Chunk
from exasol_sagemaker.batch_plan import check_config, check_job
from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import clean_query, database_errors, literal, quote, run
from exasol_sagemaker.errors import BatchPredictionError, ConfigurationError
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.manifest import read_manifest
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.series_checks import TIME_FORMAT, TIMES
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.time_series import TimeSeries
from exasol_sagemaker.training_data import digest_sums, read_columns, row_digest

if TYPE_CHECKING:
    from pyexasol import ExaConnection

MEAN = "MEAN"

_VERSION = 1
_EXAMPLES = 3
_PART = "CAST(TO_NUMBER(SUBSTR({digest}, 1, 8), 'XXXXXXXX') AS DECIMAL(18,0))"


@dataclass(frozen=True)
class ForecastConfig:
    """What to forecast on, in Batch Transform's terms (CreateTransformJob).

    Attributes:
        instance_type: SageMaker's instance type; a forecasting model is large.
        instance_count: Instances of the transform job; each takes whole files.
        rows_per_file: More rows of history are cut into several files, each with whole series. A file goes to
            the model at once, and AWS takes at most about 100 MB.
        keep_files: Whether the files in S3 stay once the forecast is in the database.
        tags: Further tags for what is made.
    """

    instance_type: str = "ml.m5.4xlarge"
    instance_count: int = 1
    rows_per_file: int = 1_000_000
    keep_files: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ForecastPlan(BatchPlan):
    """A batch prediction whose rows are the past of series, and whose results are their future.

    `keys` are the columns that tell series apart, and `features` all columns of training, in training order,
    both as the input has them.

    Attributes:
        series: What is forecast.
        timestamp: The timestamp column as the input has it.
        trained: Names of `features` at training, in order: what the model knows them by.
        files: Conditions that cut the exported rows into files of whole series; none for one file.
        series_count: How many series there are.
    """

    series: TimeSeries
    timestamp: Column
    trained: tuple[str, ...]
    files: tuple[str, ...]
    series_count: int


def plan_forecast(
    aws: AwsSession,
    database: ExaConnection,
    job: TrainingJob,
    *,
    query: str,
    name: str,
    config: ForecastConfig,
    owner: Owner,
) -> ForecastPlan:
    """Look at the series to forecast. Nothing is sent to AWS.

    Args:
        query: Their history, with the columns of training in any order and case.
        name: Name of the node; the name of the transform job is made of it.

    Raises:
        ConfigurationError: The configuration cannot be.
        BatchPredictionError: The job is no forecasting job, or has no model; columns are missing; a series
            has no value to go on from.
    """
    node = owner.node
    naming.slug(name)
    if config.rows_per_file < 1:
        raise ConfigurationError("rows_per_file is out of range", node=node, hint="Use at least 1.")
    batch = BatchConfig(
        instance_type=config.instance_type,
        instance_count=config.instance_count,
        keep_files=config.keep_files,
        tags=config.tags,
    )
    check_config(aws, batch, node=node)
    check_job(job, node)
    series = job.series
    if series is None:
        raise BatchPredictionError(
            f"The job {job.job_name} is a {job.problem_type}, and forecasts nothing",
            node=node,
            hint="Use a batch_prediction, or train an autopilot_model with problem_type "
            "TimeSeriesForecasting.",
        )
    trained = _trained_columns(aws, job, node)
    found = _find(read_columns(database, query, node=node), trained, job, node)
    keys = tuple(found[name] for name in series.series_columns)
    timestamp = found[series.timestamp_column]
    _check_types(found, series, node)
    rows, series_count = _check_history(database, query, found, series, node)
    files = -(-rows // config.rows_per_file)
    exported = exported_columns(found, series)
    part = _part(tuple(Column(name, found[name].type) for name in series.series_columns), files)
    statement = (
        f"SELECT PART, COUNT(*), {', '.join(digest_sums('ROW_DIGEST'))}\n"
        f"FROM (SELECT {part} AS PART, {row_digest(exported)} AS ROW_DIGEST\n"
        f"FROM (\n{history_query(query, found, series)}\n)) GROUP BY PART ORDER BY PART"
    )
    with database_errors("The history could not be read", node=node, kind=BatchPredictionError):
        parts = run(database, statement).fetchall()
    containers = [dict(one) for one in (job.best.containers if job.best else ())]
    fingerprint = _digest(
        {
            "version": _VERSION,
            "owner": asdict(owner),
            "job": job.job_name,
            "columns": [asdict(column) for column in exported],
            "parts": parts,
        }
    )
    content = json.dumps([containers, aws.settings.role_arn, asdict(owner)], sort_keys=True)
    return ForecastPlan(
        name=aws.settings.named(name),
        owner=owner,
        job=job,
        query=query,
        keys=keys,
        carried=(),
        features=tuple(found.values()),
        containers=containers,
        response_keys=(),
        model_name=naming.part_name(job.job_name, f"forecast {json.dumps(asdict(owner))}", content),
        config=batch,
        chunks=(Chunk(index=0, row_count=rows, fingerprint=fingerprint),),
        row_count=rows,
        fingerprint=fingerprint,
        series=series,
        timestamp=timestamp,
        trained=tuple(found),
        files=tuple(f"{part} = {number}" for number, *_ in parts) if len(parts) > 1 else (),
        series_count=series_count,
    )


def history_query(query: str, found: Mapping[str, Column], series: TimeSeries) -> str:
    """The history under the names of training, in training order, with times to the second."""
    selected = []
    for name, column in found.items():
        value = quote(column.name)
        if name == series.timestamp_column:
            value = f"TO_CHAR({value}, '{TIME_FORMAT}')"
        selected.append(f"{value} AS {quote(name)}")
    return f"SELECT {', '.join(selected)}\nFROM (\n{clean_query(query)}\n)"


def exported_columns(found: Mapping[str, Column], series: TimeSeries) -> tuple[Column, ...]:
    """The columns of history_query."""
    return tuple(
        Column(name, "VARCHAR(19)" if name == series.timestamp_column else column.type)
        for name, column in found.items()
    )


def _trained_columns(aws: AwsSession, job: TrainingJob, node: str) -> list[str]:
    manifest = read_manifest(aws, job.training_data_s3_uri)
    if manifest is None:
        raise BatchPredictionError(
            f"The training columns of job {job.job_name} are not known",
            node=node,
            why="The manifest of its training data is gone from S3.",
            hint="Train again with --full-refresh.",
        )
    return [column.name for column in manifest.columns]


def _find(
    available: Sequence[Column], trained: Sequence[str], job: TrainingJob, node: str
) -> dict[str, Column]:
    exact = {column.name: column for column in available}
    folded = {column.name.upper(): column for column in available}
    found = {name: exact.get(name) or folded.get(name.upper()) for name in trained}
    missing = [name for name, column in found.items() if column is None]
    if missing:
        raise BatchPredictionError(
            f"The history lacks training columns of job {job.job_name}: {', '.join(missing)}",
            node=node,
            why=f"Its columns are {', '.join(exact)}. A forecast reads those of training, the target among "
            "them.",
            hint="Add them to the input, or train anew without them.",
        )
    return {name: column for name, column in found.items() if column is not None}


def _check_types(found: Mapping[str, Column], series: TimeSeries, node: str) -> None:
    timestamp = found[series.timestamp_column]
    if not timestamp.type.startswith(TIMES):
        raise BatchPredictionError(
            f"The timestamp column {timestamp.name} is a {timestamp.type}",
            node=node,
            hint="Cast it to a DATE or a TIMESTAMP in the input.",
        )
    taken = {quantile.upper() for quantile in series.quantiles} | {MEAN, "JOB_NAME"}
    clashes = [
        found[name].name
        for name in (*series.series_columns, series.timestamp_column)
        if found[name].name.upper() in taken
    ]
    if clashes:
        raise BatchPredictionError(
            f"{', '.join(clashes)} cannot name a series: a result has that name",
            node=node,
            hint="Rename it in the training query and in the input.",
        )


def _check_history(
    database: ExaConnection, query: str, found: Mapping[str, Column], series: TimeSeries, node: str
) -> tuple[int, int]:
    """Rows and series; each row says what it is about, and each series has a value."""
    keys = ", ".join(quote(found[name].name) for name in series.series_columns)
    target = quote(found[series.target_column].name)
    needed = [found[name].name for name in (*series.series_columns, series.timestamp_column)]
    nulls = [f"SUM(CASE WHEN {quote(name)} IS NULL THEN 1 ELSE 0 END)" for name in needed]
    rows = f"FROM (\n{clean_query(query)}\n)"
    grouped = f"SELECT {keys}, COUNT({target}) AS KNOWN {rows} GROUP BY {keys}"
    with database_errors("The history could not be read", node=node, kind=BatchPredictionError):
        count, *missing = run(database, f"SELECT COUNT(*), {', '.join(nulls)} {rows}").fetchall()[0]
        totals = f"SELECT COUNT(*), SUM(CASE WHEN KNOWN = 0 THEN 1 ELSE 0 END) FROM ({grouped})"
        every, empty = (int(value or 0) for value in run(database, totals).fetchall()[0])
        examples = (
            run(
                database,
                f"SELECT {keys} FROM ({grouped}) WHERE KNOWN = 0 ORDER BY {keys} LIMIT {_EXAMPLES}",
            ).fetchall()
            if empty
            else []
        )
    for name, rows_without in zip(needed, missing, strict=True):
        if int(rows_without or 0):
            raise BatchPredictionError(
                f"{name} is NULL in {rows_without} of {count} rows",
                node=node,
                hint="Filter these rows out: which series or time they belong to cannot be told.",
            )
    if not int(count):
        raise BatchPredictionError(
            "There is no history to forecast from", node=node, hint="Check the input and its condition."
        )
    if empty:
        listed = "; ".join(", ".join(str(value) for value in row) for row in examples)
        raise BatchPredictionError(
            f"{empty} of {every} series have no value of {found[series.target_column].name}",
            node=node,
            why=f"For example: {listed}.",
            hint="Filter them out: a forecast goes on from what is known.",
        )
    return int(count), every


def _part(keys: Sequence[Column], files: int) -> str:
    if files < 2:
        return literal("0")
    return f"MOD({_PART.format(digest=row_digest(tuple(keys)))}, {files})"


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
