"""The functions of Lua's `cjson` (https://github.com/openresty/lua-cjson): texts of errors are its own.

Each answers with whether it went well, and then its result or the text of the error.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .interpreter import Interpreter

_DEEPEST = 1000


def decode(lua: Interpreter, text: Any = None, *_: Any) -> tuple[bool, Any]:
    """JSON as Lua values; `null` becomes NULL."""
    if not isinstance(text, str):
        return False, "bad argument #1 to 'decode' (string expected)"
    try:
        value = json.loads(text)
        return True, _to_lua(lua, value)
    except json.JSONDecodeError as error:
        return False, f"Expected value but found invalid token at character {error.pos + 1}"
    except RecursionError:
        return False, f"Found too many nested data structures ({_DEEPEST})"


def encode(lua: Interpreter, value: Any = None, *_: Any) -> tuple[bool, str]:
    """A Lua value as JSON: a table with positive whole keys only is an array, any other an object."""
    try:
        return True, _text(lua, value)
    except TypeError as error:
        return False, f"Cannot serialise {error}"
    except RecursionError:
        return False, f"Cannot serialise, excessive depth ({_DEEPEST + 1})"


def _to_lua(lua: Interpreter, value: Any) -> Any:
    if isinstance(value, dict):
        return lua.table({key: _to_lua(lua, item) for key, item in value.items()})
    if isinstance(value, list):
        return lua.table([_to_lua(lua, item) for item in value])
    return lua.core.NULL if value is None else value


def _text(lua: Interpreter, value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124
            raise TypeError("number: must not be NaN or Infinity")
        return f"{value:.14g}"
    if isinstance(value, (bool, int, str)):
        return json.dumps(value, ensure_ascii=False)
    found = lua.core.kind(value)
    kind, *parts = found if isinstance(found, tuple) else (found,)
    if kind == "null":
        return "null"
    if kind == "decimal":
        return str(parts[0])
    if kind != "table":
        raise TypeError(f"{kind}: type not supported")
    return _table(lua, dict(value.items()))


def _table(lua: Interpreter, content: dict[Any, Any]) -> str:
    if content and all(type(key) is int and key > 0 for key in content):
        size = max(content)
        if size > 10 and size > 2 * len(content):
            raise TypeError("table: excessively sparse array")
        return "[" + ",".join(_text(lua, content.get(n)) for n in range(1, size + 1)) + "]"
    entries = []
    for key, item in content.items():
        if isinstance(key, bool) or not isinstance(key, (str, int, float)):
            raise TypeError("table: table key must be a number or string")
        name = key if isinstance(key, str) else f"{key:.14g}"
        entries.append(f"{json.dumps(name, ensure_ascii=False)}:{_text(lua, item)}")
    return "{" + ",".join(entries) + "}"
