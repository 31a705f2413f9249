"""Queries: SELECT, set operations, VALUES, WITH."""

from __future__ import annotations

import re

from sqlglot import exp

from exasol_sandbox.database.data_types import LOCAL_TIMESTAMP
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.clauses import RANGE_VALUES
from exasol_sandbox.database.transforms.context import Context
from exasol_sandbox.database.transforms.conversions import as_integer
from exasol_sandbox.database.transforms.emitted import is_emitting, references, with_emitted
from exasol_sandbox.database.transforms.expressions import ExpressionTranslator
from exasol_sandbox.database.transforms.hierarchy import hierarchy, refuse_where
from exasol_sandbox.database.transforms.names import display, normalise, not_found, quote
from exasol_sandbox.database.transforms.parsing import CAST, LOCAL, PREFIX, WITHOUT_PARENTHESES, parse
from exasol_sandbox.database.transforms.row_number import (
    limit_of,
    numbered,
    placed,
    splits_on_row_number,
    uses_row_number,
)
from exasol_sandbox.database.transforms.scope import OutputColumn, Scope, Source
from exasol_sandbox.database.transforms.time_zones import UTC, read
from exasol_sandbox.database.transforms.typed import INTEGER, Typed, common

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
        self._ctes = ctes or {}

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
            return self._values(node, parent)
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
        inner = QueryTranslator(self.context, dict(self._ctes))
        parts = []
        for cte in clause.expressions:
            sql, columns = inner.query(cte.this, parent)
            columns = renamed(columns, cte.args["alias"])
            listed = ", ".join(quote(column.name) for column in columns)
            parts.append(f"{quote(cte.alias)}({listed}) AS ({sql})")
            inner._ctes[cte.alias] = columns
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

    def _values(self, node: exp.Values, parent: Scope | None) -> Translated:
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
        from_sql = self._from(node, scope)
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

    def _from(self, node: exp.Expr, scope: Scope) -> str:
        first = node.args.get("from_")
        if first is None:
            return ""
        sql = self.source(first.this, scope)
        nested = list(first.this.args.get("joins") or []) if not isinstance(first.this, exp.Select) else []
        for join in [*nested, *(node.args.get("joins") or [])]:
            sql += self._join(join, scope)
        return sql

    def _join(self, join: exp.Expr, scope: Scope) -> str:
        side, kind, method = (str(join.args.get(key) or "").upper() for key in ("side", "kind", "method"))
        if method not in {"", "NATURAL"} or kind not in {"", "INNER", "OUTER", "CROSS"}:
            raise unsupported(f"{method} {kind} JOIN".strip())
        before = len(scope.sources)
        using = [identifier.name for identifier in join.args.get("using") or []]
        right = self.source(join.this, scope)
        for nested in join.this.args.get("joins") or []:
            right += self._join(nested, scope)
        on = join.args.get("on")
        if method == "NATURAL":
            left_names = {column.name for source in scope.sources[:before] for column in source.columns}
            using = [
                c.name for source in scope.sources[before:] for c in source.columns if c.name in left_names
            ]
        if on is None and not using and kind != "CROSS" and not side:
            return f", {right}" if not kind else f" CROSS JOIN {right}"
        word = " ".join(part for part in (side, "CROSS" if kind == "CROSS" else "", "JOIN") if part)
        if using:
            for name in using:
                left = [found for source in scope.sources[:before] for found in source.find(name)]
                if not left and name not in scope.merged:
                    raise not_found(display(name))
                known = scope.merged[name] if name in scope.merged else left[0]
                if known.is_a(LOCAL_TIMESTAMP) and self.context.time_zone != UTC:
                    raise unsupported("USING of a TIMESTAMP WITH LOCAL TIME ZONE with a session time zone")
                scope.merged[name] = Typed(quote(name), known.type)
            return f" {word} {right} USING ({', '.join(quote(name) for name in using)})"
        if on is None:
            return f" {word} {right}"
        return f" {word} {right} ON {ExpressionTranslator(self, scope)(on)}"

    def source(self, node: exp.Expr, scope: Scope) -> str:
        """A table or subquery of FROM; it is added to the scope."""
        if isinstance(node, exp.Table):
            return self._table(node, scope)
        if isinstance(node, exp.Subquery):
            if node.args.get("pivots"):
                raise unsupported("PIVOT")
            sql, columns = self.query(node.this, scope.parent)
            return self._derived(sql, columns, node, scope)
        if isinstance(node, exp.Values):
            sql, columns = self._values(node, scope.parent)
            return self._derived(sql, columns, node, scope)
        raise unsupported(f"'{node.key.upper()}' in FROM")

    def _derived(self, sql: str, columns: list[OutputColumn], node: exp.Expr, scope: Scope) -> str:
        alias = node.args.get("alias")
        if alias is not None:
            columns = renamed(columns, alias)
        name = node.alias or f"EXA$Q{len(scope.sources) + 1}"
        references = [f"{quote(name)}.{quote(unique)}" for unique in _unique(columns)]
        scope.sources.append(Source(node.alias, None, columns, references))
        listed = ", ".join(quote(unique) for unique in _unique(columns))
        return f"({sql}) AS {quote(name)}({listed})"

    def _table(self, node: exp.Table, scope: Scope) -> str:
        for clause in ("pivots", "sample", "laterals", "when", "version", "hints"):
            if node.args.get(clause):
                raise unsupported(f"{clause.upper()} on a table")
        if isinstance(node.this, exp.Anonymous) and node.this.this == PREFIX + RANGE_VALUES:
            return self._range(node, scope)
        if not isinstance(node.this, exp.Identifier):
            raise unsupported(f"the table function '{node.this.sql()}'".replace(PREFIX, ""))
        name, schema = node.name, node.db or None
        if schema is None and name in self._ctes:
            columns = self._ctes[name]
            return self._named(quote(name), columns, node, None, scope)
        relation = self.context.relations.find_relation(schema, name, self.context.current_schema)
        if relation is None:
            shown = ".".join(display(part.name) for part in node.parts)
            raise not_found(shown, node.parts[0])
        if relation.view_text is None:
            return self._named(
                relation.sql, relation.columns, node, relation.schema, scope, in_utc=relation.in_utc
            )
        sql, found = self._view(relation.view_text, relation.view_schema)
        if len(found) != len(relation.columns):
            raise ExasolError(SYNTAX_OR_ACCESS, f"view {display(name)} is invalid: its tables have changed")
        columns = [
            OutputColumn(kept.name, now.type) for kept, now in zip(relation.columns, found, strict=True)
        ]
        columns = renamed(columns, node.args.get("alias"))
        listed = ", ".join(quote(column.name) for column in columns)
        alias = node.alias or name
        scope.sources.append(Source(alias, relation.schema, columns))
        return f"({sql}) AS {quote(alias)}({listed})"

    def _range(self, node: exp.Table, scope: Scope) -> str:
        """`VALUES BETWEEN 1 AND 9 WITH STEP 2`: the column RANGE_VALUE, both ends included."""
        translate = ExpressionTranslator(self, Scope())
        low, high, step = (as_integer(translate(part)) for part in node.this.expressions)
        sql = f"SELECT unnest(generate_series({low}, {high}, {step}))"
        return self._derived(sql, [OutputColumn("RANGE_VALUE", INTEGER)], node, scope)

    def _view(self, text: str, schema: str | None) -> Translated:
        """A view's query, as if it were written in place of the view's name; its names mean what they
        meant then."""
        outer = self.context
        inner = Context(**{**outer.__dict__, "current_schema": schema})
        translated = QueryTranslator(inner).query(normalise(parse(text)))
        outer.cacheable = outer.cacheable and inner.cacheable
        return translated

    def _named(
        self,
        sql: str,
        columns: list[OutputColumn],
        node: exp.Table,
        schema: str | None,
        scope: Scope,
        in_utc: bool = False,
    ) -> str:
        alias = node.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            columns = renamed(columns, alias)
            listed = "(" + ", ".join(quote(column.name) for column in columns) + ")"
        else:
            listed = ""
        name = node.alias or node.name
        source = Source(name, None if node.alias else schema, columns)
        if in_utc:
            zone = self.context.time_zone
            found = zip(source.references, columns, strict=True)
            source.references = [read(reference, column.type, zone) for reference, column in found]
        scope.sources.append(source)
        return f"{sql} AS {quote(name)}{listed}"


