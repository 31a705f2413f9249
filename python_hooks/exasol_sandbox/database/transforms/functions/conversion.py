"""CAST, CONVERT, TO_CHAR, TO_DATE, TO_TIMESTAMP, TO_NUMBER, IS_NUMBER and its like."""

from __future__ import annotations

import re

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_exact, as_number
from exasol_sandbox.database.transforms.formats import LANGUAGES, datetime_as_text, in_english, strptime_of
from exasol_sandbox.database.transforms.functions.dates import TIMES
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.number_formats import is_number_format, number_format
from exasol_sandbox.database.transforms.typed import BOOLEAN, DATE, DOUBLE, TIMESTAMP, Typed, decimal, varchar
from exasol_sandbox.database.type_names import type_of


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
    return call.translator.cast(call.translator(call.nodes[value]), type_of(name))


@function("TO_CHAR")
def to_char(call: Call) -> Typed:
    """TO_CHAR(x[, format[, nls]]) of dates, timestamps and numbers."""
    value = call.expect(1, 3)[0]
    if len(call.nodes) == 1:
        return call.translator.text(value)
    form = _format(call, 1)
    nls = _nls(call)
    if not value.is_a(*TIMES) and (value.is_a("DECIMAL", "DOUBLE", "BOOLEAN") or is_number_format(form)):
        return _formatted_number(as_number(value), form, nls.get("NLS_NUMERIC_CHARACTERS", ".,"))
    moment = call.translator.point_in_time(value)
    language = nls.get("NLS_DATE_LANGUAGE", call.context.date_language).upper()
    text = datetime_as_text(moment.sql, form, language, call.context.first_day_of_week)
    return Typed(text, varchar(max(2 * len(form) + 8, 32)))


def _format(call: Call, index: int) -> str:
    form = call.constant_text(index)
    if form is None:
        raise call.refuse("with a format that is not a literal")
    return form


_NLS = re.compile(r"\s*(NLS_\w+)\s*=\s*'?([^'\s]+)'?", re.IGNORECASE)


def _nls(call: Call) -> dict[str, str]:
    """The parameters of the third argument: `NLS_DATE_LANGUAGE=DEU`, `NLS_NUMERIC_CHARACTERS=',.'`."""
    if len(call.nodes) < 3:
        return {}
    text = call.constant_text(2)
    found = {name.upper(): value for name, value in _NLS.findall(text or "")}
    language = found.get("NLS_DATE_LANGUAGE", "ENG").upper()
    if not found or language not in LANGUAGES or len(found.get("NLS_NUMERIC_CHARACTERS", ".,")) != 2:
        raise call.refuse(f"with '{text}'")
    return found


def _formatted_number(value: Typed, form: str, characters: str) -> Typed:
    form = form.strip()
    if re.fullmatch(r"[Xx]+", form):
        letters = f"printf('%X', CAST({value} AS BIGINT))"
        text = letters if form.isupper() else f"lower({letters})"
        return Typed(text, varchar(len(form)))
    number_format(form)
    text = f"exa_format_number(CAST({as_exact(value)} AS VARCHAR), {literal(form)}, {literal(characters)})"
    return Typed(text, varchar(len(form) + 1))


@function("TO_DATE", "TO_TIMESTAMP")
def to_point_in_time(call: Call) -> Typed:
    """TO_DATE(t[, format[, nls]]) and TO_TIMESTAMP."""
    value = call.expect(1, 3)[0]
    is_date = call.name == "TO_DATE"
    if len(call.nodes) == 1 or value.is_a(*TIMES):
        return (
            call.translator.date(value) if is_date else call.translator.timestamp(value).with_type(TIMESTAMP)
        )
    form = _format(call, 1)
    language = _nls(call).get("NLS_DATE_LANGUAGE", call.context.date_language).upper()
    text = in_english(call.translator.text(value).sql, form, language)
    return Typed(
        f"exa_parse_{'date' if is_date else 'timestamp'}({text}, {strptime_of(form)})",
        DATE if is_date else TIMESTAMP,
    )


@function("TO_NUMBER")
def to_number(call: Call) -> Typed:
    """TO_NUMBER(t[, format]); the format may be hexadecimal (`XXXX`)."""
    value = call.translator.text(call.expect(1, 2)[0])
    if len(call.nodes) == 1:
        return Typed(f"CAST({value} AS DOUBLE)", DOUBLE)
    form = _format(call, 1).strip()
    if re.fullmatch(r"[Xx]+", form):
        if len(form) > 16:
            raise call.refuse("with more than 16 hexadecimal digits")
        hexadecimal = f"CAST(CAST('0x' || trim({value}) AS UBIGINT) AS DECIMAL(20, 0))"
        return Typed(hexadecimal, decimal(20, 0))
    parts = number_format(form)
    result = decimal(parts.digits + len(parts.fraction), len(parts.fraction))
    return Typed(f"CAST(exa_parse_number({value}, {literal(form)}, '.,') AS {result.duckdb()})", result)


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
