"""Autopilot's own vocabulary for tabular problems: what may be combined with what.

Sources: SageMaker developer guide, "Autopilot metrics and validation" and "Training modes and algorithm
support"; API reference, TabularJobConfig and AutoMLJobObjective.
"""

from __future__ import annotations

BINARY = "BinaryClassification"
MULTICLASS = "MulticlassClassification"
REGRESSION = "Regression"

OBJECTIVES = {
    BINARY: ("F1", "Accuracy", "AUC", "BalancedAccuracy", "Precision", "Recall"),
    MULTICLASS: ("Accuracy", "BalancedAccuracy", "F1macro", "PrecisionMacro", "RecallMacro"),
    REGRESSION: ("MSE", "RMSE", "MAE", "R2"),
}
PROBLEM_TYPES = tuple(OBJECTIVES)

DEFAULT_OBJECTIVE = {problem_type: objectives[0] for problem_type, objectives in OBJECTIVES.items()}

MINIMISED = frozenset({"MSE", "RMSE", "MAE", "LogLoss"})

ALGORITHMS = {
    "HYPERPARAMETER_TUNING": ("linear-learner", "mlp", "xgboost"),
    "ENSEMBLING": (
        "catboost",
        "extra-trees",
        "fastai",
        "lightgbm",
        "linear-learner",
        "nn-torch",
        "randomforest",
        "xgboost",
    ),
    "AUTO": (),
}
MODES = tuple(ALGORITHMS)

MIN_ROWS = 500
MAX_CANDIDATES = 750
MAX_TAGS = 50
