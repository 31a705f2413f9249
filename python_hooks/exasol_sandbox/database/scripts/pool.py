"""The processes that scripts run in, by language."""

from __future__ import annotations

import threading

from exasol_sandbox.database.scripts.languages import Language
from exasol_sandbox.database.scripts.machines import Machines


class MachinePool:
    """Machines of each language and interpreter, started when first needed.

    Args:
        aws: endpoint URL of the sandbox's AWS; Python scripts find it as AWS_ENDPOINT_URL.

    Attributes:
        python: runs Python scripts with the sandbox's own interpreter.
        lua: runs Lua scripts.
    """

    def __init__(self, aws: str | None = None) -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self._others: dict[str, Machines] = {}
        self.python = Machines(aws)
        self.lua = Machines(language="lua")

    def of(self, language: Language) -> Machines:
        """The machines for a language."""
        if language.name == "lua":
            return self.lua
        if language.interpreter is None:
            return self.python
        with self._lock:
            if language.interpreter not in self._others:
                self._others[language.interpreter] = Machines(self._aws, language.interpreter)
            return self._others[language.interpreter]

    def close(self) -> None:
        """End all processes."""
        for machines in (self.python, self.lua, *self._others.values()):
            machines.close()
