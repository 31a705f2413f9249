"""Results of transform jobs → the database: imported, checked row for row, and the query that gives them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exasol_sagemaker import batch_results, s3
from exasol_sagemaker.batch import BatchPlan, TransformJob
from exasol_sagemaker.batch_input import key_from_text
from exasol_sagemaker.batch_transform import require_transformed
from exasol_sagemaker.columns import Column
from exasol_sagemaker.connection import stored_name
from exasol_sagemaker.database import clean_query, database_errors, literal, quote, reason, run
from exasol_sagemaker.errors import BatchPredictionError, aws_errors
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri
from exasol_sagemaker.transport import choose_transport

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_EXAMPLES = 3
TEXT = "VARCHAR(2000000) UTF8"
_PIECE_BYTES = 8 * 1024 * 1024

log = logging.getLogger("exasol_sagemaker")


@dataclass(frozen=True)
class LoadedPredictions:
    """Predictions in the database, each row of the input once.

    Attributes:
        row_count: Rows.
        query: The predictions: keys, carried columns, results, JOB_NAME; reads the staging table.
        columns: Its columns in order.
        transport: `native` or `client`; empty if there was nothing to import.
    """

    row_count: int
    query: str
    columns: tuple[Column, ...]
    transport: str


def load_predictions(
    aws: AwsSession, database: ExaConnection, plan: BatchPlan, *, schema: str, staging: str
) -> LoadedPredictions:
    """Import what the completed transform jobs wrote, and see that each row of the input is there once.

    Args:
        schema: Schema of the staging table, as the database stores it.
        staging: Its name: created or replaced; the caller drops it when it has read `query`.

    Raises:
        BatchPredictionError: A job is not completed, or rows are missing, unknown, or there twice.
    """
    require_transformed(plan)
    node = plan.owner.node
    table = f"{quote(schema)}.{quote(staging)}"
    fields = batch_results.answer_fields(plan.response_keys)
    names = [f"K{place}" for place in range(1, len(plan.keys) + 1)] + [field.upper() for field in fields]
    columns = ", ".join(f"{quote(name)} {TEXT}" for name in names)
    with database_errors("The staging table could not be made", node=node, kind=BatchPredictionError):
        run(database, f"CREATE OR REPLACE TABLE {table} ({columns})")
    transport = choose_transport(aws, database, aws.settings.transport).name if plan.chunks else ""
    for chunk in plan.chunks:
        if chunk.transform is None:
            continue
        rows = import_answers(aws, database, chunk.transform, (schema, staging), transport, node=node)
        if rows != chunk.row_count:
            raise BatchPredictionError(
                f"The transform job {chunk.transform.name} answered {rows} of {chunk.row_count} rows",
                node=node,
                why=f"Its output in {chunk.transform.output_s3_uri} is not complete.",
                hint="Predict again with --full-refresh.",
            )
        log.info("%s: %d predictions of %s imported", node, rows, chunk.transform.name)
    predictions = _predictions_query(database, plan, table, fields)
    _check_keys(database, plan, predictions)
    return LoadedPredictions(
        row_count=plan.row_count,
        query=_with_carried(plan, predictions),
        columns=(
            *plan.keys,
            *plan.carried,
            *_results(plan),
            Column("JOB_NAME", "VARCHAR(63)"),
        ),
        transport=transport,
    )


def import_answers(
    aws: AwsSession,
    database: ExaConnection,
    transform: TransformJob,
    table: tuple[str, str],
    transport: str,
    *,
    header: bool = False,
    node: str,
) -> int:
    """Import the CSV files that a transform job wrote into a table; gives the number of rows.

    Args:
        table: Schema and name, as the database stores them.
        transport: `native` or `client`.
        header: Whether each file begins with the columns' names.

    Raises:
        BatchPredictionError: They could not be read, or do not fit the table.
    """
    files = [uri for uri, size in s3.list_objects(aws, transform.output_s3_uri) if size]
    if not files:
        return 0
    if transport == "client":
        return _import_client(aws, database, files, table, header=header, node=node)
    connection = stored_name(str(aws.settings.connection))
    listed = " ".join(f"FILE {literal(split_s3_uri(uri)[1])}" for uri in files)
    with database_errors(
        "The database could not import from S3",
        node=node,
        kind=BatchPredictionError,
        hint=f"Check CONNECTION {connection}, or use transport `client`.",
    ):
        statement = (
            f"IMPORT INTO {quote(table[0])}.{quote(table[1])} FROM CSV AT {quote(connection)} {listed}\n"
            f"ENCODING = 'UTF-8'{' SKIP = 1' if header else ''} ROW SEPARATOR = 'LF'"
        )
        return int(run(database, statement).rowcount())


def _import_client(
    aws: AwsSession,
    database: ExaConnection,
    files: list[str],
    table: tuple[str, str],
    *,
    header: bool,
    node: str,
) -> int:
    """Stream the files through this machine, in constant memory and past the disk."""
    from boto3.s3.transfer import TransferConfig  # noqa: PLC0415
    from pyexasol import ExaError  # noqa: PLC0415

    client = aws.s3
    transfer = TransferConfig(
        multipart_threshold=_PIECE_BYTES, multipart_chunksize=_PIECE_BYTES, max_concurrency=4
    )

    def download(pipe: Any, sources: list[str]) -> None:
        for uri in sources:
            bucket, key = split_s3_uri(uri)
            lines: Any = _Lines(pipe, skip_first=header)
            with aws_errors(f"{uri} could not be read", node=node, kind=BatchPredictionError):
                client.download_fileobj(bucket, key, lines, Config=transfer)
            lines.end()

    try:
        with _quoted_names(database):
            database.import_from_callback(
                download, files, table, import_params={"encoding": "UTF-8", "row_separator": "LF"}
            )
    except ExaError as error:
        ours = next(
            (one for one in getattr(error, "exceptions", ()) if isinstance(one, BatchPredictionError)), None
        )
        if ours is not None:
            raise ours from error
        raise BatchPredictionError(
            "The predictions could not be streamed into the database",
            node=node,
            why=reason(error),
            hint="The database must be able to answer this machine; look at the files under "
            f"{files[0].rpartition('/')[0]}.",
        ) from error
    return int(database.last_statement().rowcount())


@contextmanager
def _quoted_names(database: ExaConnection) -> Iterator[None]:
    """Within this block pyexasol takes names as they stand, whatever the connection's own option says."""
    formatter = database.format
    before = formatter.default_format_ident
    formatter.default_format_ident = formatter.quote_ident
    try:
        yield
    finally:
        formatter.default_format_ident = before


