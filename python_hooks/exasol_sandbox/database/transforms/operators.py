"""Operators: arithmetic, comparison, concatenation, patterns.

https://docs.exasol.com/db/latest/sql_references/operators.htm and .../predicates.htm
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.data_types import ASCII, UTF8, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.conversions import as_boolean, as_exact, as_number
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.time_zones import counted_in_utc
from exasol_sandbox.database.transforms.typed import (
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    TIMESTAMP,
    Typed,
    common,
    decimal,
    text_size,
)

if TYPE_CHECKING:
    from exasol_sandbox.database.transforms.expressions import ExpressionTranslator

YEAR_TO_MONTH = DataType("INTERVAL YEAR TO MONTH", precision=2)
DAY_TO_SECOND = DataType("INTERVAL DAY TO SECOND", precision=2, fraction=3)
_TIMESTAMPS = ("TIMESTAMP", "TIMESTAMP WITH LOCAL TIME ZONE")
_TIMES = ("DATE", *_TIMESTAMPS)
_INTERVALS = (YEAR_TO_MONTH.name, DAY_TO_SECOND.name)
_COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
MICROSECONDS_A_DAY = 86_400_000_000


def binary(translator: ExpressionTranslator, operator: str, left: Typed, right: Typed) -> Typed:
    """One binary operator."""
    if operator in {"AND", "OR"}:
        return Typed(f"({as_boolean(left)} {operator} {as_boolean(right)})", BOOLEAN)
    if operator in _COMPARISONS:
        return compare(translator, operator, left, right)
    return arithmetic(translator, operator, left, right)


def arithmetic(translator: ExpressionTranslator, operator: str, left: Typed, right: Typed) -> Typed:
    """`+ - * /` on numbers, dates and intervals; `date + 1` is a day later, `date - date` a number of
    days."""
    if left.is_a(*_TIMES, *_INTERVALS) or right.is_a(*_TIMES, *_INTERVALS):
        return _time_arithmetic(translator, operator, left, right)
    left, right = as_number(left), as_number(right)
    if operator == "/":
        return Typed(f"exa_divide({left}, {right})", DOUBLE)
    result = _arithmetic_type(operator, left.type, right.type)
    if result is DOUBLE:
        return Typed(f"({left} {operator} {right})", DOUBLE)
    return Typed(f"({as_exact(left)} {operator} {as_exact(right)})", result)


def _arithmetic_type(operator: str, left: DataType | None, right: DataType | None) -> DataType | None:
    if left is None or right is None:
        return None
    if left.name == "DOUBLE" or right.name == "DOUBLE":
        return DOUBLE
    p1, s1, p2, s2 = left.precision or 1, left.scale or 0, right.precision or 1, right.scale or 0
    if operator == "*":
        return decimal(p1 + p2, s1 + s2)
    scale = max(s1, s2)
    return decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)


def _time_arithmetic(translator: ExpressionTranslator, operator: str, left: Typed, right: Typed) -> Typed:  # noqa: PLR0911
    if operator == "+" and right.is_a(*_TIMES) and not left.is_a(*_TIMES):
        left, right = right, left
    if (
        left.is_a(*_TIMES)
        and operator == "-"
        and (right.is_a(*_TIMES) or (right.type and right.type.is_text))
    ):
        if left.is_a("DATE") and right.is_a("DATE"):
            return Typed(f"CAST(({left} - {right}) AS BIGINT)", INTEGER)
        earlier, later = translator.point_in_time(right), translator.point_in_time(left)
        context = translator.context
        since, until = (
            counted_in_utc(moment, context.time_zone, context.time_zone_behavior)
            for moment in (earlier, later)
        )
        return Typed(f"({until} - {since})", DAY_TO_SECOND)
    if left.is_a(*_TIMES) and operator in {"+", "-"}:
        if right.is_a(YEAR_TO_MONTH.name):
            moved = f"({left} {operator} {right})"
            return Typed(f"CAST({moved} AS DATE)", DATE) if left.is_a("DATE") else Typed(moved, left.type)
        if right.is_a(DAY_TO_SECOND.name):
            kind = left.type if left.is_a(*_TIMESTAMPS) else TIMESTAMP
            return Typed(f"({left} {operator} {right})", kind)
        days = as_number(right)
        if left.is_a("DATE"):
            return Typed(f"({left} {operator} CAST({days} AS INTEGER))", DATE)
        return Typed(
            f"({left} {operator} to_microseconds(CAST({days} * {MICROSECONDS_A_DAY} AS BIGINT)))", left.type
        )
    alike = left.type is not None and left.is_a(*_INTERVALS) and right.is_a(left.type.name)
    if alike and operator in {"+", "-"}:
        return Typed(f"({left} {operator} {right})", common(left.type, right.type))
    if left.is_a(*_INTERVALS) and operator == "*":
        return Typed(f"({left} * CAST({as_number(right)} AS INTEGER))", left.type)
    types = " and ".join(side.type.sql() if side.type else "NULL" for side in (left, right))
    raise ExasolError(SYNTAX_OR_ACCESS, f"invalid datatypes for operator '{operator}': {types}")


def negative(value: Typed) -> Typed:
    """`-x`."""
    number = as_number(value)
    return Typed(
        f"(-{number})" if number.constant else f"(-({number}))", number.type, number.constant, number.null
    )


def comparable(translator: ExpressionTranslator, left: Typed, right: Typed) -> tuple[Typed, Typed]:  # noqa: PLR0911
    """Both sides of a comparison in one type: text becomes the other side's type; CHARs are compared
    unpadded."""
    if left.type is None or right.type is None or left.type == right.type:
        return left, right
    for name, convert in (("DATE", translator.date), ("TIMESTAMP", translator.timestamp)):
        if left.type.name.startswith(name) and right.type.is_text:
            return left, convert(right)
        if right.type.name.startswith(name) and left.type.is_text:
            return convert(left), right
    if left.type.is_number != right.type.is_number and {left.type.is_text, right.type.is_text} == {
        True,
        False,
    }:
        return as_number(left), as_number(right)
    if left.type.name == "BOOLEAN" or right.type.name == "BOOLEAN":
        return as_boolean(left), as_boolean(right)
    if "HASHTYPE" in {left.type.name, right.type.name} and (left.type.is_text or right.type.is_text):
        return Typed(f"lower({left})", left.type), Typed(f"lower({right})", right.type)
    if left.type.name == right.type.name == "CHAR":
        return Typed(f"rtrim({left}, ' ')", left.type), Typed(f"rtrim({right}, ' ')", right.type)
    return left, right


def compare(translator: ExpressionTranslator, operator: str, left: Typed, right: Typed) -> Typed:
    """A comparison; every one with NULL (so also with '') is unknown."""
    left, right = comparable(translator, left, right)
    return Typed(f"({left} {operator} {right})", BOOLEAN)


def concatenate(translator: ExpressionTranslator, parts: list[Typed]) -> Typed:
    """`a || b`: a NULL counts as empty, an empty result is NULL."""
    texts = [translator.text(part) for part in parts]
    sizes = [0 if text.null else text_size(text.type) for text in texts]
    sets = {text.type.character_set if text.type else UTF8 for text in texts if not text.null}
    result = DataType.varchar(max(1, min(sum(sizes), 2_000_000)), ASCII if sets == {ASCII} else UTF8)
    joined = ", ".join(text.sql for text in texts)
    if any(text.constant and not text.null for text in texts):
        return Typed(f"concat({joined})", result)
    return Typed(f"nullif(concat({joined}), '')", result)


def like(translator: ExpressionTranslator, node: exp.Expr, escape: str) -> Typed:
    """LIKE; the escape character is `\\` unless said otherwise."""
    if not isinstance(node, exp.Like):
        raise unsupported(f"'{node.key.upper()}'")
    value, pattern = translator.text(translator(node.this)), translator.text(translator(node.expression))
    operator = "NOT LIKE" if node.args.get("negate") else "LIKE"
    return Typed(f"({value} {operator} {pattern} ESCAPE {literal(escape)})", BOOLEAN)


def regexp_like(value: Typed, pattern: Typed) -> Typed:
    """REGEXP_LIKE: the whole text has to match."""
    name = "regexp_full_match" if is_re2(pattern) else "exa_regexp_like"
    return Typed(f"{name}({value}, {pattern})", BOOLEAN)


_NOT_IN_RE2 = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|[*+?}]\+|\\K|\\R|\(\?R\)|\(\?\(")


def is_re2(pattern: Typed) -> bool:
    """Whether DuckDB's regular expressions have all constructs of PCRE in a pattern; if not, or if the
    pattern is not known yet, Python's, which are closer to PCRE, take it."""
    return pattern.constant and not _NOT_IN_RE2.search(pattern.sql)
