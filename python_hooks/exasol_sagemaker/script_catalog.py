"""Parameters and results of the scripts that a database has, from their texts: for dbt's catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from exasol_sagemaker.errors import PredictionUdfError
from exasol_sagemaker.prediction_udf import PredictionUdf

_WORD = re.compile(r"--[^\n]*|/\*.*?\*/|\s+|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+|\.\.\.|.", re.DOTALL)


@dataclass(frozen=True)
class ScriptColumn:
    """A parameter or a result.

    Attributes:
        role: `parameter`, `returned` or `emitted`.
    """

    name: str
    type: str
    role: str


def script_columns(script_text: str) -> tuple[ScriptColumn, ...]:
    """What a script takes and gives, read from EXA_ALL_SCRIPTS.SCRIPT_TEXT.

    Dynamic ones have the name `...`, the value of RETURNS has the name RETURNS. A scripting program that says
    nothing returns a ROWCOUNT, and an adapter script takes and returns JSON. A prediction UDF's own are
    dynamic: of it, the training columns and the results.
    """
    try:
        udf = PredictionUdf.from_script_text(script_text)
    except PredictionUdfError:
        words = _words(script_text)
        return tuple(_head_columns(words)) + _unsaid(words)
    return (
        *(ScriptColumn(column.name, column.type, "parameter") for column in udf.input_columns),
        *(ScriptColumn(column.name, column.type, "emitted") for column in udf.result_columns),
    )


def _words(script_text: str) -> list[str]:
    """The head's words and signs, up to AS."""
    found = []
    depth = 0
    for match in _WORD.finditer(script_text):
        word = match.group()
        if word.isspace() or word.startswith(("--", "/*")):
            continue
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 0 and word.upper() == "AS":
            break
        found.append(word)
    return found


def _head_columns(words: list[str]) -> Iterator[ScriptColumn]:
    upper = [word.upper() for word in words]
    first = next((at for at, word in enumerate(upper) if word in {"(", "RETURNS", "EMITS"}), len(words))
    parameters = list(_listed(words[first + 1 :], "parameter")) if upper[first : first + 1] == ["("] else []
    yield from parameters
    if "EMITS" in upper:
        taken = {column.name for column in parameters}
        for column in _listed(words[upper.index("EMITS") + 2 :], "emitted"):
            name = f"{column.name} (emitted)" if column.name in taken else column.name
            yield replace(column, name=name)
    elif "RETURNS" in upper:
        yield ScriptColumn("RETURNS", _type(words[upper.index("RETURNS") + 1 :]), "returned")


def _unsaid(words: list[str]) -> tuple[ScriptColumn, ...]:
    upper = {word.upper() for word in words}
    if "ADAPTER" in upper:
        return ScriptColumn("REQUEST", "JSON", "parameter"), ScriptColumn("RETURNS", "JSON", "returned")
    return () if upper & {"RETURNS", "EMITS"} else (ScriptColumn("RETURNS", "ROWCOUNT", "returned"),)


def _listed(words: list[str], role: str) -> Iterator[ScriptColumn]:
    """The columns up to the closing parenthesis, or to ORDER BY."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word, following in zip(words, [*words[1:], ""], strict=True):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0 or (depth == 0 and f"{word} {following}".upper() == "ORDER BY"):
            break
        if depth == 0 and word == ",":
            parts.append([])
        else:
            parts[-1].append(word)
    for part in filter(None, parts):
        if part[0].upper() == "ARRAY" and len(part) > 1:
            yield ScriptColumn(_name(part[1]), "ARRAY", role)
        else:
            yield ScriptColumn(_name(part[0]), _type(part[1:]) or "any", role)


def _name(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word


def _type(words: list[str]) -> str:
    text = re.sub(r" ?([(,)]) ?", r"\1", " ".join(words).upper())
    return text.replace(")", ") ").strip()
