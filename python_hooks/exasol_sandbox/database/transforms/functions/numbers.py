"""Numeric functions."""

from __future__ import annotations

from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_exact, as_integer, as_number
from exasol_sandbox.database.transforms.functions import dates
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.typed import DOUBLE, INTEGER, Typed, decimal

_DOUBLES = {
    "ACOS": "acos",
    "ASIN": "asin",
    "ATAN": "atan",
    "COS": "cos",
    "COSH": "cosh",
    "COT": "cot",
    "DEGREES": "degrees",
    "EXP": "exp",
    "LN": "ln",
    "LOG10": "log10",
    "LOG2": "log2",
    "RADIANS": "radians",
    "SIN": "sin",
    "SINH": "sinh",
    "SQRT": "sqrt",
    "TAN": "tan",
    "TANH": "tanh",
}


def _numbers(call: Call, least: int, most: int | None = None) -> list[Typed]:
    return [as_number(arg) for arg in call.expect(least, most)]


@function(*_DOUBLES)
def double_function(call: Call) -> Typed:
    """Functions of one number that give a DOUBLE."""
    (value,) = _numbers(call, 1)
    return Typed(f"{_DOUBLES[call.name]}(CAST({value} AS DOUBLE))", DOUBLE)


@function("ATAN2", "POWER")
def two_doubles(call: Call) -> Typed:
    """ATAN2(a, b) and POWER(a, b)."""
    a, b = _numbers(call, 2)
    return Typed(f"{call.name.lower()}(CAST({a} AS DOUBLE), CAST({b} AS DOUBLE))", DOUBLE)


@function("LOG")
def log(call: Call) -> Typed:
    """LOG(base, n)."""
    base, value = _numbers(call, 2)
    return Typed(f"(ln(CAST({value} AS DOUBLE)) / ln(CAST({base} AS DOUBLE)))", DOUBLE)


@function("PI")
def pi(call: Call) -> Typed:
    """PI()."""
    call.expect(0)
    return Typed("pi()", DOUBLE)


@function("RANDOM", "RAND")
def random(call: Call) -> Typed:
    """RANDOM([low, high])."""
    values = _numbers(call, 0, 2)
    if len(values) == 2:
        return Typed(f"({values[0]} + random() * ({values[1]} - {values[0]}))", DOUBLE)
    return Typed("random()", DOUBLE)


@function("ABS")
def absolute(call: Call) -> Typed:
    """ABS(n)."""
    (value,) = _numbers(call, 1)
    return Typed(f"abs({as_exact(value)})", value.type)


@function("SIGN")
def sign(call: Call) -> Typed:
    """SIGN(n)."""
    (value,) = _numbers(call, 1)
    return Typed(f"sign({value})", decimal(1, 0))


@function("CEIL", "CEILING", "FLOOR")
def to_whole(call: Call) -> Typed:
    """CEIL(n) and FLOOR(n)."""
    (value,) = _numbers(call, 1)
    name = "floor" if call.name == "FLOOR" else "ceil"
    if value.type is not None and value.type.name == "DECIMAL":
        whole = decimal((value.type.precision or 18) - (value.type.scale or 0) + 1, 0)
        return Typed(f"CAST({name}({as_exact(value)}) AS {whole.duckdb()})", whole)
    return Typed(f"{name}({value})", value.type)


@function("ROUND")
def round_(call: Call) -> Typed:
    """ROUND(n[, digits]) and ROUND(date[, unit])."""
    value = call.expect(1, 2)[0]
    if value.is_a(*dates.TIMES):
        return dates.round_date(call)
    return _rounded(call, "round")


@function("TRUNC", "TRUNCATE")
def trunc(call: Call) -> Typed:
    """TRUNC(n[, digits]) and TRUNC(date[, unit])."""
    value = call.expect(1, 2)[0]
    if value.is_a(*dates.TIMES) or call.constant_text(1) is not None:
        return dates.trunc_date(call)
    return _rounded(call, "trunc")


def _rounded(call: Call, name: str) -> Typed:
    values = _numbers(call, 1, 2)
    value = values[0]
    digits = as_integer(values[1]) if len(values) == 2 else "0"
    if value.type is not None and value.type.name == "DECIMAL" and digits.isdigit():
        scale = min(int(digits), value.type.scale or 0)
        kept = decimal((value.type.precision or 18) - (value.type.scale or 0) + 1 + scale, scale)
        if name == "trunc" and int(digits) < (value.type.scale or 0):
            factor = 10 ** int(digits)
            return Typed(f"CAST(trunc({as_exact(value)} * {factor}) / {factor} AS {kept.duckdb()})", kept)
        return Typed(f"CAST(round({as_exact(value)}, {digits}) AS {kept.duckdb()})", kept)
    if name == "trunc":
        return Typed(f"(trunc({value} * power(10.0, {digits})) / power(10.0, {digits}))", value.type)
    result = f"round(CAST({value} AS DOUBLE), CAST({digits} AS INTEGER))"
    return Typed(f"CAST({result} AS {value.type.duckdb()})" if value.type else result, value.type)


@function("MOD")
def mod(call: Call) -> Typed:
    """MOD(a, b)."""
    a, b = _numbers(call, 2)
    return Typed(f"exa_modulo({as_exact(a)}, {as_exact(b)})", b.type if a.type == b.type else a.type)


@function("DIV")
def div(call: Call) -> Typed:
    """DIV(a, b): the whole quotient."""
    a, b = _numbers(call, 2)
    return Typed(f"exa_whole_quotient({a}, {b})", decimal(36, 0))


@function("MIN_SCALE")
def min_scale(call: Call) -> Typed:
    """MIN_SCALE(n): the digits after the point that are needed."""
    (value,) = _numbers(call, 1)
    digits = f"split_part(CAST({as_exact(value)} AS VARCHAR), '.', 2)"
    return Typed(f"length(rtrim({digits}, '0'))", INTEGER)
