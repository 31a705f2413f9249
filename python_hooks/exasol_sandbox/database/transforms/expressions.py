"""Expressions: one method for each kind of node that Exasol has; any other kind is refused."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from math import isinf
from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import ASCII, UTF8, DataType
from exasol_sandbox.database.errors import (
    NUMERIC_OUT_OF_RANGE,
    SYNTAX_OR_ACCESS,
    ExasolError,
    at,
    unsupported,
)
from exasol_sandbox.database.transforms import conversions, operators, predicates
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.functions import FUNCTIONS
from exasol_sandbox.database.transforms.functions.aggregates import null_if_undefined
from exasol_sandbox.database.transforms.names import display, literal, not_found, position
from exasol_sandbox.database.transforms.parsing import LOCAL, PREFIX
from exasol_sandbox.database.transforms.scope import Scope
from exasol_sandbox.database.transforms.typed import (
    BOOLEAN,
    DATE,
    DOUBLE,
    NULL,
    TIMESTAMP,
    Typed,
    common,
    decimal,
)

if TYPE_CHECKING:
    from exasol_sandbox.database.transforms.query import QueryTranslator

_MAX_LITERAL = 2000
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)[eE][+-]?\d+")


class ExpressionTranslator:
    """Exasol expressions to DuckDB's, inside one SELECT."""

    def __init__(self, queries: QueryTranslator, scope: Scope) -> None:
        self.queries = queries
        self.context = queries.context
        self.scope: Scope = scope

    def __call__(self, node: exp.Expr) -> Typed:
        """The translation of an expression.

        Raises:
            ExasolError: a name is unknown, or the sandbox does not support what stands there.
        """
        method = _METHODS.get(type(node))
        if method is None:
            raise unsupported(f"'{node.key.upper()}' expressions")
        return method(self, node)

    def text(self, value: Typed) -> Typed:
        """The value as text, in the session's formats."""
        return conversions.as_text(value, self.context.date_format, self.context.timestamp_format)

    def date(self, value: Typed) -> Typed:
        """The value as DATE."""
        return conversions.as_date(value, self.context.date_format)

    def timestamp(self, value: Typed) -> Typed:
        """The value as TIMESTAMP."""
        return conversions.as_timestamp(value, self.context.timestamp_format)

    def point_in_time(self, value: Typed) -> Typed:
        """The value as it is if it is a date or timestamp, a text as the one of the two that it looks
        like."""
        if value.is_a("DATE", "TIMESTAMP", "TIMESTAMP WITH LOCAL TIME ZONE"):
            return value
        return self.timestamp(value)

    def cast(self, value: Typed, target: DataType) -> Typed:
        """CAST(value AS target)."""
        return conversions.cast(value, target, self.context.date_format, self.context.timestamp_format)

    def literal(self, node: exp.Literal) -> Typed:
        """`'abc'` is CHAR(3) ASCII, `''` is NULL, `12.50` is DECIMAL(4,2), `1e3` is DOUBLE."""
        text = str(node.this)
        if node.is_string:
            if text == "":
                return NULL
            character_set = ASCII if text.isascii() else UTF8
            size = len(text)
            kind = DataType.char if size <= _MAX_LITERAL else DataType.varchar
            return Typed(literal(text), kind(size, character_set), True)
        if "e" in text.lower():
            if not _NUMBER.fullmatch(text):
                raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error, unexpected '{text}'")
            if isinf(float(text)):
                raise ExasolError(NUMERIC_OUT_OF_RANGE, "data exception - numeric value out of range")
            return Typed(f"CAST({text} AS DOUBLE)", DOUBLE, True)
        whole, _, fraction = text.partition(".")
        digits = len(whole.lstrip("0")) + len(fraction)
        if digits > 36:
            return Typed(f"CAST({text} AS DOUBLE)", DOUBLE, True)
        return Typed(text, decimal(max(digits, len(fraction), 1), len(fraction)), True)

    def column(self, node: exp.Column) -> Typed:
        """A column of a source, or an alias of the select list."""
        if isinstance(node.this, exp.Star):
            raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, unexpected '*'")
        if node.table != LOCAL:
            found = self.scope.column(node)
            if found is not None:
                return found
        if node.table in {"", LOCAL} and node.name in self.scope.aliases:
            aliased = self.scope.aliases[node.name]
            hidden = {name: value for name, value in self.scope.aliases.items() if name != node.name}
            inner = dataclasses.replace(self.scope, aliases=hidden)
            value = ExpressionTranslator(self.queries, inner)(aliased)
            return Typed(f"({value})", value.type, value.constant, value.null)
        name = ".".join(display(part.name) for part in node.parts if part.name != LOCAL)
        raise not_found(name, node.parts[0])

    def anonymous(self, node: exp.Anonymous) -> Typed:
        """A call: a function of Exasol that the sandbox has; anything else is refused."""
        name = str(node.this.name if isinstance(node.this, exp.Identifier) else node.this)
        function = FUNCTIONS.get(name[len(PREFIX) :]) if name.startswith(PREFIX) else None
        if function is None:
            raise unknown_function(name.removeprefix(PREFIX), node)
        return function(Call(name[len(PREFIX) :], node, self))

    def dot(self, node: exp.Dot) -> Typed:
        """`s.f(…)`: scripts are gone by now, so the name is unknown."""
        function = node.expression.this
        name = function.name if isinstance(function, exp.Identifier) else str(function).removeprefix(PREFIX)
        raise unknown_function(f"{display(node.this.name)}.{display(name)}", node)

    def window(self, node: exp.Window) -> Typed:
        """`f(…) OVER (PARTITION BY … ORDER BY … ROWS …)`."""
        value = self(node.this)
        partition = [self(part).sql for part in node.args.get("partition_by") or []]
        clauses = [f"PARTITION BY {', '.join(partition)}"] if partition else []
        order = node.args.get("order")
        if order is not None:
            clauses.append(self.order(order))
        spec = node.args.get("spec")
        if spec is not None:
            clauses.append(self._frame(spec))
        if node.args.get("alias") is not None:
            raise unsupported("named windows")
        return null_if_undefined(node.this, Typed(f"{value.sql} OVER ({' '.join(clauses)})", value.type))

    def _frame(self, spec: exp.WindowSpec) -> str:
        def bound(which: str) -> str:
            value = spec.args.get(which)
            text = self(value).sql if isinstance(value, exp.Expr) else str(value)
            return f"{text} {spec.args.get(which + '_side') or ''}".strip()

        frame = f"BETWEEN {bound('start')} AND {bound('end')}" if spec.args.get("end") else bound("start")
        exclude = spec.args.get("exclude")
        if exclude is not None:
            raise unsupported("EXCLUDE in a window frame")
        return f"{spec.args['kind']} {frame}"

    def order(self, node: exp.Order) -> str:
        """ORDER BY; NULLs come last in ascending and first in descending order unless said otherwise."""
        return "ORDER BY " + ", ".join(self.ordered(item) for item in node.expressions)

    def ordered(self, item: exp.Expr) -> str:
        """One expression of ORDER BY with its direction."""
        target = item.this if isinstance(item, exp.Ordered) else item
        descending = bool(item.args.get("desc"))
        nulls_first = bool(item.args.get("nulls_first"))
        direction = " DESC" if descending else ""
        return f"{self(target)}{direction} NULLS {'FIRST' if nulls_first else 'LAST'}"

    def case(self, node: exp.Case) -> Typed:
        """CASE; the branches are brought to one type."""
        operand = node.this
        branches = node.args["ifs"]
        conditions = [
            operators.compare(self, "=", self(operand), self(branch.this)).sql
            if operand
            else self(branch.this).sql
            for branch in branches
        ]
        default = node.args.get("default")
        values = [self(branch.args["true"]) for branch in branches] + ([self(default)] if default else [])
        values, result = self.alike(values)
        pairs = zip(conditions, values, strict=False)
        text = " ".join(f"WHEN {condition} THEN {value}" for condition, value in pairs)
        otherwise = f" ELSE {values[-1]}" if default else ""
        return Typed(f"CASE {text}{otherwise} END", result)

    def if_(self, node: exp.If) -> Typed:
        """`IF c THEN a ELSE b ENDIF`."""
        otherwise = node.args.get("false")
        values = [self(node.args["true"])] + ([self(otherwise)] if otherwise else [])
        values, result = self.alike(values)
        tail = f" ELSE {values[1]}" if otherwise else ""
        return Typed(f"CASE WHEN {self(node.this)} THEN {values[0]}{tail} END", result)

    def alike(self, values: list[Typed]) -> tuple[list[Typed], DataType | None]:
        """Values brought to the type that holds them all."""
        result: DataType | None = None
        for value in values:
            if not value.null:
                result = common(result, value.type)
        if result is not None and result.is_text:
            values = [value if value.null or value.type is None else self.text(value) for value in values]
            sizes = {value.type for value in values if not value.null}
            if result.name == "CHAR" and len(sizes) > 1:
                result = DataType.varchar(result.size or 1, result.character_set or UTF8)
        return values, result

    def subquery(self, node: exp.Subquery) -> Typed:
        """A query as a value."""
        sql, columns = self.queries.query(node.this, self.scope)
        return Typed(f"({sql})", columns[0].type)

    def paren(self, node: exp.Paren) -> Typed:
        """Parentheses."""
        value = self(node.this)
        return Typed(f"({value})", value.type, value.constant, value.null)

    def tuple_(self, node: exp.Tuple) -> Typed:
        """`(a, b)`, as IN takes it."""
        return Typed(f"({', '.join(self(part).sql for part in node.expressions)})", None)

    def datetime_literal(self, node: exp.Cast) -> Typed:
        """`DATE '2024-01-31'` and `TIMESTAMP '2024-01-31 12:00:00'`, always in ISO format."""
        kind = node.to.this
        if not isinstance(node.this, exp.Literal) or kind not in {exp.DType.DATE, exp.DType.TIMESTAMP}:
            raise unsupported(f"'{node.sql()}'")
        text = literal(str(node.this.this))
        if kind == exp.DType.DATE:
            return Typed(f"CAST({text} AS DATE)", DATE)
        return Typed(f"CAST({text} AS TIMESTAMP)", TIMESTAMP)

    def prior(self, node: exp.Prior) -> Typed:
        """PRIOR x: the value in the parent's row."""
        known = self.scope.hierarchy
        if known is None or known.prior is None:
            raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, unexpected PRIOR_ outside of CONNECT BY")
        return ExpressionTranslator(self.queries, known.prior)(node.this)

    def connect_by_root(self, node: exp.ConnectByRoot) -> Typed:
        """CONNECT_BY_ROOT x: the value in the row at the top."""
        known = self.scope.hierarchy
        if known is None or known.root is None:
            raise ExasolError(SYNTAX_OR_ACCESS, "CONNECT_BY_ROOT needs CONNECT BY")
        return ExpressionTranslator(self.queries, known.root)(node.this)

    def placeholder(self, node: exp.Placeholder) -> Typed:
        """The next `?` of a prepared statement; its place decides its type."""
        return Typed("?", None)


