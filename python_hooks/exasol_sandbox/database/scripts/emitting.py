"""Calls of scripts with EMITS: the SELECT then reads the emitted rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.scripts.calls import UdfCall, has_aggregate
from exasol_sandbox.database.scripts.evaluation import Evaluation, Layout
from exasol_sandbox.database.scripts.row_source import RowSource, as_columns, column

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def only_call(session: Session, select: exp.Select, calls: list[UdfCall]) -> UdfCall:
    """The call with EMITS among `calls`.

    Raises:
        ExasolError: there are several, or it does not stand where Exasol allows it
            (https://docs.exasol.com/db/latest/database_concepts/udf_scripts.htm, "Output values").
    """
    emitting = [call for call in calls if call.returns_rows]
    call = emitting[0]
    name = f"{call.script.schema}.{call.script.name}"
    if len(emitting) > 1 or _item(call) not in select.expressions:
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"script {name} emits rows: it may be called once in a SELECT, as an item of the select list",
        )
    if any(has_aggregate(session, argument) for argument in call.arguments):
        raise ExasolError(SYNTAX_OR_ACCESS, f"encapsulated set function in the arguments of script {name}")
    if call.is_set and (len(select.expressions) > 1 or len(calls) > 1):
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"the result of SET script {name} with EMITS cannot be combined with other expressions",
        )
    if not call.is_set and _is_grouped(session, select, call):
        raise unsupported("GROUP BY or aggregates in a SELECT that calls a SCALAR script with EMITS")
    return call


def replace_set(source: RowSource, evaluation: Evaluation, call: UdfCall) -> None:
    """`select f(a) from t group by g` → `select x, y from <emitted rows>`."""
    select = source.select
    for clause in ("having", "qualify"):
        if select.args.get(clause) is not None:
            raise unsupported(f"{clause.upper()} in a SELECT that calls a SET script with EMITS")
    keys = source.keys()
    arguments = source.arguments(call)
    items = [*keys, *arguments, *(ordered.this for ordered in call.order)]
    rows = source.rows(items, order=source.order(call, len(keys) + len(arguments)))
    layout = Layout(len(keys), 0, [call], source.node_key(), select.args.get("group") is not None)
    outputs, _, table = evaluation.run(rows, layout)
    names = [output.name for output in outputs[0]]
    alias = _item(call).alias if isinstance(_item(call), exp.Alias) else None
    if alias and len(names) == 1:
        select.set("expressions", [exp.alias_(column(names[0]), alias, quoted=True)])
    else:
        select.set("expressions", [column(name) for name in names])
    select.set("group", None)
    source.replace(table)


def replace_scalar(source: RowSource, evaluation: Evaluation, call: UdfCall) -> None:
    """`select a, f(b) from t` → `select a, x, y from <rows of t, each with the rows it emitted>`."""
    select = source.select
    leaves = source.leaves([call], emitted=True)
    rows = source.rows([*leaves, *source.arguments(call)])
    outputs, columns, table = evaluation.run(rows, Layout(0, len(leaves), [call]))
    position = next(n for n, item in enumerate(select.expressions) if item is _item(call))
    as_columns(select, leaves, columns)
    emitted = [
        exp.alias_(column(stored.name), output.name, quoted=True)
        for stored, output in zip(columns[len(leaves) :], outputs[0], strict=True)
    ]
    items = select.expressions
    select.set("expressions", [*items[:position], *emitted, *items[position + 1 :]])
    source.replace(table)


def _item(call: UdfCall) -> exp.Expression:
    parent = call.node.parent
    return parent if isinstance(parent, exp.Alias) else call.node


def _is_grouped(session: Session, select: exp.Select, call: UdfCall) -> bool:
    others = [item for item in select.expressions if item is not _item(call)]
    return select.args.get("group") is not None or any(has_aggregate(session, item) for item in others)
