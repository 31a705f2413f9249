"""Scores as Autopilot's containers write them.

Source: "Configure inference output in generated containers" in the SageMaker developer guide.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.aws.tabular.predictor import Scores

KEYS = ("predicted_label", "probability", "probabilities", "labels")
SECOND = 1


class Format(Enum):
    """Content types of answers."""

    CSV = "text/csv"
    JSON = "application/json"
    JSON_LINES = "application/jsonlines"

    @classmethod
    def of(cls, accept: str) -> Format | None:
        """The first format of an Accept header that can be given; CSV for anything."""
        for entry in accept.lower().split(","):
            name = entry.split(";")[0].strip()
            if name in {"*/*", "text/*", ""}:
                return cls.CSV
            for format in cls:
                if format.value == name:
                    return format
        return None


def render(
    scores: Scores, labels: list[str], keys: Sequence[str], format: Format, *, of_predicted_label: bool
) -> bytes:
    """Writes an answer, a line or entry for each row.

    Args:
        scores: What the predictor gave.
        labels: Of the classes; empty for regression.
        keys: What to write of each row, in order.
        format: How.
        of_predicted_label: Whether `probability` of two classes is that of the predicted one, not of the
            second.
    """
    if format is Format.CSV:
        return _csv(scores, labels, keys, of_predicted_label=of_predicted_label)
    columns = _columns(scores, labels, of_predicted_label=of_predicted_label)
    chosen = [columns[key]() for key in keys]
    entries = [dict(zip(keys, row, strict=True)) for row in zip(*chosen, strict=True)]
    if format is Format.JSON:
        return json.dumps({"predictions": entries}).encode()
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def _columns(
    scores: Scores, labels: list[str], *, of_predicted_label: bool
) -> dict[str, Callable[[], list[object]]]:
    if not labels:
        return {"predicted_label": scores[:, 0].tolist}
    winners = scores.argmax(axis=1)
    by_winner = of_predicted_label or len(labels) > 2
    return {
        "predicted_label": lambda: [labels[winner] for winner in winners.tolist()],
        "probability": (scores.max(axis=1) if by_winner else scores[:, SECOND]).tolist,
        "probabilities": scores.tolist,
        "labels": lambda: [labels] * len(scores),
    }


def _csv(scores: Scores, labels: list[str], keys: Sequence[str], *, of_predicted_label: bool) -> bytes:
    """As render for CSV: column by column, since a loop over rows would take as long as most models."""
    numbers = [pc.cast(pa.array(np.ascontiguousarray(column)), pa.string()) for column in scores.T]
    fields: dict[str, Any] = {"predicted_label": numbers[0]}
    if labels:
        winners = scores.argmax(axis=1)
        by_winner = of_predicted_label or len(labels) > 2
        listed = pc.binary_join_element_wise(*numbers, ", ")
        fields = {
            "predicted_label": pa.array([_field(label) for label in labels]).take(pa.array(winners)),
            "probability": pc.choose(pa.array(winners), *numbers) if by_winner else numbers[SECOND],
            "probabilities": pc.binary_join_element_wise('"[', listed, ']"', ""),
            "labels": pa.scalar(_field(str(labels))),
        }
    lines = pc.binary_join_element_wise(*(fields[key] for key in keys), ",")
    if not isinstance(lines, pa.Array):
        lines = pa.array([lines.as_py()] * len(scores))
    return b"".join(_bytes_of(pc.binary_join_element_wise(lines, "", "\n")))


def _bytes_of(lines: pa.StringArray) -> Iterator[bytes]:
    """What all texts of an array are, one after the other."""
    offsets, data = lines.buffers()[1:]
    if len(lines):
        ends = memoryview(offsets).cast("i")
        yield bytes(memoryview(data)[ends[lines.offset] : ends[lines.offset + len(lines)]])


def _field(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()
