"""JSON_VALUE and the paths of JSON, in lax mode.

https://docs.exasol.com/db/latest/sql_references/functions/json_path_expressions.htm
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

_STEP = re.compile(r"\.(?:\"((?:[^\"\\]|\\.)*)\"|([^\W\d][\w$]*))|\[\s*(\d+)\s*\]")


class _Number(str):
    """A number as it was written."""


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str | int, ...]:
    text = path.strip()
    if text.startswith("lax "):
        text = text[4:].strip()
    if not text.startswith("$"):
        raise ValueError(f"[22000] data exception - JSON path '{path}' does not begin with $")
    steps: list[str | int] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise ValueError(
                "[0A000] Feature not supported: the sandbox does not support "
                f"'{text[position:]}' in a JSON path"
            )
        quoted, plain, index = match.groups()
        steps.append(int(index) if index is not None else json.loads(f'"{quoted}"') if quoted else plain)
        position = match.end()
    return tuple(steps)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=refuse)


def _found(value: Any, steps: tuple[str | int, ...]) -> list[Any]:
    """The items at a path; lax mode unwraps arrays for a member and wraps other values for an index."""
    items = [value]
    for step in steps:
        if isinstance(step, int):
            arrays = [item if isinstance(item, list) else [item] for item in items]
            items = [array[step] for array in arrays if step < len(array)]
        else:
            flat = [part for item in items for part in (item if isinstance(item, list) else [item])]
            items = [part[step] for part in flat if isinstance(part, dict) and step in part]
    return items


def json_value(
    text: str | None, path: str | None, on_empty: str, empty: str | None, on_error: str, error: str | None
) -> str | None:
    """The scalar at a path as text.

    Args:
        text: the JSON.
        path: the path.
        on_empty: what to do if nothing is there: `NULL`, `ERROR` or `DEFAULT`, and then give `empty`.
        empty: see `on_empty`.
        on_error: the same for broken JSON, an array or object, and several values.
        error: see `on_error`.
    """
    if text is None or path is None:
        return None
    steps = _steps(path)
    try:
        items = _found(_parsed(text), steps)
    except ValueError:
        return _instead(on_error, error, "invalid JSON")
    if not items:
        return _instead(on_empty, empty, "JSON path identifies no value")
    if len(items) > 1 or isinstance(items[0], (list, dict)):
        return _instead(on_error, error, "JSON path does not identify one SQL value")
    value = items[0]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None or value == "" else str(value)


def _instead(choice: str, default: str | None, what: str) -> str | None:
    if choice == "ERROR":
        raise ValueError(f"[22000] data exception - {what}")
    return default if choice == "DEFAULT" else None
