"""INSERT, UPDATE, DELETE, MERGE, TRUNCATE and the bulk insert of IMPORT: values are checked against the
table's types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlglot import exp

from exasol_sandbox.database.catalog import CATALOG, Object, TableColumn
from exasol_sandbox.database.constraints import check_keys
from exasol_sandbox.database.data_types import LOCAL_TIMESTAMP, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import RowCount
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
from exasol_sandbox.database.transforms.parsing import DEFAULT, parse
from exasol_sandbox.database.transforms.query import QueryTranslator
from exasol_sandbox.database.transforms.scope import OutputColumn, Scope, Source
from exasol_sandbox.database.transforms.time_zones import read, to_utc
from exasol_sandbox.database.transforms.typed import Typed

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def insert(session: Session, sql: str) -> RowCount:
    """INSERT INTO t [(a, b)] VALUES … | query | DEFAULT VALUES."""
    return RowCount(run_insert(session, normalise(parse(sql)), []))


def run_insert(session: Session, tree: exp.Expr, parameters: Sequence[Any]) -> int:
    """A normalised INSERT; the number of new rows."""
    if not isinstance(tree, exp.Insert):
        raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, INSERT expected")
    table = table_of(session, tree.this.this if isinstance(tree.this, exp.Schema) else tree.this, "INSERT")
    tree = session.planner.expanded(tree)
    names = [item.name for item in tree.this.expressions] if isinstance(tree.this, exp.Schema) else None
    columns = named_columns(table, names)
    translator = QueryTranslator(session.planner.context())
    source = tree.expression
    if isinstance(source, exp.Values):
        select = _values(session, translator, table, columns, source)
    elif source is None or tree.args.get("default"):
        select = "SELECT " + ", ".join(default_sql(session, column) for column in table.columns)
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
        extra = ", ".join(default_sql(session, column) for column in missing)
        select = f"SELECT q.*, {extra} FROM ({select}) AS q"
    listed = ", ".join(quote(column.name) for column in [*columns, *missing])
    sql = f"INSERT INTO {duckdb_table(table.schema, table.name)} ({listed}) {select}"
    count = changed(session, sql, parameters)
    check_keys(session.duckdb, table)
    return count


def changed(session: Session, sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement that changes rows; their number."""
    row = session.duckdb.execute(sql, list(parameters)).fetchone()
    session.check_abort()
    return int(row[0]) if row else 0


def table_of(session: Session, node: exp.Expr, *privileges: str) -> Object:
    """The table that a node names, which the statement is going to change.

    Raises:
        ExasolError: there is none, it is a view, or one of `privileges` is missing.
    """
    schema = node.args["db"].name if node.args.get("db") else session.current_schema
    found = session.find_object(schema, node.name) if schema else None
    if found is None:
        shown = (
            ".".join(display(part.name) for part in node.parts) if isinstance(node, exp.Table) else node.name
        )
        raise not_found(shown, node.parts[0] if isinstance(node, exp.Table) else node)
    if found.type != "TABLE":
        raise ExasolError(SYNTAX_OR_ACCESS, f"{display(found.name)} is a view: its rows cannot be changed")
    session.writing(found, *privileges)
    return found


def named_columns(table: Object, names: list[str] | None) -> list[TableColumn]:
    """The columns of those names, or all."""
    if names is None:
        return list(table.columns)
    known = {column.name: column for column in table.columns}
    for name in names:
        if name not in known:
            raise not_found(display(name))
    return [known[name] for name in names]


def cell_sql(session: Session, table: Object, column: TableColumn, value: Typed) -> str:
    """DuckDB SQL of a value as the column stores it; NULL fails where the column is NOT NULL."""
    sql = stored_sql(session, value, column.type)
    sql = f"CAST({sql} AS {column.type.duckdb()})"
    if column.nullable:
        return sql
    what = literal(f"column {column.name} in table {table.schema}.{table.name}")
    return f"exa_required({sql}, {what})"


def default_sql(session: Session, column: TableColumn) -> str:
    """DuckDB SQL of a column's default value, or of the next one of an identity column."""
    if column.identity is not None:
        following = f"nextval({literal(f'{CATALOG}.{column.identity}')})"
        return f"CAST({following} AS {column.type.duckdb()})"
    if column.default is None:
        sql = f"CAST(NULL AS {column.type.duckdb()})"
        return sql if column.nullable else f"exa_required({sql}, {literal('column ' + column.name)})"
    tree = normalise(parse(f"SELECT {column.default}"))
    translator = ExpressionTranslator(QueryTranslator(session.planner.context()), Scope())
    return stored_sql(session, translator(tree.expressions[0]), column.type)


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
            default_sql(session, column)
            if isinstance(cell, exp.Var) and cell.name.upper() == "DEFAULT"
            else cell_sql(session, table, column, translate(cell))
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
        f"{cell_sql(session, table, column, Typed(f'q.c{index}', found.type))} AS {quote(column.name)}"
        for index, (column, found) in enumerate(zip(columns, output, strict=True))
    ]
    names = ", ".join(f"c{index}" for index in range(len(output)))
    return f"SELECT {', '.join(cells)} FROM ({select}) AS q({names})"