class _Lines:
    """Passes a file on, without its first line if that is to be skipped.

    Its last line is ended if it does not end itself, so that another may follow.
    """

    def __init__(self, pipe: Any, *, skip_first: bool = False) -> None:
        self._pipe = pipe
        self._last = b"\n"
        self._skipping = skip_first

    def write(self, data: bytes) -> None:
        if self._skipping:
            _, end, data = data.partition(b"\n")
            self._skipping = not end
        if data:
            self._pipe.write(data)
            self._last = data[-1:]

    def end(self) -> None:
        if self._last != b"\n":
            self._pipe.write(b"\n")


def _predictions_query(database: ExaConnection, plan: BatchPlan, table: str, fields: tuple[str, ...]) -> str:
    """Keys under their own names and types, the results, and JOB_NAME."""
    selected = [
        f"{key_from_text(f'K{place}', key)} AS {quote(key.name)}" for place, key in enumerate(plan.keys, 1)
    ]
    known: list[str] = []
    if {"probabilities", "labels"} <= set(fields):
        found = run(database, f'SELECT DISTINCT "LABELS" FROM {table} WHERE "LABELS" IS NOT NULL')
        known = sorted(str(row[0]) for row in found.fetchall())
    for column in _results(plan):
        selected.append(f"{_result(plan, column, known)} AS {quote(column.name)}")
    selected.append(f'CAST({literal(plan.job.job_name)} AS VARCHAR(63)) AS "JOB_NAME"')
    listed = ",\n    ".join(selected)
    return f"SELECT\n    {listed}\nFROM {table}"


