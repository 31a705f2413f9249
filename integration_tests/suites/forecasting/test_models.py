"""Models of series where there is little to learn from."""

from __future__ import annotations

import numpy as np
import pytest

from exasol_sandbox.aws.forecasting.backtest import backtest
from exasol_sandbox.aws.forecasting.models import ALGORITHMS, LagTrees, Model, season_of
from exasol_sandbox.aws.forecasting.panel import Panel
from exasol_sandbox.aws.forecasting.steps import Steps

DAYS = Steps("1D")
QUANTILES = ["p10", "p50", "p90"]
KINDS: list[type[Model]] = [*ALGORITHMS.values(), LagTrees]


def panel_of(steps: int) -> Panel:
    """Two series with a week in them, the second begun late."""
    values = 10.0 + np.arange(steps) % 7 + np.array([[0.0], [3.0]])
    values[1, : steps // 3] = np.nan
    return Panel([("a",), ("b",)], values, {}, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("steps", [4, 5])
def test_the_fewest_steps_that_may_be_trained_on_are_enough(kind: type[Model], steps: int) -> None:
    panel = panel_of(steps).take(np.array([True, False]))
    forecaster, metrics, _ = backtest(kind(season_of(DAYS, steps - 1)), panel, DAYS, 1, QUANTILES)

    mean, quantiles = forecaster.forecast(panel, DAYS, 1, QUANTILES)

    assert all(np.isfinite(value) for value in metrics.values())
    assert np.isfinite(mean).all()
    assert np.isfinite(quantiles).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [1, 3, 6])
def test_a_history_shorter_than_a_season_is_forecast_from_what_it_has(kind: type[Model], known: int) -> None:
    trained = panel_of(56)
    forecaster, _, _ = backtest(kind(season_of(DAYS, 49)), trained, DAYS, 7, QUANTILES)
    values = trained.values[:, -known:]

    mean, _ = forecaster.forecast(Panel(trained.keys, values, {}, 56 - known), DAYS, 7, QUANTILES)

    # No further from what it was than it ever moves.
    assert (np.abs(mean - values.mean(axis=1, keepdims=True)) <= 7).all()
