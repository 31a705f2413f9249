"""Replaces the calls of UDFs in a statement by what they gave.

The input of a call is a query of its own, which the session runs; its result is a temporary table, from which
the rewritten SELECT reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.scripts import signature
from exasol_sandbox.database.scripts.calls import (
    UdfCall,
    find_call,
    function_name,
    has_aggregate,
    outermost_calls,
    own_nodes,
)
from exasol_sandbox.database.scripts.evaluation import Evaluation, Layout
from exasol_sandbox.database.scripts.row_source import (
    RowSource,
    as_columns,
    column,
    replaced,
    split_condition,
)
from exasol_sandbox.database.transforms.parsing import LOCAL

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_OUTER_CLAUSES = ("distinct", "order", "limit", "offset")


def expand(session: Session, expression: exp.Expression) -> exp.Expression:
    """A statement without calls of UDFs, in place of one that may have some.

    Args:
        session: the session that executes the statement; queries for the inputs run in it.
        expression: a parsed and normalised query, CREATE TABLE … AS, INSERT or MERGE; it is not changed.

    Returns:
        `expression` itself if it calls no UDF.

    Raises:
        ExasolError: a script failed, or is called in a way that Exasol or the sandbox does not support.
    """
    if not any(find_call(session, node) for node in expression.find_all(exp.Anonymous, exp.Dot)):
        return expression
    tree = expression.copy()
    _Expansion(session, _target(session, tree)).statement(tree, [])
    return tree


def _target(session: Session, tree: exp.Expression) -> list[Column] | None:
    if not isinstance(tree, exp.Insert):
        return None
    into = tree.this
    names: list[str] | None = None
    if isinstance(into, exp.Schema):
        names = [name.name for name in into.expressions]
        into = into.this
    columns = session.columns_of(into.db or None, into.name)
    if names is None:
        return columns
    by_name = {described.name: described for described in columns}
    return [by_name[name] for name in names if name in by_name]


class _Expansion:
    def __init__(self, session: Session, target: list[Column] | None) -> None:
        self._session = session
        self._target = target
        self._to_target: int | None = None

    def statement(self, tree: exp.Expression, with_: list[exp.CTE]) -> None:
        """Expand all queries in `tree`, innermost first; `with_` are the common tables that they may use."""
        if isinstance(tree, exp.Insert) and isinstance(tree.expression, exp.Select):
            self._to_target = id(tree.expression)
        scope = list(with_)
        clause = tree.args.get("with_")
        if clause is not None:
            for table in clause.expressions:
                self.statement(table.this, scope)
                scope.append(table)
        for child in list(tree.iter_expressions()):
            if child is not clause:
                self.statement(child, scope)
        if isinstance(tree, exp.Select):
            self._select(tree, scope)
        elif not isinstance(tree, exp.Query) and tree.parent is None:
            self._refuse_elsewhere(tree)

    def _refuse_elsewhere(self, tree: exp.Expression) -> None:
        if any(find_call(self._session, node) for node in own_nodes(tree)):
            raise unsupported("UDFs outside of a SELECT, such as in the SET clause of UPDATE or MERGE")

    def _select(self, select: exp.Select, scope: list[exp.CTE]) -> None:
        calls = outermost_calls_of(self._session, select)
        if not calls:
            return
        _inline_local_aliases(select)
        calls = outermost_calls_of(self._session, select)
        target = self._target if self._to_target == id(select) else None
        evaluation = Evaluation(self._session, target)
        for call in calls:
            signature.check_call(call, target is not None)
            if isinstance(call.node.parent, exp.Window):
                raise unsupported(f"analytic use of UDFs: {call.script.name} … OVER")
        emitting = [call for call in calls if call.returns_rows]
        if emitting:
            self._emits(select, scope, evaluation, emitting, calls)
            return
        by_row = [
            c for c in calls if not c.is_set and not any(has_aggregate(self._session, a) for a in c.arguments)
        ]
        if by_row:
            self._returns(select, scope, evaluation, by_row)
        elif any(call.is_set for call in calls):
            self._set_returns(select, scope, evaluation, [call for call in calls if call.is_set])
        else:
            self._wrap(select)
            self.statement(select.args["from_"].this.this, scope)
        self._select(select, scope)

    def _emits(
        self,
        select: exp.Select,
        scope: list[exp.CTE],
        evaluation: Evaluation,
        emitting: list[UdfCall],
        calls: list[UdfCall],
    ) -> None:
        call = emitting[0]
        name = f"{call.script.schema}.{call.script.name}"
        item = call.node.parent if isinstance(call.node.parent, exp.Alias) else call.node
        if len(emitting) > 1 or item not in select.expressions:
            raise ExasolError(
                SYNTAX_OR_ACCESS,
                f"script {name} emits rows: it may be called once in a SELECT, as an item of the select list",
            )
        if any(has_aggregate(self._session, argument) for argument in call.arguments):
            raise ExasolError(
                SYNTAX_OR_ACCESS, f"encapsulated set function in the arguments of script {name}"
            )
        if not call.is_set:
            others = [other for other in calls if other is not call]
            if others:
                self._returns(select, scope, evaluation, others)
                self._select(select, scope)
            else:
                self._scalar_emits(select, scope, evaluation, call)
        elif len(select.expressions) > 1:
            raise ExasolError(
                SYNTAX_OR_ACCESS,
                f"the result of SET script {name} with EMITS cannot be combined with other expressions",
            )
        else:
            self._set_emits(select, scope, evaluation, call)

    def _set_emits(
        self, select: exp.Select, scope: list[exp.CTE], evaluation: Evaluation, call: UdfCall
    ) -> None:
        for clause in ("having", "qualify"):
            if select.args.get(clause) is not None:
                raise unsupported(f"{clause.upper()} in a SELECT that calls a SET script with EMITS")
        source = RowSource(self._session, select, scope)
        keys = _keys(select)
        items = [*keys, *source.arguments(call), *(ordered.this for ordered in call.order)]
        rows = self._query(source.query(items, [], _order(keys, call, len(items) - len(call.order))), scope)
        layout = Layout(len(keys), 0, [call], _node_key(keys), select.args.get("group") is not None)
        outputs, _, table = evaluation.run(rows, layout)
        names = [described.name for described in outputs[0]]
        alias = call.node.parent.alias if isinstance(call.node.parent, exp.Alias) else None
        if alias and len(names) == 1:
            select.set("expressions", [exp.alias_(column(names[0]), alias, quoted=True)])
        else:
            select.set("expressions", [column(name) for name in names])
        _read_from(select, table)
        select.set("group", None)

    def _scalar_emits(
        self, select: exp.Select, scope: list[exp.CTE], evaluation: Evaluation, call: UdfCall
    ) -> None:
        if select.args.get("group") is not None or any(
            has_aggregate(self._session, item) for item in select.expressions if item is not call.node
        ):
            raise unsupported("GROUP BY or aggregates in a SELECT that calls a SCALAR script with EMITS")
        source = RowSource(self._session, select, scope)
        leaves = source.leaves([call], emitted=True)
        rows = self._query(source.query([*leaves, *source.arguments(call)], [], []), scope)
        outputs, columns, table = evaluation.run(rows, Layout(0, len(leaves), [call]))
        results = columns[len(leaves) :] if leaves else columns
        position = next(
            n for n, item in enumerate(select.expressions) if item.this is call.node or item is call.node
        )
        as_columns(select, leaves, columns)
        items = select.expressions
        select.set(
            "expressions",
            [
                *items[:position],
                *(
                    exp.alias_(column(result.name), output.name, quoted=True)
                    for result, output in zip(results, outputs[0], strict=True)
                ),
                *items[position + 1 :],
            ],
        )
        _read_from(select, table)

    def _returns(
        self, select: exp.Select, scope: list[exp.CTE], evaluation: Evaluation, calls: list[UdfCall]
    ) -> None:
        """Replace SCALAR … RETURNS calls: each input row gets its results as further columns."""
        distinct = _distinct(calls)
        source = RowSource(self._session, select, scope)
        leaves = source.leaves(calls)
        now, later = split_condition(self._session, select)
        items = [*leaves, *(a for call in distinct for a in source.arguments(call))]
        rows = self._query(source.query(items, now, []), scope)
        _, columns, table = evaluation.run(rows, Layout(0, len(leaves), distinct))
        results = columns[len(leaves) :]
        for call in calls:
            position = next(n for n, other in enumerate(distinct) if other.node == call.node)
            replaced(select, call.node, column(results[position].name))
        as_columns(select, leaves, columns)
        _read_from(select, table)
        select.set("where", exp.Where(this=exp.and_(*later, copy=False)) if later else None)

    def _set_returns(
        self, select: exp.Select, scope: list[exp.CTE], evaluation: Evaluation, calls: list[UdfCall]
    ) -> None:
        """Replace SET … RETURNS calls: each input row gets its group's result; the maximum is taken."""
        distinct = _distinct(calls)
        for call in distinct:
            if call.order != distinct[0].order:
                raise unsupported("several SET scripts with different ORDER BY in one SELECT")
            if any(has_aggregate(self._session, argument) for argument in call.arguments):
                raise ExasolError(
                    SYNTAX_OR_ACCESS,
                    f"encapsulated set function in the arguments of script {call.script.name}",
                )
        source = RowSource(self._session, select, scope)
        leaves = source.leaves(calls)
        keys = _keys(select)
        arguments = [argument for call in distinct for argument in source.arguments(call)]
        items = [*keys, *leaves, *arguments, *(ordered.this for ordered in distinct[0].order)]
        order = _order(keys, distinct[0], len(keys) + len(leaves) + len(arguments))
        rows = self._query(source.query(items, [], order), scope)
        grouped = select.args.get("group") is not None
        layout = Layout(len(keys), len(leaves), distinct, _node_key(keys), grouped)
        _, columns, table = evaluation.run(rows, layout)
        results = columns[len(leaves) :]
        for call in calls:
            position = next(n for n, other in enumerate(distinct) if other.node == call.node)
            value = exp.Anonymous(this="EXA$MAX", expressions=[column(results[position].name)])
            replaced(select, call.node, value)
        as_columns(select, leaves, columns)
        _read_from(select, table)

    def _wrap(self, select: exp.Select) -> None:
        """`select f(sum(x)) … group by …` → `select f("EXA$L0") from (select sum(x) as "EXA$L0" …)`."""
        if select.args.get("having") is not None and outermost_calls(self._session, select.args["having"]):
            raise unsupported("SCALAR scripts on aggregates in HAVING")
        leaves: list[exp.Expression] = []
        outer = [self._lifted(item, leaves) for item in [*select.expressions]]
        ordered = select.args.get("order")
        if ordered is not None:
            for entry in ordered.expressions:
                aliases = {item.alias for item in select.expressions}
                if not isinstance(entry.this, exp.Literal) and entry.this.name not in aliases:
                    entry.set("this", self._lifted(entry.this, leaves))
        inner = select.copy()
        for clause in (*_OUTER_CLAUSES, "with_"):
            inner.set(clause, None)
        named = [exp.alias_(leaf.copy(), f"EXA$L{n}", quoted=True) for n, leaf in enumerate(leaves)]
        inner.set("expressions", named or [exp.Literal.number(1)])
        kept = {name: select.args.get(name) for name in (*_OUTER_CLAUSES, "with_")}
        for name in list(select.args):
            select.set(name, kept.get(name))
        select.set("expressions", outer)
        select.set("from_", exp.From(this=inner.subquery("EXA$GROUPS", copy=False)))

    def _lifted(self, node: exp.Expression, leaves: list[exp.Expression]) -> exp.Expression:
        if isinstance(node, exp.Alias):
            return exp.alias_(self._lifted(node.this, leaves), node.alias, quoted=True)
        call = find_call(self._session, node)
        if (call is None or call.is_set) and not outermost_scalar(self._session, node):
            if isinstance(node, exp.Literal):
                return node.copy()
            position = next((n for n, leaf in enumerate(leaves) if leaf == node), len(leaves))
            if position == len(leaves):
                leaves.append(node)
            return column(f"EXA$L{position}")
        result = node.copy()
        for mine, original in zip(
            list(result.iter_expressions()), list(node.iter_expressions()), strict=True
        ):
            if not isinstance(original, exp.Identifier):
                mine.replace(self._lifted(original, leaves))
        return result

    def _query(self, query: exp.Select, scope: list[exp.CTE]):  # type: ignore[no-untyped-def]
        self.statement(query, [])
        return self._session.query(query)


