"""Whether a model is to be trained, and why: what a run does and a plan only says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from exasol_sagemaker import naming
from exasol_sagemaker.autopilot import FORECASTING
from exasol_sagemaker.columns import Column
from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.existing_job import list_attempts, newest_job, usable_job
from exasol_sagemaker.feature_checks import chosen_columns, resolve_features
from exasol_sagemaker.fingerprint import fingerprint, inputs
from exasol_sagemaker.forecasting import ForecastingConfig, check_forecasting_config
from exasol_sagemaker.guards import check_runtime
from exasol_sagemaker.job import TrainingConfig, TrainingJob
from exasol_sagemaker.manifest import read_manifest
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.retraining import ON_CHANGE, Retraining
from exasol_sagemaker.series_checks import (
    check_series,
    check_series_columns,
    series_export_columns,
    series_query,
    series_shape,
)
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training_checks import check_columns, check_config, check_data
from exasol_sagemaker.training_data import TrainingData, profile, read_columns
from exasol_sagemaker.validation_data import read_validation

if TYPE_CHECKING:
    from pyexasol import ExaConnection


@dataclass(frozen=True)
class TrainingInput:
    """All that a training is made of, checked.

    Attributes:
        data: The training data.
        validation: The validation set; None where Autopilot takes a part of the training data.
        config: With the defaults that AWS wants spelled out, and names as the query has them.
        digest: The fingerprint.
    """

    data: TrainingData
    validation: TrainingData | None
    config: TrainingConfig | ForecastingConfig
    digest: str

    @property
    def exported(self) -> TrainingData:
        """The training data in the form that is written to S3."""
        if not isinstance(self.config, ForecastingConfig):
            return self.data
        columns, time = self.data.columns, self.config.timestamp_column
        return replace(
            self.data,
            query=series_query(self.data.query, columns, time),
            columns=series_export_columns(columns, time),
        )

    @property
    def parts(self) -> dict[str, Any]:
        """What the fingerprint is made of, see fingerprint.inputs."""
        return inputs(self.data, self.config, self.validation)


@dataclass(frozen=True)
class TrainingDecision:
    """What is to be done for a model.

    Attributes:
        name: Name of the model.
        owner: Who asks for it.
        job_name: The job that is kept, or is to be started.
        reason: Why, in a few words.
        job: The job that is kept; None if one is to be started.
        input: What to train on; None if a job is kept without a look at the data.
        notes: Decisions taken for the user, to be shown.
    """

    name: str
    owner: Owner
    job_name: str
    reason: str
    job: TrainingJob | None = None
    input: TrainingInput | None = None
    notes: tuple[str, ...] = ()

    @property
    def trains(self) -> bool:
        """Whether a job is to be started."""
        return self.job is None


def decide_training(
    aws: AwsSession,
    database: ExaConnection,
    *,
    query: str,
    name: str,
    config: TrainingConfig | ForecastingConfig,
    owner: Owner,
    validation: str | None = None,
    retrain: bool = False,
    policy: Retraining = ON_CHANGE,
) -> TrainingDecision:
    """Decide whether to train; nothing is sent to AWS or the database but reads.

    Args:
        query: The training query.
        name: Name of the model: the job's name is made of it.
        config: What to train.
        owner: Who asks for it.
        validation: Query whose rows the candidates are validated on.
        retrain: Start a new job even if one with the same input exists.
        policy: When else a new job is started, or an old one kept although its input has changed.

    Raises:
        ConfigurationError: The configuration cannot be, or a guard forbids it.
        TrainingDataError: The data cannot be trained on.
        OwnershipError: The job's name belongs to somebody else.
    """
    node = owner.node
    naming.slug(name)
    asked = _checked(config, validation, node=node)
    check_runtime(aws.settings.guards, asked, node=node)
    full_refresh = retrain
    kept = None
    if not policy.on_change and not retrain:
        kept = newest_job(aws, aws.settings.named(name), owner)
        if kept is not None and policy.keeps(kept.age_seconds):
            note = f"job {kept.job_name} is kept, as `retrain` says"
            return TrainingDecision(name, owner, kept.job_name, "`retrain` says so", kept, notes=(note,))
        retrain = kept is not None
    found = _input(database, query, validation, asked, owner)
    base = naming.job_base_name(aws.settings.named(name), found.digest)
    attempts = list_attempts(aws, base)
    job = usable_job(aws, naming.job_name(base, attempts[-1]), owner) if attempts else None
    too_old = kept is not None or (job is not None and policy.demands(job.age_seconds))
    if job is not None and not retrain and not too_old:
        return TrainingDecision(name, owner, job.job_name, "nothing has changed", job, found)
    job_name = naming.job_name(base, attempts[-1] + 1 if attempts else 1)
    if full_refresh:
        reason = "full refresh"
    elif too_old:
        reason = "`retrain` says so"
    elif attempts:
        reason = f"job {naming.job_name(base, attempts[-1])} cannot be used any more"
    else:
        reason = _changes(aws, found, newest_job(aws, aws.settings.named(name), owner))
    notes: tuple[str, ...] = ()
    if asked.objective and not config.objective:
        problem = FORECASTING if isinstance(asked, ForecastingConfig) else asked.problem_type
        notes = (f"objective {asked.objective}: AWS's default for {problem}",)
    return TrainingDecision(name, owner, job_name, reason, None, found, notes)


def _checked(
    config: TrainingConfig | ForecastingConfig, validation: str | None, *, node: str
) -> TrainingConfig | ForecastingConfig:
    if isinstance(config, ForecastingConfig):
        if validation:
            raise ConfigurationError(
                "A forecast takes no validation set",
                node=node,
                why="Autopilot validates on the end of the series itself.",
                hint="Leave it out.",
            )
        return check_forecasting_config(config, node=node)
    if validation and config.validation_fraction is not None:
        raise ConfigurationError(
            "validation_fraction and a validation set are both given",
            node=node,
            why="Autopilot takes one or the other.",
            hint="Leave one of them out.",
        )
    return check_config(config, node=node)


def _input(
    database: ExaConnection,
    query: str,
    validation: str | None,
    config: TrainingConfig | ForecastingConfig,
    owner: Owner,
) -> TrainingInput:
    node = owner.node
    every = read_columns(database, query, node=node)
    if isinstance(config, ForecastingConfig):
        config, columns, target = check_series_columns(every, config, node=node)
        check_series(series_shape(database, query, config, node=node), config, node=node)
        data = profile(database, query, columns, target, node=node)
        return TrainingInput(data, None, config, fingerprint(owner, data, config))
    target = check_columns(every, config, node=node)
    config = resolve_features(every, target, replace(config, target_column=target.name), node=node)
    columns = chosen_columns(every, config.features, _kept(target, config))
    data = profile(database, query, columns, target, node=node)
    check_data(data, config, node=node)
    other = read_validation(database, validation, columns, target, node=node) if validation else None
    return TrainingInput(data, other, config, fingerprint(owner, data, config, other))


def _kept(target: Column, config: TrainingConfig) -> tuple[str, ...]:
    weight = config.sample_weight_column
    return (target.name, weight) if weight else (target.name,)


def _changes(aws: AwsSession, found: TrainingInput, before: TrainingJob | None) -> str:
    """What is another than in the model's newest usable job."""
    if before is None:
        return "no usable job yet"
    export = read_manifest(aws, before.training_data_s3_uri)
    known = export.inputs if export else {}
    now = found.parts
    if not known:
        return f"another input than job {before.job_name} had"
    changed = []
    if known["query"] != now["query"]:
        changed.append("query")
    if known["data"] != now["data"]:
        rows = f"{before.row_count} → {found.data.row_count} rows"
        changed.append("data" if before.row_count == found.data.row_count else f"data ({rows})")
    options = sorted(
        key
        for key in {*known["config"], *now["config"]}
        if known["config"].get(key) != now["config"].get(key)
    )
    if options:
        changed.append(f"configuration ({', '.join(options)})")
    return f"changed: {', '.join(changed) or 'owner'}"
