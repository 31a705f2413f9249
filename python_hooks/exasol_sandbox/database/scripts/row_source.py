"""The input rows of a SELECT that calls UDFs: its FROM and WHERE, with other items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.scripts.calls import UdfCall, outermost_calls

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_SOURCE_CLAUSES = ("from_", "joins", "laterals", "where", "connect", "match")
_READING_CLAUSES = ("expressions", "group", "having", "qualify", "windows", "order")


class RowSource:
    """Makes input queries for the calls of one SELECT.

    Args:
        session: the session, for the columns of `*`.
        select: the SELECT.
        scope: the common tables that it may use.
    """

    def __init__(self, session: Session, select: exp.Select, scope: list[exp.CTE]) -> None:
        self._session = session
        self._select = select
        self._scope = scope

    def query(
        self, items: list[exp.Expression], condition: list[exp.Expression] | None, order: list[exp.Ordered]
    ) -> exp.Select:
        """A query of these items over the SELECT's input.

        Args:
            items: what to select; item n is named `EXA$I<n>`.
            condition: replaces the WHERE, if it is not empty or the SELECT's own must not be used.
            order: the order of the rows.
        """
        query = exp.Select(
            expressions=[exp.alias_(item.copy(), f"EXA$I{n}", quoted=True) for n, item in enumerate(items)]
            or [exp.Literal.number(1)]
        )
        for clause in _SOURCE_CLAUSES:
            value = self._select.args.get(clause)
            if value is not None:
                query.set(clause, [v.copy() for v in value] if isinstance(value, list) else value.copy())
        if condition:
            query.set("where", exp.Where(this=exp.and_(*(part.copy() for part in condition), copy=False)))
        if order:
            query.set("order", exp.Order(expressions=order))
        if self._scope:
            query.set("with_", exp.With(expressions=[table.copy() for table in self._scope]))
        return query

    def arguments(self, call: UdfCall) -> list[exp.Expression]:
        """The arguments of a call, cast to the types that the script declares."""
        if call.script.parameters is None:
            return list(call.arguments)
        return [
            exp.Anonymous(
                this="EXA$CAST", expressions=[argument.copy(), exp.Literal.string(parameter.type.sql())]
            )
            for argument, parameter in zip(call.arguments, call.script.parameters, strict=True)
        ]

    def leaves(self, calls: list[UdfCall], emitted: bool = False) -> list[exp.Expression]:
        """The columns that the SELECT reads outside of `calls`, each once; `*` is replaced by its columns.

        Args:
            calls: the calls whose arguments are left out.
            emitted: whether names in ORDER BY may be those of emitted columns.
        """
        self._replace_stars()
        aliases = {item.alias for item in self._select.expressions if isinstance(item, exp.Alias)}
        skipped = {id(call.node) for call in calls}
        found: list[exp.Expression] = []
        for clause in (*_READING_CLAUSES, "where"):
            value = self._select.args.get(clause)
            nodes = value if isinstance(value, list) else [value] if value is not None else []
            for node in nodes:
                for leaf in _columns(node, skipped):
                    if clause == "order" and not leaf.table and (leaf.name in aliases or emitted):
                        continue
                    if leaf not in found:
                        found.append(leaf)
        return [leaf.copy() for leaf in found]

    def _replace_stars(self) -> None:
        items: list[exp.Expression] = []
        for item in self._select.expressions:
            if isinstance(item, exp.Star) or (
                isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
            ):
                items += self._star(item)
            else:
                items.append(item)
        self._select.set("expressions", items)

    def _star(self, star: exp.Expression) -> list[exp.Expression]:
        query = self.query([], None, [])
        query.set("expressions", [star.copy()])
        query.set("where", None)
        query.set("limit", exp.Limit(expression=exp.Literal.number(0)))
        table = star.args.get("table")
        columns: list[Column] = self._session.query(query).columns
        return [
            exp.Column(
                this=exp.to_identifier(described.name, quoted=True), table=table.copy() if table else None
            )
            for described in columns
        ]


def _columns(node: exp.Expression, skipped: set[int]) -> list[exp.Column]:
    if id(node) in skipped or isinstance(node, exp.Query):
        return []
    if isinstance(node, exp.Column):
        return [node]
    return [leaf for child in node.iter_expressions() for leaf in _columns(child, skipped)]


def column(name: str) -> exp.Column:
    """A reference to the column of that name."""
    return exp.Column(this=exp.to_identifier(name, quoted=True))


def replaced(select: exp.Select, node: exp.Expression, by: exp.Expression) -> None:
    """Put `by` where `node` stands in `select`; as an item of the select list it keeps its name."""
    if node.parent is select and node.arg_key == "expressions":
        node.replace(exp.alias_(by, item_name(node), quoted=True))
    else:
        node.replace(by)


def as_columns(select: exp.Select, leaves: list[exp.Expression], columns: list[Column]) -> None:
    """Let `select` read the carried columns in place of the leaves that they hold."""
    names = {leaf: carried.name for leaf, carried in zip(leaves, columns, strict=False)}
    for clause in (*_READING_CLAUSES, "where"):
        value = select.args.get(clause)
        for node in value if isinstance(value, list) else [value] if value is not None else []:
            for leaf in _columns(node, set()):
                if leaf in names:
                    replaced(select, leaf, column(names[leaf]))


def item_name(node: exp.Expression) -> str:
    """The name that Exasol gives to an item of a select list without alias."""
    if isinstance(node, exp.Column):
        return str(node.name)
    return str(node.sql(dialect="exasol")).replace("EXA$", "").replace('"', "")


def split_condition(
    session: Session, select: exp.Select
) -> tuple[list[exp.Expression], list[exp.Expression]]:
    """The parts of a WHERE that call no UDF, and those that do."""
    where = select.args.get("where")
    if where is None:
        return [], []
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    now = [part for part in parts if not outermost_calls(session, part)]
    return now, [part for part in parts if part not in now]