def outermost_scalar(session: Session, node: exp.Expression) -> bool:
    """Whether a SCALAR script is called in `node`, outside of the arguments of SET scripts."""
    return any(not call.is_set for call in outermost_calls(session, node))


def outermost_calls_of(session: Session, select: exp.Select) -> list[UdfCall]:
    """The calls in a SELECT that are not in queries inside it."""
    for join in select.args.get("joins") or []:
        if any(outermost_calls(session, child) for child in [join.args.get("on")] if child is not None):
            raise unsupported("UDFs in a join condition; put the call into a subquery")
    return [
        call
        for child in select.iter_expressions()
        if not isinstance(child, (exp.Query, exp.From, exp.Join, exp.With))
        for call in outermost_calls(session, child)
    ]


def _distinct(calls: list[UdfCall]) -> list[UdfCall]:
    result: list[UdfCall] = []
    for call in calls:
        if not any(call.node == other.node for other in result):
            result.append(call)
    return result


def _keys(select: exp.Select) -> list[exp.Expression]:
    group = select.args.get("group")
    if group is None:
        return []
    if any(value for name, value in group.args.items() if name != "expressions"):
        raise unsupported("GROUPING SETS, CUBE and ROLLUP with SET scripts")
    keys = []
    for key in group.expressions:
        if isinstance(key, exp.Literal) and not key.is_string:
            item = select.expressions[int(key.this) - 1]
            keys.append(item.this if isinstance(item, exp.Alias) else item)
        else:
            keys.append(key)
    return keys


