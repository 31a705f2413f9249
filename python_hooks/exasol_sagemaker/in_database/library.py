"""The script library that the UDFs behind SME_… import: the hook module's own sources, as they are."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from typing import TYPE_CHECKING

from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.udf.script import PARTS

if TYPE_CHECKING:
    from importlib.abc import Traversable

MAX_SCRIPT_CHARACTERS = 2_000_000
"""Exasol's limit: EXA_ALL_SCRIPTS.SCRIPT_TEXT is a VARCHAR(2000000)."""

_PACKAGE = "exasol_sagemaker"
_ENTRY = f"{_PACKAGE}.in_database.scripts"
_BOOTSTRAP = f"{_PACKAGE}.in_database.bootstrap"
_TEXTS = (f"{_PACKAGE}.in_database.extension_output", *(f"{_PACKAGE}.udf.{part}" for part in PARTS))


def library_text(*, project: str, target: str) -> str:
    """The body of the library: a Python script that offers `scripts`, see scripts.Scripts.

    Args:
        project: dbt project that keeps it: owns, by its tags, what the scripts make.
        target: dbt target that keeps it.

    Raises:
        ConfigurationError: It is larger than a script may be.
    """
    owner = json.dumps({"project": project, "target": target}, ensure_ascii=True)
    parts = [
        f"# exasol-sagemaker {metadata.version('dbt-exasol-sagemaker')}: what the UDFs behind SME_... share.",
        "# The sources of the modules that they need follow, as they are in the Python package.",
        source(_BOOTSTRAP).rstrip(),
        "SOURCES: dict[str, str] = {}",
        *(f"SOURCES[{name!r}] = {_text_literal(source(name))}" for name in modules()),
        "Sources(SOURCES).install()",
        f"from {_ENTRY} import Scripts  # noqa: E402",
        f"scripts = Scripts(**{owner})",
    ]
    text = "\n\n".join(parts) + "\n"
    if len(text) > MAX_SCRIPT_CHARACTERS:
        raise ConfigurationError(
            f"The script library has {len(text)} characters, and Exasol takes {MAX_SCRIPT_CHARACTERS}",
            hint="This is a fault of the package; please report it.",
        )
    return text


@cache
def modules() -> tuple[str, ...]:
    """Names of the modules in the library: all that its entry imports, and the parts of prediction UDFs."""
    found: set[str] = set()
    waiting = [_ENTRY]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [*_imported(name), *_parents(name)]
    found.update(_TEXTS, *map(_parents, _TEXTS))
    return tuple(sorted(found))


def source(name: str) -> str:
    """A module's source; of the whole package its docstring only, as its modules are imported one by one."""
    text = _file(name).read_text("utf-8")
    return f'"""{ast.get_docstring(ast.parse(text))}"""\n' if name == _PACKAGE else text


def _file(name: str) -> Traversable:
    _, *parts = name.split(".")
    place = resources.files(_PACKAGE)
    for part in parts[:-1]:
        place = place.joinpath(part)
    package = place.joinpath(*parts[-1:])
    return package.joinpath("__init__.py") if package.is_dir() else place.joinpath(f"{parts[-1]}.py")


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _imported(name: str) -> Iterator[str]:
    """This package's modules that a module imports when it runs, wherever in it."""
    for node in _running(ast.parse(source(name))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == _PACKAGE:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if _file(whole).is_file() else str(node.module)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _running(child)


def _text_literal(text: str) -> str:
    """A text as Python source: as it is within raw quotes, where that says the same."""
    literal = f"r'''{text}'''"
    try:
        same = ast.literal_eval(literal) == text
    except SyntaxError:
        same = False
    return literal if same else repr(text)
