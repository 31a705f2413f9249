"""Answers of an endpoint with an explainer: predictions in an envelope, and why they are what they are.

Source of the format: "Invoke the endpoint" under "Online explainability with SageMaker Clarify" in the
SageMaker developer guide.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from exasol_sagemaker.udf.answers import read_answer, read_fields, results_of
from exasol_sagemaker.udf.context import CONFIG, where
from exasol_sagemaker.udf.probabilities import label_names

# A row is as much work for an explainer as thousands are for the model.
FIRST_EXPLAINED_ROWS = 8


def asked_explanations(explain: bool) -> dict[str, str]:
    """What a request says beside its rows: whether to explain, to an endpoint that can."""
    if not CONFIG.get("explains"):
        return {}
    return {"EnableExplanations": "`true`" if explain else "`false`"}


def read_results(body: bytes, rows: int, content_type: str, all_of_them: bool, explain: bool) -> list[Any]:
    """As read_answer, also from an envelope; at the end EXPLANATION, if it is wanted.

    Raises:
        RuntimeError: The answer is not what was asked for.
    """
    if not CONFIG.get("explains"):
        return read_answer(body, rows, content_type, all_of_them)
    envelope = _opened(body)
    predictions = envelope["predictions"]
    fields = read_fields(predictions["data"].encode(), rows, predictions["content_type"])
    results = results_of(fields, all_of_them)
    if explain:
        results.append(_explanations(envelope["explanations"].get("kernel_shap"), fields, rows))
    return results


def _opened(body: bytes) -> dict[str, Any]:
    try:
        envelope: dict[str, Any] = json.loads(body)
        if not {"predictions", "explanations"} <= set(envelope):
            raise ValueError("it has no predictions and explanations")
    except (ValueError, TypeError) as error:
        raise RuntimeError(
            f"{where()} answered something else than an explainer does: {error}. What to do: build the "
            "prediction UDF again if the endpoint was deployed since."
        ) from None
    return envelope


def _explanations(listed: Any, fields: dict[str, Any], rows: int) -> Any:
    """A JSON object for each row: training column → its part in PROBABILITY or in the predicted quantity."""
    names = [name for name, _ in CONFIG["input_columns"]]
    if not isinstance(listed, list) or len(listed) != rows:
        count = len(listed) if isinstance(listed, list) else 0
        raise RuntimeError(f"{where()} explained {count} of {rows} rows.")
    labels = fields["predicted_label"].to_pylist()
    named = fields["labels"].to_pylist() if "labels" in fields else [None] * rows
    texts = []
    for row, label, text in zip(listed, labels, named, strict=True):
        if row is None or len(row) != len(names):
            raise RuntimeError(f"{where()} explained {len(row or ())} of {len(names)} columns.")
        place = _place(label, label_names(text) if text else [])
        parts = [feature["attributions"][0]["attribution"] for feature in row]
        chosen = [part[place if len(part) > 1 else 0] for part in parts]
        texts.append(json.dumps(dict(zip(names, chosen, strict=True)), ensure_ascii=False))
    return pa.array(texts, pa.string())


def _place(label: str, names: list[str]) -> int:
    """Which label PROBABILITY is of: of two the second, of more the predicted one."""
    if len(names) <= 2:
        return 1
    return names.index(label) if label in names else 0
