"""Where the search starts and how far it goes.

FLAML's own spaces reach thousands of trees, which no laptop trains within a minute; its low-cost starting
points need hundreds of tries to become good. These start where a practitioner would, and stay within
seconds a try.
"""

from __future__ import annotations

from typing import Any

from flaml import tune

SMALL_DATA = 5_000


def starting_points(rows: int) -> dict[str, dict[str, Any]]:
    """The first configuration of each of FLAML's estimators, for a number of training rows."""
    small = rows < SMALL_DATA
    return {
        "lgbm": {
            "n_estimators": 80 if small else 150,
            "num_leaves": 8 if small else 31,
            "min_child_samples": 20,
            "learning_rate": 0.05 if small else 0.1,
            "log_max_bin": 8,
            "colsample_bytree": 0.7,
            "reg_alpha": 0.01,
            "reg_lambda": 1.0,
        },
        "xgb_limitdepth": {
            "n_estimators": 80 if small else 100,
            "max_depth": 3 if small else 6,
            "min_child_weight": 3.0,
            "learning_rate": 0.08 if small else 0.15,
            "subsample": 0.9,
            "colsample_bylevel": 1.0,
            "colsample_bytree": 0.7,
            "reg_alpha": 0.01,
            "reg_lambda": 1.0,
        },
        "linear": {"C": 0.1},
    }


def bounds() -> dict[str, dict[str, Any]]:
    """Domains that replace FLAML's own."""
    return {
        "lgbm": {
            "n_estimators": {"domain": tune.lograndint(lower=20, upper=300)},
            "num_leaves": {"domain": tune.lograndint(lower=4, upper=96)},
            "learning_rate": {"domain": tune.loguniform(lower=0.02, upper=0.5)},
            # LightGBM otherwise picks its way of summing by what was faster just now, and sums differ in the
            # last digits.
            "deterministic": {"domain": True},
            "force_col_wise": {"domain": True},
        },
        "xgb_limitdepth": {
            "n_estimators": {"domain": tune.lograndint(lower=20, upper=200)},
            "max_depth": {"domain": tune.randint(lower=2, upper=8)},
            "learning_rate": {"domain": tune.loguniform(lower=0.02, upper=0.5)},
        },
        "rf": {"n_estimators": {"domain": tune.lograndint(lower=20, upper=200), "init_value": 100}},
        "extra_tree": {"n_estimators": {"domain": tune.lograndint(lower=20, upper=200), "init_value": 100}},
    }
