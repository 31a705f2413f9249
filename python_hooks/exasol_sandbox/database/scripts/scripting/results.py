"""The results of a script's queries, kept until the script lets go of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa

from exasol_sandbox.database.attributes import Attributes
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.scripts.scripting.values import rows_of

_MOST = 250
_ROWS_IN_MEMORY = 65_536


class Results:
    """Open results by number. Large ones are in files, mapped into memory."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[list[Column], pa.Table]] = {}
        self._last = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def keep(self, result: ResultSet) -> int:
        """Keep the rows of a result. Returns its number.

        Raises:
            ExasolError: there are too many.
        """
        if len(self._kept) >= _MOST:
            raise ExasolError("43000", f"[p]query function: number of open resultsets exceeds {_MOST}")
        self._last += 1
        self._kept[self._last] = (result.columns, self._table(result))
        return self._last

    def _table(self, result: ResultSet) -> pa.Table:
        schema = result.arrow_schema()
        if result.row_count <= _ROWS_IN_MEMORY:
            return pa.Table.from_batches(list(result.batches), schema)
        self._folder = self._folder or tempfile.TemporaryDirectory(prefix="exasol-sandbox-script-")
        path = str(Path(self._folder.name, str(self._last)))
        with pa.ipc.new_file(path, schema) as writer:
            for batch in result.batches:
                writer.write_batch(batch)
        return pa.ipc.open_file(pa.memory_map(path)).read_all()

    def page(self, number: int, first: int, count: int, settings: Attributes) -> list[list[Any]]:
        """Some rows of a result, for a message."""
        columns, table = self._kept[number]
        return rows_of(table.slice(first, count), columns, settings)

    def result_set(self, number: int) -> ResultSet:
        """A result as it came."""
        columns, table = self._kept[number]
        return ResultSet(columns, iter(table.to_batches()), table.num_rows)

    def release(self, number: int) -> None:
        """Let go of a result."""
        self._kept.pop(number, None)

    def close(self) -> None:
        """Remove the files; what was read of them stays readable."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
