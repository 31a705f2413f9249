"""Aggregate and analytic functions."""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_boolean, as_exact, as_integer, as_number
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.parsing import PREFIX
from exasol_sandbox.database.transforms.typed import BOOLEAN, DOUBLE, INTEGER, LONG_TEXT, Typed, decimal


def _argument(call: Call) -> tuple[str, Typed]:
    """`DISTINCT ` or nothing, and the only argument."""
    if len(call.nodes) != 1:
        call.expect(1)
    node = call.nodes[0]
    if isinstance(node, exp.Distinct):
        if len(node.expressions) != 1:
            raise call.refuse("DISTINCT of several expressions")
        return "DISTINCT ", call.translator(node.expressions[0])
    return "", call.translator(node)


@function("COUNT")
def count(call: Call) -> Typed:
    """COUNT(*), COUNT(x), COUNT(DISTINCT x), COUNT(DISTINCT (x, y))."""
    if call.star:
        return Typed("count(*)", INTEGER)
    node = next(iter(call.nodes), None)
    if isinstance(node, exp.Distinct) and (
        len(node.expressions) > 1 or isinstance(node.expressions[0], exp.Tuple)
    ):
        inner = node.expressions if len(node.expressions) > 1 else node.expressions[0].expressions
        values = [call.translator(part).sql for part in inner]
        present = " AND ".join(f"{value} IS NOT NULL" for value in values)
        return Typed(f"count(DISTINCT CASE WHEN {present} THEN ({', '.join(values)}) END)", INTEGER)
    distinct, value = _argument(call)
    return Typed(f"count({distinct}{value})", INTEGER)


@function("SUM")
def sum_(call: Call) -> Typed:
    """SUM([DISTINCT] n)."""
    distinct, value = _argument(call)
    number = as_number(value)
    kind = decimal(36, number.type.scale or 0) if number.is_a("DECIMAL") and number.type else number.type
    return Typed(f"sum({distinct}{as_exact(number)})", kind)