def run_update(session: Session, tree: exp.Expr, parameters: Sequence[Any]) -> int:
    """A normalised UPDATE; the number of changed rows."""
    target = tree.this
    table = table_of(session, target, "UPDATE")
    session.privileges.check_reads(tree)
    translator = QueryTranslator(session.planner.context())
    alias = target.alias or table.name
    scope = Scope([source_of(table, alias, translator.context.time_zone)])
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
        is_default = isinstance(item.expression, exp.Anonymous) and item.expression.this == DEFAULT
        value = (
            default_sql(session, columns[name])
            if is_default
            else cell_sql(session, table, columns[name], translate(item.expression))
        )
        settings.append(f"{quote(name)} = {value}")
    where = tree.args.get("where")
    condition = f" WHERE {translate(where.this)}" if where is not None else ""
    name = f"{duckdb_table(table.schema, table.name)} AS {quote(alias)}"
    text = f"UPDATE {name} SET {', '.join(settings)}{other}{condition}"
    count = changed(session, text, parameters)
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
        others.append(translator.source(plain, scope))
    return f" FROM {', '.join(others)}" if others else ""


def source_of(table: Object, alias: str, time_zone: str) -> Source:
    """A table that is written to, as expressions of a session in that time zone see it."""
    columns = [OutputColumn(column.name, column.type) for column in table.columns]
    source = Source(alias, table.schema, columns)
    found = zip(source.references, columns, strict=True)
    source.references = [read(reference, column.type, time_zone) for reference, column in found]
    return source


def stored_sql(session: Session, value: Typed, target: DataType) -> str:
    """DuckDB SQL of a value as it is written to a column of type `target`."""
    settings = session.settings
    sql = stored(value, target, settings.date_format, settings.timestamp_format)
    if target.name != LOCAL_TIMESTAMP:
        return sql
    return to_utc(sql, settings.parameters["TIME_ZONE"], settings.parameters["TIME_ZONE_BEHAVIOR"])


def run_delete(session: Session, tree: exp.Expr, parameters: Sequence[Any]) -> int:
    """A normalised DELETE; the number of deleted rows."""
    table = table_of(session, tree.this, "DELETE")
    session.privileges.check_reads(tree)
    alias = tree.this.alias or table.name
    context = session.planner.context()
    scope = Scope([source_of(table, alias, context.time_zone)])
    translate = ExpressionTranslator(QueryTranslator(context), scope)
    where = tree.args.get("where")
    condition = f" WHERE {translate(where.this)}" if where is not None else ""
    return changed(
        session,
        f"DELETE FROM {duckdb_table(table.schema, table.name)} AS {quote(alias)}{condition}",
        parameters,
    )


def truncate(session: Session, sql: str) -> RowCount:
    """TRUNCATE TABLE t."""
    reader = TokenReader(sql)
    if reader.take("TRUNCATE AUDIT LOGS"):
        raise unsupported("TRUNCATE AUDIT LOGS")
    reader.expect("TRUNCATE TABLE")
    schema, name = reader.qualified()
    reader.end()
    database = exp.Identifier(this=schema, quoted=True) if schema else None
    table = table_of(session, exp.Table(this=exp.Identifier(this=name, quoted=True), db=database), "DELETE")
    return RowCount(changed(session, f"DELETE FROM {duckdb_table(table.schema, table.name)}"))


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
    table = table_of(session, node, "INSERT")
    columns = named_columns(table, names)
    output = [OutputColumn(field.name, _arrow_type(field.type)) for field in reader.schema]
    if len(output) != len(columns):
        raise ExasolError(SYNTAX_OR_ACCESS, "number of values does not match number of columns")
    source = f"SELECT * FROM {session.register(reader)}"
    return _insert_select(session, table, columns, _coerced(session, table, columns, source, output), [])


def _arrow_type(found: pa.DataType) -> DataType | None:
    """What a value of that Arrow type is in Exasol; None leaves the conversion to DuckDB."""
    if pa.types.is_string(found) or pa.types.is_large_string(found):
        return DataType.varchar()
    if pa.types.is_timestamp(found):
        return DataType.timestamp()
    if pa.types.is_date(found):
        return DataType.date()
    return DataType.boolean() if pa.types.is_boolean(found) else None
