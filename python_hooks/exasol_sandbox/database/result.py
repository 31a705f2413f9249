"""What executing a statement gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa

from exasol_sandbox.database.data_types import Column


@dataclass(frozen=True)
class RowCount:
    """The number of rows that a statement changed; 0 for statements that change no rows."""

    rows: int


@dataclass
class ResultSet:
    """The rows of a query.

    Attributes:
        columns: names and Exasol types, in order. Names need not be unique.
        batches: the rows, once. Each batch has the Arrow types of `columns` (`Column.type.arrow()`).
        row_count: the number of rows of all batches together.
    """

    columns: list[Column]
    batches: Iterator[pa.RecordBatch] = field(repr=False)
    row_count: int

    def arrow_schema(self) -> pa.Schema:
        """The schema of every batch."""
        return pa.schema([pa.field(column.name, column.type.arrow()) for column in self.columns])


Result: TypeAlias = "RowCount | ResultSet"
