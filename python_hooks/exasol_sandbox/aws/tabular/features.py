"""The feature matrix of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exasol_sandbox.aws.tabular.columns import ColumnEncoder, Matrix, fit_column


@dataclass(frozen=True)
class FeatureChoice:
    """What a feature specification says.

    Attributes:
        names: Columns to learn from; all if None.
        types: What columns are to be taken for; found out if absent.
    """

    names: frozenset[str] | None = None
    types: Mapping[str, str] = field(default_factory=dict)

    def has(self, column: str) -> bool:
        """Whether to learn from a column."""
        return self.names is None or column in self.names


@dataclass(frozen=True)
class FeatureEncoder:
    """Encoders of all columns.

    Attributes:
        columns: Names in training order, without the target; what a request must have.
        encoders: In that order; None for a column that says nothing.
    """

    columns: list[str]
    encoders: list[ColumnEncoder | None]

    def encode(self, table: pa.Table) -> Matrix:
        """The matrix of a table that has these columns."""
        parts = [
            encoder.encode(table.column(index))
            for index, encoder in enumerate(self.encoders)
            if encoder is not None
        ]
        if not parts:
            return np.zeros((table.num_rows, 1), dtype=np.float32)
        return np.ascontiguousarray(np.hstack(parts))


def fit_features(
    table: pa.Table, targets: NDArray[np.float64], chosen: FeatureChoice | None = None
) -> FeatureEncoder:
    """Fits the encoders on training rows; see `fit_column` for the targets."""
    chosen = chosen or FeatureChoice()
    encoders = [
        fit_column(table.column(name), targets, chosen.types.get(name)) if chosen.has(name) else None
        for name in table.column_names
    ]
    return FeatureEncoder(table.column_names, encoders)
