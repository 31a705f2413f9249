"""Config of an `autopilot_model` and of the hook `train_autopilot`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from exasol_sagemaker.job import TrainingConfig
from exasol_sagemaker.retraining import Retraining

_TUPLES = ("algorithms", "features", "security_groups", "subnets")


@dataclass(frozen=True)
class AutopilotModelConfig:
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
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        del given["wait"], given["retrain"]
        for name in _TUPLES:
            given[name] = tuple(given[name] or ())
        given["feature_types"] = given["feature_types"] or {}
        given["tags"] = given.pop("aws_tags") or {}
        return TrainingConfig(**given)

    def policy(self) -> Retraining:
        """When the model is trained again.

        Raises:
            ConfigurationError: `retrain` is none of what it may be.
        """
        return Retraining() if self.retrain is None else Retraining.parse(self.retrain)
