"""The input rows of a SELECT that calls UDFs: its FROM and WHERE, with other items."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.scripts.calls import UdfCall, function_name, outermost_calls
from exasol_sandbox.database.transforms.parsing import LOCAL

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_SOURCE_CLAUSES = ("from_", "joins", "laterals", "where", "connect", "match")
_READING_CLAUSES = ("expressions", "group", "having", "qualify", "windows", "order", "where")


class RowSource:
    """Makes and runs input queries for the calls of one SELECT.

    Args:
        session: the session.
        select: the SELECT.
        scope: the common tables that it may use.
        run: runs a query that may call UDFs itself.
    """

    def __init__(
        self,
        session: Session,
        select: exp.Select,
        scope: list[exp.CTE],
        run: Callable[[exp.Select], ResultSet],
    ) -> None:
        self.select = select
        self.scope = scope
        self._session = session
        self._run = run

    def rows(
        self,
        items: list[exp.Expression],
        condition: list[exp.Expression] | None = None,
        order: list[exp.Ordered] | None = None,
    ) -> ResultSet:
        """The SELECT's input rows with these items.

        Args:
            items: what to select.
            condition: the parts of a WHERE in place of the SELECT's own; None for its own.
            order: the order of the rows.
        """
        query = self._query(
            [exp.alias_(item.copy(), f"EXA$I{n}", quoted=True) for n, item in enumerate(items)]
            or [exp.Literal.number(1)]
        )
        if condition is not None:
            query.set("where", _where(condition))
        if order:
            query.set("order", exp.Order(expressions=order))
        return self._run(query)

    def replace(self, table: exp.Table, condition: list[exp.Expression] | None = None) -> None:
        """Let the SELECT read from `table`, in which its FROM and WHERE are done but for `condition`."""
        for clause in _SOURCE_CLAUSES:
            self.select.set(clause, None)
        self.select.set("from_", exp.From(this=table.copy()))
        self.select.set("where", _where(condition or []))

    def arguments(self, call: UdfCall) -> list[exp.Expression]:
        """The arguments of a call, cast to the types that the script declares."""
        if call.script.parameters is None:
            return call.arguments
        return [
            exp.Anonymous(
                this="EXA$CAST", expressions=[argument.copy(), exp.Literal.string(parameter.type.sql())]
            )
            for argument, parameter in zip(call.arguments, call.script.parameters, strict=True)
        ]

    def without_stars(self, call: UdfCall) -> UdfCall:
        """The call with the columns of `*` as arguments in place of `*`."""
        arguments = [plain for argument in call.arguments for plain in self._without_star(argument)]
        return dataclasses.replace(call, arguments=arguments)

    def keys(self) -> list[exp.Expression]:
        """The expressions of the GROUP BY."""
        group = self.select.args.get("group")
        if group is None:
            return []
        if any(value for name, value in group.args.items() if name != "expressions"):
            raise unsupported("GROUPING SETS, CUBE and ROLLUP with SET scripts")
        keys = []
        for key in group.expressions:
            if isinstance(key, exp.Literal) and not key.is_string:
                item = self.select.expressions[int(key.this) - 1]
                keys.append(item.this if isinstance(item, exp.Alias) else item)
            else:
                keys.append(key)
        return keys

    def node_key(self) -> int | None:
        """Which of the keys is `IPROC()`; None if none is."""
        return next((n for n, key in enumerate(self.keys()) if function_name(key) == "IPROC"), None)

    def order(self, call: UdfCall, first: int) -> list[exp.Ordered]:
        """ORDER BY of an input query, by position: the keys, then the call's own, from item `first` on."""
        count = len(self.keys())
        order = [exp.Ordered(this=exp.Literal.number(n + 1), nulls_first=False) for n in range(count)]
        for offset, ordered in enumerate(call.order):
            positioned = ordered.copy()
            positioned.set("this", exp.Literal.number(first + offset + 1))
            order.append(positioned)
        return order

    def leaves(self, calls: list[UdfCall], emitted: bool = False) -> list[exp.Expression]:
        """The columns that the SELECT reads outside of `calls`, each once; `*` is replaced by its columns.

        Args:
            calls: the calls whose arguments are left out.
            emitted: whether names in ORDER BY may be those of emitted columns.
        """
        items = [plain for item in self.select.expressions for plain in self._without_star(item)]
        self.select.set("expressions", items)
        aliases = {item.alias for item in items if isinstance(item, exp.Alias)}
        skipped = {id(call.node) for call in calls}
        found: list[exp.Expression] = []
        for clause, leaf in _read_columns(self.select, skipped):
            if clause == "order" and not leaf.table and (leaf.name in aliases or emitted):
                continue
            if leaf not in found:
                found.append(leaf)
        return [leaf.copy() for leaf in found]

    def split_condition(self) -> tuple[list[exp.Expression], list[exp.Expression]]:
        """The parts of the WHERE that call no UDF, and those that do."""
        where = self.select.args.get("where")
        if where is None:
            return [], []
        parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
        later = [part for part in parts if outermost_calls(self._session, part)]
        return [part for part in parts if part not in later], later

    def _query(self, items: list[exp.Expression]) -> exp.Select:
        query = exp.Select(expressions=items)
        for clause in _SOURCE_CLAUSES:
            value = self.select.args.get(clause)
            if value is not None:
                query.set(clause, [v.copy() for v in value] if isinstance(value, list) else value.copy())
        if self.scope:
            query.set("with_", exp.With(expressions=[table.copy() for table in self.scope]))
        return query

    def _without_star(self, item: exp.Expression) -> list[exp.Expression]:
        """`*` or `t.*` as its columns; any other item as it is."""
        qualified = isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
        if not qualified and not isinstance(item, exp.Star):
            return [item]
        query = self._query([item.copy()])
        query.set("where", None)
        query.set("limit", exp.Limit(expression=exp.Literal.number(0)))
        table = item.args.get("table")
        return [
            exp.Column(
                this=exp.to_identifier(described.name, quoted=True), table=table.copy() if table else None
            )
            for described in self._session.query(query).columns
        ]


