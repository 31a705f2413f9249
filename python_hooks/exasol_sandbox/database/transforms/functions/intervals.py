"""Interval literals, and functions that make intervals.

https://docs.exasol.com/db/latest/sql_references/literals.htm
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_number
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.operators import DAY_TO_SECOND, YEAR_TO_MONTH
from exasol_sandbox.database.transforms.typed import Typed

_FIELDS = re.compile(
    r"(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?"
    r"(?:\s+TO\s+(MONTH|HOUR|MINUTE|SECOND)\s*(?:\(\s*(\d+)\s*\))?)?",
    re.IGNORECASE,
)
_UNITS = ["DAY", "HOUR", "MINUTE", "SECOND"]
_SECONDS = {"DAY": 86_400, "HOUR": 3_600, "MINUTE": 60, "SECOND": 1}
_LONG_MONTHS = DataType(YEAR_TO_MONTH.name, precision=9)
_LONG_SECONDS = DataType(DAY_TO_SECOND.name, precision=9, fraction=9)


@function("INTERVAL")
def literal(call: Call) -> Typed:
    """`INTERVAL '5' MONTH`, `INTERVAL '1 12:00:00' DAY TO SECOND`; the parser gives text and fields."""
    text, fields = call.constant_text(0), call.constant_text(1)
    match = _FIELDS.fullmatch(" ".join((fields or "").split()))
    if text is None or match is None:
        raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error, invalid interval literal '{text}' {fields}")
    first = match[1].upper()
    last = (match[4] or first).upper()
    precision = int(match[2] or 2)
    if first in {"YEAR", "MONTH"} and last in {"YEAR", "MONTH"}:
        return Typed(f"to_months({_months(text, first)})", DataType(YEAR_TO_MONTH.name, precision=precision))
    if first not in _UNITS or last not in _UNITS or _UNITS.index(first) > _UNITS.index(last):
        raise _invalid(text, f"{first} TO {last}")
    fraction = int(match[5] or match[3] or 3)
    seconds = _in_seconds(text, first, last).quantize(Decimal(1).scaleb(-fraction), ROUND_HALF_UP)
    kind = DataType(DAY_TO_SECOND.name, precision=precision, fraction=fraction)
    return Typed(f"to_microseconds({int(seconds * 1_000_000)})", kind)


def _invalid(text: str, fields: str) -> ExasolError:
    return ExasolError("22007", f"data exception - invalid interval value; Value: '{text}' {fields}")


def _months(text: str, first: str) -> int:
    match = re.fullmatch(r"\s*([+-]?)(\d+)(?:-(\d+))?\s*", text)
    if match is None:
        raise _invalid(text, first)
    number, months = int(match[2]), int(match[3] or 0)
    total = number * 12 + months if first == "YEAR" else number
    return -total if match[1] == "-" else total


def _in_seconds(text: str, first: str, last: str) -> Decimal:
    units = _UNITS[_UNITS.index(first) : _UNITS.index(last) + 1]
    match = re.fullmatch(r"\s*([+-]?)\s*(\d+(?:[ :]\d+)*(?:\.\d+)?)\s*", text)
    numbers = re.split("[ :]", match[2]) if match else []
    if match is None or len(numbers) != len(units):
        raise _invalid(text, f"{first} TO {last}")
    total = sum(
        (Decimal(number) * _SECONDS[unit] for number, unit in zip(numbers, units, strict=True)), Decimal(0)
    )
    return -total if match[1] == "-" else total


@function("NUMTODSINTERVAL")
def from_number_of_seconds(call: Call) -> Typed:
    """NUMTODSINTERVAL(n, 'HOUR')."""
    number, unit = as_number(call.expect(2)[0]), (call.constant_text(1) or "").upper()
    if unit not in _SECONDS:
        raise call.refuse(f"with the unit '{unit}'")
    return Typed(f"to_microseconds(CAST({number} * {_SECONDS[unit]} * 1000000 AS BIGINT))", _LONG_SECONDS)


@function("NUMTOYMINTERVAL")
def from_number_of_months(call: Call) -> Typed:
    """NUMTOYMINTERVAL(n, 'YEAR')."""
    number, unit = as_number(call.expect(2)[0]), (call.constant_text(1) or "").upper()
    if unit not in {"YEAR", "MONTH"}:
        raise call.refuse(f"with the unit '{unit}'")
    months = f"CAST({number} * {12 if unit == 'YEAR' else 1} AS INTEGER)"
    return Typed(f"to_months({months})", _LONG_MONTHS)


@function("TO_DSINTERVAL")
def from_text_of_seconds(call: Call) -> Typed:
    """TO_DSINTERVAL('3 10:59:59.123')."""
    text = call.translator.text(call.expect(1)[0])
    return Typed(f"exa_seconds_of_text({text})", _LONG_SECONDS)


@function("TO_YMINTERVAL")
def from_text_of_months(call: Call) -> Typed:
    """TO_YMINTERVAL('3-11')."""
    text = call.translator.text(call.expect(1)[0])
    return Typed(f"exa_months_of_text({text})", _LONG_MONTHS)
