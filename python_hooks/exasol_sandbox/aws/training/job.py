"""A job from its data to its artifacts."""

from __future__ import annotations

import time
from typing import Any

from exasol_sandbox.aws.process import Reporter
from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.sagemaker.automl_job import DEFAULT_OBJECTIVE
from exasol_sandbox.aws.tabular.features import fit_features
from exasol_sandbox.aws.training.artifacts import Artifacts
from exasol_sandbox.aws.training.dataset import Dataset
from exasol_sandbox.aws.training.errors import DatasetError
from exasol_sandbox.aws.training.search import (
    DEFAULT_ALGORITHMS,
    ESTIMATORS,
    Limits,
    Split,
    Trial,
    ensemble,
    search,
)

# Below this many candidates all go to single models; an ensemble would be one of too few.
MIN_CANDIDATES_FOR_ENSEMBLE = 3


def run_job(reporter: Reporter, dataset: Dataset, began: float) -> None:
    """Searches, writes the artifacts and reports.

    Args:
        reporter: With the task of the job.
        dataset: What to train on.
        began: When the job's time began, in seconds since the epoch.

    Raises:
        DatasetError: When nothing can be learned from the data.
        S3Error: When the bucket cannot be written.
    """
    task = reporter.task
    request = task["request"]
    config = request["AutoMLProblemTypeConfig"]["TabularJobConfig"]
    s3 = S3Files(task)
    objective = (
        request["AutoMLJobObjective"]["MetricName"]
        if "AutoMLJobObjective" in request
        else DEFAULT_OBJECTIVE[dataset.problem_type]
    )
    reporter.report("resolved", problem_type=dataset.problem_type, objective=objective)
    reporter.report("phase", secondary_status="FeatureEngineering")
    encoder = fit_features(dataset.training.features, dataset.encoder_targets, dataset.choice)
    if not any(encoder.encoders):
        raise DatasetError(
            "No column of the dataset has two different values; there is nothing to learn from."
        )
    split = Split(
        encoder.encode(dataset.training.features),
        dataset.training.target,
        dataset.training.weights,
        encoder.encode(dataset.validation.features),
        dataset.validation.target,
    )
    reporter.report("phase", secondary_status="ModelTuning")
    tuning = config.get("Mode") == "HYPERPARAMETER_TUNING"
    artifacts = Artifacts(s3, task, dataset, encoder, objective, one_container=not tuning)
    leader = _Leader(reporter, artifacts)
    criteria = task["completion_criteria"]
    limits = Limits(
        criteria["MaxCandidates"],
        max(1.0, criteria["MaxAutoMLJobRuntimeInSeconds"] - (time.time() - began)),
        criteria.get("MaxRuntimePerTrainingJobInSeconds"),
    )
    complete = _train(dataset, split, objective, config, limits, leader, with_ensemble=not tuning)
    best = leader.best
    if best is None:
        raise DatasetError(
            f"No candidate was trained within {criteria['MaxAutoMLJobRuntimeInSeconds']} seconds. "
            "Raise MaxAutoMLJobRuntimeInSeconds."
        )
    reporter.report("phase", secondary_status="GeneratingExplainabilityReport")
    artifacts.write_explainability(leader.best_name, best.predictor)
    reporter.report("artifacts", notebooks=artifacts.write_reports())
    reporter.report("completed", secondary_status="Completed" if complete else "MaxAutoMLJobRuntimeReached")


def _train(
    dataset: Dataset,
    split: Split,
    objective: str,
    config: dict[str, Any],
    limits: Limits,
    leader: _Leader,
    *,
    with_ensemble: bool,
) -> bool:
    with_ensemble = with_ensemble and limits.candidates >= MIN_CANDIDATES_FOR_ENSEMBLE
    singles = Limits(limits.candidates - with_ensemble, limits.seconds, limits.seconds_each)
    complete = search(split, dataset.problem_type, objective, _algorithms(config), singles, leader.consider)
    if with_ensemble and len(leader.trials) > 1:
        leader.consider(ensemble(leader.trials, split, dataset.problem_type, objective))
    return complete


def _algorithms(config: dict[str, Any]) -> tuple[str, ...]:
    entries = config.get("CandidateGenerationConfig", {}).get("AlgorithmsConfig", [])
    wanted = {algorithm for entry in entries for algorithm in entry["AutoMLAlgorithms"]}
    return tuple(name for name in ESTIMATORS if name in wanted) or DEFAULT_ALGORITHMS


class _Leader:
    """Writes and reports each trial as a candidate, and knows the best."""

    def __init__(self, reporter: Reporter, artifacts: Artifacts) -> None:
        self._reporter = reporter
        self._artifacts = artifacts
        self.trials: list[Trial] = []
        self.best: Trial | None = None
        self.best_name = ""

    def consider(self, trial: Trial) -> None:
        """Takes a trial in."""
        self.trials.append(trial)
        name = self._artifacts.candidate_name(len(self.trials))
        if self.best is None or trial.loss < self.best.loss:
            self.best, self.best_name = trial, name
        candidate = self._artifacts.write_candidate(name, trial)
        self._reporter.report("candidate", best=self.best_name, **candidate)
