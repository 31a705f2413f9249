"""Paths of SQL/JSON in lax mode, as far as Exasol documents them.

https://docs.exasol.com/db/latest/sql_references/functions/json_path_expressions.htm
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_STEP = re.compile(
    r"""\.(?:"(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^\W\d][\w$]*)(?!\w|\() | (?P<members>\*))
      | \[\s*(?:(?P<index>\d+) | (?P<elements>\*))\s*\]
      | (?P<rows>\#)
      | \.(?P<method>json)\(\)$""",
    re.VERBOSE,
)
ELEMENTS, MEMBERS = object(), object()
Step = str | int | object


@dataclass(frozen=True)
class Path:
    """A path.

    Attributes:
        rows: the steps in front of `#`, each of whose items makes a row; None without it.
        steps: the other steps.
        as_json: whether `json()` ends it: arrays and objects are given as JSON.
    """

    rows: tuple[Step, ...] | None
    steps: tuple[Step, ...]
    as_json: bool


@lru_cache(maxsize=256)
def path_of(text: str | None) -> Path:
    """A path by its text.

    Raises:
        ValueError: it is no path, or has a part that the sandbox does not support.
    """
    path = (text or "").strip()
    if path.startswith("lax "):
        path = path[4:].strip()
    if not path:
        raise ValueError("[22000] data exception - invalid JSON path: path is empty or NULL")
    if not path.startswith("$"):
        raise ValueError(f"[22000] data exception - invalid JSON path: '{text}' does not begin with $")
    if path.count("[") > path.count("]"):
        where = path.rindex("[") + 1
        raise ValueError(
            f"[22000] data exception - invalid JSON path: no ']' found at position {where}: '{text}'"
        )
    rows: tuple[Step, ...] | None = None
    steps: list[Step] = []
    as_json = False
    position = 1
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None or (match["rows"] and rows is not None):
            rest = path[position:]
            raise ValueError(
                f"[0A000] Feature not supported: the sandbox does not support '{rest}' in a JSON path"
            )
        if match["rows"]:
            rows, steps = tuple(steps), []
        elif match["method"]:
            as_json = True
        else:
            steps.append(_step(match))
        position = match.end()
    return Path(rows, tuple(steps), as_json)


def _step(match: re.Match[str]) -> Step:
    if match["index"] is not None:
        return int(match["index"])
    if match["elements"]:
        return ELEMENTS
    if match["members"]:
        return MEMBERS
    return json.loads(f'"{match["quoted"]}"') if match["quoted"] is not None else match["plain"]


def found(value: Any, steps: tuple[Step, ...]) -> list[Any]:
    """The items at the end of some steps; lax mode unwraps arrays for a member and wraps other values for an
    index."""
    items = [value]
    for step in steps:
        if isinstance(step, int):
            arrays = [item if isinstance(item, list) else [item] for item in items]
            items = [array[step] for array in arrays if step < len(array)]
        elif step is ELEMENTS:
            items = unwrapped(items)
        else:
            objects = [part for part in unwrapped(items) if isinstance(part, dict)]
            if step is MEMBERS:
                items = [member for part in objects for member in part.values()]
            else:
                items = [part[step] for part in objects if step in part]
    return items


def unwrapped(items: list[Any]) -> list[Any]:
    """Items, with those of an array in its place."""
    return [part for item in items for part in (item if isinstance(item, list) else [item])]