def _node_key(keys: list[exp.Expression]) -> int | None:
    return next((n for n, key in enumerate(keys) if function_name(key) == "IPROC"), None)


def _order(keys: list[exp.Expression], call: UdfCall, first: int) -> list[exp.Ordered]:
    """ORDER BY of an input query, by position: its keys, then the call's, which start at item `first`."""
    order = [exp.Ordered(this=exp.Literal.number(n + 1), nulls_first=False) for n in range(len(keys))]
    for offset, ordered in enumerate(call.order):
        positioned = ordered.copy()
        positioned.set("this", exp.Literal.number(first + offset + 1))
        order.append(positioned)
    return order


def _read_from(select: exp.Select, table: exp.Table) -> None:
    """Let a SELECT read from `table`, in which its FROM and WHERE are done already."""
    for clause in ("joins", "laterals", "where", "connect"):
        select.set(clause, None)
    select.set("from_", exp.From(this=table.copy()))


def _inline_local_aliases(select: exp.Select) -> None:
    """`select a + 1 as x, f(local.x) …` → `select a + 1 as x, f(a + 1) …`."""
    aliases = {item.alias: item.this for item in select.expressions if isinstance(item, exp.Alias)}
    for node in list(select.find_all(exp.Column)):
        if node.table == LOCAL and node.name in aliases and node.parent_select is select:
            node.replace(exp.paren(aliases[node.name].copy()))
