"""Number format models, as TO_CHAR and TO_NUMBER take them.

https://docs.exasol.com/db/latest/sql_references/formatmodels.htm
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from exasol_sandbox.database.errors import unsupported

_MODEL = re.compile(r"(S|MI)?([90G,]*)(?:([.D])([90]*))?(S|MI)?", re.IGNORECASE)


@dataclass(frozen=True)
class NumberFormat:
    """A format model in its parts.

    Attributes:
        before: `S`, `MI` or nothing at the beginning; `after` the same at the end.
        whole: the places before the decimal point, `9`, `0` and `G`.
        point: whether there is a decimal point.
        fraction: the places after it.
    """

    before: str
    whole: str
    point: bool
    fraction: str
    after: str

    @property
    def digits(self) -> int:
        """The number of places before the decimal point."""
        return sum(place != "G" for place in self.whole)


@lru_cache(maxsize=256)
def number_format(model: str) -> NumberFormat:
    """The parts of a format model.

    Raises:
        ExasolError: it has an element that the sandbox does not know, or is none for numbers.
    """
    match = _MODEL.fullmatch(model.strip())
    if match is None or not (match[2] or match[4]) or (match[1] and match[5]):
        raise unsupported(f"the number format '{model}'")
    before, whole, point, fraction, after = (part or "" for part in match.groups())
    return NumberFormat(before.upper(), whole.upper().replace(",", "G"), bool(point), fraction, after.upper())


def format_number(text: str, model: str, characters: str) -> str:
    """A number as text.

    Args:
        text: the number as Exasol and Python write it.
        model: the format model.
        characters: the decimal and the group separator.
    """
    form = number_format(model)
    number = Decimal(text).quantize(Decimal(1).scaleb(-len(form.fraction)), ROUND_HALF_UP)
    negative = number < 0
    digits, _, decimals = f"{abs(number):f}".partition(".")
    plain_sign = not form.before and not form.after
    width = len(form.whole) + (1 + len(form.fraction) if form.point else 0)
    if len(digits) > form.digits and digits != "0":
        return "#" * (width + 1)
    places, started = "", False
    padded = ("" if digits == "0" and not form.digits else digits).rjust(form.digits)
    remaining = iter(padded)
    for place in form.whole:
        if place == "G":
            places += characters[1] if started else " "
            continue
        digit = next(remaining)
        started = started or place == "0" or digit != " "
        places += "0" if digit == " " and started else digit
    blank = len(places) - len(places.lstrip(" "))
    sign = ""
    if form.before == "S" or plain_sign:
        sign = "-" if negative else ("+" if form.before == "S" else " ")
    elif form.before == "MI":
        sign = "-" if negative else " "
    result = " " * blank + sign + places[blank:]
    if form.point:
        result += characters[0] + decimals
    if form.after == "S":
        result += "-" if negative else "+"
    elif form.after == "MI":
        result += "-" if negative else " "
    return result


def parse_number(text: str, model: str, characters: str) -> str:
    """A text that is written by a format model, as DuckDB reads a number.

    Raises:
        ValueError: it does not follow the model.
    """
    form = number_format(model)
    stripped = text.strip()
    sign = "-" if "-" in (stripped[:1], stripped[-1:]) else ""
    body = stripped.strip("+-").strip()
    whole, _, fraction = body.partition(characters[0])
    whole = whole.replace(characters[1], "") if "G" in form.whole else whole
    fits = len(whole) <= form.digits and len(fraction) <= len(form.fraction)
    if not re.fullmatch(r"\d*", whole + fraction) or not (whole + fraction) or not fits:
        raise ValueError(
            f"[22018] data exception - invalid character value for cast; Value: '{text}' Format: '{model}'"
        )
    return f"{sign}{whole or '0'}.{fraction or '0'}"


def is_number_format(text: str) -> bool:
    """Whether a format model is one for numbers, such as `999.99`."""
    return _MODEL.fullmatch(text.strip()) is not None or bool(re.fullmatch("[Xx]+", text.strip()))