@function("AVG", "MEDIAN", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP")
def average(call: Call) -> Typed:
    """AVG([DISTINCT] n), MEDIAN and the measures of spread, as DOUBLE."""
    distinct, value = _argument(call)
    name = {"STDDEV": "stddev_samp", "VARIANCE": "var_samp"}.get(call.name, call.name.lower())
    return Typed(f"{name}({distinct}CAST({as_number(value)} AS DOUBLE))", DOUBLE)


@function("MIN", "MAX")
def extreme(call: Call) -> Typed:
    """MIN(x) and MAX(x)."""
    distinct, value = _argument(call)
    return Typed(f"{call.name.lower()}({distinct}{value})", value.type)


@function("ANY", "SOME", "EVERY")
def logical(call: Call) -> Typed:
    """ANY(condition) and EVERY(condition)."""
    distinct, value = _argument(call)
    name = "bool_and" if call.name == "EVERY" else "bool_or"
    return Typed(f"{name}({distinct}{as_boolean(value)})", BOOLEAN)


_OF_TWO = ["CORR", "COVAR_POP", "COVAR_SAMP"]
_REGRESSIONS = ["AVGX", "AVGY", "COUNT", "INTERCEPT", "R2", "SLOPE", "SXX", "SXY", "SYY"]


@function(*_OF_TWO, *(f"REGR_{name}" for name in _REGRESSIONS))
def of_two(call: Call) -> Typed:
    """CORR(a, b) and its like."""
    a, b = (as_number(value) for value in call.expect(2))
    kind = INTEGER if call.name == "REGR_COUNT" else DOUBLE
    found = Typed(f"{call.name.lower()}(CAST({a} AS DOUBLE), CAST({b} AS DOUBLE))", kind)
    return found if isinstance(call.node.parent, exp.Window) else null_if_undefined(call.node, found)


def null_if_undefined(node: exp.Expr, found: Typed) -> Typed:
    """The value of an aggregate, where DuckDB's is not a number because all values are the same.

    Args:
        node: the call.
        found: its translation, with its window if it has one.
    """
    name = str(node.this) if isinstance(node, exp.Anonymous) else ""
    undefined = name.removeprefix(PREFIX) in {"CORR", "REGR_SLOPE"}
    return Typed(f"exa_null_if_undefined({found})", found.type) if undefined else found


@function("MUL")
def product(call: Call) -> Typed:
    """MUL([DISTINCT] n): the product."""
    distinct, value = _argument(call)
    return Typed(f"product({distinct}CAST({as_number(value)} AS DOUBLE))", DOUBLE)


@function("GROUPING", "GROUPING_ID")
def grouping(call: Call) -> Typed:
    """GROUPING(a, b): a bit for each argument, set where the row is a sum over it."""
    values = call.expect(1, 60)
    return Typed(f"grouping({', '.join(value.sql for value in values)})", INTEGER)


@function("APPROXIMATE_COUNT_DISTINCT")
def approximate_count(call: Call) -> Typed:
    """APPROXIMATE_COUNT_DISTINCT(x)."""
    (value,) = call.expect(1)
    return Typed(f"approx_count_distinct({value})", INTEGER)


def _ordered(call: Call, node: exp.Expr) -> tuple[list[exp.Expr], bool, str]:
    """Arguments, whether DISTINCT, and the ORDER BY of the list."""
    order = ""
    if isinstance(node, exp.Order):
        order = " ORDER BY " + ", ".join(call.translator.ordered(item) for item in node.expressions)
        node = node.this
    if isinstance(node, exp.Distinct):
        return list(node.expressions), True, order
    return [node], False, order


def _joined(call: Call, value: exp.Expr, separator: str, distinct: bool, order: str) -> Typed:
    text = call.translator.text(call.translator(value))
    prefix = "DISTINCT " if distinct else ""
    return Typed(f"nullif(string_agg({prefix}{text}, {separator}{order}), '')", LONG_TEXT)


@function("GROUP_CONCAT")
def group_concat(call: Call) -> Typed:
    """GROUP_CONCAT([DISTINCT] x [ORDER BY y] [SEPARATOR ',']); the parser puts the separator first."""
    separator = call.translator(call.nodes[0]).sql
    values, distinct, order = _ordered(call, call.nodes[1])
    return _joined(call, values[0], "''" if separator == "NULL" else separator, distinct, order)


@function("LISTAGG")
def listagg(call: Call) -> Typed:
    """LISTAGG([DISTINCT] x[, ',']) WITHIN GROUP (ORDER BY y); without a separator nothing stands between."""
    last, distinct, order = _ordered(call, call.nodes[-1])
    if isinstance(call.nodes[0], exp.Distinct):
        distinct, first = True, list(call.nodes[0].expressions)
    else:
        first = [*call.nodes[:-1]]
    values = [*first, *last] if len(call.nodes) > 1 else last
    separator = call.translator(values[1]).sql if len(values) > 1 else "''"
    return _joined(call, values[0], "''" if separator == "NULL" else separator, distinct, order)


@function("PERCENTILE_CONT", "PERCENTILE_DISC")
def percentile(call: Call) -> Typed:
    """PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x)."""
    node = call.nodes[0] if call.nodes else None
    if not isinstance(node, exp.Order) or len(node.expressions) != 1:
        raise call.refuse("without WITHIN GROUP (ORDER BY …)")
    item = node.expressions[0]
    value = as_number(call.translator(item.this if isinstance(item, exp.Ordered) else item))
    order = " DESC" if isinstance(item, exp.Ordered) and item.args.get("desc") else ""
    share = call.translator(node.this)
    if call.name == "PERCENTILE_CONT":
        return Typed(f"quantile_cont(CAST({value} AS DOUBLE), {share} ORDER BY {value}{order})", DOUBLE)
    return Typed(f"quantile_disc({value}, {share} ORDER BY {value}{order})", value.type)


@function("ROW_NUMBER", "RANK", "DENSE_RANK", "CUME_DIST", "PERCENT_RANK")
def ranking(call: Call) -> Typed:
    """ROW_NUMBER() OVER (…) and its like."""
    call.expect(0)
    _needs_window(call)
    kind = DOUBLE if call.name in {"CUME_DIST", "PERCENT_RANK"} else INTEGER
    return Typed(f"{call.name.lower()}()", kind)


@function("NTILE")
def ntile(call: Call) -> Typed:
    """NTILE(n) OVER (…)."""
    (value,) = call.expect(1)
    _needs_window(call)
    return Typed(f"ntile({as_integer(value)})", INTEGER)


@function("RATIO_TO_REPORT")
def ratio_to_report(call: Call) -> Typed:
    """RATIO_TO_REPORT(n) OVER (PARTITION BY …): the share in the sum."""
    (value,) = call.expect(1)
    _needs_window(call)
    number = f"CAST({as_number(value)} AS DOUBLE)"
    return Typed(f"{number} / sum({number})", DOUBLE)


@function("LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE")
def from_other_row(call: Call) -> Typed:
    """LAG(x[, n[, default]]), LEAD, FIRST_VALUE(x), LAST_VALUE(x), NTH_VALUE(x, n), with IGNORE NULLS;
    FIRST_VALUE and LAST_VALUE without OVER are aggregates."""
    if call.name not in {"FIRST_VALUE", "LAST_VALUE"}:
        _needs_window(call)
    node = call.nodes[0]
    ignore = ""
    if isinstance(node, (exp.IgnoreNulls, exp.RespectNulls)):
        ignore = " IGNORE NULLS" if isinstance(node, exp.IgnoreNulls) else ""
        node = node.this
    value = call.translator(node)
    parts = [value.sql]
    if len(call.nodes) > 1:
        parts.append(as_integer(call.translator(call.nodes[1])))
    if len(call.nodes) > 2:
        values, _ = call.translator.alike([value, call.translator(call.nodes[2])])
        parts = [values[0].sql, parts[1], values[1].sql]
    if not isinstance(call.node.parent, exp.Window):
        chosen = f" FILTER ({value} IS NOT NULL)" if ignore else ""
        return Typed(f"{call.name[:-6].lower()}({value}){chosen}", value.type)
    return Typed(f"{call.name.lower()}({', '.join(parts)}{ignore})", value.type)


def _needs_window(call: Call) -> None:
    if not isinstance(call.node.parent, exp.Window):
        raise call.refuse("without OVER")