_GROUPINGS = {exp.Cube: "CUBE", exp.Rollup: "ROLLUP", exp.GroupingSets: "GROUPING SETS"}


def _grouping(item: exp.Expr, translate: ExpressionTranslator) -> str:
    word = next((text for kind, text in _GROUPINGS.items() if isinstance(item, kind)), None)
    if word is None:
        return translate(item).sql
    return f"{word} ({', '.join(_grouping(part, translate) for part in item.expressions)})"


def renamed(columns: list[OutputColumn], alias: exp.Expr | None) -> list[OutputColumn]:
    """Columns under the names of an alias's column list, if it has one."""
    names = [identifier.name for identifier in (alias.args.get("columns") or [])] if alias is not None else []
    if not names:
        return columns
    if len(names) != len(columns):
        raise ExasolError(SYNTAX_OR_ACCESS, f"{len(names)} column names for {len(columns)} columns")
    return [OutputColumn(name, column.type) for name, column in zip(names, columns, strict=True)]


def _unique(columns: list[OutputColumn]) -> list[str]:
    """Names for DuckDB, which wants those of a subquery to differ."""
    seen: set[str] = set()
    result = []
    for index, column in enumerate(columns):
        name = column.name if column.name.upper() not in seen else f"{column.name}${index}"
        seen.add(name.upper())
        result.append(name)
    return result


def _aliases(node: exp.Expr) -> dict[str, exp.Expr]:
    return {item.alias: item.this for item in node.expressions if isinstance(item, exp.Alias)}


_NO_ARGUMENTS = re.compile(rf"{re.escape(PREFIX)}({'|'.join(sorted(WITHOUT_PARENTHESES))})\(\)")
_WORD_GAP = re.compile(r"(?<=[^\w'\"]) | (?=[^\w'\"])")


def title(node: exp.Expr) -> str:
    """The name of a column that has none: a column's own, or the expression's text as `COUNT(*)` or `A+1`."""
    if isinstance(node, exp.Column):
        return str(node.name)
    if isinstance(node, exp.Dot):
        node = node.expression
    copied = node.copy()
    for identifier in copied.find_all(exp.Identifier):
        if re.fullmatch(r"[A-Z][A-Z0-9_$]*", identifier.name):
            identifier.set("quoted", False)
    for call in copied.find_all(exp.Anonymous):
        if call.this == PREFIX + CAST and len(call.expressions) == 2:
            value, kind = call.expressions
            call.set("expressions", [exp.Alias(this=value, alias=exp.Var(this=str(kind.this).upper()))])
    text = _NO_ARGUMENTS.sub(r"\1", copied.sql(dialect="exasol")).replace(PREFIX, "")
    pieces = re.split(r"('(?:[^']|'')*')", text)
    return "".join(piece if piece.startswith("'") else _WORD_GAP.sub("", piece) for piece in pieces)
