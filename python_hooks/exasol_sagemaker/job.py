"""What an Autopilot job is: its configuration, its candidates, its progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from exasol_sagemaker.columns import Column
from exasol_sagemaker.time_series import TimeSeries

OUT_OF_TIME = frozenset({"MaxAutoMLJobRuntimeReached"})
"""Secondary statuses of jobs that reached their limit of runtime (API reference, DescribeAutoMLJobV2)."""


@dataclass(frozen=True)
class JobConfig:
    """What any Autopilot job may be told (CreateAutoMLJobV2).

    Attributes:
        target_column: Column to predict; matched exactly, else without regard to case.
        objective: Metric to optimise; AWS's default for the problem type if absent.
        max_candidates: Candidates to try.
        max_runtime_seconds: Limit for the whole job.
        max_runtime_per_training_job_seconds: Limit for one candidate's training job.
        algorithms: Restrict the search, e.g. `("xgboost", "linear-learner")`.
        tags: Further tags for the job.
        features: Columns to train on, beside those with a role of their own; all if empty. Others are not
            exported.
        feature_types: How columns are to be understood: `numeric`, `categorical`, `text` or `datetime`.
            Autopilot finds out the others itself.
        feature_specification_s3_uri: JSON file of your own with the columns to use and their types;
            one is written where features or feature_types are given.
        output_kms_key: KMS key that artifacts are encrypted with.
        volume_kms_key: KMS key of the training instances' volumes.
        encrypt_traffic: Whether traffic between training containers is encrypted.
        security_groups: VPC security groups of the training instances; needs subnets.
        subnets: VPC subnets of the training instances; needs security groups.
    """

    target_column: str
    objective: str | None = None
    max_candidates: int | None = None
    max_runtime_seconds: int | None = None
    max_runtime_per_training_job_seconds: int | None = None
    algorithms: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    feature_types: Mapping[str, str] = field(default_factory=dict)
    feature_specification_s3_uri: str | None = None
    output_kms_key: str | None = None
    volume_kms_key: str | None = None
    encrypt_traffic: bool | None = None
    security_groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingConfig(JobConfig):
    """What to train on a table, in Autopilot's terms (TabularJobConfig).

    Attributes:
        problem_type: `BinaryClassification`, `MulticlassClassification` or `Regression`; found by Autopilot
            if absent.
        mode: `AUTO`, `ENSEMBLING` or `HYPERPARAMETER_TUNING`; AWS's default (AUTO) if absent. Algorithms need
            one.
        validation_fraction: Part of the data kept for validation, between 0 and 1; AWS's 0.2 if absent.
        sample_weight_column: Numeric column with the weight of each row.
        candidate_definitions_only: Stop once candidates are defined, and train none.
        emr_serverless_role_arn: Role under which large data are prepared on EMR Serverless.
    """

    problem_type: str | None = None
    mode: str | None = None
    validation_fraction: float | None = None
    sample_weight_column: str | None = None
    candidate_definitions_only: bool | None = None
    emr_serverless_role_arn: str | None = None


@dataclass(frozen=True)
class Candidate:
    """One model that Autopilot tried.

    Attributes:
        name: SageMaker's name of it.
        status: `Completed`, `InProgress`, `Failed`, `Stopped` or `Stopping`.
        objective: Name of the metric that was optimised.
        objective_value: Its value; None until known.
        metrics: All metrics that SageMaker reports, by name.
        containers: InferenceContainers as SageMaker returns them.
        created_at: When it was begun.
        ended_at: When it was done.
    """

    name: str
    status: str
    objective: str | None
    objective_value: float | None
    metrics: Mapping[str, float]
    containers: tuple[Mapping[str, Any], ...]
    created_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class TrainingJob:
    """An Autopilot job as SageMaker describes it, with what the export's manifest knows of its data.

    Attributes:
        job_name: Name of the job.
        job_arn: ARN of the job.
        status: `InProgress`, `Completed`, `Failed`, `Stopping` or `Stopped`.
        secondary_status: The phase within it.
        problem_type: Given, or found by Autopilot; None until it is known.
        objective: The metric that is optimised; None until it is known.
        target_column: Column to predict.
        best_candidate: Name of the best candidate so far; None before there is one.
        objective_value: Its objective's value.
        metrics: All its metrics.
        input_columns: Columns the model reads, in training order, without the target.
        target_type: SQL type of the target column.
        row_count: Rows it was trained on.
        fingerprint: Digest of query, data and configuration.
        training_data_s3_uri: Prefix of the CSV files.
        output_s3_uri: Prefix of SageMaker's artifacts.
        created_at: When it was created.
        ended_at: When it ended; None while it runs.
        failure_reason: Why it failed, in SageMaker's words.
        best: The best candidate in full.
        max_candidates: Limit on candidates that the job was given.
        series: What it forecasts; None for a model of tables.
        age_seconds: From its creation to its end, or to when it was described, by AWS's clock.
        started: Whether this very call to start_training created it.
        reason: Why start_training started or kept it.
        notes: Decisions taken for the user, to be shown (default objective, transport, …).
    """

    job_name: str
    job_arn: str
    status: str
    secondary_status: str
    problem_type: str | None
    objective: str | None
    target_column: str
    best_candidate: str | None
    objective_value: float | None
    metrics: Mapping[str, float]
    input_columns: tuple[Column, ...]
    target_type: str | None
    row_count: int | None
    fingerprint: str | None
    training_data_s3_uri: str
    output_s3_uri: str
    created_at: datetime
    ended_at: datetime | None
    failure_reason: str | None
    best: Candidate | None = None
    max_candidates: int | None = None
    series: TimeSeries | None = None
    age_seconds: float = 0.0
    started: bool = False
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it has reached a final status."""
        return self.status in {"Completed", "Failed", "Stopped"}

    @property
    def ran_out_of_time(self) -> bool:
        """Whether its limit of runtime ended it: with the best candidate until then, or without any."""
        return self.secondary_status in OUT_OF_TIME


@dataclass(frozen=True)
class TrainingProgress:
    """A look at a job while it runs.

    Attributes:
        job: The job as it was then.
        phase: Its secondary status.
        candidates_done: Candidates that are completed.
        max_candidates: How many there may be; None if no limit was set.
        best_value: Best value of the objective so far.
        elapsed_seconds: Since the job was created.
    """

    job: TrainingJob
    phase: str
    candidates_done: int
    max_candidates: int | None
    best_value: float | None
    elapsed_seconds: float
