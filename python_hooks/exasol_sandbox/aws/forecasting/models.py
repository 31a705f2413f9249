"""Models of series: exponential smoothing, autoregression, seasonal sampling, and trees on lags.

Each forecasts all series of a panel at once from their history; what is learned is common to them, so that
a model can forecast histories it has not seen. Names are those of Autopilot where it has the algorithm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from exasol_sandbox.aws.forecasting.panel import Floats, Panel
from exasol_sandbox.aws.forecasting.steps import Steps

_SEED = 20_240_229
_DAMPING = 0.98
_SMOOTHING = ((0.1, 0.3, 0.6), (0.01, 0.1), (0.05, 0.2, 0.4))
_TREE_ROWS = 100_000


def season_of(steps: Steps, length: int) -> int:
    """How many steps make a season, where there are two of them at least; else 1."""
    season = steps.season()
    return season if length >= 2 * season else 1


@dataclass
class SeasonalSampling:
    """Non-parametric time series: what was at this place of earlier seasons, the newer the likelier."""

    season: int
    decay: float = 0.7

    def fit(self, panel: Panel, steps: Steps, horizon: int) -> None:
        """Choose how fast old seasons are forgotten."""
        if panel.values.shape[1] <= horizon + self.season:
            return
        past, truth = panel.until(panel.values.shape[1] - horizon), panel.values[:, -horizon:]
        errors = {}
        for decay in (0.3, 0.5, 0.7, 0.9):
            self.decay = decay
            errors[decay] = float(np.nanmean(np.abs(self.forecast(past, steps, horizon) - truth)))
        self.decay = min(errors, key=lambda decay: errors[decay])

    def forecast(self, panel: Panel, steps: Steps, horizon: int) -> Floats:
        """Expected values of the next steps, a row each series."""
        values = panel.values
        length = values.shape[1]
        forecasts = np.empty((len(values), horizon))
        for step in range(horizon):
            places = np.arange(length - self.season + step % self.season, -1, -self.season)
            sampled = values[:, places[places < length]]
            weights = np.where(np.isnan(sampled), 0.0, self.decay ** np.arange(sampled.shape[1]))
            total = weights.sum(axis=1)
            weighted = np.nansum(np.nan_to_num(sampled) * weights, axis=1)
            forecasts[:, step] = np.where(total > 0, weighted / np.where(total > 0, total, 1), values[:, -1])
        return forecasts


@dataclass
class ExponentialSmoothing:
    """Additive Holt-Winters with a damped trend; its three rates are chosen by errors one step ahead."""

    season: int
    rates: tuple[float, float, float] = (0.3, 0.01, 0.2)

    def fit(self, panel: Panel, steps: Steps, horizon: int) -> None:
        """Choose the rates of level, trend and season."""
        scale = np.nanmean(np.abs(panel.values), axis=1) + 1e-9
        errors = {}
        for rates in product(*_SMOOTHING):
            self.rates = rates
            errors[rates] = float(np.nanmean((self._run(panel.values)[3] / scale[:, None]) ** 2))
        self.rates = min(errors, key=lambda rates: errors[rates])

    def forecast(self, panel: Panel, steps: Steps, horizon: int) -> Floats:
        """Expected values of the next steps, a row each series."""
        level, trend, seasonal, _ = self._run(panel.values)
        ahead = np.arange(1, horizon + 1)
        damped = np.cumsum(_DAMPING**ahead)
        places = (panel.values.shape[1] + ahead - 1) % self.season
        expected: Floats = level[:, None] + trend[:, None] * damped + seasonal[:, places]
        return expected

    def _run(self, values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Level, trend, season and errors one step ahead, after the last step."""
        alpha, beta, gamma = self.rates
        count, length = values.shape
        seasonal = self._first_season(values)
        level, trend = np.full(count, np.nan), np.zeros(count)
        errors = np.full(values.shape, np.nan)
        for step in range(length):
            place, now = step % self.season, values[:, step]
            known = ~np.isnan(now)
            begins = known & np.isnan(level)
            level = np.where(begins, now - seasonal[:, place], level)
            expected = level + _DAMPING * trend + seasonal[:, place]
            error = np.where(known & ~begins, now - expected, 0.0)
            errors[:, step] = np.where(known & ~begins, error, np.nan)
            level = np.where(known, level + _DAMPING * trend + alpha * error, level)
            trend = np.where(known, _DAMPING * trend + alpha * beta * error, trend)
            if self.season > 1:
                seasonal[:, place] += gamma * (1 - alpha) * error
        return level, trend, seasonal, errors

    def _first_season(self, values: Floats) -> Floats:
        seasonal = np.zeros((len(values), self.season))
        if self.season == 1:
            return seasonal
        for row, out in zip(values, seasonal, strict=True):
            known = np.flatnonzero(~np.isnan(row))[: 3 * self.season]
            if len(known) < 2 * self.season:
                continue
            trend = np.polyfit(known, row[known], 1)
            flat = row[known] - np.polyval(trend, known)
            out[:] = [flat[known % self.season == place].mean() for place in range(self.season)]
        return seasonal