def column(name: str) -> exp.Column:
    """A reference to the column of that name."""
    return exp.Column(this=exp.to_identifier(name, quoted=True))


def replaced(node: exp.Expression, by: exp.Expression) -> None:
    """Put `by` where `node` stands; as an item of a select list it keeps its name."""
    if isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
        node.replace(exp.alias_(by, item_name(node), quoted=True))
    else:
        node.replace(by)


def as_columns(select: exp.Select, leaves: list[exp.Expression], columns: list[Column]) -> None:
    """Let `select` read the carried columns in place of the leaves that they hold."""
    names = {leaf: carried.name for leaf, carried in zip(leaves, columns, strict=False)}
    for _, leaf in _read_columns(select, set()):
        if leaf in names:
            replaced(leaf, column(names[leaf]))


def inline_local_aliases(select: exp.Select) -> None:
    """`select a + 1 as x, f(local.x) …` → `select a + 1 as x, f((a + 1)) …`."""
    aliases = {item.alias: item.this for item in select.expressions if isinstance(item, exp.Alias)}
    for node in list(select.find_all(exp.Column)):
        if node.table == LOCAL and node.name in aliases and node.parent_select is select:
            node.replace(exp.paren(aliases[node.name].copy()))


def name_items(select: exp.Select, except_for: list[exp.Expression]) -> None:
    """Give each item of the select list its name as an alias, before its text changes."""
    items = []
    for item in select.expressions:
        is_star = isinstance(item, exp.Star) or isinstance(item.this, exp.Star)
        if is_star or isinstance(item, exp.Alias) or any(item is node for node in except_for):
            items.append(item)
        else:
            items.append(exp.Alias(this=item, alias=exp.to_identifier(item_name(item), quoted=True)))
    select.set("expressions", items)


def item_name(node: exp.Expression) -> str:
    """The name that Exasol gives to an item of a select list without alias."""
    if isinstance(node, exp.Column):
        return str(node.name)
    return str(node.sql(dialect="exasol")).replace("EXA$", "").replace('"', "")


def _where(parts: list[exp.Expression]) -> exp.Where | None:
    return exp.Where(this=exp.and_(*(part.copy() for part in parts), copy=False)) if parts else None


def _read_columns(select: exp.Select, skipped: set[int]) -> list[tuple[str, exp.Column]]:
    """The columns that the clauses of a SELECT read, each with its clause, outside of queries in it."""
    found = []
    for clause in _READING_CLAUSES:
        value = select.args.get(clause)
        for node in value if isinstance(value, list) else [value] if value is not None else []:
            found += [(clause, leaf) for leaf in _columns(node, skipped)]
    return found


def _columns(node: exp.Expression, skipped: set[int]) -> list[exp.Column]:
    if id(node) in skipped or isinstance(node, exp.Query):
        return []
    if isinstance(node, exp.Column):
        return [node]
    return [leaf for child in node.iter_expressions() for leaf in _columns(child, skipped)]
