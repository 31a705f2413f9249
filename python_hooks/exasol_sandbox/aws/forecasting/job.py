"""A forecasting job from its data to its artifacts.

Layout under `<S3OutputPath>/<job name>/`: `candidates/<candidate>/model/model.tar.gz`,
`backtest/<candidate>/forecasts.csv` and `candidates.json`.
"""

from __future__ import annotations

import csv
import io
import time
from dataclasses import asdict
from typing import Any

from exasol_sandbox.aws.forecasting.backtest import Forecaster, backtest
from exasol_sandbox.aws.forecasting.models import ALGORITHMS, TREES, LagTrees, Model, season_of
from exasol_sandbox.aws.forecasting.panel import Floats, Layout, Panel
from exasol_sandbox.aws.forecasting.stage import ForecastStage
from exasol_sandbox.aws.process import Reporter
from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.sagemaker.automl_job import FORECAST_IMAGE, FORECASTING, Candidate
from exasol_sandbox.aws.training.errors import DatasetError

DEFAULT_OBJECTIVE = "AverageWeightedQuantileLoss"


def run_job(reporter: Reporter, layout: Layout, panel: Panel, began: float) -> None:
    """Backtests each algorithm, writes the artifacts and reports.

    Args:
        reporter: With the task of the job.
        layout: What the columns are.
        panel: What to train on.
        began: When the job's time began, in seconds since the epoch.

    Raises:
        DatasetError: When there was no time for a candidate.
        S3Error: When the bucket cannot be written.
    """
    task = reporter.task
    objective = task["request"].get("AutoMLJobObjective", {}).get("MetricName", DEFAULT_OBJECTIVE)
    reporter.report("resolved", problem_type=FORECASTING, objective=objective)
    reporter.report("phase", secondary_status="PreTraining")
    writer = _Writer(S3Files(task), task, layout, objective)
    reporter.report("phase", secondary_status="TrainingModels")
    limit = task["completion_criteria"]["MaxAutoMLJobRuntimeInSeconds"]
    season = season_of(layout.steps, panel.values.shape[1] - layout.horizon)
    best: dict[str, Any] | None = None
    complete = True
    for name, model in _models(layout, season).items():
        if best is not None and time.time() - began > limit:
            complete = False
            break
        started = time.time()
        found, metrics, held_out = backtest(model, panel, layout.steps, layout.horizon, layout.quantiles)
        candidate = writer.write(name, found, metrics, held_out, panel, started)
        if best is None or candidate["value"] < best["value"]:
            best = candidate
        reporter.report("candidate", best=best["name"], **candidate)
    if best is None:
        raise DatasetError("The sandbox has none of the algorithms that the job names.")
    reporter.report("artifacts", notebooks=writer.write_report())
    reporter.report("completed", secondary_status="Completed" if complete else "MaxAutoMLJobRuntimeReached")


def _models(layout: Layout, season: int) -> dict[str, Model]:
    entries = layout.config.get("CandidateGenerationConfig", {}).get("AlgorithmsConfig", [])
    wanted = {algorithm for entry in entries for algorithm in entry["AutoMLAlgorithms"]}
    if wanted:
        return {name: kind(season) for name, kind in ALGORITHMS.items() if name in wanted}
    return {**{name: kind(season) for name, kind in ALGORITHMS.items()}, TREES: LagTrees(season)}


class _Writer:
    """The output of one job."""

    def __init__(self, s3: S3Files, task: dict[str, Any], layout: Layout, objective: str) -> None:
        self._s3 = s3
        self._job_name = task["job_name"]
        self._image = FORECAST_IMAGE.format(account=task["account_id"], region=task["region"])
        self._root = f"{task['request']['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{self._job_name}"
        self._layout = layout
        self._objective = objective
        self._written: list[dict[str, Any]] = []

    def write(
        self,
        algorithm: str,
        forecaster: Forecaster,
        metrics: dict[str, float],
        held_out: Floats,
        panel: Panel,
        started: float,
    ) -> dict[str, Any]:
        """Writes a model and its backtest.

        Returns:
            The fields of a `Candidate`.
        """
        name = f"{self._job_name}-{len(self._written) + 1:03d}"
        uri = f"{self._root}/candidates/{name}/model/model.tar.gz"
        self._s3.write_model(uri, ForecastStage(self._layout, forecaster))
        folder = f"{self._root}/backtest/{name}"
        self._s3.write(f"{folder}/forecasts.csv", self._backtest(panel, held_out))
        candidate = asdict(
            Candidate(
                name=name,
                objective=self._objective,
                value=metrics[self._objective],
                metrics=[
                    {"name": metric, "set": "Validation", "value": value} for metric, value in metrics.items()
                ],
                containers=[{"Image": self._image, "ModelDataUrl": uri, "Environment": {}}],
                explainability="",
                step=algorithm,
                created=started,
                ended=time.time(),
                backtest=folder,
            )
        )
        self._written.append(candidate)
        return candidate

    def write_report(self) -> dict[str, str]:
        """Writes the report on the candidates.

        Returns:
            The members of AutoMLJobArtifacts.
        """
        uri = f"{self._root}/candidates.json"
        self._s3.write_json(uri, self._written)
        return {"CandidateDefinitionNotebookLocation": uri}

    def _backtest(self, panel: Panel, held_out: Floats) -> bytes:
        """What was forecast of the last horizon, and what came."""
        layout = self._layout
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        series = layout.series
        rows.writerow(
            [
                *layout.key_columns,
                series["TimestampAttributeName"],
                series["TargetAttributeName"],
                *layout.quantiles,
            ]
        )
        length = panel.values.shape[1]
        begun = panel.take(panel.begun(length - layout.horizon))
        for place, key in enumerate(begun.keys):
            for step in range(layout.horizon):
                at = length - layout.horizon + step
                rows.writerow(
                    [
                        *key,
                        layout.steps.text(panel.first + at),
                        begun.values[place, at],
                        *held_out[:, place, step].tolist(),
                    ]
                )
        return text.getvalue().encode()
