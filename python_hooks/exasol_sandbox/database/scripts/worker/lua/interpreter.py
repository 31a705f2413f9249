"""Lua 5.4 in this process, without a way to files, processes or Python.

What a script gets of Python are functions, and those only through closures of `core.lua`; attributes of
Python objects cannot be read from Lua at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lupa.lua54 import LuaRuntime

from . import decimals, json_values, unicode_texts

_FOLDER = Path(__file__).parent


class Interpreter:
    """One Lua state.

    Args:
        memory_limit: bytes that it may hold; more is Lua's error `not enough memory`.

    Attributes:
        runtime: lupa's runtime.
        core: what `core.lua` returns to the code around scripts.
    """

    def __init__(self, memory_limit: int) -> None:
        self.runtime = LuaRuntime(
            unpack_returned_tuples=True,
            register_eval=False,
            register_builtins=False,
            attribute_filter=_deny,
            max_memory=memory_limit,
        )
        self.core = self.run_file("core.lua", self.table(self._host()))

    def _host(self) -> dict[str, Any]:
        functions: dict[str, Any] = {
            "calculate": decimals.calculate,
            "compare": decimals.compare,
            "decimal": decimals.fitted,
            "cjson.encode": lambda *values: json_values.encode(self, *values),
            "cjson.decode": lambda *values: json_values.decode(self, *values),
        }
        return functions | {f"utf8.{name}": call for name, call in unicode_texts.FUNCTIONS.items()}

    def run_file(self, name: str, *arguments: Any) -> Any:
        """Run one of this folder's Lua files, and give what it returns."""
        text = (_FOLDER / name).read_text(encoding="utf-8")
        return self.runtime.execute(text, *arguments, name=f"=sandbox/{name}")

    def table(self, content: dict[str, Any] | list[Any]) -> Any:
        """A Lua table of values that Lua has."""
        return self.runtime.table_from(content)

    def to_lua(self, value: Any) -> Any:
        """A value from the database's messages as Lua has it (`scripts.scripting.values` writes them)."""
        if value is None:
            return self.core.NULL
        if isinstance(value, dict):
            return self.core.new_decimal(*value["decimal"])
        if isinstance(value, list):
            return self.table([self.to_lua(item) for item in value])
        return value

    def from_lua(self, value: Any) -> Any:
        """A Lua value for a message to the database.

        Raises:
            TypeError: it is none that SQL has.
        """
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        kind, *parts = _as_tuple(self.core.kind(value))
        if kind == "null":
            return None
        if kind == "decimal":
            return {"decimal": parts}
        raise TypeError(f"a {kind} is no SQL value")


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _deny(_: Any, name: object, __: bool) -> str:
    raise AttributeError(f"no access to {name}")
