"""Kernel SHAP: how much each feature has to do with what a model says of a record, against a baseline.

Source of the algorithm: Lundberg and Lee, "A Unified Approach to Interpreting Model Predictions" (2017),
theorem 2: Shapley values are the weighted least squares of the model's value over coalitions of features,
those in it taken from the record and the others from the baseline. Source of the number of coalitions:
"Synthetic dataset" in the SageMaker developer guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Coalitions = NDArray[np.bool_]


@dataclass(frozen=True)
class KernelShap:
    """Coalitions of features, and the solution of their least squares, which is the same for all records.

    Attributes:
        coalitions: A row each: which features come from the record. Neither none nor all.
        solution: From the coalitions' values to all attributions but the last, which the sum decides.
    """

    coalitions: Coalitions
    solution: Floats

    def attributions(self, values: Floats, full: Floats, empty: Floats) -> Floats:
        """Attributions of each feature to each output; they add up to `full - empty`.

        Args:
            values: The model's outputs for each coalition, a row each.
            full: Its outputs for the record.
            empty: Its mean outputs for the baseline.
        """
        total = full - empty
        last = self.coalitions[:, -1:].astype(np.float64)
        free = self.solution @ (values - empty - last * total)
        return np.vstack([free, total - free.sum(axis=0)])


def kernel_shap(features: int, samples: int | None, seed: int) -> KernelShap:
    """The coalitions for so many features: all of them if `samples` has room for that.

    Else whole sizes are taken from the outside, where they weigh most, and coalitions of the remaining sizes
    are drawn, each with its complement.

    Args:
        features: At least 1.
        samples: At most so many; SageMaker's own number if None.
        seed: Of the draw.
    """
    every = 2**features - 2
    limit = min(every, samples if samples is not None else 2 * features + 2**11)
    coalitions, weights = _coalitions(features, limit, np.random.default_rng(seed))
    root = np.sqrt(weights)[:, None]
    numbers = coalitions.astype(np.float64)
    design = numbers[:, :-1] - numbers[:, -1:]
    return KernelShap(coalitions, np.linalg.pinv(root * design) * root.T)


def _coalitions(features: int, limit: int, random: np.random.Generator) -> tuple[Coalitions, Floats]:
    """Coalitions and their weights. A size's weight is shared among its coalitions."""
    members: list[tuple[int, ...]] = []
    weights: list[float] = []
    sizes = list(range(1, features))
    mass = {size: (features - 1) / (size * (features - size)) for size in sizes}
    while sizes:
        outer = sorted({sizes[0], sizes[-1]})
        if len(members) + sum(comb(features, size) for size in outer) > limit:
            break
        for size in outer:
            chosen = list(combinations(range(features), size))
            members += chosen
            weights += [mass[size] / len(chosen)] * len(chosen)
            sizes.remove(size)
    found = np.zeros((len(members), features), dtype=bool)
    for row, chosen_features in enumerate(members):
        found[row, list(chosen_features)] = True
    room = limit - len(members)
    if not sizes or room < 1:
        return found, np.array(weights)
    drawn = _drawn(features, sizes, mass, room, random)
    shared = sum(mass[size] for size in sizes) / len(drawn)
    return np.vstack([found, drawn]), np.array(weights + [shared] * len(drawn))


def _drawn(
    features: int, sizes: list[int], mass: dict[int, float], room: int, random: np.random.Generator
) -> Coalitions:
    share = np.array([mass[size] for size in sizes])
    picked = random.choice(sizes, size=-(-room // 2), p=share / share.sum())
    order = random.random((len(picked), features)).argsort(axis=1)
    half: Coalitions = order < picked[:, None]
    return np.vstack([half, ~half])[:room]