@dataclass
class Autoregression:
    """ARIMA(p, 0, 0)(0, 1, 0): the change since a season ago, by least squares on the changes before it."""

    season: int
    coefficients: Floats = field(default_factory=lambda: np.zeros(1))

    def fit(self, panel: Panel, steps: Steps, horizon: int) -> None:
        """Find the weights of the last changes; they are common to all series."""
        changes = self._changes(panel.values)
        order = min(3, max(1, changes.shape[1] // 4))
        scale = np.nanmean(np.abs(changes), axis=1) + 1e-9
        scaled = changes / scale[:, None]
        lagged = np.stack([scaled[:, order - lag - 1 : -lag - 1] for lag in range(order)], axis=-1)
        rows, wanted = lagged.reshape(-1, order), scaled[:, order:].reshape(-1)
        known = ~np.isnan(rows).any(axis=1) & ~np.isnan(wanted)
        if known.sum() > order:
            # A little towards zero, so that what is forecast far ahead dies away.
            penalty = np.eye(order) * known.sum() * 1e-3
            self.coefficients = np.linalg.solve(
                rows[known].T @ rows[known] + penalty, rows[known].T @ wanted[known]
            )

    def forecast(self, panel: Panel, steps: Steps, horizon: int) -> Floats:
        """Expected values of the next steps, a row each series."""
        values = _padded(panel.values, self.season)
        changes = np.nan_to_num(self._changes(values))
        last = values[:, -1:]
        base = np.where(np.isnan(values), last, values)
        for _ in range(horizon):
            recent = changes[:, ::-1][:, : len(self.coefficients)]
            change = recent @ self.coefficients[: recent.shape[1]]
            changes = np.column_stack([changes, change])
            base = np.column_stack([base, base[:, -self.season] + change])
        expected: Floats = base[:, -horizon:]
        return expected

    def _changes(self, values: Floats) -> Floats:
        changes: Floats = values[:, self.season :] - values[:, : -self.season]
        return changes


@dataclass
class LagTrees:
    """Boosted trees on what a series was before, the calendar, and the covariates."""

    season: int
    names: list[str] = field(default_factory=list)
    model: Any = None

    def fit(self, panel: Panel, steps: Steps, horizon: int) -> None:
        """Learn the next value of each series, scaled by what is usual for it, from all steps at once."""
        from lightgbm import LGBMRegressor  # noqa: PLC0415

        self.names = sorted(panel.covariates)
        scale = _scale(panel.values)
        # LightGBM wants two rows, however short the only series is.
        values = _padded(panel.values, self._reach + 2)
        padding = values.shape[1] - panel.values.shape[1]
        parts = []
        for place in range(self._reach, values.shape[1]):
            known = ~np.isnan(values[:, place])
            features = self._features(panel, values[:, :place], steps, place - padding, scale)[known]
            parts.append(np.column_stack([features, (values[:, place] / scale)[known]]))
        rows = np.concatenate(parts)[-_TREE_ROWS:]
        self.model = LGBMRegressor(
            n_estimators=120,
            learning_rate=0.08,
            num_leaves=15,
            min_child_samples=10,
            random_state=_SEED,
            n_jobs=1,
            deterministic=True,
            verbose=-1,
        )
        self.model.fit(rows[:, :-1], rows[:, -1])

    def forecast(self, panel: Panel, steps: Steps, horizon: int) -> Floats:
        """Expected values of the next steps, a row each series."""
        values, scale = _padded(panel.values, self._reach), _scale(panel.values)
        begin = panel.values.shape[1]
        for ahead in range(horizon):
            features = self._features(panel, values, steps, begin + ahead, scale)
            values = np.column_stack([values, self.model.predict(features) * scale])
        return values[:, -horizon:]

    @property
    def _reach(self) -> int:
        return max(3, self.season)

    def _features(self, panel: Panel, before: Floats, steps: Steps, step: int, scale: Floats) -> Floats:
        lags = [before[:, -lag] for lag in {1, 2, 3, self.season}]
        count = len(before)
        recent = np.nan_to_num(before[:, -self._reach :]).mean(axis=1)
        calendar = [np.full(count, part, dtype=float) for part in steps.calendar(panel.first + step)]
        covariates = [panel.covariates[name][:, step] for name in self.names]
        scaled = [column / scale for column in (*lags, recent)]
        return np.column_stack([*scaled, *calendar, *covariates])


Model = SeasonalSampling | ExponentialSmoothing | Autoregression | LagTrees

# What Autopilot calls so, and what the sandbox has in place of its networks.
ALGORITHMS: dict[str, type[Model]] = {
    "ets": ExponentialSmoothing,
    "npts": SeasonalSampling,
    "arima": Autoregression,
}
TREES = "lag-trees"


def _padded(values: Floats, length: int) -> Floats:
    """Series of this length at least; nothing is known of the steps put in front."""
    missing = np.full((len(values), max(0, length - values.shape[1])), np.nan)
    return np.column_stack([missing, values])


def _scale(values: Floats) -> Floats:
    scale: Floats = np.nanmean(np.abs(values), axis=1)
    return np.where(scale > 0, scale, 1.0)
