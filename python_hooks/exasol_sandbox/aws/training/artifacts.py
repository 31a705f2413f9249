"""What a job writes to its output path.

Layout under `<S3OutputPath>/<job name>/`: `candidates/<candidate>/…/model.tar.gz`,
`explainability/<candidate>/analysis.json` (SageMaker Clarify's report),
`candidates.json` (all candidates and their metrics) and `data.json` (how each column was understood).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.sagemaker.automl_job import Candidate
from exasol_sandbox.aws.tabular.features import FeatureEncoder
from exasol_sandbox.aws.tabular.predictor import (
    AlgorithmStage,
    EnsembleStage,
    FeatureStage,
    LabelStage,
    Predictor,
    Stage,
)
from exasol_sandbox.aws.training.dataset import Dataset
from exasol_sandbox.aws.training.explanation import explain
from exasol_sandbox.aws.training.search import Trial

IMAGE = "{account}.dkr.ecr.{region}.amazonaws.com/exasol-sandbox-autopilot:1"
# What Autopilot's own containers have, see "container output" in the SageMaker developer guide.
PROGRAM = {"SAGEMAKER_PROGRAM": "sagemaker_serve", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
CSV_OUT = {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "text/csv"}
LABEL_OUT = {"SAGEMAKER_INFERENCE_OUTPUT": "predicted_label"}


class Artifacts:
    """The output of one job."""

    def __init__(
        self,
        s3: S3Files,
        task: dict[str, Any],
        dataset: Dataset,
        encoder: FeatureEncoder,
        objective: str,
        *,
        one_container: bool,
    ) -> None:
        self._s3 = s3
        self._job_name = task["job_name"]
        self._image = IMAGE.format(account=task["account_id"], region=task["region"])
        self._root = f"{task['request']['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{self._job_name}"
        self._dataset = dataset
        self._encoder = encoder
        self._objective = objective
        self._one_container = one_container
        self._written: list[Candidate] = []

    def candidate_name(self, number: int) -> str:
        """The name of the n-th candidate."""
        return f"{self._job_name}-{number:03d}"

    def write_candidate(self, name: str, trial: Trial) -> dict[str, Any]:
        """Writes the model of a trial.

        Returns:
            The fields of a `Candidate`.
        """
        candidate = Candidate(
            name=name,
            objective=self._objective,
            value=trial.metrics[self._objective],
            metrics=[
                {"name": metric, "set": "Validation", "value": value}
                for metric, value in trial.metrics.items()
            ],
            containers=self._containers(name, trial.predictor),
            explainability=self._explainability(name),
            step=trial.estimator_name,
            created=trial.started,
            ended=trial.ended,
        )
        self._written.append(candidate)
        return asdict(candidate)

    def _containers(self, name: str, predictor: Predictor) -> list[dict[str, Any]]:
        labels = self._dataset.labels
        if self._one_container:
            environment = PROGRAM | CSV_OUT | LABEL_OUT
            if labels:
                environment |= {
                    "SAGEMAKER_INFERENCE_SUPPORTED": "predicted_label,probability,probabilities,labels"
                }
            return [
                self._container(name, "model", EnsembleStage(self._encoder, predictor, labels), environment)
            ]
        features = self._container(
            name,
            "features",
            FeatureStage(self._encoder),
            PROGRAM | {"AUTOML_TRANSFORM_MODE": "feature-transform"},
        )
        if not labels:
            return [features, self._container(name, "algorithm", AlgorithmStage(predictor), CSV_OUT)]
        supported = {"SAGEMAKER_INFERENCE_SUPPORTED": "predicted_label,probability,probabilities"}
        algorithm = self._container(
            name, "algorithm", AlgorithmStage(predictor), CSV_OUT | LABEL_OUT | supported
        )
        last = {
            "AUTOML_TRANSFORM_MODE": "inverse-label-transform",
            "SAGEMAKER_INFERENCE_INPUT": "predicted_label",
            "SAGEMAKER_INFERENCE_SUPPORTED": "predicted_label,probability,labels,probabilities",
        }
        return [
            features,
            algorithm,
            self._container(name, "labels", LabelStage(labels), PROGRAM | CSV_OUT | LABEL_OUT | last),
        ]

    def _container(self, name: str, part: str, stage: Stage, environment: dict[str, str]) -> dict[str, Any]:
        uri = f"{self._root}/candidates/{name}/{part}/model.tar.gz"
        self._s3.write_model(uri, stage)
        return {"Image": self._image, "ModelDataUrl": uri, "Environment": environment}

    def _explainability(self, name: str) -> str:
        return f"{self._root}/explainability/{name}"

    def write_explainability(self, name: str, predictor: Predictor) -> None:
        """Writes which columns a candidate goes by, on validation rows."""
        report = explain(
            self._dataset.validation.features,
            lambda table: predictor.scores(self._encoder.encode(table)),
        )
        self._s3.write_json(f"{self._explainability(name)}/analysis.json", report)

    def write_reports(self) -> dict[str, str]:
        """Writes the reports on candidates and data.

        Returns:
            The members of AutoMLJobArtifacts.
        """
        candidates, data = f"{self._root}/candidates.json", f"{self._root}/data.json"
        self._s3.write_json(candidates, [asdict(candidate) for candidate in self._written])
        columns = {
            name: "unused" if encoder is None else type(encoder).__name__.removesuffix("Column")
            for name, encoder in zip(self._encoder.columns, self._encoder.encoders, strict=True)
        }
        self._s3.write_json(
            data,
            {
                "problem_type": self._dataset.problem_type,
                "labels": self._dataset.labels,
                "training_rows": len(self._dataset.training.target),
                "validation_rows": len(self._dataset.validation.target),
                "columns": columns,
            },
        )
        return {"CandidateDefinitionNotebookLocation": candidates, "DataExplorationNotebookLocation": data}
