"""A group, cut into pieces of a request each."""

from __future__ import annotations

from typing import Any, Iterator  # noqa: UP035

import pandas as pd
import pyarrow as pa

from exasol_sagemaker.udf.context import CONFIG
from exasol_sagemaker.udf.pace import Pace
from exasol_sagemaker.udf.shape import Shape
from exasol_sagemaker.udf.to_csv import to_table


class Piece:
    """The rows of one request: what is passed on, what is sent, and how to name them.

    Attributes:
        passed: Columns that are emitted as they came.
        table: Training columns, ready to be written as CSV.
        first: Number of the first row within its group, from 1.
        keys: How many of the passed columns are keys.
    """

    def __init__(self, passed: pd.DataFrame, table: pa.Table, first: int, keys: int) -> None:
        self.passed = passed
        self.table = table
        self.first = first
        self.keys = keys

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)

    def part(self, start: int, rows: int) -> Piece:
        """Some of its rows."""
        return Piece(
            self.passed.iloc[start : start + rows],
            self.table.slice(start, rows),
            self.first + start,
            self.keys,
        )

    def __str__(self) -> str:
        last = self.first + self.rows - 1
        name = f"row {self.first}" if self.rows == 1 else f"rows {self.first} to {last}"
        ends = [self.passed.iloc[at, : self.keys].tolist() for at in ((0,) if self.rows == 1 else (0, -1))]
        return f"{name} of the group" + (f", key {' to '.join(map(str, ends))}" if self.keys else "")


def pieces(ctx: Any, shape: Shape, pace: Pace) -> Iterator[Piece]:
    """Cut a group into pieces, each of as many rows as the pace has a request take."""
    kinds = [kind for _, kind in CONFIG["input_columns"]]
    first = 1
    while True:
        frame = ctx.get_dataframe(num_rows=pace.rows())
        if frame is None or not len(frame):
            return
        passed = frame.iloc[:, : shape.passed].copy()
        piece = Piece(passed, to_table(frame.iloc[:, shape.keys :], kinds), first, shape.keys)
        del frame
        first += piece.rows
        yield piece
        del piece
