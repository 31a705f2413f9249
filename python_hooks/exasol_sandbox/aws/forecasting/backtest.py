"""How well a model forecasts what it has not seen, and how far off it is usually.

The last horizon of the data is held out to compare models by. Windows before it show how forecasts miss; the
quantiles of these errors, by how far ahead they are, become those of later forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exasol_sandbox.aws.forecasting.models import Model
from exasol_sandbox.aws.forecasting.panel import Floats, Panel
from exasol_sandbox.aws.forecasting.steps import Steps

WINDOWS = 4
METRICS = ("AverageWeightedQuantileLoss", "RMSE", "MASE", "MAPE", "WAPE")


@dataclass(frozen=True)
class Forecaster:
    """A model and its errors: forecasts with quantiles.

    Attributes:
        errors: Errors by window and series, and by steps ahead, in units of what is usual for a series.
    """

    model: Model
    errors: Floats

    def forecast(
        self, panel: Panel, steps: Steps, horizon: int, quantiles: list[str]
    ) -> tuple[Floats, Floats]:
        """Mean, and quantiles in the order asked for: arrays by series and step."""
        expected = self.model.forecast(panel, steps, horizon)
        levels = [int(name[1:]) / 100 for name in quantiles]
        spread = np.quantile(self.errors, levels, axis=0)
        size = _size(panel.values)
        found = expected[None] + spread[:, None, :] * size[None, :, None]
        return expected, found


def backtest(
    model: Model, panel: Panel, steps: Steps, horizon: int, quantiles: list[str]
) -> tuple[Forecaster, dict[str, float], Floats]:
    """Fit a model without the last horizon, measure it there, and fit it on all.

    Series that began within the last horizon are no part of the measure.

    Returns:
        The forecaster, its metrics, and its quantile forecasts of what was held out, a row each measured
        series.
    """
    length = panel.values.shape[1]
    measured = panel.take(panel.begun(length - horizon))
    past = measured.until(length - horizon)
    model.fit(past, steps, horizon)
    earlier = _errors(model, past, steps, horizon)
    held_out = measured.values[:, -horizon:]
    expected, found = Forecaster(model, earlier).forecast(past, steps, horizon, quantiles)
    metrics = measure(held_out, expected, found, quantiles, past.values, steps.season())
    newest = (held_out - expected) / _size(past.values)[:, None]
    model.fit(panel, steps, horizon)
    return Forecaster(model, np.concatenate([earlier, _complete(newest)])), metrics, found


def measure(
    truth: Floats, expected: Floats, found: Floats, quantiles: list[str], past: Floats, season: int
) -> dict[str, float]:
    """Autopilot's metrics ("Autopilot metrics for time-series forecasting" in the developer guide)."""
    known = ~np.isnan(truth)
    total = np.abs(truth[known]).sum() or 1.0
    losses = []
    for name, forecast in zip(quantiles, found, strict=True):
        level = int(name[1:]) / 100
        gap = (truth - forecast)[known]
        losses.append(2 * np.maximum(level * gap, (level - 1) * gap).sum() / total)
    off = np.abs(truth - expected)[known]
    lag = season if past.shape[1] > season else 1
    naive = float(np.nanmean(np.abs(past[:, lag:] - past[:, :-lag]))) if past.shape[1] > lag else 1.0
    nonzero = truth[known] != 0
    ratios = off[nonzero] / np.abs(truth[known][nonzero])
    return {
        "AverageWeightedQuantileLoss": float(np.mean(losses)),
        "RMSE": float(np.sqrt(np.mean(off**2))),
        "MASE": float(off.mean() / (naive or 1.0)),
        "MAPE": float(ratios.mean()) if ratios.size else 0.0,
        "WAPE": float(off.sum() / total),
    }


def _errors(model: Model, panel: Panel, steps: Steps, horizon: int) -> Floats:
    """Scaled errors of forecasts from several times within the panel."""
    length = panel.values.shape[1]
    found = []
    for window in range(1, WINDOWS + 1):
        begin = length - window * horizon
        if begin < 2 * horizon:
            break
        begun = panel.take(panel.begun(begin))
        past, truth = begun.until(begin), begun.values[:, begin : begin + horizon]
        gap = (truth - model.forecast(past, steps, horizon)) / _size(past.values)[:, None]
        found.append(_complete(gap))
    return np.concatenate(found) if found else np.zeros((1, horizon))


def _complete(errors: Floats) -> Floats:
    return errors[~np.isnan(errors).any(axis=1)]


def _size(values: Floats) -> Floats:
    """What is usual for each series: the mean of its absolute values."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=1), 1)
    size: Floats = np.abs(np.nan_to_num(values)).sum(axis=1) / count
    return np.where(size > 0, size, 1.0)
