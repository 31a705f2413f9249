"""MERGE: https://docs.exasol.com/db/latest/sql/merge.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.catalog import Object, TableColumn
from exasol_sandbox.database.constraints import check_keys
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.context import Context
from exasol_sandbox.database.transforms.expressions import ExpressionTranslator
from exasol_sandbox.database.transforms.merge_clauses import AFTER_UPDATE
from exasol_sandbox.database.transforms.names import display, duckdb_table, normalise, not_found, quote
from exasol_sandbox.database.transforms.parsing import parse
from exasol_sandbox.database.transforms.query import QueryTranslator
from exasol_sandbox.database.transforms.scope import Scope, Source
from exasol_sandbox.database.transforms.time_zones import read
from exasol_sandbox.database.writing import cell_sql, changed, default_sql, source_of, table_of

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_PRIVILEGES: dict[type[exp.Expr], str] = {exp.Insert: "INSERT", exp.Update: "UPDATE"}


def merge(session: Session, sql: str) -> RowCount:
    """MERGE INTO t USING u ON … WHEN MATCHED … WHEN NOT MATCHED …."""
    tree = normalise(parse(sql))
    actions = [type(when.args["then"]) for when in tree.args["whens"].expressions]
    table = table_of(session, tree.this, *(_PRIVILEGES.get(action, "DELETE") for action in actions))
    tree = session.planner.expanded(tree)
    translator = QueryTranslator(session.planner.context())
    alias = tree.this.alias or table.name
    scope = Scope([source_of(table, alias, translator.context.time_zone)])
    using = translator.source(tree.args["using"], scope)
    both = ExpressionTranslator(translator, scope)
    source_only = ExpressionTranslator(translator, Scope(scope.sources[1:]))
    columns = {column.name: column for column in table.columns}
    parts: list[str] = []
    updated: tuple[str, ExpressionTranslator] | None = None
    for when in tree.args["whens"].expressions:
        then = when.args["then"]
        translate = both if when.args["matched"] else source_only
        given = when.args.get("condition")
        if _is_after_update(given):
            # DuckDB takes the first branch that fits, so what would be deleted afterwards is deleted at once.
            if updated is None:
                raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, DELETE WHERE without UPDATE")
            condition, afterwards = updated
            condition += f" AND {afterwards(given.expressions[0])}"
            parts.insert(len(parts) - 1, f"WHEN MATCHED{condition} THEN DELETE")
            continue
        conditions = [given, then.args.get("where") if isinstance(then, exp.Expr) else None]
        texts = [
            translate(part.this if isinstance(part, exp.Where) else part).sql for part in conditions if part
        ]
        condition = f" AND {' AND '.join(texts)}" if texts else ""
        word = "MATCHED" if when.args["matched"] else "NOT MATCHED"
        if isinstance(then, exp.Update):
            new = _new_values(session, table, columns, translate, then)
            action = "UPDATE SET " + ", ".join(f"{quote(name)} = {value}" for name, value in new.items())
            updated = condition, ExpressionTranslator(translator, _after(scope, new, translator.context))
        else:
            action = _merge_action(session, table, columns, translate, then)
        parts.append(f"WHEN {word}{condition} THEN {action}")
    target = f"{duckdb_table(table.schema, table.name)} AS {quote(alias)}"
    text = f"MERGE INTO {target} USING {using} ON {both(tree.args['on'])} {' '.join(parts)}"
    count = changed(session, text)
    check_keys(session.duckdb, table)
    return RowCount(count)


def _merge_action(
    session: Session,
    table: Object,
    columns: dict[str, TableColumn],
    translate: ExpressionTranslator,
    then: exp.Expr,
) -> str:
    if isinstance(then, exp.Insert):
        names = [item.name for item in then.this.expressions] if then.this is not None else list(columns)
        for name in names:
            if name not in columns:
                raise not_found(display(name))
        given = dict(zip(names, then.expression.expressions, strict=True))
        cells = [
            cell_sql(session, table, column, translate(given[name]))
            if name in given
            else default_sql(session, column)
            for name, column in columns.items()
        ]
        return f"INSERT ({', '.join(map(quote, columns))}) VALUES ({', '.join(cells)})"
    if isinstance(then, exp.Var) and then.name.upper() == "DELETE":
        return "DELETE"
    raise unsupported("this action of MERGE")


def _new_values(
    session: Session,
    table: Object,
    columns: dict[str, TableColumn],
    translate: ExpressionTranslator,
    update: exp.Update,
) -> dict[str, str]:
    """DuckDB SQL of the values that UPDATE sets, as they are stored."""
    values = {}
    for item in update.expressions:
        name = item.this.name
        if name not in columns:
            raise not_found(display(name), item.this.this)
        values[name] = cell_sql(session, table, columns[name], translate(item.expression))
    return values


def _is_after_update(condition: exp.Expr | None) -> bool:
    return isinstance(condition, exp.Anonymous) and condition.this == AFTER_UPDATE


def _after(scope: Scope, new: dict[str, str], context: Context) -> Scope:
    """What names mean after UPDATE has set `new`: the condition of DELETE sees the new values."""
    target = scope.sources[0]
    found = zip(target.columns, target.references, strict=True)
    references = [
        read(f"({new[column.name]})", column.type, context.time_zone) if column.name in new else reference
        for column, reference in found
    ]
    return Scope([Source(target.alias, target.schema, target.columns, references), *scope.sources[1:]])
