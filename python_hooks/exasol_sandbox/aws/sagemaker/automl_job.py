"""An Autopilot job and its candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from exasol_sandbox.aws.sagemaker.records import Record

TERMINAL = frozenset({"Completed", "Failed", "Stopped"})

FORECASTING = "TimeSeriesForecasting"
FORECASTING_CONFIG = "TimeSeriesForecastingJobConfig"
# Its tag tells a forecasting model, which takes an object of any size at once.
FORECAST_IMAGE = "{account}.dkr.ecr.{region}.amazonaws.com/exasol-sandbox-autopilot:forecasting-1"
# What Autopilot takes when the request gives no objective (developer guide, "Autopilot metrics and
# validation").
DEFAULT_OBJECTIVE = {
    "BinaryClassification": "F1",
    "MulticlassClassification": "Accuracy",
    "Regression": "MSE",
}
OBJECTIVES = {
    "BinaryClassification": {"Accuracy", "AUC", "BalancedAccuracy", "F1", "Precision", "Recall"},
    "MulticlassClassification": {"Accuracy", "BalancedAccuracy", "F1macro", "PrecisionMacro", "RecallMacro"},
    "Regression": {"MAE", "MSE", "R2", "RMSE"},
    FORECASTING: {"AverageWeightedQuantileLoss", "MAPE", "MASE", "RMSE", "WAPE"},
}
# Autopilot's own defaults (250 candidates, 30 days) are nothing for a laptop.
DEFAULT_MAX_CANDIDATES = 10
DEFAULT_RUNTIME_SECONDS = 60


@dataclass
class Candidate:
    """One trained model of a job.

    Attributes:
        metrics: Metric name, data set (`Train` or `Validation`) and value, in AWS's names.
        containers: Image, ModelDataUrl and Environment of each container, in order.
        explainability: S3 URI of the feature importances.
        step: What was trained, such as `lgbm`.
        backtest: S3 URI of what was forecast of the past; empty for tables.
    """

    name: str
    objective: str
    value: float
    metrics: list[dict[str, Any]]
    containers: list[dict[str, Any]]
    explainability: str
    step: str
    created: float
    ended: float
    backtest: str = ""


@dataclass
class AutoMLJob(Record):
    """A job as it stands; times are seconds since the epoch.

    Attributes:
        request: The validated parameters of CreateAutoMLJobV2.
        problem_type: Given, or found by the job.
        objective: Given, or Autopilot's default for the problem type.
        candidates: `Candidate`s as dicts, in the order they were trained.
        best: Name of the best of them.
        notebooks: S3 URIs of the job's own artifacts.
    """

    request: dict[str, Any]
    created: float
    modified: float
    ended: float | None = None
    status: str = "InProgress"
    secondary_status: str = "Starting"
    failure_reason: str | None = None
    partial_failures: list[str] = field(default_factory=list)
    problem_type: str | None = None
    objective: str | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)
    best: str | None = None
    notebooks: dict[str, str] = field(default_factory=dict)

    @property
    def forecasts(self) -> bool:
        """Whether it is a job on time series, not on a table."""
        return FORECASTING_CONFIG in self.request["AutoMLProblemTypeConfig"]

    @property
    def problem(self) -> dict[str, Any]:
        """The configuration of its problem type."""
        config: dict[str, Any] = next(iter(self.request["AutoMLProblemTypeConfig"].values()))
        return config

    @property
    def completion_criteria(self) -> dict[str, int]:
        """The limits of the search, with the sandbox's defaults filled in."""
        given = self.problem.get("CompletionCriteria", {})
        return {
            "MaxCandidates": 1 if self.forecasts else DEFAULT_MAX_CANDIDATES,
            "MaxAutoMLJobRuntimeInSeconds": DEFAULT_RUNTIME_SECONDS,
            **given,
        }
