"""The transaction of a session: begun if need be, committed or undone, in turn with those of others.

See docs/decisions/statement-rollback.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import duckdb
import pyarrow as pa

from exasol_sandbox.database.errors import QUERY_ABORTED, TRANSACTION_CONFLICT, ExasolError
from exasol_sandbox.database.failures import collision, from_duckdb
from exasol_sandbox.database.replay import NotRepeatable, ReplayingConnection
from exasol_sandbox.database.table_locks import Deadlock

if TYPE_CHECKING:
    from exasol_sandbox.database.attributes import Attributes
    from exasol_sandbox.database.database import Database

T = TypeVar("T")


class Transaction:
    """What a session does between two commits.

    Args:
        database: whose tables it is about.
        connection: what it runs on.
        session_id: for the locks on tables.
        settings: say whether each statement is committed at once.
        forget: called when what the session remembers of the catalog may be out of date.
        undone: called after a rollback.

    Attributes:
        seen: the tables that the running statement has looked up, as DuckDB names them.
        depth: how many calls of `within` are running inside one another.
        aborted: whether the running statement was to stop.
    """

    def __init__(
        self,
        database: Database,
        connection: ReplayingConnection,
        session_id: int,
        settings: Attributes,
        forget: Callable[[], None],
        undone: Callable[[], None],
    ) -> None:
        self._database = database
        self._duckdb = connection
        self._duckdb.before_write = self.lock
        self._session_id = session_id
        self._settings = settings
        self._forget = forget
        self._undone = undone
        self.seen: set[str] = set()
        self.depth = 0
        self.aborted = False
        self._read: set[str] = set()
        self._since = 0
        self._mark = 0
        self._wrote = False
        self._version = -1
        self._changed_catalog = False

    def start(self) -> None:
        """A statement begins."""
        self.seen = set()
        self._mark = self._duckdb.mark()
        self._wrote = False

    def end(self) -> None:
        """A statement has ended: one that has changed nothing need not be done again after an error."""
        if not self._wrote:
            self._duckdb.forget_since(self._mark)

    def within(self, work: Callable[[], T], *, writes: bool, catalog_changes: bool = False) -> T:
        """Do something in the session's transaction: begun if need be, committed at once with autocommit.

        Raises:
            ExasolError: `work` failed; all that it did is undone. With 40001 the whole transaction is.
        """
        if catalog_changes:
            self._changed_catalog = True
            self._forget()
        self._begin(writes)
        mark = self._duckdb.mark()
        self._wrote = self._wrote or writes
        self.depth += 1
        try:
            result = work()
        except ExasolError as error:
            raise self._failed(error, mark) from error.__cause__
        except duckdb.Error as error:
            raise self._failed(from_duckdb(error), mark) from error
        except pa.ArrowInvalid as error:
            out_of_range = ExasolError("22003", f"data exception - numeric value out of range; {error}")
            raise self._failed(out_of_range, mark) from error
        except BaseException:
            self.rollback()
            raise
        finally:
            self.depth -= 1
        if catalog_changes:
            self._forget()
        if self.depth == 0:
            self._read |= self.seen
            if self._settings.autocommit:
                self.commit()
        return result

    def _begin(self, writes: bool) -> None:
        if self._duckdb.open:
            return
        self.begin_statement()
        if self._settings.autocommit and not writes:
            return
        self._since = self._database.locks.count
        self._duckdb.begin()

    def lock(self, table: str) -> None:
        """Wait until no other transaction is changing a table, and keep others from changing it.

        Raises:
            ExasolError: 40001, the transaction has seen what others have changed meanwhile, or they wait for
                each other.
        """
        locks = self._database.locks
        try:
            locks.acquire(table, self._session_id, self.check_abort)
        except Deadlock as error:
            raise collision() from error
        if not locks.changed_since(self._since, {table}):
            return
        # Nothing that the transaction knows has changed but this table: it may as well have begun just now.
        count = locks.count
        if locks.changed_since(self._since, self._read | self._duckdb.written):
            raise collision()
        try:
            self._duckdb.back_to(self._duckdb.mark())
        except (NotRepeatable, duckdb.Error) as error:
            raise collision() from error
        self._since = count
        self._forget()

    def _failed(self, error: ExasolError, mark: int) -> ExasolError:
        if self.aborted:
            error = ExasolError(QUERY_ABORTED, "Query terminated because it was aborted.")
        if not self._duckdb.open or self.depth > 1:
            return error
        if self._settings.autocommit or error.sql_code == TRANSACTION_CONFLICT:
            self.rollback()
            return error
        if self._duckdb.as_at(mark):
            return error
        count = self._database.locks.count
        if self._database.locks.changed_since(self._since, self._read | self._duckdb.written):
            self.rollback()
            return collision(error)
        try:
            self._duckdb.back_to(mark)
        except (NotRepeatable, duckdb.Error):
            self.rollback()
            return collision(error)
        self._since = count
        self._forget()
        return error

    def begin_statement(self) -> None:
        """Drop what is remembered of the catalog if another session has changed it since."""
        if not self._duckdb.open and self._version != self._database.version:
            self._version = self._database.version
            self._forget()

    def commit(self) -> None:
        """Make the transaction's changes permanent."""
        if not self._duckdb.open:
            return
        written = self._duckdb.written
        try:
            self._duckdb.commit()
        except duckdb.Error as error:
            self.rollback()
            raise from_duckdb(error).in_session(self._session_id) from error
        if written:
            self._database.locks.committed(written)
        self._ended()

    def rollback(self) -> None:
        """Undo the transaction's changes."""
        if self._duckdb.open:
            self._duckdb.rollback()
            self._ended()
            self._undone()

    def _ended(self) -> None:
        self._read = set()
        self._database.locks.release(self._session_id)
        if self._changed_catalog:
            self._changed_catalog = False
            self._database.catalog_changed()
            self._forget()

    def abort(self) -> None:
        """Stop the running statement, from another thread; it fails with R0001."""
        self.aborted = True
        self._duckdb.interrupt()

    def check_abort(self) -> None:
        """Fail if the running statement was to stop; for work that DuckDB does not know of."""
        if self.aborted:
            raise ExasolError(QUERY_ABORTED, "Query terminated because it was aborted.")
