"""Makes modules importable whose sources are texts in a script. It is itself the beginning of that script.

It imports nothing of this package.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any


class Text:
    """What importlib.resources gives of a module's source, by the name of its file."""

    def __init__(self, sources: Mapping[str, str], module: str) -> None:
        self._sources = sources
        self._module = module

    def joinpath(self, *names: str) -> Text:
        """A file in this package."""
        return Text(self._sources, ".".join([self._module, *names]))

    def read_text(self, encoding: str | None = None) -> str:
        """The file's text."""
        name = self._module.removesuffix(".py")
        if name not in self._sources:
            raise FileNotFoundError(f"The library has no source of {name}")
        return self._sources[name]


class Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads modules, and shows their lines in tracebacks.

    Args:
        sources: Source by full name of the module; a name that others begin with is a package.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    def install(self) -> None:
        """From now on these modules are imported from here, before all others of their names."""
        sys.meta_path.insert(0, self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of one of these modules; None for any other."""
        if fullname not in self.sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=f"<{fullname}>")

    def is_package(self, fullname: str) -> bool:
        """Whether other modules are in it."""
        return any(name.startswith(f"{fullname}.") for name in self.sources)

    def get_source(self, fullname: str) -> str:
        """A module's source."""
        return self.sources[fullname]

    def get_code(self, fullname: str) -> CodeType:
        """A module, compiled, with its name in place of a file's."""
        code: CodeType = self.source_to_code(self.sources[fullname], f"<{fullname}>")
        return code

    def get_resource_reader(self, fullname: str) -> Any:
        """What importlib.resources asks for the files of a package."""
        return _Files(Text(self.sources, fullname))


class _Files:
    def __init__(self, root: Text) -> None:
        self._root = root

    def files(self) -> Text:
        return self._root
