"""Conditions: EXISTS, LIKE, IS, NOT, IN, BETWEEN and ANY."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms import conversions, operators
from exasol_sandbox.database.transforms.typed import BOOLEAN, Typed

if TYPE_CHECKING:
    from exasol_sandbox.database.transforms.expressions import ExpressionTranslator


def exists(translator: ExpressionTranslator, node: exp.Exists) -> Typed:
    """EXISTS (query)."""
    return Typed(f"EXISTS ({translator.queries.query(node.this, translator.scope)[0]})", BOOLEAN)


def like(translator: ExpressionTranslator, node: exp.Like) -> Typed:
    """LIKE with the session's escape character."""
    return operators.like(translator, node, translator.context.like_escape)


def is_(translator: ExpressionTranslator, node: exp.Is) -> Typed:
    """IS NULL, IS TRUE, IS FALSE."""
    return Typed(f"({translator(node.this)} IS {translator(node.expression)})", BOOLEAN)


def not_(translator: ExpressionTranslator, node: exp.Not) -> Typed:
    """NOT."""
    return Typed(f"(NOT {conversions.as_boolean(translator(node.this))})", BOOLEAN)


def in_(translator: ExpressionTranslator, node: exp.In) -> Typed:
    """IN with a list or a query."""
    query = node.args.get("query")
    left = translator(node.this)
    if query is not None:
        inner = query.this if isinstance(query, exp.Subquery) else query
        return Typed(f"({left} IN ({translator.queries.query(inner, translator.scope)[0]}))", BOOLEAN)
    if not node.expressions:
        raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, IN expects a list or a query in parentheses")
    if isinstance(node.this, exp.Tuple):
        return Typed(f"({left} IN ({', '.join(translator(item).sql for item in node.expressions)}))", BOOLEAN)
    pairs = [operators.comparable(translator, left, translator(item)) for item in node.expressions]
    if len({pair[0].sql for pair in pairs}) == 1:
        return Typed(f"({pairs[0][0]} IN ({', '.join(pair[1].sql for pair in pairs)}))", BOOLEAN)
    return Typed("(" + " OR ".join(f"{a} = {b}" for a, b in pairs) + ")", BOOLEAN)


def between(translator: ExpressionTranslator, node: exp.Between) -> Typed:
    """`a BETWEEN b AND c`."""
    value = translator(node.this)
    low = operators.compare(translator, ">=", value, translator(node.args["low"]))
    high = operators.compare(translator, "<=", value, translator(node.args["high"]))
    return Typed(f"({low} AND {high})", BOOLEAN)


def any_(translator: ExpressionTranslator, node: exp.Any) -> Typed:
    """`= ANY (query)`."""
    inner = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    if not isinstance(inner, exp.Query):
        raise unsupported("ANY of anything but a query")
    sql, columns = translator.queries.query(inner, translator.scope)
    return Typed(f"ANY ({sql})", columns[0].type)
