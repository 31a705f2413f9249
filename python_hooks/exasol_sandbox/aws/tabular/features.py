"""The feature matrix of a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exasol_sandbox.aws.tabular.columns import ColumnEncoder, Matrix, fit_column


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


def fit_features(table: pa.Table, targets: NDArray[np.float64]) -> FeatureEncoder:
    """Fits the encoders on training rows; see `fit_column` for the targets."""
    encoders = [fit_column(table.column(name), targets) for name in table.column_names]
    return FeatureEncoder(table.column_names, encoders)
