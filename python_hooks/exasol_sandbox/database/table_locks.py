"""Who writes to which table, and what was written when: how transactions get in each other's way.

Exasol writes a table for one transaction at a time; a second one waits until the first has ended, and is
rolled back if what it has seen was changed meanwhile:
https://docs.exasol.com/db/latest/database_concepts/transaction_management.htm
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

_REMEMBERED: Final = 4096
_POLL_SECONDS: Final = 0.1


class Deadlock(Exception):
    """Two transactions wait for each other."""


class TableLocks:
    """The write locks of a database. Tables are named as DuckDB names them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._owners: dict[str, int] = {}
        self._waiting: dict[int, str] = {}
        self._commits: deque[tuple[int, frozenset[str]]] = deque(maxlen=_REMEMBERED)
        self.count = 0

    def acquire(self, table: str, session: int, check: Callable[[], None]) -> bool:
        """Wait until `session` may write to `table`.

        Args:
            check: called now and then while waiting; what it raises ends the waiting.

        Returns:
            Whether it had to wait.

        Raises:
            Deadlock: the session that writes to it waits for this one.
        """
        with self._changed:
            waited = False
            while self._owners.get(table, session) != session:
                waited = True
                self._waiting[session] = table
                try:
                    self._refuse_deadlock(session)
                    self._changed.wait(_POLL_SECONDS)
                    check()
                finally:
                    del self._waiting[session]
            self._owners[table] = session
            return waited

    def _refuse_deadlock(self, session: int) -> None:
        seen: set[int] = set()
        current: int | None = session
        while current is not None and current not in seen:
            seen.add(current)
            table = self._waiting.get(current)
            current = self._owners.get(table) if table is not None else None
            if current == session:
                raise Deadlock

    def release(self, session: int) -> None:
        """The transaction of `session` has ended."""
        with self._changed:
            held = [table for table, owner in self._owners.items() if owner == session]
            for table in held:
                del self._owners[table]
            if held:
                self._changed.notify_all()

    def committed(self, tables: Iterable[str]) -> None:
        """A transaction that wrote to `tables` was committed."""
        with self._changed:
            self.count += 1
            self._commits.append((self.count, frozenset(tables)))

    def changed_since(self, count: int, tables: set[str]) -> bool:
        """Whether one of `tables` was written to by a transaction committed after the first `count` ones."""
        with self._changed:
            if self.count - count > len(self._commits):
                return True
            return any(_overlap(written, tables) for number, written in self._commits if number > count)


def _overlap(written: frozenset[str], tables: set[str]) -> bool:
    return any(name in tables or any(table.startswith(f"{name}.") for table in tables) for name in written)
