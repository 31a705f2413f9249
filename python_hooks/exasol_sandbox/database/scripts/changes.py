"""UPDATE and DELETE that call UDFs: the new values are computed by a query first, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from sqlglot import exp

from exasol_sandbox.database.catalog import Object
from exasol_sandbox.database.constraints import check_keys
from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.planning import calls_script
from exasol_sandbox.database.result import ResultSet, RowCount
from exasol_sandbox.database.spool import ROWS_A_BATCH, spooled
from exasol_sandbox.database.transforms.names import display, duckdb_table, normalise, not_found, quote
from exasol_sandbox.database.transforms.parsing import DEFAULT, parse
from exasol_sandbox.database.transforms.time_zones import read
from exasol_sandbox.database.transforms.typed import Typed
from exasol_sandbox.database.writing import cell_sql, changed, default_sql, run_delete, run_update, table_of

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_ROW = "EXA$ROW"
_VALUE = "EXA$V"


def update(session: Session, sql: str) -> RowCount:
    """UPDATE t SET a = f(x) [FROM t, u] [WHERE …], with or without UDFs."""
    tree = normalise(parse(sql))
    if not session.has_scripts() or not calls_script(tree, session):
        return RowCount(run_update(session, tree, []))
    session.privileges.check_reads(tree)
    table = table_of(session, tree.this, "UPDATE")
    columns = {column.name: column for column in table.columns}
    settings: dict[str, str] = {}
    items: list[exp.Expr] = []
    for item in tree.expressions:
        name = item.this.name
        if name not in columns:
            raise not_found(display(name), item.this.this)
        if isinstance(item.expression, exp.Anonymous) and item.expression.this == DEFAULT:
            settings[name] = default_sql(session, columns[name])
        else:
            settings[name] = ""
            items.append(exp.alias_(item.expression.copy(), f"{_VALUE}{len(items)}", quoted=True))
    found = _rows(session, table, tree, items)
    number = 0
    for name, value in settings.items():
        if not value:
            computed = Typed(f"n.{quote(f'{_VALUE}{number}')}", found.columns[number + 1].type)
            settings[name] = cell_sql(session, table, columns[name], computed)
            number += 1
    target = duckdb_table(table.schema, table.name)
    assignments = ", ".join(f"{quote(name)} = {value}" for name, value in settings.items())
    condition = f"WHERE {target}.rowid = n.{quote(_ROW)}"
    text = f"UPDATE {target} SET {assignments} FROM {_registered(session, found)} AS n {condition}"
    count = changed(session, text)
    check_keys(session.duckdb, table)
    return RowCount(count)


def delete(session: Session, sql: str) -> RowCount:
    """DELETE FROM t [WHERE f(a) …], with or without UDFs."""
    tree = normalise(parse(sql))
    if not session.has_scripts() or not calls_script(tree, session):
        return RowCount(run_delete(session, tree, []))
    session.privileges.check_reads(tree)
    table = table_of(session, tree.this, "DELETE")
    name = _registered(session, _rows(session, table, tree, []))
    target = duckdb_table(table.schema, table.name)
    chosen = f"SELECT {quote(_ROW)} FROM {name}"
    return RowCount(changed(session, f"DELETE FROM {target} WHERE rowid IN ({chosen})"))


def _rows(session: Session, table: Object, tree: exp.Expr, items: list[exp.Expr]) -> ResultSet:
    """The rows that a statement changes: their DuckDB row ids, and `items` of each."""
    alias = tree.this.alias or table.name
    rows = exp.Column(this=exp.to_identifier(_ROW, quoted=True), table=exp.to_identifier(alias, quoted=True))
    select = exp.Select(expressions=[rows, *items])
    copied = _with_row_ids(session, table)
    select.set("from_", exp.From(this=exp.alias_(copied, alias, quoted=True, table=True)))
    from_clause = tree.args.get("from_")
    if from_clause is not None:
        joins = from_clause.this.args.get("joins") or []
        if any(join.args.get("on") or join.args.get("using") for join in joins):
            raise unsupported("JOIN in the FROM of UPDATE; list the tables and join them in WHERE")
        others = [node.copy() for node in (from_clause.this, *(join.this for join in joins))]
        for other in others:
            other.set("joins", None)
        select.set("joins", [exp.Join(this=other) for other in others if not _is_target(other, alias)])
    if tree.args.get("where") is not None:
        select.set("where", tree.args["where"].copy())
    return session.query(session.planner.expanded(select))


def _is_target(node: exp.Expr, alias: str) -> bool:
    return isinstance(node, exp.Table) and (node.alias or node.name) == alias


def _with_row_ids(session: Session, table: Object) -> exp.Table:
    zone = session.settings.parameters["TIME_ZONE"]
    listed = ", ".join(
        f"{read(quote(column.name), column.type, zone)} AS {quote(column.name)}" for column in table.columns
    )
    source = f"SELECT rowid AS {quote(_ROW)}, {listed} FROM {duckdb_table(table.schema, table.name)}"
    columns = [Column(_ROW, DataType.decimal(18, 0))]
    columns += [Column(column.name, column.type) for column in table.columns]
    batches, count = spooled(columns, session.duckdb.sql(source).to_arrow_reader(ROWS_A_BATCH))
    rows = ResultSet(columns, batches, count)
    return session.temporary_table(columns, _reader(rows))


def _registered(session: Session, rows: ResultSet) -> str:
    return session.register(_reader(rows))


def _reader(rows: ResultSet) -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(rows.arrow_schema(), rows.batches)
