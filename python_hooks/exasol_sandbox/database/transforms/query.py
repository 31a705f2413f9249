"""Queries: SELECT, set operations, VALUES, WITH."""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.context import Context
from exasol_sandbox.database.transforms.emitted import is_emitting, references, with_emitted
from exasol_sandbox.database.transforms.expressions import ExpressionTranslator
from exasol_sandbox.database.transforms.from_clause import FromClause, renamed
from exasol_sandbox.database.transforms.hierarchy import hierarchy, refuse_where
from exasol_sandbox.database.transforms.names import display, normalise, not_found, quote
from exasol_sandbox.database.transforms.parsing import LOCAL, parse
from exasol_sandbox.database.transforms.row_number import (
    limit_of,
    numbered,
    placed,
    splits_on_row_number,
    uses_row_number,
)
from exasol_sandbox.database.transforms.scope import OutputColumn, Scope, Source
from exasol_sandbox.database.transforms.titles import title
from exasol_sandbox.database.transforms.typed import Typed, common

Translated = tuple[str, list[OutputColumn]]
_SET_OPERATIONS = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}
_REFUSED_CLAUSES = {
    "match": "MATCH_RECOGNIZE",
    "laterals": "LATERAL",
    "pivots": "PIVOT",
    "windows": "WINDOW clauses",
    "sample": "TABLESAMPLE",
    "into": "SELECT INTO",
    "kind": "SELECT AS STRUCT",
    "hint": "hints",
    "locks": "FOR UPDATE",
    "cluster": "CLUSTER BY",
    "sort": "SORT BY",
    "distribute": "DISTRIBUTE BY in a query",
    "settings": "SETTINGS",
    "format": "FORMAT",
    "prewhere": "PREWHERE",
}


