"""Scores as Autopilot's containers write them.

Source: "Configure inference output in generated containers" in the SageMaker developer guide.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from enum import Enum

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
    columns = _columns(scores, labels, of_predicted_label=of_predicted_label)
    chosen = [columns[key]() for key in keys]
    if format is Format.CSV:
        return _csv(chosen, keys, labels)
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


def _csv(chosen: list[list[object]], keys: Sequence[str], labels: list[str]) -> bytes:
    texts: list[list[str]] = []
    for key, column in zip(keys, chosen, strict=True):
        if key == "predicted_label" and labels:
            quoted = {label: _field(label) for label in labels}
            texts.append([quoted[str(value)] for value in column])
        elif key == "labels":
            texts.append([_field(str(labels))] * len(column))
        elif key == "probabilities":
            texts.append([f'"{value}"' for value in column])
        else:
            texts.append([repr(value) for value in column])
    return ("\n".join(map(",".join, zip(*texts, strict=True))) + "\n").encode()


def _field(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()
