"""The script library that the UDFs behind SME_… import: the hook module's own sources, as they are."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources

from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.udf.script import PARTS

MAX_SCRIPT_CHARACTERS = 2_000_000
"""Exasol's limit: EXA_ALL_SCRIPTS.SCRIPT_TEXT is a VARCHAR(2000000)."""

_PACKAGE = "exasol_sagemaker"
_ENTRY = f"{_PACKAGE}.in_database.scripts"
_BOOTSTRAP = f"{_PACKAGE}.in_database.bootstrap"
_PACKAGES = (_PACKAGE, f"{_PACKAGE}.in_database", f"{_PACKAGE}.udf")


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
    """Names of the modules in the library: all that its entry imports, and the prediction UDF's parts."""
    found = {
        *_PACKAGES,
        f"{_PACKAGE}.in_database.extension_output",
        *(f"{_PACKAGE}.udf.{part}" for part in PARTS),
    }
    waiting = [_ENTRY]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one for one in _imported(name) if one not in found]
    return tuple(sorted(found))


@cache
def source(name: str) -> str:
    """A module's source; of a package only its docstring, since its modules are imported one by one."""
    package, _, module = name.rpartition(".")
    if name in _PACKAGES:
        text = resources.files(name).joinpath("__init__.py").read_text("utf-8")
        return f'"""{ast.get_docstring(ast.parse(text))}"""\n'
    return resources.files(package).joinpath(f"{module}.py").read_text("utf-8")


def _imported(name: str) -> Iterator[str]:
    """This package's modules that a module imports when it runs, wherever in it."""
    for node in _running(ast.parse(source(name))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == _PACKAGE:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if _is_module(whole) else str(node.module)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _running(child)


def _is_module(name: str) -> bool:
    package, _, module = name.rpartition(".")
    return package in _PACKAGES and resources.files(package).joinpath(f"{module}.py").is_file()


def _text_literal(text: str) -> str:
    """A text as Python source: as it is within raw quotes, where that says the same."""
    literal = f"r'''{text}'''"
    try:
        same = ast.literal_eval(literal) == text
    except SyntaxError:
        same = False
    return literal if same else repr(text)
