"""SageMaker Clarify's online explainer: a model's answer, and why.

Source: "Online explainability with SageMaker Clarify" in the SageMaker developer guide: the configuration
under "Configure and create an endpoint", request and response under "Invoke the endpoint".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import jmespath
import numpy as np
import pyarrow as pa
from jmespath.exceptions import JMESPathError

from exasol_sandbox.aws.forecasting.stage import ForecastStage
from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.serving.errors import InputError
from exasol_sandbox.aws.serving.kernel_shap import Floats, KernelShap, kernel_shap
from exasol_sandbox.aws.serving.output import Format
from exasol_sandbox.aws.serving.pipeline import Pipeline, PipelineError
from exasol_sandbox.aws.tabular.csv_columns import Columns, CsvError, read_columns, write_columns

VERSION = "1.0"
ALWAYS = "`true`"
BYTES_A_MEGABYTE = 1024 * 1024
_DEFAULT_PAYLOAD_MB = 6
_ROWS_A_REQUEST = 50_000
_SMALLEST = 1e-7


@dataclass(frozen=True)
class Explainer:
    """A pipeline whose answers come with Kernel SHAP attributions.

    Attributes:
        pipeline: The model container, which is asked like any container: CSV in, CSV out.
        config: ClarifyExplainerConfig as it was asked for.
        baseline: Columns of the baseline records.
        shap: Coalitions for the model's number of features.
    """

    pipeline: Pipeline
    config: dict[str, Any]
    baseline: Columns
    shap: KernelShap

    def answer(
        self, body: bytes, content_type: str, accept: str, enable_explanations: str | None = None
    ) -> tuple[str, bytes]:
        """Predictions, and explanations of the records for which the expression is true.

        Args:
            enable_explanations: A JMESPath expression, instead of the configured one.

        Raises:
            InputError: When the model refuses the body, or the expression is none or gives no boolean.
        """
        given, predicted = self.pipeline.answer(body, content_type, accept)
        if given != Format.CSV.value:
            raise InputError("The sandbox explains CSV only: set Accept to text/csv.", 406)
        answers = _read(predicted)
        chosen = self._chosen(answers, enable_explanations or self.config.get("EnableExplanations", ALWAYS))
        response: dict[str, Any] = {
            "version": VERSION,
            "predictions": {"content_type": f"{given}; charset=utf-8", "data": predicted.decode()},
        }
        headers = self._label_headers(answers)
        if headers:
            response["label_headers"] = headers
        response["explanations"] = {}
        if any(chosen):
            records = _read(body)
            response["explanations"] = {
                "kernel_shap": [
                    self._explained(records, row) if wanted else None for row, wanted in enumerate(chosen)
                ]
            }
        return "application/json", json.dumps(response).encode()

    def _chosen(self, answers: Columns, expression: str) -> list[bool]:
        count = len(answers[0])
        if expression in (ALWAYS, "`false`"):
            return [expression == ALWAYS] * count
        try:
            compiled = jmespath.compile(expression)
            records = zip(*(column.to_pylist() for column in answers), strict=True)
            results = [compiled.search([_value(field) for field in record]) for record in records]
        except JMESPathError as error:
            raise InputError(f"EnableExplanations is no JMESPath expression: {error}") from error
        if not all(isinstance(result, bool) for result in results):
            raise InputError(f"EnableExplanations {expression} gives no boolean for a record.")
        return results

    def _explained(self, records: Columns, row: int) -> list[dict[str, Any]]:
        record = [column.slice(row, 1) for column in records]
        base = len(self.baseline[0])
        # Row 0 is the record, the others are the baseline's; each coalition is joined with each of those.
        pools = [
            pa.concat_arrays([*own.chunks, *others.chunks])
            for own, others in zip(record, self.baseline, strict=True)
        ]
        others = np.tile(np.arange(1, base + 1), len(self.shap.coalitions))
        from_record = np.repeat(self.shap.coalitions, base, axis=0)
        ends = np.arange(base + 1)
        columns = [
            pa.chunked_array(
                [pool.take(pa.array(np.concatenate([ends, np.where(from_record[:, place], 0, others)])))]
            )
            for place, pool in enumerate(pools)
        ]
        values = self._values(columns)
        full, empty = values[0], values[1 : base + 1].mean(axis=0)
        by_coalition = values[base + 1 :].reshape(len(self.shap.coalitions), base, -1).mean(axis=1)
        attributions = self.shap.attributions(by_coalition, full, empty)
        headers = self._inference.get("FeatureHeaders") or [None] * len(attributions)
        return [
            ({"feature_header": header} if header else {})
            | {"attributions": [{"attribution": attribution.tolist()}]}
            for header, attribution in zip(headers, attributions, strict=True)
        ]

    def _values(self, columns: Columns) -> Floats:
        """The model's score or probabilities for each record, in requests that the model takes."""
        count = len(columns[0])
        most = min(count, self._inference.get("MaxRecordCount", _ROWS_A_REQUEST))
        limit = self._inference.get("MaxPayloadInMB", _DEFAULT_PAYLOAD_MB) * BYTES_A_MEGABYTE
        found: list[Floats] = []
        start = 0
        while start < count:
            body = write_columns([column.slice(start, most) for column in columns])
            if len(body) > limit and most > 1:
                most = max(1, most // 2)
                continue
            answers = _read(self.pipeline.answer(body, Format.CSV.value, Format.CSV.value)[1])
            found.append(self._scores(answers))
            start += most
        values = np.concatenate(found)
        if not self.config["ShapConfig"].get("UseLogit"):
            return values
        inside = values.clip(_SMALLEST, 1 - _SMALLEST)
        logits: Floats = np.log(inside / (1 - inside))
        return logits

    def _scores(self, answers: Columns) -> Floats:
        index = self._inference.get("ProbabilityIndex", 0)
        if index >= len(answers):
            raise InputError(f"ProbabilityIndex {index} is outside of an answer with {len(answers)} fields.")
        try:
            numbers = json.loads(f"[{','.join(answers[index].to_pylist())}]")
            return np.array(numbers, dtype=np.float64).reshape(len(numbers), -1)
        except ValueError as error:
            raise InputError(
                f"Field {index} of the model's answers is no number or list of numbers: set ProbabilityIndex."
            ) from error

    def _label_headers(self, answers: Columns) -> list[str] | None:
        headers: list[str] | None = self._inference.get("LabelHeaders")
        index = self._inference.get("LabelIndex")
        if headers or index is None:
            return headers
        if index >= len(answers):
            raise InputError(f"LabelIndex {index} is outside of an answer with {len(answers)} fields.")
        listed = _value(answers[index][0].as_py().replace("'", '"'))
        return [str(one) for one in listed] if isinstance(listed, list) else None

    @property
    def _inference(self) -> dict[str, Any]:
        return dict(self.config.get("InferenceConfig", {}))


def load_explainer(s3: S3Files, config: dict[str, Any], pipeline: Pipeline | ForecastStage) -> Explainer:
    """Reads the baseline and draws the coalitions.

    Raises:
        PipelineError: For a baseline that does not fit the model, and for an expression that is none.
        S3Error: When the baseline cannot be read.
    """
    if isinstance(pipeline, ForecastStage):
        raise PipelineError("The sandbox explains models of tables only, not forecasts.")
    shap = config["ShapConfig"]
    given = shap["ShapBaselineConfig"]
    text = given["ShapBaseline"].encode() if "ShapBaseline" in given else s3.read(given["ShapBaselineUri"])
    features = len(pipeline.encoder.columns)
    try:
        baseline = _read(text)
    except InputError as error:
        raise PipelineError(f"The SHAP baseline cannot be read: {error}") from error
    if len(baseline) != features:
        raise PipelineError(
            f"The SHAP baseline has {len(baseline)} columns, and the model takes {features}: give a value "
            "for each."
        )
    try:
        jmespath.compile(config.get("EnableExplanations", ALWAYS))
    except JMESPathError as error:
        raise PipelineError(f"EnableExplanations is no JMESPath expression: {error}") from error
    drawn = kernel_shap(features, shap.get("NumberOfSamples"), shap.get("Seed", 0))
    return Explainer(pipeline, config, baseline, drawn)


def _read(body: bytes) -> Columns:
    try:
        return read_columns(body, by_line=False)
    except CsvError as error:
        raise InputError(f"The records cannot be read as CSV: {error}.") from error


def _value(field: str) -> Any:
    try:
        return json.loads(field)
    except ValueError:
        return field
