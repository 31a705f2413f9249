"""The Lua scripts outside the database: what they ask of it is answered by a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from exasol_sandbox.database.scripts.worker.lua.interpreter import Interpreter

FOLDER = Path(__file__).parents[3] / "models" / "scripts" / "lua"
_IMPORT = """
local text, alias = ...
local library = setmetatable({}, {__index = _G})
load(text, alias, 't', library)()
_G[alias] = library
"""

Answer = list[list[Any]] | dict[str, Any] | str
"""Rows, counts, or an error's text."""


def rendered(name: str) -> str:
    """A script's text as dbt makes it, in schema S."""
    return jinja2.Template((FOLDER / f"{name}.sql").read_text()).render(
        ref=lambda model: f"S.{model.upper()}"
    )


@dataclass
class Statement:
    """A statement that a script ran."""

    text: str
    parameters: dict[str, Any]


@dataclass
class LuaScript:
    """A script to run.

    Attributes:
        name: of its file.
        answer: answers a statement.
        ran: the statements that it ran.
        written: what it gave to output().
    """

    name: str
    answer: Callable[[Statement], Answer]
    ran: list[Statement] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def run(self, **arguments: Any) -> Any:
        """Run it; gives what it returns.

        Raises:
            LuaError: it failed.
        """
        self.lua = Interpreter(memory_limit=256 * 1024 * 1024)
        names = self.lua.runtime.globals()
        names["pquery"] = self._pquery
        names["output"] = self.written.append
        names["import"] = lambda name, alias: self.lua.runtime.execute(
            _IMPORT, rendered(name.split(".")[-1].lower()), alias
        )
        meta = {"session_id": "17", "current_user": "ANALYST", "script_schema": "S"}
        names["exa"] = self.lua.table({"meta": self.lua.table(meta)})
        for name, value in arguments.items():
            names[name] = self.lua.to_lua(value)
        return self.lua.runtime.execute(rendered(self.name))

    def texts(self) -> list[str]:
        """First words of the statements, in order."""
        return [" ".join(one.text.split()[:2]) for one in self.ran]

    def _pquery(self, text: str, parameters: Any = None) -> tuple[bool, Any]:
        given = {name: self.lua.from_lua(value) for name, value in (parameters or {}).items()}
        statement = Statement(" ".join(text.split()), given)
        self.ran.append(statement)
        answer = self.answer(statement)
        if isinstance(answer, str):
            return False, self.lua.table({"error_message": answer})
        if isinstance(answer, dict):
            return True, self.lua.table(answer)
        return True, self.lua.to_lua(answer)


def one_row(**values: Any) -> Answer:
    """A row with JSON: what a step of a training answers."""
    return [[json.dumps(values)]]
