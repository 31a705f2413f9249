"""Functions that choose between values."""

from __future__ import annotations

from exasol_sandbox.database.transforms import operators
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_number
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.typed import Typed, decimal


@function("COALESCE", "NVL")
def coalesce(call: Call) -> Typed:
    """COALESCE(a, b, …) and NVL(a, b)."""
    values, result = call.translator.alike(
        call.expect(2 if call.name == "NVL" else 1, 2 if call.name == "NVL" else 1000)
    )
    return Typed(f"coalesce({', '.join(value.sql for value in values)})", result)


@function("NVL2")
def nvl2(call: Call) -> Typed:
    """NVL2(a, if not null, if null)."""
    tested, *rest = call.expect(3)
    values, result = call.translator.alike(rest)
    return Typed(f"CASE WHEN {tested} IS NOT NULL THEN {values[0]} ELSE {values[1]} END", result)


@function("NULLIF")
def nullif(call: Call) -> Typed:
    """NULLIF(a, b)."""
    a, b = call.expect(2)
    left, right = operators.comparable(call.translator, a, b)
    return Typed(f"CASE WHEN {left} = {right} THEN NULL ELSE {a} END", a.type)


@function("NULLIFZERO")
def nullifzero(call: Call) -> Typed:
    """NULLIFZERO(n)."""
    (value,) = call.expect(1)
    number = as_number(value)
    return Typed(f"nullif({number}, 0)", number.type)


@function("ZEROIFNULL")
def zeroifnull(call: Call) -> Typed:
    """ZEROIFNULL(n)."""
    (value,) = call.expect(1)
    number = as_number(value)
    return Typed(f"coalesce({number}, 0)", number.type)


@function("DECODE")
def decode(call: Call) -> Typed:
    """DECODE(x, a, 1, b, 2, …[, default]); NULL equals NULL here."""
    tested, *rest = call.expect(3, 1000)
    pairs = [(rest[i], rest[i + 1]) for i in range(0, len(rest) - 1, 2)]
    default = [rest[-1]] if len(rest) % 2 else []
    values, result = call.translator.alike([value for _, value in pairs] + default)
    branches = []
    for (search, _), value in zip(pairs, values, strict=False):
        left, right = operators.comparable(call.translator, tested, search)
        branches.append(f"WHEN {left} IS NOT DISTINCT FROM {right} THEN {value}")
    tail = f" ELSE {values[-1]}" if default else ""
    return Typed(f"CASE {' '.join(branches)}{tail} END", result)


@function("GREATEST", "LEAST")
def extreme(call: Call) -> Typed:
    """GREATEST(a, b, …) and LEAST: NULL if any argument is."""
    values, result = call.translator.alike(call.expect(1, 1000))
    sql = ", ".join(value.sql for value in values)
    nulls = " OR ".join(f"{value} IS NULL" for value in values)
    return Typed(f"CASE WHEN {nulls} THEN NULL ELSE {call.name.lower()}({sql}) END", result)


@function("WIDTH_BUCKET")
def width_bucket(call: Call) -> Typed:
    """WIDTH_BUCKET(x, low, high, buckets)."""
    x, low, high, count = (as_number(value) for value in call.expect(4))
    inside = f"CAST(floor(({x} - {low}) * {count} / CAST({high} - {low} AS DOUBLE)) AS BIGINT) + 1"
    return Typed(
        f"CASE WHEN {x} IS NULL THEN NULL WHEN {x} < {low} THEN 0 "
        f"WHEN {x} >= {high} THEN {count} + 1 ELSE {inside} END",
        decimal(18, 0),
    )
