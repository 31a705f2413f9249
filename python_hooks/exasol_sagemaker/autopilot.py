"""Autopilot's own vocabulary: what may be combined with what.

Sources: SageMaker developer guide, "Autopilot metrics and validation", "Training modes and algorithm
support", "Time-series forecasting resource limits"; API reference, TabularJobConfig,
TimeSeriesForecastingJobConfig, AutoMLAlgorithmConfig and AutoMLJobObjective.
"""

from __future__ import annotations

BINARY = "BinaryClassification"
MULTICLASS = "MulticlassClassification"
REGRESSION = "Regression"
FORECASTING = "TimeSeriesForecasting"

OBJECTIVES = {
    BINARY: ("F1", "Accuracy", "AUC", "BalancedAccuracy", "Precision", "Recall"),
    MULTICLASS: ("Accuracy", "BalancedAccuracy", "F1macro", "PrecisionMacro", "RecallMacro"),
    REGRESSION: ("MSE", "RMSE", "MAE", "R2"),
}
PROBLEM_TYPES = tuple(OBJECTIVES)

DEFAULT_OBJECTIVE = {problem_type: objectives[0] for problem_type, objectives in OBJECTIVES.items()}

FORECAST_OBJECTIVES = ("AverageWeightedQuantileLoss", "RMSE", "MASE", "MAPE", "WAPE")

MINIMISED = frozenset(
    {"MSE", "RMSE", "MAE", "LogLoss", "MAPE", "MASE", "WAPE", "AverageWeightedQuantileLoss"}
)

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

FORECAST_ALGORITHMS = ("cnn-qr", "deepar", "prophet", "npts", "arima", "ets")
FORECAST_CANDIDATES = 1
MAX_HORIZON = 500
STEPS_PER_HORIZON_STEP = 4
MAX_QUANTILES = 5
MAX_GROUPING_COLUMNS = 5
MAX_NUMERIC_FEATURES = 13
MAX_CATEGORICAL_FEATURES = 10

MIN_ROWS = 500
MAX_CANDIDATES = 750
MAX_TAGS = 50
