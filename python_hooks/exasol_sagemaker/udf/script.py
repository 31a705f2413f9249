"""Joins the parts of the prediction UDF's body into one script, which imports nothing of this package."""

from __future__ import annotations

import ast
from functools import cache
from importlib import resources

PARTS = (
    "context",
    "shape",
    "in_flight",
    "pace",
    "gate",
    "to_csv",
    "pieces",
    "connection",
    "refusals",
    "probabilities",
    "answers",
    "explanations",
    "endpoint",
    "predict",
)
"""In the order in which they are joined: what a part needs while it is defined comes before it."""

_PACKAGE = "exasol_sagemaker.udf"
_HEAD = '"""Rows of a group → CSV → a SageMaker endpoint → rows with a prediction."""'


@cache
def source() -> str:
    """The parts under one list of imports.

    Left out are their docstrings, their imports from each other and what only a type checker reads.
    """
    imports: dict[str, set[str]] = {}
    bodies: list[str] = []
    for part in PARTS:
        text = resources.files(_PACKAGE).joinpath(f"{part}.py").read_text("utf-8")
        head = 0
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import):
                imports |= {f"import {_name(alias)}": set() for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imports.setdefault(f"from {node.module} import ", set()).update(map(_name, node.names))
            elif not (_is_text(node) or _is_for_type_checkers(node)):
                break
            head = node.end_lineno or 0
        bodies.append("\n".join(text.splitlines()[head:]).strip("\n"))
    lines = [
        start + ", ".join(sorted(names - {"TYPE_CHECKING"}))
        for start, names in sorted(imports.items())
        if not start.startswith((f"from {_PACKAGE}", "from __future__"))
    ]
    head_lines = [_HEAD, "", "from __future__ import annotations", "", *lines]
    return "\n\n\n".join(["\n".join(head_lines), *bodies]) + "\n"


def _name(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_type_checkers(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
