"""Execution of IMPORT."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.nls_format import DEFAULT_DATE, DEFAULT_TIMESTAMP
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transfer.compression import ByteReader, Decompressed
from exasol_sandbox.database.transfer.csv_reader import Rejects, SessionFormats, read_csv
from exasol_sandbox.database.transfer.endpoint import Endpoint, TunnelFile, endpoints
from exasol_sandbox.database.transfer.feed import Feed
from exasol_sandbox.database.transfer.parser import parse_import
from exasol_sandbox.database.transfer.s3_file import S3Reader
from exasol_sandbox.database.transfer.statement import CsvOptions, ImportStatement
from exasol_sandbox.database.transfer.tunnel_file import TunnelReader

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def run_import(session: Session, sql: str) -> RowCount:
    """Executes an `IMPORT INTO … FROM CSV …` statement within the session's transaction.

    The caller rolls back when it fails, so that either all rows arrive or none.

    Raises:
        ExasolError: the statement cannot be parsed (42000), or a transfer failed (42636, `ETL-…`).
    """
    statement = parse_import(sql)
    schema = statement.schema or session.current_schema
    if schema is None:
        raise ExasolError(SYNTAX_OR_ACCESS, f"no schema specified or opened: {statement.table}")
    columns = _target_columns(session, statement)
    attributes = session.attributes
    formats = SessionFormats(
        attributes.get("dateFormat") or DEFAULT_DATE, attributes.get("datetimeFormat") or DEFAULT_TIMESTAMP
    )
    rejects = Rejects(statement.reject_limit)
    arrow_schema = pa.schema(
        [pa.field(str(number), column.type.arrow()) for number, column in enumerate(columns)]
    )
    feed = Feed(arrow_schema, session.check_abort)
    for source in endpoints(session, statement.locations):
        feed.add(partial(_rows, session, feed, source, columns, statement.options, formats, rejects))
    try:
        rows = session.insert_arrow(
            schema, statement.table, [column.name for column in columns], feed.reader()
        )
    finally:
        feed.close()
    return RowCount(rows)


def _target_columns(session: Session, statement: ImportStatement) -> list[Column]:
    columns = session.columns_of(statement.schema, statement.table)
    if not statement.columns:
        return columns
    by_name = {column.name: column for column in columns}
    missing = [name for name in statement.columns if name not in by_name]
    if missing:
        raise ExasolError(
            SYNTAX_OR_ACCESS, f"object {', '.join(missing)} not found: {statement.table} has no such column"
        )
    return [by_name[name] for name in statement.columns]


def _rows(
    session: Session,
    feed: Feed,
    source: Endpoint,
    columns: list[Column],
    options: CsvOptions,
    formats: SessionFormats,
    rejects: Rejects,
) -> Iterator[pa.RecordBatch]:
    reader: ByteReader
    if isinstance(source, TunnelFile):
        reader = TunnelReader(source, session.database.tunnels)
        feed.on_interrupt(reader.interrupt)
        name = source.path.rsplit("/", 1)[-1]
    else:
        reader = S3Reader(source, session.database.aws)
        name = source.key
    try:
        if isinstance(reader, TunnelReader):
            reader.open()
        content = Decompressed(reader, name, source.url)
        try:
            yield from read_csv(content.stream, name, columns, source.columns, options, formats, rejects)
        except (OSError, EOFError) as error:
            content.raise_failure(error)
            raise
        except ExasolError as error:
            content.raise_failure(error)
            raise
    finally:
        reader.close()
