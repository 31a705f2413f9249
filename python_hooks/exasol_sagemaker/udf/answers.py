"""Answers, CSV or JSON lines → Arrow columns of the results' types."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from exasol_sagemaker.udf.context import CONFIG, where
from exasol_sagemaker.udf.probabilities import probability


def read_answer(
    body: bytes, rows: int, content_type: str = "text/csv", all_of_them: bool = False
) -> list[Any]:
    """PREDICTION and, for classification, PROBABILITY and PROBABILITIES of each row of an answer."""
    return results_of(read_fields(body, rows, content_type), all_of_them)


def read_fields(body: bytes, rows: int, content_type: str = "text/csv") -> dict[str, Any]:
    """The fields of an answer, by name, each with a text for each row.

    Raises:
        RuntimeError: There are other rows or fields than were asked for.
    """
    keys = CONFIG["response_keys"] or ["predicted_label"]
    answer = _read_json(body, keys) if "json" in content_type else _read_csv(body, keys)
    if answer is None or answer.num_rows != rows:
        raise RuntimeError(
            f"{where()} answered {_size_of(body)} to {rows} rows, where {', '.join(keys)} were expected of "
            "each. What to do: build the prediction UDF again if the endpoint was deployed since."
        )
    return dict(zip(keys, answer.columns, strict=True))


def results_of(columns: dict[str, Any], all_of_them: bool) -> list[Any]:
    """PREDICTION and, for classification, PROBABILITY and PROBABILITIES from the fields of an answer."""
    labels = columns["predicted_label"].combine_chunks()
    kinds = dict(CONFIG["result_columns"])
    results = [convert(labels, kinds["PREDICTION"])]
    if len(kinds) > 1 and CONFIG.get("own_probability"):
        # As the model itself has it: what Exasol's SageMaker Extension passes on.
        results.append(convert(columns["probability"].combine_chunks(), "DOUBLE"))
    elif len(kinds) > 1:
        results += probability(labels, columns.get("probabilities"), columns.get("labels"), all_of_them)
    return results


def _read_csv(body: bytes, keys: list[str]) -> pa.Table | None:
    """The fields as texts, under the keys; None if they are not as many."""
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(column_names=keys, use_threads=False, block_size=len(body) + 1),
            arrow_csv.ParseOptions(newlines_in_values=b'"' in body, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(keys, pa.string())),
        )
    except pa.ArrowInvalid:
        return None


def _read_json(body: bytes, keys: list[str]) -> pa.Table | None:
    """JSON lines, each an object with the keys, or with one value under any name, or a bare value."""
    lines = body.decode("utf-8").splitlines()
    answers = json.loads(f"[{','.join(line for line in lines if line.strip())}]")
    if keys == ["predicted_label"]:
        answers = [{keys[0]: _only(one)} for one in answers]
    if not all(isinstance(one, dict) and set(keys) <= set(one) for one in answers):
        return None
    columns = [[_text(one[key]) for one in answers] for key in keys]
    return pa.table([pa.array(column, pa.string()) for column in columns], names=keys)


def _only(value: Any) -> Any:
    if isinstance(value, dict):
        return value["predicted_label"] if "predicted_label" in value else next(iter(value.values()))
    return value


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _size_of(body: bytes) -> str:
    lines = list(csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline="")))
    return f"{len(lines)} rows of {len(lines[0]) if lines else 0} fields"


def convert(labels: Any, kind: str) -> Any:
    """Labels, which are texts, in the type of PREDICTION."""
    if kind.startswith("DOUBLE"):
        return pc.cast(pc.if_else(pc.equal(labels, ""), None, labels), pa.float64())
    if kind.startswith(("DECIMAL", "BOOLEAN", "DATE", "TIMESTAMP")):
        coded = labels.dictionary_encode()
        values = [_label(text, kind) if text else None for text in coded.dictionary.to_pylist()]
        return pa.array(values, _arrow_type(kind)).take(coded.indices)
    return labels


def _label(text: str, kind: str) -> Any:
    if kind.startswith("DECIMAL"):
        return int(Decimal(text)) if pa.types.is_integer(_arrow_type(kind)) else Decimal(text)
    if kind == "BOOLEAN":
        return text.strip().lower() in ("true", "t", "1", "1.0")
    moment = datetime.fromisoformat(text)
    return date(moment.year, moment.month, moment.day) if kind == "DATE" else moment


def _arrow_type(kind: str) -> Any:
    if kind.startswith("DECIMAL"):
        precision, _, scale = kind.partition("(")[2].rstrip(")").partition(",")
        if int(scale or 0) == 0 and int(precision) <= 18:
            return pa.int64()
        return pa.decimal128(int(precision), int(scale or 0))
    if kind.startswith("TIMESTAMP"):
        return pa.timestamp("us")
    return pa.bool_() if kind == "BOOLEAN" else pa.date32()
