"""Functions on the bits of whole numbers from 0 to 2^64 - 1."""

from __future__ import annotations

from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_number
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import BOOLEAN, Typed, decimal

_UNSIGNED = decimal(20, 0)
_ALL_ONES = "18446744073709551615"
_OPERATORS = {"BIT_AND": "{0} & {1}", "BIT_OR": "{0} | {1}", "BIT_XOR": "xor({0}, {1})"}
_SHIFTS = {
    "BIT_LSHIFT": "{0} << {1}",
    "BIT_RSHIFT": "{0} >> {1}",
    "BIT_LROTATE": "({0} << ({1} % 64)) | ({0} >> (64 - {1} % 64))",
    "BIT_RROTATE": "({0} >> ({1} % 64)) | ({0} << (64 - {1} % 64))",
    "BIT_SET": "{0} | (CAST(1 AS UHUGEINT) << {1})",
}


def _wide(value: Typed) -> str:
    """As 128 bits, so that a shift keeps what Exasol drops only afterwards."""
    return f"CAST(CAST({as_number(value)} AS UBIGINT) AS UHUGEINT)"


def _narrow(sql: str) -> Typed:
    return Typed(f"CAST(({sql}) & CAST({_ALL_ONES} AS UHUGEINT) AS DECIMAL(20, 0))", _UNSIGNED)


@function(*_OPERATORS)
def of_two(call: Call) -> Typed:
    """BIT_AND(a, b), BIT_OR, BIT_XOR."""
    a, b = (_wide(value) for value in call.expect(2))
    return _narrow(_OPERATORS[call.name].format(a, b))


@function(*_SHIFTS)
def shift(call: Call) -> Typed:
    """BIT_LSHIFT(a, n), BIT_RSHIFT, BIT_LROTATE, BIT_RROTATE, BIT_SET; n counts from 0 to 63."""
    value, count = call.expect(2)
    return _narrow(_SHIFTS[call.name].format(_wide(value), _place(count)))


def _place(count: Typed) -> str:
    """DuckDB SQL of the number of a bit; fails unless it is from 0 to 63."""
    number = as_number(count)
    message = literal("[22003] data exception - numeric value out of range; bits have numbers from 0 to 63")
    checked = f"CASE WHEN {number} NOT BETWEEN 0 AND 63 THEN error({message}) ELSE {number} END"
    return f"CAST({checked} AS UHUGEINT)"


@function("BIT_NOT")
def bit_not(call: Call) -> Typed:
    """BIT_NOT(a)."""
    (value,) = call.expect(1)
    return _narrow(f"xor({_wide(value)}, CAST({_ALL_ONES} AS UHUGEINT))")


@function("BIT_CHECK")
def bit_check(call: Call) -> Typed:
    """BIT_CHECK(a, n): whether the bit is set."""
    value, place = call.expect(2)
    bit = f"({_wide(value)} >> {_place(place)}) & CAST(1 AS UHUGEINT)"
    return Typed(f"(({bit}) = 1)", BOOLEAN)


@function("BIT_TO_NUM")
def bit_to_num(call: Call) -> Typed:
    """BIT_TO_NUM(1, 1, 0): the number with these bits, the highest first."""
    values = call.expect(1, 64)
    powers = [
        f"CAST({as_number(value)} AS UHUGEINT) * {2 ** (len(values) - 1 - index)}"
        for index, value in enumerate(values)
    ]
    return _narrow(" + ".join(powers))
