"""The names under which Lua knows the scripts that it loads."""

from __future__ import annotations

_SHOWN = 48


class Chunks:
    """Scripts by the names of their chunks; Lua's messages begin with these, and show up to 59 bytes."""

    def __init__(self) -> None:
        self._scripts: dict[str, tuple[str, str]] = {}

    def add(self, schema: str, name: str) -> str:
        """A name for the chunk of a script that is to be loaded."""
        shown = "".join(character for character in name if character.isascii() and character != ":")[:_SHOWN]
        chunk = f"{shown}#{len(self._scripts)}" if shown in self._scripts else shown
        self._scripts[chunk] = (schema, name)
        return chunk

    def script(self, chunk: str | None) -> tuple[str, str]:
        """Schema and name of the script of a chunk; without one, those of the first."""
        if chunk in self._scripts:
            return self._scripts[chunk]
        return next(iter(self._scripts.values()))
