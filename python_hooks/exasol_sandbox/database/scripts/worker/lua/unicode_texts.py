"""`unicode.utf8`: Lua's string functions on characters instead of bytes.

https://docs.exasol.com/db/latest/database_concepts/scripting/libraries.htm. Those with patterns are not
there. Each answers with whether it went well, and then its result or the text of the error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _on_text(name: str, work: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    def call(text: Any = None, *arguments: Any) -> tuple[Any, ...]:
        if isinstance(text, (int, float)) and not isinstance(text, bool):
            text = str(text)
        if not isinstance(text, str):
            return False, f"bad argument #1 to '{name}' (string expected)"
        try:
            return True, work(text, *arguments)
        except TypeError:
            return False, f"bad argument to '{name}' (number expected)"

    return call


def _sub(text: str, first: int, last: int = -1) -> str:
    size = len(text)
    start = max(first if first > 0 else size + first + 1 if first else 1, 1)
    end = min(last if last >= 0 else size + last + 1, size)
    return text[start - 1 : end] if start <= end else ""


def _byte(text: str, position: int = 1) -> int | None:
    found = _sub(text, position, position)
    return ord(found) if found else None


def _char(*codes: Any) -> tuple[Any, ...]:
    try:
        return True, "".join(map(chr, codes))
    except (TypeError, ValueError):
        return False, "bad argument to 'char' (invalid value)"


FUNCTIONS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "byte": _on_text("byte", _byte),
    "char": _char,
    "len": _on_text("len", len),
    "lower": _on_text("lower", str.lower),
    "reverse": _on_text("reverse", lambda text: text[::-1]),
    "sub": _on_text("sub", _sub),
    "upper": _on_text("upper", str.upper),
}
"""Each function by its name in `unicode.utf8`."""
