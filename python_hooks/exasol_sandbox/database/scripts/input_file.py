"""The input of a UDF call, as a file that its virtual machines map into memory."""

from __future__ import annotations

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
        first: position of the first argument in each batch.
        keys: how many columns at the front of each batch make up the group's key.
        node_key: which of the keys is the number of a node; None for none.
    """

    def __init__(
        self, path: Path, columns: list[UdfColumn], first: int, keys: int, node_key: int | None = None
    ) -> None:
        self.path = path
        self.rows = 0
        self._first = first
        self._keys = keys
        self._node_key = node_key
        self._nodes: list[Indexes] = []
        self._schema = pa.schema([pa.field(str(n), column.arrow()) for n, column in enumerate(columns)])
        self._last: pa.RecordBatch | None = None
        self._starts: list[Indexes] = []

        self._writer = pa.ipc.new_file(str(path), self._schema)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch; with keys, rows come ordered by them."""
        if batch.num_rows:
            self._note_groups(batch)
            self._writer.write_batch(self._arguments(batch))
            self.rows += batch.num_rows

    def close(self) -> None:
        """End the file."""
        self._writer.close()

    def groups(self) -> tuple[Indexes, Indexes]:
        """First row and number of rows of each group; without keys all rows are one group."""
        starts = np.concatenate(self._starts) if self._starts else np.empty(0, np.int64)
        return starts, np.diff(np.append(starts, self.rows))

    def nodes(self) -> Indexes:
        """The number of the node of each group."""
        return np.concatenate(self._nodes)

    def _arguments(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = [
            batch.column(self._first + position).cast(field.type)
            for position, field in enumerate(self._schema)
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
        starts = np.flatnonzero(changes).astype(np.int64)
        self._starts.append(starts + self.rows)
        if self._node_key is not None:
            self._nodes.append(batch.column(self._node_key).take(starts).cast(pa.int64()).to_numpy())
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
