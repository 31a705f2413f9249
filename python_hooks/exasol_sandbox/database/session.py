"""A session: its attributes, its transaction and the statements it executes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.records import Connection, Script
from exasol_sandbox.database.result import Result, ResultSet

if TYPE_CHECKING:
    from exasol_sandbox.database.database import Database


class Session:
    """One session; to be used from one thread at a time, except for `abort`."""

    database: Database
    session_id: int
    user: str
    current_schema: str | None

    @property
    def attributes(self) -> dict[str, Any]:
        """The session attributes under their names on the wire (`autocommit`, `currentSchema`, …)."""
        raise NotImplementedError

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Change attributes. Unknown or read-only ones raise ExasolError."""
        raise NotImplementedError

    def execute(self, sql: str) -> Result:
        """Execute one statement."""
        raise NotImplementedError

    def columns_of_statement(self, sql: str) -> list[Column]:
        """The result columns of a query, without running it; none for statements without a result."""
        raise NotImplementedError

    def execute_prepared(self, sql: str, columns: list[Column], reader: pa.RecordBatchReader) -> Result:
        """Execute `sql` once for each row of `reader`, whose columns stand for its `?` in order."""
        raise NotImplementedError

    def query(self, select: str | exp.Expression) -> ResultSet:
        """Run a query on behalf of another part of the database."""
        raise NotImplementedError

    def insert_arrow(self, schema: str, table: str, columns: list[str], reader: pa.RecordBatchReader) -> int:
        """Insert all rows of `reader` into those columns of a table, checked as by INSERT. Returns their number."""
        raise NotImplementedError

    def columns_of(self, schema: str | None, table: str) -> list[Column]:
        """The columns of a table or view; `schema` None means the current one. Raises ExasolError if it is absent."""
        raise NotImplementedError

    def script(self, schema: str | None, name: str) -> Script:
        """A script of the catalog; `schema` None means the current one. Raises ExasolError if it is absent."""
        raise NotImplementedError

    def connection(self, name: str) -> Connection:
        """A CONNECTION with its secret. Raises ExasolError if it is absent."""
        raise NotImplementedError

    def temporary_table(self, columns: list[Column], reader: pa.RecordBatchReader) -> exp.Table:
        """Keep rows for the rest of the statement; the table goes when the statement ends.

        Returns:
            The table as it may stand in an expression given to `query` or returned by `scripts.expand`.
        """
        raise NotImplementedError

    def commit(self) -> None:
        """Make the transaction's changes permanent."""
        raise NotImplementedError

    def rollback(self) -> None:
        """Undo the transaction's changes."""
        raise NotImplementedError

    def abort(self) -> None:
        """Stop the running statement, from another thread; it fails with R0001."""
        raise NotImplementedError

    def close(self) -> None:
        """Roll back what is open and leave."""
        raise NotImplementedError
