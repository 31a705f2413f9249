"""Lua's `decimal`: Exasol's fixed-point numbers, of at most 36 digits.

https://docs.exasol.com/db/latest/database_concepts/scripting/general_script_language.htm, "Decimal type": the
operators give a decimal or a number, as it turns out. Here a result has the precision and scale that SQL
gives it, and is a number when that has more than 36 digits, as is every quotient.

Each function answers with whether it went well, and then its result or the text of the error: Python's
exceptions do not belong into Lua.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

MAX_PRECISION = 36
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)


def fitted(text: str, precision: int, scale: int) -> tuple[bool, str]:
    """`text` rounded to `scale` digits after the point, if it is a number of at most `precision` digits."""
    if not 1 <= precision <= MAX_PRECISION or not 0 <= scale <= precision:
        return False, f"illegal precision or scale of a decimal: ({precision},{scale})"
    try:
        value = _rounded(Decimal(text.strip()), scale)
    except InvalidOperation:
        return False, f"'{text}' is no decimal"
    if not value.is_finite() or abs(value) >= Decimal(10) ** (precision - scale):
        return False, f"numeric value out of range: {text} is no decimal({precision},{scale})"
    return True, f"{value:f}"


def calculate(
    operator: str, left: str, left_precision: int, left_scale: int, right: str, precision: int, scale: int
) -> tuple[bool, str] | tuple[bool, str, int, int]:
    """The result of `+`, `-`, `*` or `%`: text, precision and scale, or only a text when it is a number."""
    a, b = Decimal(left), Decimal(right)
    larger = max(left_scale, scale)
    whole = max(left_precision - left_scale, precision - scale)
    if operator == "*":
        value, digits, places = _EXACT.multiply(a, b), left_precision + precision, left_scale + scale
    elif operator == "%":
        if not b:
            return False, "data exception - division by zero"
        value, digits, places = _EXACT.remainder(a, b), whole + larger, larger
    else:
        value = _EXACT.add(a, b) if operator == "+" else _EXACT.subtract(a, b)
        digits, places = whole + larger + 1, larger
    if digits > MAX_PRECISION:
        return True, str(float(value))
    return True, f"{_rounded(value, places):f}", digits, places


def compare(left: str, right: str) -> int:
    """-1, 0 or 1: whether `left` is smaller, equal or larger."""
    a, b = Decimal(left), Decimal(right)
    return (a > b) - (a < b)


def _rounded(value: Decimal, scale: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-scale), context=_EXACT)
