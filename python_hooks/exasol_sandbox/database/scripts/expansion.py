"""Replaces the calls of UDFs in a statement by what they gave.

The input of a call is a query of its own, which the session runs; its result is a temporary table, from which
the rewritten SELECT reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.scripts import emitting, returning, signature
from exasol_sandbox.database.scripts.aggregated import lift_aggregates
from exasol_sandbox.database.scripts.calls import (
    UdfCall,
    calls_of_select,
    find_call,
    has_aggregate,
    own_nodes,
)
from exasol_sandbox.database.scripts.evaluation import Evaluation
from exasol_sandbox.database.scripts.lifting import lift_calls
from exasol_sandbox.database.scripts.row_source import RowSource, inline_local_aliases, name_items

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


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
    lift_calls(session, tree)
    _Expansion(session, _target(session, tree)).statement(tree, [])
    return tree


def _target(session: Session, tree: exp.Expression) -> list[Column] | None:
    """The columns that an INSERT fills; None for other statements."""
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
        self._into_target: exp.Expression | None = None

    def statement(self, tree: exp.Expression, scope: list[exp.CTE]) -> None:
        """Expand all queries in `tree`, innermost first; `scope` are the common tables that they may use."""
        if isinstance(tree, exp.Insert):
            self._into_target = tree.expression
        scope = list(scope)
        with_ = tree.args.get("with_")
        if with_ is not None:
            for table in with_.expressions:
                self.statement(table.this, scope)
                scope.append(table)
        for child in list(tree.iter_expressions()):
            if child is not with_:
                self.statement(child, scope)
        if isinstance(tree, exp.Select):
            self._select(tree, scope)
        elif not isinstance(tree, exp.Query) and tree.parent is None:
            self._refuse_elsewhere(tree)

    def _refuse_elsewhere(self, tree: exp.Expression) -> None:
        if any(find_call(self._session, node) for node in own_nodes(tree)):
            raise unsupported("UDFs in this kind of statement, outside of a SELECT")

    def _select(self, select: exp.Select, scope: list[exp.CTE]) -> None:
        calls = calls_of_select(self._session, select)
        if not calls:
            return
        inline_local_aliases(select)
        calls = calls_of_select(self._session, select)
        target = self._target if self._into_target is select else None
        for call in calls:
            signature.check_call(call, target is not None)
            if isinstance(call.node.parent, exp.Window):
                raise unsupported(f"analytic use of UDFs: {call.script.name} … OVER")
        name_items(select, [call.node for call in calls if call.returns_rows])
        source = RowSource(self._session, select, scope, self._query)
        calls = [source.without_stars(call) for call in calls]
        evaluation = Evaluation(self._session, target)
        if any(call.returns_rows for call in calls):
            if self._emitting(source, evaluation, calls):
                return
        else:
            self._returning(source, evaluation, calls)
        self._select(select, scope)

    def _emitting(self, source: RowSource, evaluation: Evaluation, calls: list[UdfCall]) -> bool:
        """Replace the call of an EMITS script, or those around it. Returns whether it was the former."""
        call = emitting.only_call(self._session, source.select, calls)
        others = [other for other in calls if other is not call]
        if call.is_set:
            emitting.replace_set(source, evaluation, call)
        elif others:
            returning.replace_scalar(source, evaluation, others)
            return False
        else:
            emitting.replace_scalar(source, evaluation, call)
        return True

    def _returning(self, source: RowSource, evaluation: Evaluation, calls: list[UdfCall]) -> None:
        """Replace one kind of calls of RETURNS scripts; others remain."""
        by_row = [call for call in calls if not call.is_set and not self._aggregated(call)]
        by_group = [call for call in calls if call.is_set]
        if by_row:
            returning.replace_scalar(source, evaluation, by_row)
        elif by_group:
            for call in by_group:
                if self._aggregated(call):
                    raise encapsulated(call)
            returning.replace_set(source, evaluation, by_group)
        else:
            inner = lift_aggregates(self._session, source.select)
            self.statement(inner, source.scope)

    def _aggregated(self, call: UdfCall) -> bool:
        return any(has_aggregate(self._session, argument) for argument in call.arguments)

    def _query(self, query: exp.Select) -> ResultSet:
        self.statement(query, [])
        return self._session.query(query)


def encapsulated(call: UdfCall) -> ExasolError:
    """Exasol's refusal of an aggregate inside an aggregate."""
    return ExasolError(
        SYNTAX_OR_ACCESS, f"encapsulated set function in the arguments of script {call.script.name}"
    )
