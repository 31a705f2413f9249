"""Forecasts from S3 → the database: imported, checked series by series, and the query that gives them."""

from __future__ import annotations

import csv
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from exasol_sagemaker import s3
from exasol_sagemaker.batch_input import key_from_text
from exasol_sagemaker.batch_load import TEXT, LoadedPredictions, import_answers, require_none
from exasol_sagemaker.batch_transform import require_transformed
from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import clean_query, database_errors, literal, quote, run
from exasol_sagemaker.errors import BatchPredictionError, aws_errors
from exasol_sagemaker.forecast import MEAN, ForecastPlan
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri
from exasol_sagemaker.transport import choose_transport

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_HEADER_BYTES = 65_536

log = logging.getLogger("exasol_sagemaker")


def load_forecast(
    aws: AwsSession, database: ExaConnection, plan: ForecastPlan, *, schema: str, staging: str
) -> LoadedPredictions:
    """Import what the completed transform job wrote, and see that each series has each step once.

    Args:
        schema: Schema of the staging table, as the database stores it.
        staging: Its name: created or replaced; the caller drops it when it has read `query`.

    Raises:
        BatchPredictionError: The job is not completed, its files have not the columns of a forecast, or
            series or steps are missing, unknown, or there twice.
    """
    require_transformed(plan)
    node = plan.owner.node
    transform = plan.transforms[0]
    header = _header(aws, transform.output_s3_uri, node)
    places = _places(plan, header)
    table = f"{quote(schema)}.{quote(staging)}"
    columns = ", ".join(f"C{place} {TEXT}" for place in range(1, len(header) + 1))
    with database_errors("The staging table could not be made", node=node, kind=BatchPredictionError):
        run(database, f"CREATE OR REPLACE TABLE {table} ({columns})")
    transport = choose_transport(aws, database, aws.settings.transport).name
    rows = import_answers(aws, database, transform, (schema, staging), transport, header=True, node=node)
    log.info("%s: %d rows of a forecast imported from %s", node, rows, transform.name)
    query = _query(plan, table, places)
    _check(database, plan, query)
    return LoadedPredictions(row_count=rows, query=query, columns=forecast_columns(plan), transport=transport)


def forecast_columns(plan: ForecastPlan) -> tuple[Column, ...]:
    """The columns of a forecast: those of the series, the timestamp, quantiles, MEAN, JOB_NAME."""
    return (
        *plan.keys,
        plan.timestamp,
        *(Column(quantile.upper(), "DOUBLE") for quantile in plan.series.quantiles),
        Column(MEAN, "DOUBLE"),
        Column("JOB_NAME", "VARCHAR(63)"),
    )


def _header(aws: AwsSession, output_uri: str, node: str) -> list[str]:
    """The first line of the files; they all have the same."""
    headers = []
    for uri, size in s3.list_objects(aws, output_uri):
        if size:
            bucket, key = split_s3_uri(uri)
            with aws_errors(f"{uri} could not be read", node=node, kind=BatchPredictionError):
                answer = aws.s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{_HEADER_BYTES - 1}")
                line = answer["Body"].read().decode("utf-8-sig", errors="replace").partition("\n")[0]
            headers.append(next(csv.reader([line.rstrip("\r")]), []))
    if not headers or any(one != headers[0] for one in headers):
        raise BatchPredictionError(
            "The transform job wrote nothing"
            if not headers
            else "The files of the forecast differ in header",
            node=node,
            why=f"Its output is in {output_uri}.",
            hint="Forecast again with --full-refresh.",
        )
    return headers[0]


def _places(plan: ForecastPlan, header: Sequence[str]) -> dict[str, str]:
    """Columns of the staging table by the name that training has for them.

    Some of Autopilot's containers call the item item_id and the time timestamp, whatever they were called.
    """
    series = plan.series
    places = {name.lower(): f"C{place}" for place, name in enumerate(header, 1)}
    names = [*series.series_columns, series.timestamp_column, *series.quantiles]
    generic = {series.item_id_column: "item_id", series.timestamp_column: "timestamp"}
    found = {name: places.get(name.lower()) or places.get(generic.get(name, "")) for name in names}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        raise BatchPredictionError(
            f"The forecast has no column {', '.join(missing)}",
            node=plan.owner.node,
            why=f"The transform job's files begin with {', '.join(header)}.",
            hint="Look at the files; please report it if they are those of an Autopilot model.",
        )
    mean = places.get(MEAN.lower())
    return {name: place for name, place in {**found, MEAN: mean}.items() if place is not None}


def _query(plan: ForecastPlan, table: str, places: dict[str, str]) -> str:
    series = plan.series
    selected = [
        f"{key_from_text(places[name], key)} AS {quote(key.name)}"
        for name, key in zip(series.series_columns, plan.keys, strict=True)
    ]
    timestamp = plan.timestamp
    selected.append(f"{_time(places[series.timestamp_column], timestamp.type)} AS {quote(timestamp.name)}")
    for name in (*series.quantiles, MEAN):
        value = _number(places[name]) if name in places else "CAST(NULL AS DOUBLE)"
        selected.append(f"{value} AS {quote(name.upper())}")
    selected.append(f'CAST({literal(plan.job.job_name)} AS VARCHAR(63)) AS "JOB_NAME"')
    listed = ",\n    ".join(selected)
    return f"SELECT\n    {listed}\nFROM {table}"


def _time(text: str, kind: str) -> str:
    if kind == "DATE":
        return f"TO_DATE(SUBSTR({text}, 1, 10), 'YYYY-MM-DD')"
    whole = (
        f"CASE WHEN LENGTH({text}) = 10 THEN {text} || ' 00:00:00' "
        f"ELSE SUBSTR(REPLACE({text}, 'T', ' '), 1, 19) END"
    )
    return f"CAST(TO_TIMESTAMP({whole}, 'YYYY-MM-DD HH24:MI:SS') AS {kind})"


def _number(text: str) -> str:
    return f"CASE WHEN LOWER({text}) = 'nan' THEN NULL ELSE CAST({text} AS DOUBLE) END"


def _check(database: ExaConnection, plan: ForecastPlan, forecast: str) -> None:
    """Each series of the history has each step once, and there are no others."""
    names = ", ".join(quote(key.name) for key in plan.keys)
    time = quote(plan.timestamp.name)
    known = f"(SELECT DISTINCT {names} FROM (\n{clean_query(plan.query)}\n)) AS HISTORY"
    made = f"(SELECT {names}, {time} FROM (\n{forecast}\n)) AS FORECAST"
    same = " AND ".join(f"HISTORY.{quote(key.name)} = FORECAST.{quote(key.name)}" for key in plan.keys)
    require_none(
        database,
        {
            "series are not forecast": (
                f"SELECT {names} FROM {known} WHERE NOT EXISTS (SELECT 1 FROM {made} WHERE {same})"
            ),
            "series are forecast and not in the history": (
                f"SELECT DISTINCT {names} FROM {made} WHERE NOT EXISTS (SELECT 1 FROM {known} WHERE {same})"
            ),
            f"series have not {plan.series.horizon} steps": (
                f"SELECT {names} FROM {made} GROUP BY {names} "
                f"HAVING COUNT(*) <> {plan.series.horizon} OR COUNT(DISTINCT {time}) <> {plan.series.horizon}"
            ),
        },
        names,
        why="Autopilot may leave out series with fewer than four values; or the history changed meanwhile, "
        "or an item does not survive as text.",
        hint="Filter such series out, or run again.",
        node=plan.owner.node,
    )
