"""Rows of a CSV → series of equal steps, with gaps filled as the job says.

Source: TimeSeriesTransformations in the API reference; defaults of filling as in Amazon Forecast's
FeaturizationMethod: zero, within a series and behind its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exasol_sandbox.aws.forecasting.public_holidays import holidays_in
from exasol_sandbox.aws.forecasting.steps import Steps
from exasol_sandbox.aws.tabular.columns import to_numbers

Floats = NDArray[np.float64]

# The covariate that counts them; no column has this name.
HOLIDAYS = ""

_REDUCE: dict[str, Callable[[Floats], Any]] = {
    "sum": np.nansum,
    "avg": np.nanmean,
    "min": np.nanmin,
    "max": np.nanmax,
}
_STAND_INS: dict[str, Callable[[Floats], Any]] = {
    "median": np.median,
    "mean": np.mean,
    "min": np.min,
    "max": np.max,
}


class SeriesError(ValueError):
    """Rows are no series that can be forecast; the message says why."""


@dataclass(frozen=True)
class Panel:
    """Series side by side; all end at the same step, and are NaN before they begin.

    Attributes:
        keys: Item and grouping values of each series.
        values: The target, a row each.
        covariates: Feature by name: a row each, over the steps of `values` and the horizon behind them.
        first: Number of the first step.
    """

    keys: list[tuple[str, ...]]
    values: Floats
    covariates: dict[str, Floats]
    first: int

    def until(self, length: int) -> Panel:
        """The panel as it was after so many steps."""
        return Panel(self.keys, self.values[:, :length], self.covariates, self.first)

    def begun(self, length: int) -> NDArray[np.bool_]:
        """Which series have begun after so many steps."""
        found: NDArray[np.bool_] = ~np.isnan(self.values[:, length - 1])
        return found

    def take(self, chosen: NDArray[np.bool_]) -> Panel:
        """Some of the series."""
        keys = [key for key, wanted in zip(self.keys, chosen, strict=True) if wanted]
        covariates = {name: values[chosen] for name, values in self.covariates.items()}
        return Panel(keys, self.values[chosen], covariates, self.first)


@dataclass(frozen=True)
class Layout:
    """What a job says of its columns: TimeSeriesForecastingJobConfig.

    Attributes:
        columns: All columns, in training order.
        features: Those that are covariates.
        codes: Of each covariate that is no number, its texts in the order of their codes.
    """

    config: dict[str, Any]
    columns: list[str]
    features: list[str]
    codes: dict[str, list[str]]

    @property
    def series(self) -> dict[str, Any]:
        """The TimeSeriesConfig."""
        found: dict[str, Any] = self.config["TimeSeriesConfig"]
        return found

    @property
    def key_columns(self) -> list[str]:
        """Columns that tell series apart."""
        return [self.series["ItemIdentifierAttributeName"], *self.series.get("GroupingAttributeNames", [])]

    @property
    def steps(self) -> Steps:
        """The steps that are forecast."""
        return Steps(self.config["ForecastFrequency"])

    @property
    def horizon(self) -> int:
        """How many."""
        return int(self.config["ForecastHorizon"])

    @property
    def quantiles(self) -> list[str]:
        """AWS's default where the job names none."""
        return list(self.config.get("ForecastQuantiles") or ["p10", "p50", "p90"])

    @property
    def country(self) -> str | None:
        """Whose public holidays the models are told."""
        return next((one.get("CountryCode") for one in self.config.get("HolidayConfig", [])), None)

    def panel(self, table: pa.Table) -> Panel:
        """The series of some rows.

        Raises:
            SeriesError: There are none.
            TimestampError: A timestamp is none.
        """
        target_name, time_name = self.series["TargetAttributeName"], self.series["TimestampAttributeName"]
        for name in [*self.key_columns, time_name]:
            if table.column(name).null_count:
                raise SeriesError(f"Column {name!r} has missing values: each row needs one.")
        target = to_numbers(table.column(target_name))
        if np.isnan(target).sum() > table.column(target_name).null_count:
            raise SeriesError(f"Target column {target_name!r} has values that are no numbers.")
        known = ~np.isnan(target)
        if not known.any():
            raise SeriesError(f"Target column {target_name!r} has no value.")
        numbers = self.steps.numbers(table.column(time_name).to_pylist())
        texts = [table.column(name).to_pylist() for name in self.key_columns]
        rows = list(zip(*texts, strict=True))
        keys = sorted({key for key, has in zip(rows, known, strict=True) if has})
        places = {key: place for place, key in enumerate(keys)}
        series = np.array([places.get(key, -1) for key in rows])
        first, last = int(numbers[known].min()), int(numbers[known].max())
        length = last - first + 1
        method = self.config.get("Transformations", {}).get("Aggregation", {}).get(target_name, "sum")
        grid = _gridded(
            series[known], numbers[known] - first, target[known], (len(keys), length), method=method
        )
        covariates = {
            name: self._covariate(name, table, series, numbers - first, (len(keys), length + self.horizon))
            for name in self.features
        }
        if self.country is not None:
            counts = holidays_in(self.steps, self.country, first, length + self.horizon)
            covariates[HOLIDAYS] = np.tile(counts, (len(keys), 1))
        return Panel(keys, self._filled(target_name, grid), covariates, first)

    def _covariate(
        self,
        name: str,
        table: pa.Table,
        series: NDArray[np.int64],
        steps: NDArray[np.int64],
        shape: tuple[int, int],
    ) -> Floats:
        column = table.column(name)
        if name in self.codes:
            order = {text: float(code) for code, text in enumerate(self.codes[name])}
            values = np.array([order.get(text, np.nan) for text in column.to_pylist()])
        else:
            values = to_numbers(column)
        inside = ~np.isnan(values) & (series >= 0) & (steps >= 0) & (steps < shape[1])
        grid = _gridded(series[inside], steps[inside], values[inside], shape, method="first")
        return self._filled_covariate(name, grid)

    def _filled(self, name: str, grid: Floats) -> Floats:
        methods = self._methods(name)
        filled: Floats = grid.copy()
        for row in filled:
            known = np.flatnonzero(~np.isnan(row))
            within = row[known[0] : known[-1] + 1]
            within[np.isnan(within)] = _stand_in("middlefill", methods, row[known])
            row[known[-1] + 1 :] = _stand_in("backfill", methods, row[known])
        return filled

    def _filled_covariate(self, name: str, grid: Floats) -> Floats:
        """Gaps as the job says; without a word, the value before holds on, also into the future."""
        methods = self._methods(name)
        past = grid.shape[1] - self.horizon
        for row in grid:
            known = row[~np.isnan(row)]
            for start, end, gap in ((0, past, "middlefill"), (past, len(row), "futurefill")):
                if gap in methods and known.size:
                    part = row[start:end]
                    part[np.isnan(part)] = _stand_in(gap, methods, known)
            places = np.where(np.isnan(row), 0, np.arange(len(row)))
            row[:] = row[np.maximum.accumulate(places)]
        filled: Floats = np.nan_to_num(grid)
        return filled

    def _methods(self, name: str) -> dict[str, str]:
        found: dict[str, str] = self.config.get("Transformations", {}).get("Filling", {}).get(name, {})
        return found


def _gridded(
    series: NDArray[np.int64],
    steps: NDArray[np.int64],
    values: Floats,
    shape: tuple[int, int],
    *,
    method: str,
) -> Floats:
    """Values by series and step; several of one step become one."""
    grid = np.full(shape, np.nan)
    places = series * shape[1] + steps
    flat = grid.reshape(-1)
    if method == "first":
        flat[places[::-1]] = values[::-1]
        return grid
    order = np.argsort(places, kind="stable")
    found, starts = np.unique(places[order], return_index=True)
    for place, group in zip(found, np.split(values[order], starts[1:]), strict=True):
        flat[place] = _REDUCE[method](group)
    return grid


def _stand_in(gap: str, methods: dict[str, str], known: Floats) -> float:
    method = methods.get(gap, "zero")
    if method == "value":
        return float(methods[f"{gap}_value"])
    return float(_STAND_INS[method](known)) if method in _STAND_INS else 0.0