def unknown_function(name: str, node: exp.Expr) -> ExasolError:
    """Exasol's answer to a function that it does not know."""
    where = position(node if "line" in node.meta else node.find(exp.Identifier))
    return ExasolError(SYNTAX_OR_ACCESS, at(f"function or script {name} not found", *where))


def _binary(operator: str) -> Callable[[ExpressionTranslator, exp.Expr], Typed]:
    def translate(translator: ExpressionTranslator, node: exp.Expr) -> Typed:
        return operators.binary(translator, operator, translator(node.this), translator(node.expression))

    return translate


_T = ExpressionTranslator
_METHODS: dict[type, Callable[[ExpressionTranslator, exp.Expr], Typed]] = {
    exp.Literal: _T.literal,
    exp.Column: _T.column,
    exp.Anonymous: _T.anonymous,
    exp.Dot: _T.dot,
    exp.Window: _T.window,
    exp.Case: _T.case,
    exp.If: _T.if_,
    exp.Subquery: _T.subquery,
    exp.Select: lambda self, node: Typed(f"({self.queries.query(node, self.scope)[0]})", None),
    exp.Exists: predicates.exists,
    exp.Paren: _T.paren,
    exp.Tuple: _T.tuple_,
    exp.Cast: _T.datetime_literal,
    exp.Prior: _T.prior,
    exp.ConnectByRoot: _T.connect_by_root,
    exp.Placeholder: _T.placeholder,
    exp.Is: predicates.is_,
    exp.Not: predicates.not_,
    exp.In: predicates.in_,
    exp.Between: predicates.between,
    exp.Any: predicates.any_,
    exp.Null: lambda self, node: NULL,
    exp.Boolean: lambda self, node: Typed("TRUE" if node.this else "FALSE", BOOLEAN, True),
    exp.Neg: lambda self, node: operators.negative(self(node.this)),
    exp.DPipe: lambda self, node: operators.concatenate(self, [self(node.this), self(node.expression)]),
    exp.Concat: lambda self, node: operators.concatenate(self, [self(part) for part in node.expressions]),
    exp.Like: predicates.like,
    exp.Escape: lambda self, node: operators.like(self, node.this, str(node.expression.this)),
    exp.RegexpLike: lambda self, node: operators.regexp_like(self(node.this), self(node.expression)),
    exp.Extract: lambda self, node: FUNCTIONS["EXTRACT"](Call("EXTRACT", node, self)),
    exp.StrPosition: lambda self, node: FUNCTIONS["POSITION"](Call("POSITION", node, self)),
    exp.Substring: lambda self, node: FUNCTIONS["SUBSTRING"](Call("SUBSTRING", node, self)),
    exp.Add: _binary("+"),
    exp.Sub: _binary("-"),
    exp.Mul: _binary("*"),
    exp.Div: _binary("/"),
    exp.EQ: _binary("="),
    exp.NEQ: _binary("<>"),
    exp.GT: _binary(">"),
    exp.GTE: _binary(">="),
    exp.LT: _binary("<"),
    exp.LTE: _binary("<="),
    exp.And: _binary("AND"),
    exp.Or: _binary("OR"),
}
