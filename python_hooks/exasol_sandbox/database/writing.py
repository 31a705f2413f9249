"""INSERT, UPDATE, DELETE, MERGE, TRUNCATE and the bulk insert of IMPORT: values are checked against the
table's types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from exasol_sandbox.database.catalog import Object, TableColumn
from exasol_sandbox.database.constraints import check_keys
from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.planning import run_query
from exasol_sandbox.database.result import Result, RowCount
from exasol_sandbox.database.token_reader import TokenReader
from exasol_sandbox.database.transforms.conversions import stored
from exasol_sandbox.database.transforms.expressions import ExpressionTranslator
from exasol_sandbox.database.transforms.names import (
    display,
    duckdb_table,
    literal,
    normalise,
    not_found,
    quote,
)
from exasol_sandbox.database.transforms.parsing import parse
from exasol_sandbox.database.transforms.query import QueryTranslator
from exasol_sandbox.database.transforms.scope import OutputColumn, Scope, Source
from exasol_sandbox.database.transforms.typed import Typed

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def _insert(session: Session, sql: str) -> RowCount:
    return RowCount(_run_insert(session, normalise(parse(sql)), []))


def _run_insert(session: Session, tree: exp.Expr, parameters: Sequence[Any]) -> int:
    if not isinstance(tree, exp.Insert):
        raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, INSERT expected")
    tree = session.planner.expanded(tree)
    table = _table_of(session, tree.this.this if isinstance(tree.this, exp.Schema) else tree.this)
    names = [item.name for item in tree.this.expressions] if isinstance(tree.this, exp.Schema) else None
    columns = _named_columns(table, names)
    translator = QueryTranslator(session.planner.context())
    source = tree.expression
    if isinstance(source, exp.Values):
        select = _values(session, translator, table, columns, source)
    elif source is None or tree.args.get("default"):
        select = "SELECT " + ", ".join(_default(session, column) for column in table.columns)
        columns = list(table.columns)
    else:
        text, output = translator.query(source)
        if len(output) != len(columns):
            raise ExasolError(SYNTAX_OR_ACCESS, "number of values does not match number of columns")
        select = _coerced(session, table, columns, text, output)
    return _insert_select(session, table, columns, select, parameters)


def _insert_select(
    session: Session, table: Object, columns: Sequence[TableColumn], select: str, parameters: Sequence[Any]
) -> int:
    given = {column.name for column in columns}
    missing = [column for column in table.columns if column.name not in given]
    if missing:
        extra = ", ".join(_default(session, column) for column in missing)
        select = f"SELECT q.*, {extra} FROM ({select}) AS q"
    listed = ", ".join(quote(column.name) for column in [*columns, *missing])
    sql = f"INSERT INTO {duckdb_table(table.schema, table.name)} ({listed}) {select}"
    count = _changed(session, sql, parameters)
    check_keys(session.duckdb, table)
    return count


def _changed(session: Session, sql: str, parameters: Sequence[Any] = ()) -> int:
    row = session.duckdb.execute(sql, list(parameters)).fetchone()
    session.check_abort()
    return int(row[0]) if row else 0


def _table_of(session: Session, node: exp.Expr) -> Object:
    schema = node.args["db"].name if node.args.get("db") else session.current_schema
    found = session.find_object(schema, node.name) if schema else None
    if found is None:
        shown = (
            ".".join(display(part.name) for part in node.parts) if isinstance(node, exp.Table) else node.name
        )
        raise not_found(shown, node.parts[0] if isinstance(node, exp.Table) else node)
    if found.type != "TABLE":
        raise ExasolError(SYNTAX_OR_ACCESS, f"{display(found.name)} is a view: its rows cannot be changed")
    return found


def _named_columns(table: Object, names: list[str] | None) -> list[TableColumn]:
    if names is None:
        return list(table.columns)
    known = {column.name: column for column in table.columns}
    for name in names:
        if name not in known:
            raise not_found(display(name))
    return [known[name] for name in names]


def _cell(session: Session, table: Object, column: TableColumn, value: Typed) -> str:
    """DuckDB SQL of a value as the column stores it; NULL fails where the column is NOT NULL."""
    settings = session.settings
    sql = stored(value, column.type, settings.date_format, settings.timestamp_format)
    sql = f"CAST({sql} AS {column.type.duckdb()})"
    if column.nullable:
        return sql
    what = literal(f"column {column.name} in table {table.schema}.{table.name}")
    return f"exa_required({sql}, {what})"


def _default(session: Session, column: TableColumn) -> str:
    if column.default is None:
        sql = f"CAST(NULL AS {column.type.duckdb()})"
        return sql if column.nullable else f"exa_required({sql}, {literal('column ' + column.name)})"
    tree = normalise(parse(f"SELECT {column.default}"))
    translator = ExpressionTranslator(QueryTranslator(session.planner.context()), Scope())
    settings = session.settings
    value = translator(tree.expressions[0])
    return stored(value, column.type, settings.date_format, settings.timestamp_format)


def _values(
    session: Session,
    translator: QueryTranslator,
    table: Object,
    columns: list[TableColumn],
    values: exp.Values,
) -> str:
    translate = ExpressionTranslator(translator, Scope())
    rows = []
    for row in values.expressions:
        cells = row.expressions if isinstance(row, exp.Tuple) else [row]
        if len(cells) != len(columns):
            raise ExasolError(SYNTAX_OR_ACCESS, "number of values does not match number of columns")
        texts = [
            _default(session, column)
            if isinstance(cell, exp.Var) and cell.name.upper() == "DEFAULT"
            else _cell(session, table, column, translate(cell))
            for cell, column in zip(cells, columns, strict=True)
        ]
        rows.append("(" + ", ".join(texts) + ")")
    return "SELECT * FROM (VALUES " + ", ".join(rows) + ")"


def _coerced(
    session: Session,
    table: Object,
    columns: Sequence[TableColumn],
    select: str,
    output: Sequence[OutputColumn],
) -> str:
    cells = [
        f"{_cell(session, table, column, Typed(f'q.c{index}', found.type))} AS {quote(column.name)}"
        for index, (column, found) in enumerate(zip(columns, output, strict=True))
    ]
    names = ", ".join(f"c{index}" for index in range(len(output)))
    return f"SELECT {', '.join(cells)} FROM ({select}) AS q({names})"


def _update(session: Session, sql: str) -> RowCount:
    return RowCount(_run_update(session, normalise(parse(sql)), []))


def _run_update(session: Session, tree: exp.Expr, parameters: Sequence[Any]) -> int:
    target = tree.this
    table = _table_of(session, target)
    translator = QueryTranslator(session.planner.context())
    alias = target.alias or table.name
    scope = Scope([_source(table, alias)])
    other = ""
    from_clause = tree.args.get("from_")
    if from_clause is not None:
        other = _update_sources(translator, tree, from_clause, scope, alias)
    translate = ExpressionTranslator(translator, scope)
    columns = {column.name: column for column in table.columns}
    settings = []
    for item in tree.expressions:
        name = item.this.name
        if name not in columns:
            raise not_found(display(name), item.this.this)
        is_default = isinstance(item.expression, (exp.Var, exp.Column)) and item.expression.name == "DEFAULT"
        value = (
            _default(session, columns[name])
            if is_default
            else _cell(session, table, columns[name], translate(item.expression))
        )
        settings.append(f"{quote(name)} = {value}")
    where = tree.args.get("where")
    condition = f" WHERE {translate(where.this)}" if where is not None else ""
    name = f"{duckdb_table(table.schema, table.name)} AS {quote(alias)}"
    text = f"UPDATE {name} SET {', '.join(settings)}{other}{condition}"
    count = _changed(session, text, parameters)
    check_keys(session.duckdb, table)
    return count


def _update_sources(
    translator: QueryTranslator, tree: exp.Expr, clause: exp.Expr, scope: Scope, alias: str
) -> str:
    """FROM names the target again in Exasol; DuckDB wants only the other tables there."""
    tables = [clause.this, *(join.this for join in clause.this.args.get("joins") or [])]
    if any(join.args.get("on") or join.args.get("using") for join in clause.this.args.get("joins") or []):
        raise unsupported("JOIN in the FROM of UPDATE; list the tables and join them in WHERE")
    others = []
    for table in tables:
        plain = table.copy()
        plain.set("joins", None)
        if isinstance(plain, exp.Table) and (plain.alias or plain.name) == alias:
            continue
        others.append(translator._source(plain, scope))
    return f" FROM {', '.join(others)}" if others else ""


def _source(table: Object, alias: str) -> Source:
    columns = [OutputColumn(column.name, column.type) for column in table.columns]
    return Source(alias, table.schema, columns)


def _delete(session: Session, sql: str) -> RowCount:
    return RowCount(_run_delete(session, normalise(parse(sql)), []))


def _run_delete(session: Session, tree: exp.Expr, parameters: Sequence[Any]) -> int:
    table = _table_of(session, tree.this)
    alias = tree.this.alias or table.name
    translate = ExpressionTranslator(
        QueryTranslator(session.planner.context()), Scope([_source(table, alias)])
    )
    where = tree.args.get("where")
    condition = f" WHERE {translate(where.this)}" if where is not None else ""
    return _changed(
        session,
        f"DELETE FROM {duckdb_table(table.schema, table.name)} AS {quote(alias)}{condition}",
        parameters,
    )


def _truncate(session: Session, sql: str) -> RowCount:
    reader = TokenReader(sql)
    reader.expect("TRUNCATE TABLE")
    schema, name = reader.qualified()
    reader.end()
    database = exp.Identifier(this=schema, quoted=True) if schema else None
    table = _table_of(session, exp.Table(this=exp.Identifier(this=name, quoted=True), db=database))
    return RowCount(_changed(session, f"DELETE FROM {duckdb_table(table.schema, table.name)}"))


def _merge(session: Session, sql: str) -> RowCount:
    tree = session.planner.expanded(normalise(parse(sql)))
    table = _table_of(session, tree.this)
    translator = QueryTranslator(session.planner.context())
    alias = tree.this.alias or table.name
    scope = Scope([_source(table, alias)])
    using = translator._source(tree.args["using"], scope)
    both = ExpressionTranslator(translator, scope)
    source_only = ExpressionTranslator(translator, Scope(scope.sources[1:]))
    columns = {column.name: column for column in table.columns}
    parts = []
    for when in tree.args["whens"].expressions:
        then = when.args["then"]
        translate = both if when.args["matched"] else source_only
        conditions = [
            when.args.get("condition"),
            then.args.get("where") if isinstance(then, exp.Expr) else None,
        ]
        texts = [
            translate(part.this if isinstance(part, exp.Where) else part).sql for part in conditions if part
        ]
        condition = f" AND {' AND '.join(texts)}" if texts else ""
        word = "MATCHED" if when.args["matched"] else "NOT MATCHED"
        action = _merge_action(session, table, columns, translate, then)
        parts.append(f"WHEN {word}{condition} THEN {action}")
    target = f"{duckdb_table(table.schema, table.name)} AS {quote(alias)}"
    text = f"MERGE INTO {target} USING {using} ON {both(tree.args['on'])} {' '.join(parts)}"
    count = _changed(session, text)
    check_keys(session.duckdb, table)
    return RowCount(count)


def _merge_action(
    session: Session,
    table: Object,
    columns: dict[str, TableColumn],
    translate: ExpressionTranslator,
    then: exp.Expr,
) -> str:
    if isinstance(then, exp.Update):
        settings = []
        for item in then.expressions:
            name = item.this.name
            if name not in columns:
                raise not_found(display(name), item.this.this)
            settings.append(
                f"{quote(name)} = {_cell(session, table, columns[name], translate(item.expression))}"
            )
        return f"UPDATE SET {', '.join(settings)}"
    if isinstance(then, exp.Insert):
        names = [item.name for item in then.this.expressions] if then.this is not None else list(columns)
        for name in names:
            if name not in columns:
                raise not_found(display(name))
        given = dict(zip(names, then.expression.expressions, strict=True))
        cells = [
            _cell(session, table, column, translate(given[name]))
            if name in given
            else _default(session, column)
            for name, column in columns.items()
        ]
        return f"INSERT ({', '.join(map(quote, columns))}) VALUES ({', '.join(cells)})"
    if isinstance(then, exp.Var) and then.name.upper() == "DELETE":
        return "DELETE"
    raise unsupported("this action of MERGE")


DML: dict[str, Callable[[Session, str], RowCount]] = {
    "DELETE": _delete,
    "INSERT": _insert,
    "MERGE": _merge,
    "TRUNCATE": _truncate,
    "UPDATE": _update,
}


def insert_reader(
    session: Session, schema: str, table_name: str, names: list[str], reader: pa.RecordBatchReader
) -> int:
    """Insert the rows of a reader into those columns of a table; texts that are empty become NULL.

    Raises:
        ExasolError: the table or a column is absent, or a value does not fit.
    """
    node = exp.Table(
        this=exp.Identifier(this=table_name, quoted=True), db=exp.Identifier(this=schema, quoted=True)
    )
    table = _table_of(session, node)
    columns = _named_columns(table, names)
    session.duckdb.register("exa_import", reader)
    try:
        output = [OutputColumn(field.name, _arrow_type(field.type)) for field in reader.schema]
        if len(output) != len(columns):
            raise ExasolError(SYNTAX_OR_ACCESS, "number of values does not match number of columns")
        return _insert_select(
            session, table, columns, _coerced(session, table, columns, "SELECT * FROM exa_import", output), []
        )
    finally:
        session.duckdb.unregister("exa_import")


def _arrow_type(found: pa.DataType) -> DataType | None:
    """What a value of that Arrow type is in Exasol; None leaves the conversion to DuckDB."""
    if pa.types.is_string(found) or pa.types.is_large_string(found):
        return DataType.varchar()
    if pa.types.is_timestamp(found):
        return DataType.timestamp()
    if pa.types.is_date(found):
        return DataType.date()
    return DataType.boolean() if pa.types.is_boolean(found) else None


_PREPARED = {exp.Insert: _run_insert, exp.Update: _run_update, exp.Delete: _run_delete}


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
        table = _table_of(session, schema)
        names = [item.name for item in tree.this.expressions] if isinstance(tree.this, exp.Schema) else None
        listed = [column.name for column in _named_columns(table, names)]
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
