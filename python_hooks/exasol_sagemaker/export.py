"""A query's result as CSV files in S3, with a manifest beside them."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exasol_sagemaker import s3
from exasol_sagemaker.columns import Column
from exasol_sagemaker.connection import stored_name
from exasol_sagemaker.database import clean_query, database_errors, literal, quote, reason, run
from exasol_sagemaker.errors import ConfigurationError, ExportError, TrainingDataError, aws_errors
from exasol_sagemaker.fingerprint import query_digest
from exasol_sagemaker.manifest import Export, ExportedFile, write_manifest
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import TRANSPORTS, split_s3_uri
from exasol_sagemaker.training_data import read_columns
from exasol_sagemaker.transport import Transport, choose_transport

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_FILES_PER_NODE = 4
_ROWS_PER_FILE = 50_000
# S3 takes 10,000 parts, so this allows 117 GiB; about ten parts are in memory at once.
_PART_BYTES = 12 * 1024 * 1024
_PIPE_BYTES = 1024 * 1024

log = logging.getLogger("exasol_sagemaker")


def export_to_s3(
    aws: AwsSession,
    database: ExaConnection,
    *,
    query: str,
    s3_uri: str,
    transport: str | None = None,
    node: str | None = None,
) -> Export:
    """Write `query` as CSV files under `s3_uri`/data/ and a manifest at `s3_uri`/manifest.json.

    Args:
        transport: Overrides the settings' transport.
        node: Named in errors.

    Raises:
        ExportError: The export failed; nothing of it is left.
    """
    columns = read_columns(database, query, node=node)
    aws.require_bucket()
    prefix = f"{s3_uri.rstrip('/')}/"
    for folder in (f"{prefix}data/", f"{prefix}manifest.json"):
        s3.delete_prefix(aws, folder)
    return export_query(
        aws, database, query=query, columns=columns, s3_uri=prefix, transport=transport, node=node
    )


def export_query(
    aws: AwsSession,
    database: ExaConnection,
    *,
    query: str,
    columns: tuple[Column, ...],
    s3_uri: str,
    expected_rows: int | None = None,
    fingerprint: str = "",
    inputs: Mapping[str, Any] | None = None,
    transport: str | None = None,
    header: bool = True,
    parts: Sequence[str] = (),
    whole_parts: bool = False,
    node: str | None = None,
) -> Export:
    """As export_to_s3, for a query whose columns are known and a prefix that is empty.

    Args:
        expected_rows: What the export must count, if it is known.
        fingerprint: Kept in the manifest, and so are the inputs that it is made of.
        header: Whether each file begins with the columns' names.
        parts: Conditions on the query's columns that cut it into files where the client writes them; the
            native transport has files of its own.
        whole_parts: Whether each of these parts, or all rows without parts, is one file with the native
            transport too.
    """
    asked = transport or aws.settings.transport
    if asked not in TRANSPORTS:
        raise ConfigurationError(
            f"transport {asked!r} does not exist", node=node, hint=f"Use one of: {', '.join(TRANSPORTS)}."
        )
    chosen = choose_transport(aws, database, asked)
    data_uri = f"{s3_uri}data/"
    log.info("exporting to %s by %s transport", data_uri, chosen.name)
    try:
        if chosen.name == "native" and not whole_parts:
            select = csv_query(query, columns)
            keys = export_keys(data_uri, _nodes(database, node), expected_rows)
            rows = _export_native(aws, database, select, keys, header=header, node=node)
        else:
            rows = 0
            for index, condition in enumerate(parts or [""]):
                select = csv_query(query, columns, condition)
                file_uri = f"{data_uri}part-{index:04}.csv"
                if chosen.name == "native":
                    key = split_s3_uri(file_uri)[1]
                    rows += _export_native(aws, database, select, [key], header=header, node=node)
                else:
                    rows += _export_client(aws, database, select, file_uri, header=header, node=node)
        return complete_export(
            aws,
            query=query,
            columns=columns,
            s3_uri=s3_uri,
            rows=rows,
            transport=chosen,
            expected_rows=expected_rows,
            fingerprint=fingerprint,
            inputs=inputs,
            node=node,
        )
    except BaseException:
        s3.delete_prefix(aws, s3_uri)
        raise


def complete_export(
    aws: AwsSession,
    *,
    query: str,
    columns: tuple[Column, ...],
    s3_uri: str,
    rows: int,
    transport: Transport,
    expected_rows: int | None = None,
    fingerprint: str = "",
    inputs: Mapping[str, Any] | None = None,
    node: str | None = None,
) -> Export:
    """See that what was exported is in S3, and write the manifest beside it.

    Args:
        s3_uri: Prefix of the export, ending in a slash; its files are under data/.
        rows: How many the database says it has exported.

    Raises:
        TrainingDataError: They are not as many as had been counted.
        ExportError: Nothing of it is in S3.
    """
    data_uri = f"{s3_uri}data/"
    files = _written_files(aws, data_uri, rows, expected=expected_rows, transport=transport.name, node=node)
    export = Export(
        s3_uri=s3_uri,
        data_uri=data_uri,
        manifest_uri=f"{s3_uri}manifest.json",
        files=files,
        columns=columns,
        row_count=rows,
        query_digest=query_digest(query),
        transport=transport.name,
        transport_reason=transport.reason,
        fingerprint=fingerprint,
        inputs=inputs or {},
    )
    write_manifest(aws, export)
    return export


def csv_query(query: str, columns: tuple[Column, ...], condition: str = "") -> str:
    """The query with each column in the form that training and prediction agree on.

    EXPORT writes dates and booleans as the session's formats say; a model must see one form of them, whoever
    exports, and the same when it is asked: `true`/`false`, `2024-01-31`, `2024-01-31 13:00:00.000000`, and no
    blanks that pad a CHAR.
    """
    selected = ", ".join(_csv_expression(column) for column in columns)
    where = f"\nWHERE {condition}" if condition else ""
    return f"SELECT {selected}\nFROM (\n{clean_query(query)}\n){where}"


def export_statement(select: str, connection: str, keys: list[str], *, header: bool = True) -> str:
    """EXPORT … INTO CSV that writes to S3 with a CONNECTION, one file per key, each with a header or none."""
    files = " ".join(f"FILE {literal(key)}" for key in keys)
    names = "WITH COLUMN NAMES " if header else ""
    return f"EXPORT (\n{select}\n) INTO CSV AT {quote(connection)} {files}\nENCODING = 'UTF-8' {names}REPLACE"


def _csv_expression(column: Column) -> str:
    name = quote(column.name)
    if column.type == "BOOLEAN":
        text = f"CASE WHEN {name} THEN 'true' WHEN NOT {name} THEN 'false' END"
    elif column.type == "DATE":
        text = f"TO_CHAR({name}, 'YYYY-MM-DD')"
    elif column.type.startswith("TIMESTAMP"):
        text = f"TO_CHAR({name}, 'YYYY-MM-DD HH24:MI:SS.FF6')"
    elif column.type.startswith("CHAR"):
        text = f"RTRIM({name})"
    else:
        return name
    return f"{text} AS {name}"


def _export_native(
    aws: AwsSession,
    database: ExaConnection,
    select: str,
    keys: list[str],
    *,
    header: bool,
    node: str | None,
) -> int:
    connection = aws.settings.connection
    if connection is None:
        raise ConfigurationError(
            "The native transport needs a CONNECTION",
            node=node,
            hint="Set `connection` in the profile's sagemaker block, or use transport `client`.",
        )
    with database_errors(
        "The database could not export to S3",
        node=node,
        kind=ExportError,
        hint=f"Check that CONNECTION {connection} points at https://<bucket>.s3.<region>.amazonaws.com and "
        "holds valid static credentials, or use transport `client`.",
    ):
        statement = export_statement(select, stored_name(connection), keys, header=header)
        return int(run(database, statement).rowcount())


def _nodes(database: ExaConnection, node: str | None) -> int:
    with database_errors("The database did not say how many nodes it has", node=node, kind=ExportError):
        return int(run(database, "SELECT NPROC()").fetchall()[0][0])


def export_keys(data_uri: str, nodes: int, rows: int | None = None) -> list[str]:
    """Keys of the files that a cluster of so many nodes writes so many rows to."""
    key = split_s3_uri(data_uri)[1]
    return [f"{key}/part-{index:04}.csv" for index in range(_file_count(nodes, rows))]


def _file_count(nodes: int, rows: int | None) -> int:
    """A few files a node, so that each writes in parallel, and no file that is nearly empty."""
    most = nodes * _FILES_PER_NODE
    return most if rows is None else max(1, min(most, -(-rows // _ROWS_PER_FILE)))


def _export_client(
    aws: AwsSession, database: ExaConnection, select: str, file_uri: str, *, header: bool, node: str | None
) -> int:
    from boto3.s3.transfer import TransferConfig  # noqa: PLC0415
    from pyexasol import ExaError  # noqa: PLC0415

    bucket, key = split_s3_uri(file_uri)
    client = aws.s3
    transfer = TransferConfig(
        multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, max_concurrency=4
    )

    def upload(pipe: Any, _destination: object) -> None:
        # A bare pipe's read returns what is there, and boto3 takes less than a part for the end of the data.
        whole_parts = io.BufferedReader(pipe, _PIPE_BYTES)
        with aws_errors("The upload to S3 failed", node=node, kind=ExportError):
            client.upload_fileobj(whole_parts, bucket, key, Config=transfer)

    try:
        database.export_to_callback(
            upload, None, select, export_params={"with_column_names": header, "encoding": "UTF-8"}
        )
    except ExaError as error:
        ours = next((one for one in getattr(error, "exceptions", ()) if isinstance(one, ExportError)), None)
        if ours is not None:
            raise ours from error
        raise ExportError(
            "The database could not stream the data",
            node=node,
            why=reason(error),
            hint="Run the compiled query in an SQL client; the database must be able to answer this machine.",
        ) from error
    return int(database.last_statement().rowcount())


def _written_files(
    aws: AwsSession, data_uri: str, rows: int, *, expected: int | None, transport: str, node: str | None
) -> tuple[ExportedFile, ...]:
    if expected is not None and rows != expected:
        raise TrainingDataError(
            f"{rows} rows were exported where {expected} had been counted",
            node=node,
            why="The training data changed in between, or the query does not return the same rows each time.",
            hint="Run again; if it happens again, look for RANDOM(), the current time, or LIMIT without "
            "ORDER BY in the query.",
        )
    files = tuple(ExportedFile(uri, size) for uri, size in s3.list_objects(aws, data_uri))
    if not files or not any(one.size for one in files):
        raise ExportError(
            f"The export reported {rows} rows, and nothing of it is in {data_uri}",
            node=node,
            why=f"CONNECTION {aws.settings.connection} points at another bucket."
            if transport == "native"
            else None,
            hint="Let the CONNECTION point at the bucket of `s3_uri`, or use transport `client`.",
        )
    return files


def new_export_uri(job_uri: str) -> str:
    """A prefix of its own for one export of a job: two runs at once never touch each other's files."""
    return f"{job_uri}train/{secrets.token_hex(4)}/"
