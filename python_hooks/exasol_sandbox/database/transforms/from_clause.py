"""FROM: tables, views, subqueries and joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import LOCAL_TIMESTAMP
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.clauses import RANGE_VALUES
from exasol_sandbox.database.transforms.conversions import as_integer
from exasol_sandbox.database.transforms.expressions import ExpressionTranslator
from exasol_sandbox.database.transforms.names import display, not_found, quote
from exasol_sandbox.database.transforms.parsing import PREFIX
from exasol_sandbox.database.transforms.scope import OutputColumn, Scope, Source
from exasol_sandbox.database.transforms.time_zones import UTC, read
from exasol_sandbox.database.transforms.typed import INTEGER, Typed

if TYPE_CHECKING:
    from exasol_sandbox.database.transforms.query import QueryTranslator


class FromClause:
    """What stands in FROM to DuckDB SQL.

    Args:
        queries: translates the subqueries in it.
        scope: is given what it names.
    """

    def __init__(self, queries: QueryTranslator, scope: Scope) -> None:
        self._queries = queries
        self._scope = scope

    def of(self, node: exp.Expr) -> str:
        """The FROM of a SELECT as DuckDB SQL; empty if it has none."""
        first = node.args.get("from_")
        if first is None:
            return ""
        sql = self.source(first.this)
        nested = list(first.this.args.get("joins") or []) if not isinstance(first.this, exp.Select) else []
        for join in [*nested, *(node.args.get("joins") or [])]:
            sql += self._join(join)
        return sql

    def _join(self, join: exp.Expr) -> str:
        side, kind, method = (str(join.args.get(key) or "").upper() for key in ("side", "kind", "method"))
        if method not in {"", "NATURAL"} or kind not in {"", "INNER", "OUTER", "CROSS"}:
            raise unsupported(f"{method} {kind} JOIN".strip())
        before = len(self._scope.sources)
        using = [identifier.name for identifier in join.args.get("using") or []]
        right = self.source(join.this)
        for nested in join.this.args.get("joins") or []:
            right += self._join(nested)
        on = join.args.get("on")
        if method == "NATURAL":
            left_names = {column.name for source in self._scope.sources[:before] for column in source.columns}
            using = [
                c.name
                for source in self._scope.sources[before:]
                for c in source.columns
                if c.name in left_names
            ]
        if on is None and not using and kind != "CROSS" and not side:
            return f", {right}" if not kind else f" CROSS JOIN {right}"
        word = " ".join(part for part in (side, "CROSS" if kind == "CROSS" else "", "JOIN") if part)
        if using:
            for name in using:
                left = [found for source in self._scope.sources[:before] for found in source.find(name)]
                if not left and name not in self._scope.merged:
                    raise not_found(display(name))
                known = self._scope.merged[name] if name in self._scope.merged else left[0]
                if known.is_a(LOCAL_TIMESTAMP) and self._queries.context.time_zone != UTC:
                    raise unsupported("USING of a TIMESTAMP WITH LOCAL TIME ZONE with a session time zone")
                self._scope.merged[name] = Typed(quote(name), known.type)
            return f" {word} {right} USING ({', '.join(quote(name) for name in using)})"
        if on is None:
            return f" {word} {right}"
        return f" {word} {right} ON {ExpressionTranslator(self._queries, self._scope)(on)}"

    def source(self, node: exp.Expr) -> str:
        """A table or subquery of FROM; it is added to the self._scope."""
        if isinstance(node, exp.Table):
            return self._table(node)
        if isinstance(node, exp.Subquery):
            if node.args.get("pivots"):
                raise unsupported("PIVOT")
            sql, columns = self._queries.query(node.this, self._scope.parent)
            return self._derived(sql, columns, node)
        if isinstance(node, exp.Values):
            sql, columns = self._queries.values(node, self._scope.parent)
            return self._derived(sql, columns, node)
        raise unsupported(f"'{node.key.upper()}' in FROM")

    def _derived(self, sql: str, columns: list[OutputColumn], node: exp.Expr) -> str:
        alias = node.args.get("alias")
        if alias is not None:
            columns = renamed(columns, alias)
        name = node.alias or f"EXA$Q{len(self._scope.sources) + 1}"
        references = [f"{quote(name)}.{quote(unique)}" for unique in _unique(columns)]
        self._scope.sources.append(Source(node.alias, None, columns, references))
        listed = ", ".join(quote(unique) for unique in _unique(columns))
        return f"({sql}) AS {quote(name)}({listed})"

    def _table(self, node: exp.Table) -> str:
        for clause in ("pivots", "sample", "laterals", "when", "version", "hints"):
            if node.args.get(clause):
                raise unsupported(f"{clause.upper()} on a table")
        if isinstance(node.this, exp.Anonymous) and node.this.this == PREFIX + RANGE_VALUES:
            return self._range(node)
        if not isinstance(node.this, exp.Identifier):
            raise unsupported(f"the table function '{node.this.sql()}'".replace(PREFIX, ""))
        name, schema = node.name, node.db or None
        if schema is None and name in self._queries.ctes:
            columns = self._queries.ctes[name]
            return self._named(quote(name), columns, node, None)
        relation = self._queries.context.relations.find_relation(
            schema, name, self._queries.context.current_schema
        )
        if relation is None:
            shown = ".".join(display(part.name) for part in node.parts)
            raise not_found(shown, node.parts[0])
        if relation.view_text is None:
            return self._named(relation.sql, relation.columns, node, relation.schema, in_utc=relation.in_utc)
        sql, found = self._queries.view(relation.view_text, relation.view_schema)
        if len(found) != len(relation.columns):
            raise ExasolError(SYNTAX_OR_ACCESS, f"view {display(name)} is invalid: its tables have changed")
        columns = [
            OutputColumn(kept.name, now.type) for kept, now in zip(relation.columns, found, strict=True)
        ]
        columns = renamed(columns, node.args.get("alias"))
        listed = ", ".join(quote(column.name) for column in columns)
        alias = node.alias or name
        self._scope.sources.append(Source(alias, relation.schema, columns))
        return f"({sql}) AS {quote(alias)}({listed})"

    def _range(self, node: exp.Table) -> str:
        """`VALUES BETWEEN 1 AND 9 WITH STEP 2`: the column RANGE_VALUE, both ends included."""
        if len(node.this.expressions) != 3:
            raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, VALUES BETWEEN expects numbers")
        translate = ExpressionTranslator(self._queries, Scope())
        low, high, step = (as_integer(translate(part)) for part in node.this.expressions)
        sql = f"SELECT unnest(generate_series({low}, {high}, {step}))"
        return self._derived(sql, [OutputColumn("RANGE_VALUE", INTEGER)], node)

    def _named(
        self,
        sql: str,
        columns: list[OutputColumn],
        node: exp.Table,
        schema: str | None,
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
            zone = self._queries.context.time_zone
            found = zip(source.references, columns, strict=True)
            source.references = [read(reference, column.type, zone) for reference, column in found]
        self._scope.sources.append(source)
        return f"{sql} AS {quote(name)}{listed}"


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
