"""Columns of text to numbers: one encoder a column, fitted on the training rows, safe for whatever comes
later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
DATE = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
MOSTLY = 0.95
MAX_ONE_HOT = 12
MIN_COUNT = 5
SMOOTHING = 20.0
SECONDS_A_DAY = 86_400


class ColumnEncoder(Protocol):
    """Turns the text of one column into some columns of numbers; unknown values and nulls included."""

    def encode(self, values: pa.ChunkedArray) -> Matrix:
        """Numbers, a row for each value; NaN is missing."""
        ...


def to_numbers(values: pa.ChunkedArray) -> NDArray[np.float64]:
    """Text to floats; what is no number becomes NaN."""
    try:
        numbers = pc.cast(pc.utf8_trim_whitespace(values), pa.float64())
    except pa.ArrowInvalid:
        valid = pc.if_else(pc.match_substring_regex(values, NUMBER), values, None)
        numbers = pc.cast(pc.utf8_trim_whitespace(valid), pa.float64())
    found: NDArray[np.float64] = numbers.to_numpy()
    return np.where(np.isfinite(found), found, np.nan)


@dataclass(frozen=True)
class NumberColumn:
    """A number is itself."""

    def encode(self, values: pa.ChunkedArray) -> Matrix:
        """One column."""
        return np.clip(to_numbers(values), -3e38, 3e38).astype(np.float32)[:, None]


@dataclass(frozen=True)
class DateColumn:
    """A date is its day count, month, day of month, weekday and hour."""

    def encode(self, values: pa.ChunkedArray) -> Matrix:
        """Five columns."""
        dates = pc.strptime(pc.utf8_slice_codeunits(values, 0, 10), "%Y-%m-%d", unit="s", error_is_null=True)
        days = pc.cast(pc.cast(dates, pa.int64()), pa.float64()).to_numpy() / SECONDS_A_DAY
        parts = [function(dates).to_numpy() for function in (pc.month, pc.day, pc.day_of_week)]
        hours = to_numbers(pc.utf8_slice_codeunits(values, 11, 13))
        return np.column_stack([days, *parts, hours]).astype(np.float32)


@dataclass(frozen=True)
class FewValuesColumn:
    """A category with few values is a column of zeros and ones for each; a new value is all zeros."""

    values: list[str]

    def encode(self, values: pa.ChunkedArray) -> Matrix:
        """As many columns as known values, and one for null."""
        codes = pc.index_in(values, pa.array(self.values)).fill_null(-1).to_numpy()
        encoded = np.zeros((len(values), len(self.values) + 1), dtype=np.float32)
        known = codes >= 0
        encoded[np.flatnonzero(known), codes[known]] = 1
        encoded[:, -1] = pc.is_null(values).to_numpy()
        return encoded


@dataclass(frozen=True)
class ManyValuesColumn:
    """A category with many values is the target's smoothed mean for it, how often it occurred, and its
    length.

    Values that are rare or new get the mean of all, so that a unique text cannot give its row's answer away.
    """

    values: list[str]
    means: Matrix
    log_counts: Matrix
    prior: Matrix

    def encode(self, values: pa.ChunkedArray) -> Matrix:
        """A column for each target mean, and two."""
        codes = pc.index_in(values, pa.array(self.values, pa.string())).fill_null(len(self.values)).to_numpy()
        means = np.vstack([self.means, self.prior[None, :]])[codes]
        counts = np.append(self.log_counts, np.float32(0))[codes]
        length = pc.utf8_length(values).to_numpy().astype(np.float32)
        return np.column_stack([means, counts, length]).astype(np.float32)


def fit_column(
    values: pa.ChunkedArray, targets: NDArray[np.float64], kind: str | None = None
) -> ColumnEncoder | None:
    """Chooses and fits the encoder of a column.

    Args:
        values: Text of the training rows.
        targets: What to predict: a column of numbers, or a column of zeros and ones for each class but the
            first.
        kind: `numeric`, `datetime`, `categorical` or `text`; found out by the values if None.

    Returns:
        None for a column that says nothing: empty, or always the same.
    """
    present = values.drop_null()
    if len(present) == 0 or (present.null_count == values.null_count and len(pc.unique(present)) < 2):
        return None
    if kind == "numeric" or (kind is None and _share(present, NUMBER) >= MOSTLY):
        return NumberColumn()
    if kind == "datetime" or (kind is None and _share(present, DATE) >= MOSTLY):
        return DateColumn()
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(present).to_pylist()}
    frequent = sorted(value for value, count in counts.items() if count >= MIN_COUNT)
    if len(counts) <= MAX_ONE_HOT and kind != "text":
        return FewValuesColumn(frequent or sorted(counts))
    return _fit_many(values, frequent, targets)


def _fit_many(values: pa.ChunkedArray, known: list[str], targets: NDArray[np.float64]) -> ManyValuesColumn:
    codes = pc.index_in(values, pa.array(known, pa.string())).fill_null(len(known)).to_numpy()
    counts = np.bincount(codes, minlength=len(known) + 1)[: len(known)]
    prior = targets.mean(axis=0)
    means = np.empty((len(known), targets.shape[1]), dtype=np.float32)
    for index in range(targets.shape[1]):
        sums = np.bincount(codes, weights=targets[:, index], minlength=len(known) + 1)[: len(known)]
        means[:, index] = (sums + SMOOTHING * prior[index]) / (counts + SMOOTHING)
    return ManyValuesColumn(known, means, np.log1p(counts).astype(np.float32), prior.astype(np.float32))


def _share(values: pa.ChunkedArray, pattern: str) -> float:
    return float(pc.mean(pc.match_substring_regex(values, pattern)).as_py())
