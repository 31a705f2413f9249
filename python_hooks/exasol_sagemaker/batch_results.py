"""The answers of Batch Transform as PREDICTION and PROBABILITY, in SQL: the prediction UDF's rules.

Transform jobs write what the endpoint would answer, as texts: `1,0.93,"[0.07, 0.93]","[0, 1]"`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence

from exasol_sagemaker.autopilot import REGRESSION
from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import literal
from exasol_sagemaker.job import TrainingJob

LABEL = "predicted_label"


def answer_fields(response_keys: Sequence[str]) -> tuple[str, ...]:
    """The fields of an answer, in order; a bare prediction has no name of its own."""
    return tuple(response_keys) or (LABEL,)


def result_columns(job: TrainingJob, *, probabilities: bool = False) -> tuple[Column, ...]:
    """PREDICTION, PROBABILITY for classification, and PROBABILITIES if wanted: as predict() gives them."""
    if job.problem_type == REGRESSION:
        return (Column("PREDICTION", "DOUBLE"),)
    columns = (Column("PREDICTION", str(job.target_type)), Column("PROBABILITY", "DOUBLE"))
    return (*columns, Column("PROBABILITIES", "VARCHAR(2000000)")) if probabilities else columns


def prediction(label: str, kind: str) -> str:
    """An expression for PREDICTION from the label's text."""
    if kind == "BOOLEAN":
        return f"CASE WHEN LOWER(TRIM({label})) IN ('true', 't', '1', '1.0') THEN TRUE ELSE FALSE END"
    if kind == "DATE":
        return f"TO_DATE(SUBSTR({label}, 1, 10), 'YYYY-MM-DD')"
    if kind.startswith("TIMESTAMP"):
        return f"CAST(TO_TIMESTAMP({label}, 'YYYY-MM-DD HH24:MI:SS.FF6') AS {kind})"
    if kind.startswith("DECIMAL"):
        return f"CAST(CAST({label} AS DECIMAL(36,{_scale(kind)})) AS {kind})"
    return f"CAST({label} AS {kind})"


def probability(label: str, probabilities: str, labels: str, known: Sequence[str]) -> str:
    """An expression for PROBABILITY: of two labels the second one's, of more the predicted one's.

    Args:
        label: Expression for the predicted label.
        probabilities: Expression for the list of probabilities.
        labels: Expression for the list of labels.
        known: The lists of labels that the answers have, mostly one.
    """
    cases = {}
    for text in known:
        names = label_list(text)
        if len(names) == 2:
            chosen = _number(probabilities, 1)
        else:
            branches = " ".join(
                f"WHEN {literal(name)} THEN {_number(probabilities, place)}"
                for place, name in enumerate(names)
            )
            highest = ", ".join(_number(probabilities, place) for place in range(len(names)))
            chosen = f"CASE {label} {branches} ELSE GREATEST({highest}) END"
        cases[text] = chosen
    return _by_labels(labels, cases, "CAST(NULL AS DOUBLE)")


def all_probabilities(probabilities: str, labels: str, known: Sequence[str]) -> str:
    """An expression for PROBABILITIES: a JSON object with that of each label, in the model's order."""
    cases = {}
    for text in known:
        parts: list[str] = []
        for place, name in enumerate(label_list(text)):
            key = ("{" if not place else ", ") + json.dumps(name, ensure_ascii=False) + ": "
            parts += [literal(key), _number_text(probabilities, place)]
        cases[text] = f"CAST({' || '.join(parts)} || '}}' AS VARCHAR(2000000))"
    return _by_labels(labels, cases, "CAST(NULL AS VARCHAR(2000000))")


def prediction_by_threshold(
    label: str, probabilities: str, labels: str, known: Sequence[str], *, threshold: float, kind: str
) -> str:
    """An expression for PREDICTION by the second label's probability; the model's own label without one."""
    own = prediction(label, kind)
    cases = {}
    for text in known:
        first, second = (prediction(literal(name), kind) for name in label_list(text))
        number = _number(probabilities, 1)
        cases[text] = (
            f"CASE WHEN {number} >= {threshold!r} THEN {second} WHEN {number} < {threshold!r} THEN {first} "
            f"ELSE {own} END"
        )
    return _by_labels(labels, cases, own)


def _by_labels(labels: str, cases: Mapping[str, str], otherwise: str) -> str:
    """The expression for the list of labels that an answer has; without a CASE if there is one list only."""
    if len(cases) < 2:
        return next(iter(cases.values()), otherwise)
    return f"CASE {labels} {' '.join(f'WHEN {literal(text)} THEN {one}' for text, one in cases.items())} END"


def label_list(text: str) -> list[str]:
    """`[0, 1]` or `['no', 'yes']` as texts."""
    try:
        found = json.loads(text)
    except ValueError:
        found = ast.literal_eval(text)
    return [label if isinstance(label, str) else json.dumps(label) for label in found]


def _number(listed: str, place: int) -> str:
    return f"CAST({_number_text(listed, place)} AS DOUBLE)"


def _number_text(listed: str, place: int) -> str:
    pattern = rf"^\[(?:[^,]*,){{{place}}} *([^], ]+).*$"
    return f"REGEXP_REPLACE({listed}, {literal(pattern)}, {literal(chr(92) + '1')})"


def _scale(kind: str) -> int:
    return int(kind.partition(",")[2].rstrip(")") or 0)