def _results(plan: BatchPlan) -> tuple[Column, ...]:
    return batch_results.result_columns(plan.job, probabilities=plan.probabilities)


def _result(plan: BatchPlan, column: Column, known: list[str]) -> str:
    """The expression for a result over the staging table, whose answers have these lists of labels."""
    label, listed, labels = quote(batch_results.LABEL.upper()), '"PROBABILITIES"', '"LABELS"'
    if column.name == "PROBABILITY":
        return batch_results.probability(label, listed, labels, known)
    if column.name == "PROBABILITIES":
        return batch_results.all_probabilities(listed, labels, known)
    if plan.threshold is None:
        return batch_results.prediction(label, column.type)
    return batch_results.prediction_by_threshold(
        label, listed, labels, known, threshold=plan.threshold, kind=column.type
    )


def _with_carried(plan: BatchPlan, predictions: str) -> str:
    if not plan.carried:
        return predictions
    own = [f"INPUT_ROWS.{quote(column.name)}" for column in (*plan.keys, *plan.carried)]
    results = [f"PREDICTED.{quote(column.name)}" for column in _results(plan)]
    selected = ",\n    ".join([*own, *results, 'PREDICTED."JOB_NAME"'])
    return (
        f"SELECT\n    {selected}\nFROM (\n{predictions}\n) AS PREDICTED\n"
        f"INNER JOIN (\n{clean_query(plan.query)}\n) AS INPUT_ROWS\n    ON {_same_key(plan)}"
    )


def _same_key(plan: BatchPlan) -> str:
    return " AND ".join(f"PREDICTED.{quote(key.name)} = INPUT_ROWS.{quote(key.name)}" for key in plan.keys)


def _check_keys(database: ExaConnection, plan: BatchPlan, predictions: str) -> None:
    """Each key of the input has one prediction, and each prediction a key of the input."""
    names = ", ".join(quote(key.name) for key in plan.keys)
    rows = f"(SELECT {names} FROM (\n{clean_query(plan.query)}\n)) AS INPUT_ROWS"
    predicted = f"(SELECT {names} FROM (\n{predictions}\n)) AS PREDICTED"
    same = _same_key(plan)
    node = plan.owner.node
    checks = {
        "keys are predicted more than once": (
            f"SELECT {names} FROM {predicted} GROUP BY {names} HAVING COUNT(*) > 1"
        ),
        "keys are not predicted": (
            f"SELECT {names} FROM {rows} WHERE NOT EXISTS (SELECT 1 FROM {predicted} WHERE {same})"
        ),
        "keys are predicted and not in the input": (
            f"SELECT {names} FROM {predicted} WHERE NOT EXISTS (SELECT 1 FROM {rows} WHERE {same})"
        ),
    }
    require_none(
        database,
        checks,
        names,
        why="The input changed while it was predicted, or its key does not survive as text.",
        hint="Run again; if the input never rests, predict from a table of your own instead of a view.",
        node=node,
    )


def require_none(
    database: ExaConnection, checks: Mapping[str, str], names: str, *, why: str, hint: str, node: str
) -> None:
    """See that queries return no row.

    Args:
        checks: A query by what its rows would mean, such as `keys are not predicted`.
        names: The columns of the queries, to sort examples by.
        why: What may be the cause.
        hint: What to do.

    Raises:
        BatchPredictionError: One returns a row; how many there are, and some of them, are named.
    """
    for what, query in checks.items():
        with database_errors("The predictions could not be checked", node=node, kind=BatchPredictionError):
            count = int(run(database, f"SELECT COUNT(*) FROM ({query})").fetchall()[0][0])
            if not count:
                continue
            found = run(database, f"SELECT * FROM ({query}) ORDER BY {names} LIMIT {_EXAMPLES}").fetchall()
        examples = "; ".join(", ".join(str(value) for value in row) for row in found)
        raise BatchPredictionError(
            f"{count} {what}", node=node, why=f"For example: {examples}. {why}", hint=hint
        )
