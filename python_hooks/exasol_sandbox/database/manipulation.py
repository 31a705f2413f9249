"""Statements with parameters, and the table of data manipulation statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.merging import merge
from exasol_sandbox.database.planning import run_query
from exasol_sandbox.database.result import Result, RowCount
from exasol_sandbox.database.scripts.changes import delete, update
from exasol_sandbox.database.transforms.names import normalise
from exasol_sandbox.database.transforms.parsing import parse
from exasol_sandbox.database.writing import (
    insert,
    named_columns,
    run_delete,
    run_insert,
    run_update,
    table_of,
    truncate,
)

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

DML: dict[str, Callable[[Session, str], RowCount]] = {
    "DELETE": delete,
    "INSERT": insert,
    "MERGE": merge,
    "TRUNCATE": truncate,
    "UPDATE": update,
}


_PREPARED = {exp.Insert: run_insert, exp.Update: run_update, exp.Delete: run_delete}


def execute_prepared(
    session: Session, sql: str, columns: list[Column], reader: pa.RecordBatchReader
) -> Result:
    """Execute `sql` for each row of `reader`; an INSERT of plain `?` takes all rows at once.

    Raises:
        ExasolError: the statement cannot be executed with parameters, or failed.
    """
    tree = normalise(parse(sql))
    run = next((function for kind, function in _PREPARED.items() if isinstance(tree, kind)), None)
    if run is None:
        return _query_with_parameters(session, tree, reader)
    if isinstance(tree, exp.Insert) and _is_plain(tree):
        schema = tree.find(exp.Table)
        if schema is None:
            raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, INSERT needs a table")
        table = table_of(session, schema)
        names = [item.name for item in tree.this.expressions] if isinstance(tree.this, exp.Schema) else None
        listed = [column.name for column in named_columns(table, names)]
        return RowCount(session.insert_arrow(table.schema, table.name, listed, reader))

    def every_row() -> int:
        return sum(run(session, tree.copy(), row) for row in _rows(reader))

    return RowCount(session.within(every_row, writes=True))


def _is_plain(insert: exp.Insert) -> bool:
    values = insert.expression
    if not isinstance(values, exp.Values) or len(values.expressions) != 1:
        return False
    row = values.expressions[0]
    cells = row.expressions if isinstance(row, exp.Tuple) else [row]
    return all(isinstance(cell, exp.Placeholder) for cell in cells)


def _rows(reader: pa.RecordBatchReader) -> list[list[Any]]:
    table = reader.read_all()
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def _query_with_parameters(session: Session, tree: exp.Expr, reader: pa.RecordBatchReader) -> Result:
    if not isinstance(tree, exp.Query):
        raise unsupported("parameters in this kind of statement")
    rows = _rows(reader)
    if len(rows) != 1:
        raise unsupported("a query with several rows of parameters")
    values = [_as_node(value) for value in rows[0]]
    for node, value in zip(list(tree.find_all(exp.Placeholder, bfs=False)), values, strict=True):
        node.replace(value)
    plan = session.planner.plan_tree(session.planner.expanded(tree))
    return session.within(lambda: run_query(session, plan), writes=False)


def _as_node(value: Any) -> exp.Expr:
    if value is None or value == "":
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    if hasattr(value, "isoformat"):
        kind = exp.DType.TIMESTAMP if hasattr(value, "hour") else exp.DType.DATE
        return exp.Cast(this=exp.Literal.string(str(value)), to=exp.DataType(this=kind))
    return exp.Literal.number(str(value))
