"""JSON_VALUE and JSON_EXTRACT.

Errors: https://docs.exasol.com/db/latest/sql_references/functions/json_error_handling.htm
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from exasol_sandbox.database.transforms.json_paths import Path, found, path_of, unwrapped

_NO_ITEM = "[22000] data exception - no SQL/JSON item"
_SEVERAL = "[22000] data exception - more than one SQL/JSON item"
_NOT_SCALAR = "[22000] data exception - SQL/JSON scalar required"


class _Number(str):
    """A number as it was written."""


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    try:
        return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=refuse)
    except ValueError as error:
        raise ValueError(f"[22000] data exception - invalid JSON text: {error}") from error


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
    steps = path_of(path)
    if text is None:
        return None
    try:
        items = found(_parsed(text), steps.steps)
    except ValueError as failure:
        return _instead(on_error, error, str(failure))
    if not items:
        return _instead(on_empty, empty, _NO_ITEM)
    if len(items) > 1:
        return _instead(on_error, error, _SEVERAL)
    if isinstance(items[0], (list, dict)) and not steps.as_json:
        return _instead(on_error, error, _NOT_SCALAR)
    return _sql_text(items[0], steps)


def _instead(choice: str, default: str | None, what: str) -> str | None:
    if choice == "ERROR":
        raise ValueError(what)
    return default if choice == "DEFAULT" else None


def json_extract(text: str | None, paths: list[str | None], nullable: str) -> list[list[str | None]]:
    """The rows of JSON_EXTRACT: a value for each path.

    Paths with the same steps in front of `#` go together: each item there makes a row. The value of a path
    without `#` is in each row.

    Args:
        text: the JSON; NULL makes one row of NULLs.
        paths: the paths.
        nullable: a letter for each path: `N` gives NULL where there is nothing (NULL ON EMPTY), `E` fails.

    Raises:
        ValueError: broken JSON, a value that is missing or no scalar, or a form that the sandbox has not.
    """
    known = [path_of(path) for path in paths]
    if text is None:
        return [[None] * len(known)]
    root = _parsed(text)
    prefixes = {path.rows for path in known if path.rows is not None}
    if len(prefixes) > 1:
        raise _unsupported("different paths in front of '#' in one JSON_EXTRACT")
    if not prefixes and len(known) == 1:
        items = found(root, known[0].steps)
        return [[_only([item], known[0], nullable)] for item in items] or [[_only([], known[0], nullable)]]
    rows = unwrapped(found(root, prefixes.pop())) if prefixes else [None]
    return [
        [
            _only(found(root if path.rows is None else row, path.steps), path, choice)
            for path, choice in zip(known, nullable, strict=True)
        ]
        for row in rows or [None]
    ]


def _only(items: list[Any], path: Path, choice: str) -> str | None:
    if not items:
        if choice == "N":
            return None
        raise ValueError(_NO_ITEM)
    if len(items) > 1:
        raise _unsupported("several values of a path beside other paths in one JSON_EXTRACT, except by '#'")
    if isinstance(items[0], (list, dict)) and not path.as_json:
        raise ValueError(_NOT_SCALAR)
    return _sql_text(items[0], path)


def _sql_text(value: Any, path: Path) -> str | None:
    if path.as_json:
        return _json_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None or value == "" else str(value)


def _json_text(value: Any) -> str:
    """JSON without blanks, its numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_json_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json_text, value)) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def _unsupported(what: str) -> ValueError:
    return ValueError(f"[0A000] Feature not supported: the sandbox does not support {what}")
