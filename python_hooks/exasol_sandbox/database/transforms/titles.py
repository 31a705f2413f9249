"""The names of columns that a query does not name."""

from __future__ import annotations

import re

from sqlglot import exp

from exasol_sandbox.database.transforms.parsing import CAST, PREFIX, WITHOUT_PARENTHESES

_NO_ARGUMENTS = re.compile(rf"{re.escape(PREFIX)}({'|'.join(sorted(WITHOUT_PARENTHESES))})\(\)")
_WORD_GAP = re.compile(r"(?<=[^\w'\"]) | (?=[^\w'\"])")


def title(node: exp.Expr) -> str:
    """The name of a column that has none: a column's own, or the expression's text as `COUNT(*)` or `A+1`."""
    if isinstance(node, exp.Column):
        return str(node.name)
    if isinstance(node, exp.Dot):
        node = node.expression
    copied = node.copy()
    for identifier in copied.find_all(exp.Identifier):
        if re.fullmatch(r"[A-Z][A-Z0-9_$]*", identifier.name):
            identifier.set("quoted", False)
    for call in copied.find_all(exp.Anonymous):
        if call.this == PREFIX + CAST and len(call.expressions) == 2:
            value, kind = call.expressions
            call.set("expressions", [exp.Alias(this=value, alias=exp.Var(this=str(kind.this).upper()))])
    text = _NO_ARGUMENTS.sub(r"\1", copied.sql(dialect="exasol")).replace(PREFIX, "")
    pieces = re.split(r"('(?:[^']|'')*')", text)
    return "".join(piece if piece.startswith("'") else _WORD_GAP.sub("", piece) for piece in pieces)
