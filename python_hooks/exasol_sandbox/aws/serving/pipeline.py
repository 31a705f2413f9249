"""A model's containers, one after the other, as one function from request to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exasol_sandbox.aws.forecasting.stage import ForecastStage
from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.serving.errors import InputError
from exasol_sandbox.aws.serving.output import KEYS, Format, render
from exasol_sandbox.aws.tabular.csv_table import TableError, read_rows
from exasol_sandbox.aws.tabular.features import FeatureEncoder
from exasol_sandbox.aws.tabular.predictor import (
    AlgorithmStage,
    EnsembleStage,
    FeatureStage,
    LabelStage,
    Predictor,
)

REPOSITORY = "/exasol-sandbox-autopilot:"
DEFAULT_OUTPUT = "predicted_label"


class PipelineError(Exception):
    """A model cannot be served; the message says why."""


@dataclass(frozen=True)
class Pipeline:
    """A loaded model.

    Attributes:
        labels: Of the classes; empty for regression.
        output: What each row of the answer has, in order.
        ensemble: Whether `probability` is that of the predicted label, as ensembles have it; a tuned binary
            model gives that of the second label (SageMaker developer guide, "container output").
    """

    encoder: FeatureEncoder
    predictor: Predictor
    labels: list[str]
    output: tuple[str, ...]
    ensemble: bool

    def answer(self, body: bytes, content_type: str, accept: str) -> tuple[str, bytes]:
        """Predicts for each row of a body.

        Returns:
            Content type and body of the answer.

        Raises:
            InputError: When the body, its type or the wanted type is none that the model takes.
        """
        if content_type.split(";", maxsplit=1)[0].strip().lower() not in {"text/csv", "*/*"}:
            raise InputError(f"Content type {content_type} is not supported: send text/csv.", 415)
        wanted = Format.of(accept)
        if wanted is None:
            known = ", ".join(format.value for format in Format)
            raise InputError(f"Accept {accept} is not supported: take one of {known}.", 406)
        if not body.strip():
            raise InputError("The body is empty: send a line of CSV for each row, without a header.")
        try:
            rows = read_rows(body, self.encoder.columns, header=False)
        except TableError as error:
            count = len(self.encoder.columns)
            raise InputError(
                f"The body is no CSV with the model's {count} columns ({error}). Send them in "
                "training order, "
                f"without header and target: {', '.join(self.encoder.columns)}."
            ) from error
        scores = self.predictor.scores(self.encoder.encode(rows))
        return wanted.value, render(
            scores, self.labels, self.output, wanted, of_predicted_label=self.ensemble
        )


def load_pipeline(s3: S3Files, containers: list[dict[str, Any]]) -> Pipeline | ForecastStage:
    """Loads the containers of a model.

    Raises:
        PipelineError: For containers of others, in a wrong order, or with outputs that do not fit together.
        S3Error: When an artifact is missing.
    """
    for container in containers:
        if REPOSITORY not in container.get("Image", ""):
            raise PipelineError(
                f"The sandbox cannot run image {container.get('Image')!r}: it serves the models that its own "
                "Autopilot trained. Take the InferenceContainers of a candidate."
            )
    stages = [s3.read_model(container.get("ModelDataUrl", "")) for container in containers]
    environments = [container.get("Environment", {}) for container in containers]
    match stages:
        case [ForecastStage() as forecaster]:
            return forecaster
        case [EnsembleStage() as whole]:
            output = _output(environments[0], KEYS if whole.labels else (DEFAULT_OUTPUT,))
            return Pipeline(whole.encoder, whole.predictor, whole.labels, output, ensemble=True)
        case [FeatureStage() as features, AlgorithmStage() as algorithm]:
            output = _output(environments[1], (DEFAULT_OUTPUT,))
            return Pipeline(features.encoder, algorithm.predictor, [], output, ensemble=False)
        case [FeatureStage() as features, AlgorithmStage() as algorithm, LabelStage() as last]:
            passed = _output(environments[1], ("predicted_label", "probability", "probabilities"))
            taken = _keys(environments[2].get("SAGEMAKER_INFERENCE_INPUT", DEFAULT_OUTPUT))
            if taken != passed:
                raise PipelineError(
                    f"The last container takes {','.join(taken)} (SAGEMAKER_INFERENCE_INPUT), but "
                    "the one before it "
                    f"gives {','.join(passed)} (SAGEMAKER_INFERENCE_OUTPUT). Set both to the same."
                )
            output = _output(environments[2], (*taken, "labels"))
            return Pipeline(features.encoder, algorithm.predictor, last.labels, output, ensemble=False)
    raise PipelineError("The containers are not those of one candidate, complete and in order.")


def _output(environment: Mapping[str, str], possible: tuple[str, ...]) -> tuple[str, ...]:
    wanted = _keys(environment.get("SAGEMAKER_INFERENCE_OUTPUT", DEFAULT_OUTPUT))
    impossible = [key for key in wanted if key not in possible]
    if impossible:
        raise PipelineError(
            f"SAGEMAKER_INFERENCE_OUTPUT asks for {', '.join(impossible)}; this container can give "
            f"{', '.join(possible)}."
        )
    return wanted


def _keys(text: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in text.split(",") if key.strip())
