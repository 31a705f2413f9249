"""CAST, CONVERT, TO_CHAR, TO_DATE, TO_TIMESTAMP, TO_NUMBER, IS_NUMBER and its like."""

from __future__ import annotations

import re

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_number
from exasol_sandbox.database.transforms.formats import is_number_format, strftime_of, strptime_of
from exasol_sandbox.database.transforms.functions.dates import TIMES
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.typed import BOOLEAN, DATE, DOUBLE, TIMESTAMP, Typed, decimal, varchar


@function("CAST")
def cast_(call: Call) -> Typed:
    """CAST(x AS type)."""
    return _cast(call, 0, 1)


@function("CONVERT")
def convert(call: Call) -> Typed:
    """CONVERT(type, x)."""
    return _cast(call, 1, 0)


def _cast(call: Call, value: int, target: int) -> Typed:
    name = call.constant_text(target)
    if len(call.nodes) != 2 or name is None:
        raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error, {call.name} needs a value and a data type")
    return call.translator.cast(call.translator(call.nodes[value]), DataType.parse(name))


@function("TO_CHAR")
def to_char(call: Call) -> Typed:
    """TO_CHAR(x[, format]) of dates, timestamps and numbers."""
    value = call.expect(1, 2)[0]
    if len(call.nodes) == 1:
        return call.translator.text(value)
    form = _format(call, 1)
    if is_number_format(form) and not value.is_a(*TIMES):
        return _formatted_number(call, as_number(value), form)
    moment = call.translator.point_in_time(value)
    text = f"strftime({moment}, {literal(strftime_of(form))})"
    if "MON" in form or "DAY" in form or "DY" in form:
        text = f"upper({text})"
    return Typed(text, varchar(max(len(form) + 8, 32)))


def _format(call: Call, index: int) -> str:
    form = call.constant_text(index)
    if form is None:
        raise call.refuse("with a format that is not a literal")
    return form


def _formatted_number(call: Call, value: Typed, form: str) -> Typed:
    match = re.fullmatch(r"(9*)(0*)(?:\.(9*)(0*))?", form.strip())
    if re.fullmatch(r"[Xx]+", form.strip()):
        letters = f"printf('%X', CAST({value} AS BIGINT))"
        text = letters if form.strip().isupper() else f"lower({letters})"
        return Typed(f"lpad({text}, {len(form.strip())}, ' ')", varchar(len(form)))
    if match is None:
        raise call.refuse(f"with the number format '{form}'")
    nines, zeros, optional, required = (part or "" for part in match.groups())
    digits = len(optional) + len(required)
    whole_width = len(nines) + len(zeros)
    total = whole_width + (digits + 1 if digits else 0) + 1
    number = f"CAST(round({value}, {digits}) AS DECIMAL(36, {digits}))"
    if zeros and nines:
        raise call.refuse(f"with the number format '{form}'")
    text = f"printf('%.{digits}f', CAST({number} AS DOUBLE))"
    if zeros:
        text = f"printf('%0{total - 1}.{digits}f', CAST({number} AS DOUBLE))"
    return Typed(f"lpad({text}, {total}, ' ')", varchar(total))


@function("TO_DATE")
def to_date(call: Call) -> Typed:
    """TO_DATE(t[, format])."""
    value = call.expect(1, 2)[0]
    if len(call.nodes) == 1 or value.is_a(*TIMES):
        return call.translator.date(value)
    form = strptime_of(_format(call, 1))
    return Typed(f"exa_parse_date({call.translator.text(value)}, {form})", DATE)


@function("TO_TIMESTAMP")
def to_timestamp(call: Call) -> Typed:
    """TO_TIMESTAMP(t[, format])."""
    value = call.expect(1, 2)[0]
    if len(call.nodes) == 1 or value.is_a(*TIMES):
        return call.translator.timestamp(value).with_type(TIMESTAMP)
    form = strptime_of(_format(call, 1))
    return Typed(f"exa_parse_timestamp({call.translator.text(value)}, {form})", TIMESTAMP)


@function("TO_NUMBER")
def to_number(call: Call) -> Typed:
    """TO_NUMBER(t[, format]); the format may be hexadecimal (`XXXX`) or plain digits."""
    value = call.translator.text(call.expect(1, 2)[0])
    if len(call.nodes) == 1:
        return Typed(f"CAST({value} AS DOUBLE)", DOUBLE)
    form = _format(call, 1).strip()
    if re.fullmatch(r"[Xx]+", form):
        if len(form) > 16:
            raise call.refuse("with more than 16 hexadecimal digits")
        hexadecimal = f"CAST(CAST('0x' || trim({value}) AS UBIGINT) AS DECIMAL(20, 0))"
        return Typed(hexadecimal, decimal(20, 0))
    match = re.fullmatch(r"S?([90]*)(?:\.([90]*))?", form)
    if match is None:
        raise call.refuse(f"with the number format '{form}'")
    result = decimal(len(match[1]) + len(match[2] or ""), len(match[2] or ""))
    return Typed(f"CAST(trim({value}) AS {result.duckdb()})", result)


@function("IS_NUMBER")
def is_number(call: Call) -> Typed:
    """IS_NUMBER(t)."""
    value = call.translator.text(_without_format(call))
    return Typed(f"(TRY_CAST({value} AS DOUBLE) IS NOT NULL)", BOOLEAN)


@function("IS_BOOLEAN")
def is_boolean(call: Call) -> Typed:
    """IS_BOOLEAN(t)."""
    return Typed(f"(exa_is_boolean({call.translator.text(_without_format(call))}))", BOOLEAN)


@function("IS_DATE", "IS_TIMESTAMP")
def is_point_in_time(call: Call) -> Typed:
    """IS_DATE(t[, format]) and IS_TIMESTAMP(t[, format])."""
    value = call.translator.text(call.expect(1, 2)[0])
    session = call.context.date_format if call.name == "IS_DATE" else call.context.timestamp_format
    form = strptime_of(_format(call, 1) if len(call.nodes) == 2 else session)
    return Typed(f"(try_strptime(trim({value}), {form}) IS NOT NULL)", BOOLEAN)


def _without_format(call: Call) -> Typed:
    if len(call.nodes) > 1:
        raise call.refuse("with a format")
    return call.expect(1)[0]


@function("TYPEOF")
def typeof(call: Call) -> Typed:
    """TYPEOF(x): the Exasol type, where the sandbox knows it."""
    (value,) = call.expect(1)
    if value.type is None:
        raise call.refuse("of a value without a type")
    return Typed(literal(value.type.sql()), varchar(128))