class QueryTranslator:
    """Normalised Exasol queries to DuckDB SQL with named, typed columns."""

    def __init__(self, context: Context, ctes: dict[str, list[OutputColumn]] | None = None) -> None:
        self.context = context
        self.ctes = ctes or {}

    def query(self, node: exp.Expr, parent: Scope | None = None) -> Translated:
        """A query and its columns."""
        if isinstance(node, exp.Subquery):
            if node.args.get("with_") or node.args.get("order") or node.args.get("limit"):
                return self._with(node, parent, self._ordered_subquery)
            sql, columns = self.query(node.this, parent)
            return f"({sql})", columns
        if isinstance(node, exp.Select):
            return self._with(node, parent, self._select)
        if isinstance(node, exp.SetOperation):
            return self._with(node, parent, self._set_operation)
        if isinstance(node, exp.Values):
            return self.values(node, parent)
        if isinstance(node, exp.Table):
            return self.query(exp.select("*").from_(node.copy()), parent)
        raise unsupported(f"'{node.key.upper()}' as a query")

    def _ordered_subquery(self, node: exp.Expr, parent: Scope | None) -> Translated:
        sql, columns = self.query(node.this, parent)
        return f"({sql}){self._tail(node, Scope([Source('', None, columns)], parent))}", columns

    def _with(self, node: exp.Expr, parent: Scope | None, translate: object) -> Translated:
        clause = node.args.get("with_")
        if clause is None:
            return translate(node, parent)  # type: ignore[operator, no-any-return]
        if clause.args.get("recursive"):
            raise unsupported("recursive WITH")
        inner = QueryTranslator(self.context, dict(self.ctes))
        parts = []
        for cte in clause.expressions:
            sql, columns = inner.query(cte.this, parent)
            columns = renamed(columns, cte.args["alias"])
            listed = ", ".join(quote(column.name) for column in columns)
            parts.append(f"{quote(cte.alias)}({listed}) AS ({sql})")
            inner.ctes[cte.alias] = columns
        method = getattr(inner, translate.__name__)  # type: ignore[attr-defined]
        sql, columns = method(node, parent)
        return f"WITH {', '.join(parts)} {sql}", columns

    def _set_operation(self, node: exp.Expr, parent: Scope | None) -> Translated:
        left_sql, left = self.query(node.this, parent)
        right_sql, right = self.query(node.expression, parent)
        if len(left) != len(right):
            raise ExasolError(
                SYNTAX_OR_ACCESS, "the number of columns of the queries of a set operation differs"
            )
        columns = [OutputColumn(a.name, common(a.type, b.type)) for a, b in zip(left, right, strict=True)]
        word = next(text for kind, text in _SET_OPERATIONS.items() if isinstance(node, kind))
        if not node.args.get("distinct", True):
            if word != "UNION":
                raise unsupported(f"{word} ALL")
            word += " ALL"
        sql = f"({left_sql}) {word} ({right_sql})"
        return sql + self._tail(node, Scope([Source("", None, columns)], parent)), columns

    def values(self, node: exp.Values, parent: Scope | None) -> Translated:
        """VALUES as a query."""
        translate = ExpressionTranslator(self, Scope(parent=parent))
        rows = [
            [translate(value) for value in (row.expressions if isinstance(row, exp.Tuple) else [row])]
            for row in node.expressions
        ]
        columns = []
        for index in range(len(rows[0])):
            kind = None
            for row in rows:
                kind = common(kind, row[index].type)
            columns.append(OutputColumn(f"COL{index + 1}", kind))
        text = ", ".join("(" + ", ".join(value.sql for value in row) + ")" for row in rows)
        names = ", ".join(quote(column.name) for column in columns)
        return f"SELECT * FROM (VALUES {text}) AS v({names})", columns

    def _select(self, node: exp.Expr, parent: Scope | None) -> Translated:
        for clause, name in _REFUSED_CLAUSES.items():
            if node.args.get(clause):
                raise unsupported(name)
        scope = Scope(parent=parent)
        from_sql = FromClause(self, scope).of(node)
        where = node.args.get("where")
        conditions: list[str] = []
        row_limit: str | None = None
        several_nodes = self.context.nodes > 1
        if several_nodes:
            from_sql = placed(node, from_sql, scope)
        if where is not None:
            plain, on_number = splits_on_row_number(where.this)
            scope.aliases = _aliases(node)
            self._only_local(node, plain, scope)
            translate = ExpressionTranslator(self, scope)
            conditions = [translate(part).sql for part in plain]
            row_limit = limit_of(on_number)
        if node.args.get("connect") is not None:
            refuse_where(node)
            from_sql = hierarchy(
                node, from_sql, scope, lambda inner, part: ExpressionTranslator(self, inner)(part)
            )
        if row_limit is not None or uses_row_number(node, with_node=several_nodes and scope.node is None):
            from_sql = numbered(from_sql, conditions, scope, row_limit)
            conditions = []
        scope.aliases = _aliases(node)
        translate = ExpressionTranslator(self, scope)
        from_sql = with_emitted(node, from_sql, scope, translate)
        columns, projections = self._projections(node, scope, translate)
        sql = ["SELECT"]
        if node.args.get("distinct"):
            sql.append("DISTINCT")
        sql.append(", ".join(projections))
        if from_sql:
            sql.append(f"FROM {from_sql}")
        if conditions:
            sql.append("WHERE " + " AND ".join(conditions))
        group = node.args.get("group")
        if group is not None:
            sql.append(self._group(group, translate))
        for clause in ("having", "qualify"):
            part = node.args.get(clause)
            if part is not None:
                sql.append(f"{clause.upper()} {translate(part.this)}")
        tail = self._tail(node, scope, columns)
        return " ".join(sql) + tail, columns

    def _only_local(self, node: exp.Expr, conditions: list[exp.Expr], scope: Scope) -> None:
        """In WHERE an alias needs LOCAL, as in Exasol."""
        for condition in conditions:
            for column in condition.find_all(exp.Column):
                inside = column.find_ancestor(exp.Select)
                if column.table or inside is not node or column.name not in scope.aliases:
                    continue
                if scope.column(column) is None:
                    raise not_found(display(column.name), column.this)

    def _projections(
        self, node: exp.Expr, scope: Scope, translate: ExpressionTranslator
    ) -> tuple[list[OutputColumn], list[str]]:
        columns: list[OutputColumn] = []
        projections: list[str] = []

        def add(name: str, value: Typed) -> None:
            columns.append(OutputColumn(name, value.type))
            projections.append(f"{value} AS {quote(name)}")

        for item in node.expressions:
            if isinstance(item, exp.Star) or (
                isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
            ):
                star = item if isinstance(item, exp.Star) else item.this
                if any(star.args.values()):
                    raise unsupported("'*' with EXCLUDE or REPLACE")
                for name, value in scope.expanded(
                    item.table or None if isinstance(item, exp.Column) else None
                ):
                    add(name, value)
            elif is_emitting(item):
                for column, reference in zip(scope.emitted, references(scope), strict=True):
                    add(column.name, translate.cast(reference, column.type))
            elif isinstance(item, exp.Alias):
                add(item.alias, translate(item.this))
            elif isinstance(item, exp.Aliases):
                raise unsupported("an alias list outside of EMITS")
            else:
                add(title(item), translate(item))
        return columns, projections

    def _group(self, group: exp.Expr, translate: ExpressionTranslator) -> str:
        nested = [item for key in ("cube", "rollup", "grouping_sets") for item in group.args.get(key) or []]
        return "GROUP BY " + ", ".join(_grouping(item, translate) for item in [*group.expressions, *nested])

    def _tail(self, node: exp.Expr, scope: Scope, columns: list[OutputColumn] | None = None) -> str:
        """ORDER BY, LIMIT and OFFSET; ORDER BY sees the output's names first."""
        result = ""
        order = node.args.get("order")
        if order is not None:
            translate = ExpressionTranslator(self, scope)
            names = {column.name for column in columns or []}
            parts = []
            for item in order.expressions:
                target = item.this if isinstance(item, exp.Ordered) else item
                if isinstance(target, exp.Column) and target.table in {"", LOCAL} and target.name in names:
                    descending = " DESC" if item.args.get("desc") else ""
                    first = "FIRST" if item.args.get("nulls_first") else "LAST"
                    parts.append(f"{quote(target.name)}{descending} NULLS {first}")
                else:
                    parts.append(translate.ordered(item))
            result += " ORDER BY " + ", ".join(parts)
        for clause in ("limit", "offset"):
            part = node.args.get(clause)
            if part is not None:
                if part.expression is None:
                    raise unsupported(f"this form of {clause.upper()}")
                value = ExpressionTranslator(self, Scope())(part.expression)
                result += f" {clause.upper()} {value}"
        return result

    def source(self, node: exp.Expr, scope: Scope) -> str:
        """A table or subquery of FROM; it is added to the scope."""
        return FromClause(self, scope).source(node)

    def view(self, text: str, schema: str | None) -> Translated:
        """A view's query, as if it were written in place of the view's name; its names mean what they
        meant then."""
        outer = self.context
        inner = Context(**{**outer.__dict__, "current_schema": schema})
        translated = QueryTranslator(inner).query(normalise(parse(text)))
        outer.cacheable = outer.cacheable and inner.cacheable
        return translated


_GROUPINGS = {exp.Cube: "CUBE", exp.Rollup: "ROLLUP", exp.GroupingSets: "GROUPING SETS"}


def _grouping(item: exp.Expr, translate: ExpressionTranslator) -> str:
    word = next((text for kind, text in _GROUPINGS.items() if isinstance(item, kind)), None)
    if word is None:
        return translate(item).sql
    return f"{word} ({', '.join(_grouping(part, translate) for part in item.expressions)})"


def _aliases(node: exp.Expr) -> dict[str, exp.Expr]:
    return {item.alias: item.this for item in node.expressions if isinstance(item, exp.Alias)}
