"""A connection to DuckDB that can take back one statement of an open transaction.

DuckDB gives up a whole transaction when a statement in it fails, and has no savepoints; Exasol undoes only
the statement. So the connection remembers what the transaction has changed, and after a failure does it again
in a new one. Why, and what it costs: docs/decisions/statement-rollback.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import duckdb
import pyarrow as pa

from exasol_sandbox.database.kept_rows import KeptRows

_NAME = r'"(?:[^"]|"")*"'
_CHANGE = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER)\b")
_TARGET = re.compile(
    r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|ALTER TABLE|DROP SCHEMA|DROP TABLE(?: IF EXISTS)?"
    rf"|CREATE (?:OR REPLACE )?TABLE)\s+({_NAME}(?:\.{_NAME})?)"
)
_QUOTED_OR_NOW = re.compile(rf"'(?:[^']|'')*'|{_NAME}|\bnow\(\)")
_QUOTED_OR_RANDOM = re.compile(rf"'(?:[^']|'')*'|{_NAME}|\b(?:random|uuid|gen_random_uuid)\(\)")
_HIDDEN = '"EXA$'


class NotRepeatable(Exception):
    """What the transaction did cannot be done again with the same result."""


def _nothing(_table: str) -> None:
    """Nobody else writes."""


@dataclass(frozen=True)
class _Executed:
    sql: str
    parameters: Any


@dataclass(frozen=True)
class _Registered:
    name: str
    rows: KeptRows


@dataclass(frozen=True)
class _Unregistered:
    name: str


class ReplayingConnection:
    """DuckDB as a session uses it.

    Args:
        connection: of the session alone.
        keeps: whether what is done now may have to be done again: in a transaction of several statements.

    Attributes:
        written: the tables that the transaction has changed, as DuckDB names them; a schema that was
            dropped stands for its tables.
        moment: what `now()` is in the running statement.
        before_write: called with the name of a table before it is changed.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, keeps: Callable[[], bool]) -> None:
        self._connection = connection
        self._keeps = keeps
        self._steps: list[_Executed | _Registered | _Unregistered] = []
        self._repeatable = True
        self._changed = False
        self.open = False
        self.written: set[str] = set()
        self.before_write: Callable[[str], None] = _nothing
        self.moment = datetime.now(timezone.utc)

    def begin(self) -> None:
        """Begin a transaction."""
        self._connection.execute("BEGIN")
        self.open = True

    def commit(self) -> None:
        """Commit the transaction.

        Raises:
            duckdb.Error: it conflicts with another, and is still to be rolled back.
        """
        self._connection.execute("COMMIT")
        self._ended()

    def rollback(self) -> None:
        """Undo the transaction."""
        self._connection.execute("ROLLBACK")
        self._ended()

    def _ended(self) -> None:
        self.open = False
        self._steps = []
        self._repeatable = True
        self._changed = False
        self.written = set()

    def mark(self) -> int:
        """Where the transaction is now, for `back_to`."""
        return len(self._steps)

    def as_at(self, mark: int) -> bool:
        """Whether the transaction can go on, and has changed nothing since `mark` was taken."""
        if len(self._steps) > mark:
            return False
        try:
            self._connection.execute("SELECT 1").fetchall()
        except duckdb.TransactionException:
            return False
        return True

    def back_to(self, mark: int) -> None:
        """Undo what the transaction did after `mark`.

        Raises:
            NotRepeatable: what it did before cannot be repeated; the transaction is to be rolled back.
            duckdb.Error: likewise, as another transaction has changed what it needs.
        """
        steps = self._steps[:mark]
        if not self._repeatable or (self._changed and not self._keeps()):
            raise NotRepeatable
        self.rollback()
        self.begin()
        self._changed = bool(steps)
        for step in steps:
            if isinstance(step, _Executed):
                self._connection.execute(step.sql, step.parameters).fetchall()
                target = _target(step.sql)
                if target:
                    self.written.add(target)
            elif isinstance(step, _Registered):
                self._connection.register(step.name, step.rows.reader())
            else:
                self._connection.unregister(step.name)
        self._steps = steps

    def execute(self, sql: str, parameters: Any = None) -> duckdb.DuckDBPyConnection:
        """Execute a statement, and remember it if it changes something."""
        if not self.open or not _CHANGE.match(sql):
            return self._connection.execute(self._pinned(sql), parameters)
        sql = self._pinned(sql)
        target = _target(sql)
        if target:
            self.before_write(target)
        done = self._connection.execute(sql, parameters)
        self._changed = True
        if target:
            self.written.add(target)
        if self._keeps():
            self._steps.append(_Executed(sql, parameters))
            if _has(_QUOTED_OR_RANDOM, sql):
                self._repeatable = False
        return done

    def _pinned(self, sql: str) -> str:
        """`now()` is the start of the transaction in DuckDB, and of the statement in Exasol."""
        if "now()" not in sql or not self.open:
            return sql
        moment = f"TIMESTAMPTZ '{self.moment.isoformat()}'"
        return _QUOTED_OR_NOW.sub(lambda found: moment if found[0] == "now()" else found[0], sql)

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """A query, to be run when its rows are asked for."""
        return self._connection.sql(self._pinned(query))

    def register(self, name: str, reader: pa.RecordBatchReader) -> None:
        """Give rows a name under which statements can read them, once."""
        if self.open and self._keeps():
            rows = KeptRows(reader.schema)
            self._steps.append(_Registered(name, rows))
            reader = rows.keeping(reader)
        self._connection.register(name, reader)

    def unregister(self, name: str) -> None:
        """Take the name away again."""
        self._connection.unregister(name)
        if self.open and self._keeps():
            self._steps.append(_Unregistered(name))

    def forget_since(self, mark: int) -> None:
        """What was done since `mark` has left nothing behind that later statements can see."""
        del self._steps[mark:]

    def interrupt(self) -> None:
        """Stop the running statement, from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """Leave."""
        self._connection.close()


def _target(sql: str) -> str | None:
    found = _TARGET.match(sql)
    return found[1] if found and not found[1].startswith(_HIDDEN) else None


def _has(pattern: re.Pattern[str], sql: str) -> bool:
    return any(not found[0].startswith(("'", '"')) for found in pattern.finditer(sql))
