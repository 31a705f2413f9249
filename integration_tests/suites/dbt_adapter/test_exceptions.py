"""What of dbt-labs' suite is left out is said, with the reason."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from dbt.tests import adapter

from .exceptions import EXCEPTIONS

UPSTREAM = Path(adapter.__path__[0])


@pytest.mark.conformance("dbt-tests-adapter", "not about Exasol")
@pytest.mark.parametrize("base", sorted(EXCEPTIONS))
def test_is_not_about_exasol(base: str) -> None:
    pytest.skip(EXCEPTIONS[base])


def classes(folder: Path) -> list[ast.ClassDef]:
    found = []
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text())
        found += [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return found


def test_each_base_class_is_subclassed_or_an_exception() -> None:
    upstream = {
        item.name: {ast.unparse(base) for base in item.bases}
        for item in classes(UPSTREAM)
        if any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in item.body)
        and not item.name.startswith("Test")
    }
    ours = {ast.unparse(base) for item in classes(Path(__file__).parent) for base in item.bases}
    used = ours | set(EXCEPTIONS)
    # A class that others derive from is tested through them.
    derived = {
        base for item in classes(UPSTREAM) if item.name in used for base in map(ast.unparse, item.bases)
    }

    assert sorted(set(upstream) - used - derived) == []
    assert sorted(set(EXCEPTIONS) & ours) == []
