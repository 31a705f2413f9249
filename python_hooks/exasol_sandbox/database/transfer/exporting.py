"""Execution of EXPORT."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet, RowCount
from exasol_sandbox.database.transfer.compression import ByteWriter, Compressed
from exasol_sandbox.database.transfer.csv_writer import CsvFormat
from exasol_sandbox.database.transfer.endpoint import Endpoint, S3Object, TunnelFile, endpoints
from exasol_sandbox.database.transfer.parser import parse_export
from exasol_sandbox.database.transfer.s3_file import S3Writer
from exasol_sandbox.database.transfer.tunnel_file import TunnelWriter

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_log = logging.getLogger(__name__)

_CHUNK_ROWS = 64 * 1024
_WAITING_BATCHES = 2
_ABORT_CHECK_SECONDS = 0.1


def run_export(session: Session, sql: str) -> RowCount:
    """Executes an `EXPORT … INTO CSV …` statement.

    Rows go round the files in turn, each file written by a thread of its own. No object appears in S3 before
    all rows are written.

    Raises:
        ExasolError: the statement cannot be parsed (42000), or a transfer failed (42636, `ETL-…`).
    """
    statement = parse_export(sql)
    targets = endpoints(session, statement.locations)
    objects: dict[int, ByteWriter] = {}
    files: list[_FileThread] = []
    try:
        # Wrong keys shall be known before a long query; a client, though, waits until there are rows.
        for number, target in enumerate(targets):
            if isinstance(target, S3Object):
                objects[number] = _open(session, target)
        result = session.query(statement.query)
        attributes = dict(session.attributes)
        for number, target in enumerate(targets):
            form = CsvFormat(result.columns, statement.options, target.columns, attributes)
            writer = objects.pop(number, None) or _open(session, target)
            files.append(_FileThread(writer, _name(target), form, session.check_abort))
        for number, batch in enumerate(_chunks(result, len(files))):
            files[number % len(files)].put(batch)
        for file in files:
            file.end()
        for file in files:
            file.finish()
    except BaseException:
        for file in files:
            _give_up(file)
        for unused in objects.values():
            _give_up(unused)
        raise
    return RowCount(result.row_count)


class _FileThread:
    """One file, written by a thread of its own, which nobody waits for longer than `check_abort` lets."""

    def __init__(
        self, writer: ByteWriter, name: str, form: CsvFormat, check_abort: Callable[[], None]
    ) -> None:
        self._writer = writer
        self._target = Compressed(writer, name)
        self._form = form
        self._check_abort = check_abort
        self._queue: queue.Queue[pa.RecordBatch | None] = queue.Queue(_WAITING_BATCHES)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="exasol-export")
        self._thread.start()

    def put(self, batch: pa.RecordBatch) -> None:
        """Adds rows; raises what the thread ran into."""
        self._add(batch)
        self._raise_failure()

    def end(self) -> None:
        """Waits until all rows are on their way."""
        self._add(None)
        self._join()

    def finish(self) -> None:
        """Makes the file whole."""
        self._thread = threading.Thread(target=self._finish, name="exasol-export")
        self._thread.start()
        self._join()

    def abort(self) -> None:
        """Gives the file up."""
        if self._thread.is_alive():
            self._failure = self._failure or InterruptedError("the export was given up")
            if isinstance(self._writer, TunnelWriter):
                self._writer.interrupt()
            self._queue.put(None)
            self._thread.join()
        self._target.abort()

    def _add(self, batch: pa.RecordBatch | None) -> None:
        while True:
            try:
                self._queue.put(batch, timeout=_ABORT_CHECK_SECONDS)
            except queue.Full:
                self._check_abort()
            else:
                return

    def _join(self) -> None:
        while self._thread.is_alive():
            self._thread.join(_ABORT_CHECK_SECONDS)
            self._check_abort()
        self._raise_failure()

    def _finish(self) -> None:
        try:
            self._target.finish()
        except BaseException as error:
            # It is raised again in the thread of the statement.
            self._failure = error

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        ended = False
        try:
            self._target.write(self._form.header())
            while (batch := self._queue.get()) is not None:
                if self._failure is None:
                    for piece in self._form.rows(batch):
                        self._target.write(piece)
            ended = True
            self._target.end()
        except BaseException as error:
            # It is raised again by `put` or `end`, in the thread of the statement, whose rows must find room
            # until then.
            self._failure = error
            while not ended and self._queue.get() is not None:
                continue


def _open(session: Session, target: Endpoint) -> ByteWriter:
    if isinstance(target, TunnelFile):
        return TunnelWriter(target, session.database.tunnels)
    return S3Writer(target, session.database.aws)


def _name(target: Endpoint) -> str:
    return target.path if isinstance(target, TunnelFile) else target.key


def _give_up(started: _FileThread | ByteWriter) -> None:
    try:
        started.abort()
    except ExasolError as error:
        # What made the export fail is what its user must hear of.
        _log.warning("a file of a failed export was left unfinished: %s", error)


def _chunks(result: ResultSet, files: int) -> Iterator[pa.RecordBatch]:
    """The rows in pieces that spread evenly over the files; with one file, in the order of the query."""
    share = -(-result.row_count // files)
    size = max(1, min(_CHUNK_ROWS, share))
    held: list[pa.RecordBatch] = []
    rows = 0
    names = [str(position) for position in range(len(result.columns))]
    for batch in result.batches:
        rest = batch.rename_columns(names)
        while rest.num_rows:
            piece = rest.slice(0, size - rows)
            held.append(piece)
            rows += piece.num_rows
            rest = rest.slice(piece.num_rows)
            if rows == size:
                yield _one(held)
                held, rows = [], 0
    if held:
        yield _one(held)


def _one(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
