"""INSERT … VALUES and MERGE whose UDF calls stand outside of a SELECT: the calls move into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.scripts.calls import UdfCall, find_call, outermost_calls

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_COMPUTED = "EXA$M"


def lift_calls(session: Session, tree: exp.Expression) -> None:
    """Rewrite a statement in place; others than INSERT and MERGE stay as they are.

    Raises:
        ExasolError: a call in a MERGE reads columns of the target.
    """
    if isinstance(tree, exp.Insert) and isinstance(tree.expression, exp.Values):
        if _has_call(session, tree.expression):
            tree.set("expression", _as_query(tree.expression))
    elif isinstance(tree, exp.Merge):
        _lift_merge(session, tree)


def _has_call(session: Session, node: exp.Expression) -> bool:
    return any(find_call(session, part) for part in node.find_all(exp.Anonymous, exp.Dot))


def _as_query(values: exp.Values) -> exp.Expression:
    """`VALUES (f(1), 2), (3, 4)` → `SELECT f(1), 2 UNION ALL SELECT 3, 4`."""
    selects = []
    for row in values.expressions:
        cells = row.expressions if isinstance(row, exp.Tuple) else [row]
        if any(isinstance(cell, exp.Var) and cell.name.upper() == "DEFAULT" for cell in cells):
            raise unsupported("DEFAULT beside calls of UDFs in VALUES")
        selects.append(exp.Select(expressions=[cell.copy() for cell in cells]))
    if len(selects) == 1:
        return selects[0]
    result: exp.Expression = exp.union(*selects, distinct=False, copy=False)
    return result


def _lift_merge(session: Session, merge: exp.Merge) -> None:
    """`USING u ON t.a = f(u.b)` → `USING (SELECT u.*, f(u.b) AS m0 FROM u) AS u ON t.a = u.m0`."""
    source = merge.args["using"]
    calls = outermost_calls(session, merge.args["on"])
    for when in merge.args["whens"].expressions:
        calls += outermost_calls(session, when)
    if not calls:
        return
    alias = source.alias_or_name
    items: list[exp.Expression] = [
        exp.Column(this=exp.Star(), table=exp.to_identifier(alias, quoted=True)),
    ]
    for number, call in enumerate(calls):
        _check_merge(call, alias)
        items.append(exp.alias_(call.node.copy(), f"{_COMPUTED}{number}", quoted=True))
        call.node.replace(
            exp.Column(
                this=exp.to_identifier(f"{_COMPUTED}{number}", quoted=True),
                table=exp.to_identifier(alias, quoted=True),
            )
        )
    select = exp.Select(expressions=items)
    select.set("from_", exp.From(this=source.copy()))
    merge.set("using", exp.alias_(select.subquery(copy=False), alias, quoted=True, table=True))


def _check_merge(call: UdfCall, alias: str) -> None:
    if call.is_set or call.returns_rows:
        raise unsupported("SET and EMITS scripts in the conditions and values of MERGE")
    if any(column.table != alias for column in call.node.find_all(exp.Column)):
        raise unsupported(
            f"UDFs on columns of the target of MERGE, or on columns without the name of their table; "
            f"{alias}.<column> is supported: {call.script.name}"
        )
