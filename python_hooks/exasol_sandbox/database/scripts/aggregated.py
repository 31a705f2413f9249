"""SCALAR scripts on aggregates: the aggregates go into a subquery first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.scripts.calls import find_call, outermost_calls
from exasol_sandbox.database.scripts.row_source import column

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_OUTER = ("distinct", "order", "limit", "offset", "with_")


def lift_aggregates(session: Session, select: exp.Select) -> exp.Select:
    """`select f(sum(x)) from t group by g` → `select f(l0) from (select sum(x) as l0 from t group by g)`.

    Args:
        session: the session, to tell UDFs from other functions.
        select: is rewritten in place.

    Returns:
        The subquery.
    """
    for clause in ("having", "qualify"):
        if select.args.get(clause) is not None and outermost_calls(session, select.args[clause]):
            raise unsupported(f"SCALAR scripts on aggregates in {clause.upper()}")
    leaves: list[exp.Expression] = []
    items = [_lifted(session, item, leaves) for item in select.expressions]
    _lift_order(session, select, leaves)
    inner = select.copy()
    for clause in _OUTER:
        inner.set(clause, None)
    inner.set(
        "expressions", [exp.alias_(leaf.copy(), f"EXA$L{n}", quoted=True) for n, leaf in enumerate(leaves)]
    )
    for clause in list(select.args):
        if clause not in _OUTER:
            select.set(clause, None)
    select.set("expressions", items)
    select.set("from_", exp.From(this=inner.subquery("EXA$GROUPS", copy=False)))
    return inner


def _lift_order(session: Session, select: exp.Select, leaves: list[exp.Expression]) -> None:
    order = select.args.get("order")
    aliases = {item.alias for item in select.expressions}
    for entry in order.expressions if order is not None else []:
        if not isinstance(entry.this, exp.Literal) and entry.this.name not in aliases:
            entry.set("this", _lifted(session, entry.this, leaves))


def _lifted(session: Session, node: exp.Expression, leaves: list[exp.Expression]) -> exp.Expression:
    if isinstance(node, exp.Alias):
        return exp.alias_(_lifted(session, node.this, leaves), node.alias, quoted=True)
    if isinstance(node, exp.Literal):
        return node.copy()
    call = find_call(session, node)
    scalar = any(not inner.is_set for inner in outermost_calls(session, node))
    if (call is None or call.is_set) and not scalar:
        if node not in leaves:
            leaves.append(node)
        return column(f"EXA$L{leaves.index(node)}")
    result = node.copy()
    pairs = zip(list(result.iter_expressions()), list(node.iter_expressions()), strict=True)
    for mine, original in pairs:
        if not isinstance(original, exp.Identifier):
            mine.replace(_lifted(session, original, leaves))
    return result
