"""The input of a UDF call, as a file that its virtual machines map into memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.database.scripts.worker.columns import UdfColumn

Indexes = npt.NDArray[np.int64]


class InputFile:
    """Rows of a query, written in its order, with the places where one group ends and the next begins.

    Args:
        path: the file to write.
        columns: the script's input columns.
        keys: how many columns at the front of each batch make up the group's key.
    """

    def __init__(self, path: Path, columns: list[UdfColumn], keys: int) -> None:
        self.path = path
        self.rows = 0
        self._keys = keys
        self._schema = pa.schema([pa.field(str(n), column.arrow()) for n, column in enumerate(columns)])
        self._last: pa.RecordBatch | None = None
        self._starts: list[Indexes] = []

    def write(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Write all batches; with keys, their rows are ordered by them."""
        with pa.OSFile(str(self.path), "wb") as sink, pa.ipc.new_file(sink, self._schema) as writer:
            for batch in batches:
                if batch.num_rows:
                    self._note_groups(batch)
                    writer.write_batch(self._arguments(batch))
                    self.rows += batch.num_rows

    def groups(self) -> tuple[Indexes, Indexes]:
        """First row and number of rows of each group; without keys all rows are one group."""
        starts = np.concatenate(self._starts) if self._starts else np.empty(0, np.int64)
        return starts, np.diff(np.append(starts, self.rows))

    def _arguments(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = [
            batch.column(self._keys + position).cast(field.type) for position, field in enumerate(self._schema)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _note_groups(self, batch: pa.RecordBatch) -> None:
        changes = np.zeros(batch.num_rows, dtype=bool)
        changes[0] = self._last is None
        for position in range(self._keys):
            keys = batch.column(position)
            changes[1:] |= _differs(keys.slice(1), keys.slice(0, len(keys) - 1))
            if self._last is not None:
                changes[0] |= _differs(keys.slice(0, 1), self._last.column(position))[0]
        self._starts.append(np.flatnonzero(changes).astype(np.int64) + self.rows)
        self._last = batch.slice(batch.num_rows - 1)


def _differs(left: pa.Array, right: pa.Array) -> npt.NDArray[np.bool_]:
    different = pc.fill_null(pc.not_equal(left, right), False)
    one_is_null = pc.xor(pc.is_null(left), pc.is_null(right))
    result: npt.NDArray[np.bool_] = pc.or_(different, one_is_null).to_numpy(zero_copy_only=False)
    return result


def share(starts: Indexes, sizes: Indexes, workers: int) -> list[Indexes]:
    """Groups distributed over workers so that each gets about as many rows.

    Returns:
        For each worker an array of (first row, number of rows).
    """
    order = np.argsort(-sizes, kind="stable")
    turn = np.arange(len(order)) % (2 * workers)
    owner = np.where(turn < workers, turn, 2 * workers - 1 - turn)
    shares = []
    for worker in range(workers):
        mine = np.sort(order[owner == worker])
        shares.append(np.column_stack([starts[mine], sizes[mine]]))
    return shares
