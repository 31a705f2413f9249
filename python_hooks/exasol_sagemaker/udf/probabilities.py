"""Of classification: the probability of a row, and those of all labels."""

from __future__ import annotations

import ast
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exasol_sagemaker.udf.context import where


def probability(labels: Any, probabilities: Any, named: Any, all_of_them: bool) -> list[Any]:
    """PROBABILITY and, if wanted, PROBABILITIES: a JSON object with that of each label.

    PROBABILITY is, of two labels, the second one's: a score to rank by; of more, the predicted one's. What
    models themselves call `probability` is not the same for all kinds of Autopilot models. Without names and
    numbers there is none.

    Args:
        labels: What was predicted, for each row.
        probabilities: A list of numbers, as text, for each row.
        named: The list of labels that they belong to, as text, for each row.
        all_of_them: Whether PROBABILITIES are wanted.
    """
    if probabilities is None or named is None:
        nothing = [pa.nulls(len(labels), pa.float64()), pa.nulls(len(labels), pa.string())]
        return nothing[: 1 + all_of_them]
    coded = named.combine_chunks().dictionary_encode()
    groups = []
    for code, text in enumerate(coded.dictionary.to_pylist()):
        rows = np.flatnonzero(coded.indices.to_numpy() == code)
        names = label_names(text)
        numbers = _numbers(probabilities.take(pa.array(rows)), len(names))
        best = _best(labels.take(pa.array(rows)), names, numbers)
        groups.append((rows, [best, _objects(names, numbers)] if all_of_them else [best]))
    if not groups:
        return [pa.nulls(0, pa.float64()), pa.nulls(0, pa.string())][: 1 + all_of_them]
    order = pa.array(np.argsort(np.concatenate([rows for rows, _ in groups])))
    return [
        pa.concat_arrays(parts).take(order) for parts in zip(*(results for _, results in groups), strict=True)
    ]


def _best(labels: Any, names: list[str], numbers: list[Any]) -> Any:
    table = [column.cast(pa.float64()) for column in numbers]
    if len(names) == 2:
        return table[1]
    predicted = pc.index_in(labels, pa.array(names, pa.string()))
    return pc.coalesce(pc.choose(predicted, *table), pc.max_element_wise(*table))


def _objects(names: list[str], numbers: list[Any]) -> Any:
    parts: list[Any] = []
    for name, column in zip(names, numbers, strict=True):
        parts += [("{" if not parts else ", ") + json.dumps(name, ensure_ascii=False) + ": ", column]
    return pc.binary_join_element_wise(*parts, "}", "")


def _numbers(texts: Any, count: int) -> list[Any]:
    """`[0.1, 0.9]` in each row, as a column of texts for each place."""
    trimmed = pc.utf8_trim(texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts, "[] ")
    lists = pc.split_pattern(trimmed, ",")
    if not pc.all(pc.equal(pc.list_value_length(lists), count)).as_py():
        raise RuntimeError(f"{where()} answered probabilities that are not {count}, as its labels are.")
    flat = pc.utf8_trim_whitespace(lists.flatten())
    return [flat.take(pa.array(np.arange(place, len(flat), count))) for place in range(count)]


def label_names(text: str) -> list[str]:
    """`[0, 1]` or `['no', 'yes']` as texts."""
    try:
        found = json.loads(text)
    except ValueError:
        found = ast.literal_eval(text)
    return [one if isinstance(one, str) else json.dumps(one) for one in found]
