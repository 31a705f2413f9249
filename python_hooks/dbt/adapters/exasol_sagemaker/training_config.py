"""Config of an `autopilot_model` and of the hook `train_autopilot`: on tables, and on time series."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from exasol_sagemaker.autopilot import FORECASTING
from exasol_sagemaker.forecasting import ForecastingConfig
from exasol_sagemaker.job import TrainingConfig
from exasol_sagemaker.retraining import Retraining

_TUPLES = ("algorithms", "features", "security_groups", "subnets", "forecast_quantiles", "grouping_columns")


class _Retrained:
    """A config that says when its model is trained again."""

    retrain: str | dict[str, Any] | None

    def policy(self) -> Retraining:
        """When the model is trained again.

        Raises:
            ConfigurationError: `retrain` is none of what it may be.
        """
        return Retraining() if self.retrain is None else Retraining.parse(self.retrain)


@dataclass(frozen=True)
class AutopilotModelConfig(_Retrained):
    """Config of an `autopilot_model`; meanings as in exasol_sagemaker.TrainingConfig.

    Attributes:
        retrain: When a new job is started, see exasol_sagemaker.Retraining.
        wait: Whether the node itself waits until the job has ended.
        aws_tags: Further tags for all that is made.
    """

    target_column: str
    problem_type: str | None = None
    objective: str | None = None
    mode: str | None = None
    max_candidates: int | None = None
    max_runtime_seconds: int | None = None
    max_runtime_per_training_job_seconds: int | None = None
    algorithms: list[str] | None = None
    validation_fraction: float | None = None
    sample_weight_column: str | None = None
    features: list[str] | None = None
    feature_types: dict[str, str] | None = None
    output_kms_key: str | None = None
    volume_kms_key: str | None = None
    encrypt_traffic: bool | None = None
    security_groups: list[str] | None = None
    subnets: list[str] | None = None
    emr_serverless_role_arn: str | None = None
    retrain: str | dict[str, Any] | None = None
    wait: bool = False
    aws_tags: dict[str, str] | None = None

    def training(self) -> TrainingConfig:
        """The same as the hook module takes it."""
        return TrainingConfig(**_given(self))


@dataclass(frozen=True)
class ForecastModelConfig(_Retrained):
    """Config of an `autopilot_model` with problem_type TimeSeriesForecasting.

    Meanings are those of exasol_sagemaker.ForecastingConfig.

    Attributes:
        retrain: When a new job is started, see exasol_sagemaker.Retraining.
        wait: Whether the node itself waits until the job has ended.
        aws_tags: Further tags for all that is made.
    """

    target_column: str
    item_id_column: str
    timestamp_column: str
    forecast_horizon: int
    forecast_frequency: str
    problem_type: str = FORECASTING
    forecast_quantiles: list[str] | None = None
    grouping_columns: list[str] | None = None
    holidays_country: str | None = None
    filling: dict[str, dict[str, Any]] | None = None
    aggregation: str | None = None
    objective: str | None = None
    max_candidates: int | None = None
    max_runtime_seconds: int | None = None
    max_runtime_per_training_job_seconds: int | None = None
    algorithms: list[str] | None = None
    features: list[str] | None = None
    feature_types: dict[str, str] | None = None
    output_kms_key: str | None = None
    volume_kms_key: str | None = None
    encrypt_traffic: bool | None = None
    security_groups: list[str] | None = None
    subnets: list[str] | None = None
    retrain: str | dict[str, Any] | None = None
    wait: bool = False
    aws_tags: dict[str, str] | None = None

    def training(self) -> ForecastingConfig:
        """The same as the hook module takes it."""
        given = _given(self)
        del given["problem_type"]
        given["filling"] = {
            column: {gap: str(method) for gap, method in methods.items()}
            for column, methods in (self.filling or {}).items()
        }
        return ForecastingConfig(**given)


def _given(config: AutopilotModelConfig | ForecastModelConfig) -> dict[str, Any]:
    """What is the job's own, with what the hook module takes in place of lists and nothing."""
    given = {item.name: getattr(config, item.name) for item in fields(config)}
    del given["wait"], given["retrain"]
    for name in _TUPLES:
        if name in given:
            given[name] = tuple(given[name] or ())
    given["feature_types"] = given["feature_types"] or {}
    given["tags"] = given.pop("aws_tags") or {}
    return given
