"""The search for a model: FLAML tries configurations, each try is a candidate."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flaml import AutoML
from numpy.typing import NDArray

from exasol_sandbox.aws.tabular.columns import Matrix
from exasol_sandbox.aws.tabular.metrics import evaluate, loss
from exasol_sandbox.aws.tabular.predictor import REGRESSION, Predictor, Scores
from exasol_sandbox.aws.training.dataset import SEED
from exasol_sandbox.aws.training.linear import LinearEstimator, LinearRegressor
from exasol_sandbox.aws.training.search_space import bounds, starting_points

# What FLAML calls what Autopilot calls so.
ESTIMATORS = {
    "lightgbm": "lgbm",
    "xgboost": "xgb_limitdepth",
    "linear-learner": "linear",
    "randomforest": "rf",
    "extra-trees": "extra_tree",
}
DEFAULT_ALGORITHMS = ("lightgbm", "xgboost", "linear-learner")
FLAML_CLASSES = {
    "lgbm": {"LGBMEstimator"},
    "xgb_limitdepth": {"XGBoostLimitDepthEstimator"},
    "linear": {"LinearEstimator", "LinearRegressor"},
    "rf": {"RandomForestEstimator"},
    "extra_tree": {"ExtraTreesEstimator"},
}
# The names that candidates carry.
ALGORITHMS = {name: algorithm for algorithm, name in ESTIMATORS.items()}


@dataclass(frozen=True)
class Split:
    """Encoded rows on either side."""

    training: Matrix
    training_target: NDArray[np.float64]
    training_weights: NDArray[np.float64] | None
    validation: Matrix
    validation_target: NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """A trained estimator and how it did on the validation rows."""

    estimator_name: str
    predictor: Predictor
    metrics: dict[str, float]
    loss: float
    scores: Scores
    started: float
    ended: float


@dataclass(frozen=True)
class Limits:
    """When to stop: candidates, seconds for all, seconds for each."""

    candidates: int
    seconds: float
    seconds_each: float | None


def search(
    split: Split,
    problem_type: str,
    objective: str,
    algorithms: tuple[str, ...],
    limits: Limits,
    found: Callable[[Trial], None],
) -> bool:
    """Trains candidates until a limit is reached.

    The same split, objective, algorithms and number of candidates give the same candidates, unless time
    cuts them short.

    Args:
        split: The encoded rows.
        problem_type: AWS's name of it.
        objective: AWS's name of the metric to optimize.
        algorithms: AWS's names of the algorithms to try.
        limits: When to stop.
        found: Called with each candidate as it is trained.

    Returns:
        Whether all candidates were tried; False when time ran out.
    """
    tried = 0
    began = time.time()

    def metric(
        X_val: Matrix, y_val: NDArray[np.float64], estimator: Any, *_: Any, **__: Any
    ) -> tuple[float, dict[str, float]]:
        nonlocal tried, began
        predictor = Predictor(problem_type, [estimator.model], [1.0])
        scores = predictor.scores(split.validation)
        metrics = evaluate(problem_type, split.validation_target, scores)
        value = loss(objective, metrics[objective])
        if tried < limits.candidates:
            found(Trial(_algorithm(estimator), predictor, metrics, value, scores, began, time.time()))
        tried += 1
        began = time.time()
        return value, metrics

    automl = AutoML()
    automl.add_learner("linear", LinearRegressor if problem_type == REGRESSION else LinearEstimator)
    estimators = [ESTIMATORS[name] for name in algorithms]
    starts = starting_points(len(split.training))
    fit_arguments: dict[str, Any] = {}
    if split.training_weights is not None:
        fit_arguments["sample_weight"] = split.training_weights
    if limits.seconds_each is not None:
        fit_arguments["train_time_limit"] = limits.seconds_each
    classification = problem_type != REGRESSION
    automl.fit(
        split.training,
        split.training_target.astype(int) if classification else split.training_target,
        X_val=split.validation,
        y_val=split.validation_target.astype(int) if classification else split.validation_target,
        task="classification" if classification else "regression",
        metric=metric,
        estimator_list=estimators,
        # FLAML does not evaluate at all when it is to try just one; the second is then not counted.
        max_iter=max(limits.candidates, 2),
        time_budget=limits.seconds,
        learner_selector="roundrobin",
        starting_points={name: point for name, point in starts.items() if name in estimators},
        custom_hp={name: space for name, space in bounds().items() if name in estimators},
        sample=False,
        seed=SEED,
        eval_method="holdout",
        retrain_full=False,
        skip_transform=True,
        early_stop=False,
        n_jobs=os.cpu_count() or 1,
        verbose=0,
        **fit_arguments,
    )
    return tried >= limits.candidates


def _algorithm(estimator: Any) -> str:
    for name, algorithm in ALGORITHMS.items():
        if type(estimator).__name__ in FLAML_CLASSES[name]:
            return algorithm
    return type(estimator).__name__


def ensemble(trials: list[Trial], split: Split, problem_type: str, objective: str, size: int = 3) -> Trial:
    """The mean of the best few trials, as one more candidate."""
    began = time.time()
    # The search comes back to configurations; two of the same would only count double.
    different = {trial.loss: trial for trial in sorted(trials, key=lambda trial: -trial.loss)}
    chosen = sorted(different.values(), key=lambda trial: trial.loss)[:size]
    weight = 1 / len(chosen)
    scores = sum((trial.scores * weight for trial in chosen[1:]), chosen[0].scores * weight)
    metrics = evaluate(problem_type, split.validation_target, scores)
    estimators = [trial.predictor.estimators[0] for trial in chosen]
    predictor = Predictor(problem_type, estimators, [weight] * len(chosen))
    return Trial(
        "ensemble", predictor, metrics, loss(objective, metrics[objective]), scores, began, time.time()
    )
