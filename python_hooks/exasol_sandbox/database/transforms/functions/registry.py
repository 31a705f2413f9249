"""Where functions are registered under their Exasol names."""

from __future__ import annotations

from collections.abc import Callable

from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.typed import Typed

Function = Callable[[Call], Typed]
FUNCTIONS: dict[str, Function] = {}


def function(*names: str) -> Callable[[Function], Function]:
    """Registers a translation under Exasol's names of the function."""

    def register(translate: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = translate
        return translate

    return register
