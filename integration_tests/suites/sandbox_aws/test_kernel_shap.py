"""Attributions are Shapley values: exactly where all coalitions fit, and nearly where they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
import pytest

from exasol_sandbox.aws.serving.kernel_shap import Floats, kernel_shap

Game = Callable[[Floats], float]
GAMES: dict[str, Game] = {
    "a sum": lambda x: float(3 * x[0] - 2 * x[1] + x[2] + 0.5 * x[3]),
    "a product": lambda x: float(x[0] * x[1] + x[2] * x[3] * 2 - x[0]),
    "a step": lambda x: float(x[0] > 0.5 and x[1] + x[2] > 1),
}


def shapley(game: Game, features: int) -> list[float]:
    """By the definition: the mean of what a feature adds, over all orders in which features come."""
    found = []
    for own in range(features):
        others = [one for one in range(features) if one != own]
        value = 0.0
        for size in range(features):
            share = factorial(size) * factorial(features - size - 1) / factorial(features)
            for chosen in combinations(others, size):
                without, with_own = np.zeros(features), np.zeros(features)
                without[list(chosen)] = with_own[[*chosen, own]] = 1
                value += share * (game(with_own) - game(without))
        found.append(value)
    return found


def attributed(game: Game, features: int, samples: int | None = None, seed: int = 0) -> Floats:
    shap = kernel_shap(features, samples, seed)
    values = np.array([[game(one.astype(float))] for one in shap.coalitions]).reshape(-1, 1)
    full, empty = np.array([game(np.ones(features))]), np.array([game(np.zeros(features))])
    return shap.attributions(values, full, empty)[:, 0]


@pytest.mark.parametrize("name", GAMES)
def test_they_are_the_shapley_values_when_all_coalitions_fit(name: str) -> None:
    game = GAMES[name]
    assert attributed(game, 4) == pytest.approx(shapley(game, 4), abs=1e-9)


@pytest.mark.parametrize("features", [1, 2, 3])
def test_few_features_are_enough(features: int) -> None:
    def game(x: Floats) -> float:
        return float(x.sum() ** 2)

    assert attributed(game, features) == pytest.approx(shapley(game, features), abs=1e-9)


def test_drawn_coalitions_add_up_and_come_near() -> None:
    def game(x: Floats) -> float:
        return float(x @ np.arange(12) + 4 * x[0] * x[1])

    found = attributed(game, 12, samples=300, seed=3)
    assert found.sum() == pytest.approx(game(np.ones(12)) - game(np.zeros(12)))
    assert found == pytest.approx(shapley(game, 12), abs=0.6)
    assert attributed(game, 12, samples=300, seed=3).tolist() == found.tolist()
    assert attributed(game, 12, samples=300, seed=4).tolist() != found.tolist()


@pytest.mark.parametrize(
    ("features", "samples", "expected"), [(10, None, 1022), (20, None, 2088), (10, 100, 100), (20, 41, 41)]
)
def test_there_are_as_many_coalitions_as_sagemaker_says(
    features: int, samples: int | None, expected: int
) -> None:
    coalitions = kernel_shap(features, samples, 0).coalitions
    assert coalitions.shape == (expected, features)
    assert not coalitions.all(axis=1).any()
    assert coalitions.any(axis=1).all()
