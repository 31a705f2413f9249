"""Calls of scripts with RETURNS: the SELECT reads its rows with the results as further columns."""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.scripts.calls import UdfCall
from exasol_sandbox.database.scripts.evaluation import Evaluation, Layout
from exasol_sandbox.database.scripts.row_source import RowSource, as_columns, column, replaced


def replace_scalar(source: RowSource, evaluation: Evaluation, calls: list[UdfCall]) -> None:
    """`select sum(f(b)) … where f(c) > 1 and d` → `select sum(r0) from <rows with r0, r1> where r1 > 1`."""
    distinct = _distinct(calls)
    leaves = source.leaves(calls)
    now, later = source.split_condition()
    items = [*leaves, *(argument for call in distinct for argument in source.arguments(call))]
    rows = source.rows(items, condition=now)
    _, columns, table = evaluation.run(rows, Layout(0, len(leaves), distinct))
    for call in calls:
        replaced(call.node, column(_result(call, distinct, columns[len(leaves) :])))
    as_columns(source.select, leaves, columns)
    source.replace(table, later)


def replace_set(source: RowSource, evaluation: Evaluation, calls: list[UdfCall]) -> None:
    """`select g, f(a) from t group by g` → `select g, max(r0) from <rows with r0> group by g`."""
    distinct = _distinct(calls)
    if any(call.order != distinct[0].order for call in distinct):
        raise unsupported("several SET scripts with different ORDER BY in one SELECT")
    leaves = source.leaves(calls)
    keys = source.keys()
    arguments = [argument for call in distinct for argument in source.arguments(call)]
    items = [*keys, *leaves, *arguments, *(ordered.this for ordered in distinct[0].order)]
    rows = source.rows(items, order=source.order(distinct[0], len(keys) + len(leaves) + len(arguments)))
    grouped = source.select.args.get("group") is not None
    layout = Layout(len(keys), len(leaves), distinct, source.node_key(), grouped)
    _, columns, table = evaluation.run(rows, layout)
    for call in calls:
        result = column(_result(call, distinct, columns[len(leaves) :]))
        replaced(call.node, exp.Anonymous(this="EXA$MAX", expressions=[result]))
    as_columns(source.select, leaves, columns)
    source.replace(table)


def _distinct(calls: list[UdfCall]) -> list[UdfCall]:
    result: list[UdfCall] = []
    for call in calls:
        if not any(call.node == other.node for other in result):
            result.append(call)
    return result


def _result(call: UdfCall, distinct: list[UdfCall], results: list[Column]) -> str:
    position = next(n for n, other in enumerate(distinct) if other.node == call.node)
    return results[position].name
