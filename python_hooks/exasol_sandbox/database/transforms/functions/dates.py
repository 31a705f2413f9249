"""Date and time functions."""

from __future__ import annotations

from sqlglot import exp

from exasol_sandbox.database.data_types import LOCAL_TIMESTAMP, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.transforms.call import Call
from exasol_sandbox.database.transforms.conversions import as_integer, as_number
from exasol_sandbox.database.transforms.functions.registry import function
from exasol_sandbox.database.transforms.names import literal
from exasol_sandbox.database.transforms.operators import MICROSECONDS_A_DAY
from exasol_sandbox.database.transforms.time_zones import (
    UTC,
    counted_in_utc,
    from_utc,
    to_utc,
)
from exasol_sandbox.database.transforms.typed import DATE, DOUBLE, INTEGER, TIMESTAMP, Typed, decimal

TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH LOCAL TIME ZONE")
_MICROSECONDS = {
    "WEEK": 7 * MICROSECONDS_A_DAY,
    "DAY": MICROSECONDS_A_DAY,
    "HOUR": 3_600_000_000,
    "MINUTE": 60_000_000,
    "SECOND": 1_000_000,
}


_NOW = "CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP)"
_MICROSECOND_DIGITS = 6


@function("CURRENT_TIMESTAMP", "NOW", "LOCALTIMESTAMP")
def current_timestamp(call: Call) -> Typed:
    """CURRENT_TIMESTAMP[(digits)]: the time of the statement in the session's time zone."""
    moment, digits = _now(call)
    kind = DataType.timestamp(digits, call.name != "LOCALTIMESTAMP")
    return Typed(from_utc(moment, call.context.time_zone), kind)


@function("SYSTIMESTAMP")
def system_timestamp(call: Call) -> Typed:
    """SYSTIMESTAMP[(digits)]: the time of the statement in the database's time zone, which is UTC."""
    moment, digits = _now(call)
    return Typed(moment, DataType.timestamp(digits))


def _now(call: Call) -> tuple[str, int]:
    """The time of the statement, UTC, with as many digits as are asked for, at most six, and their number."""
    given = call.expect(0, 1)
    digits = int(given[0].sql) if given and given[0].sql.isdigit() else 3
    step = 10 ** max(0, _MICROSECOND_DIGITS - digits)
    return f"make_timestamp(epoch_us({_NOW}) // {step} * {step})", digits


@function("CURRENT_DATE", "CURDATE")
def current_date(call: Call) -> Typed:
    """The date of the statement in the session's time zone."""
    return Typed(f"CAST({from_utc(_NOW, call.context.time_zone)} AS DATE)", DATE)


@function("SYSDATE")
def system_date(call: Call) -> Typed:
    """The date of the statement in the database's time zone, which is UTC."""
    return Typed(f"CAST({_NOW} AS DATE)", DATE)


@function("ADD_DAYS", "ADD_WEEKS", "ADD_HOURS", "ADD_MINUTES", "ADD_SECONDS")
def add_fixed(call: Call) -> Typed:
    """ADD_DAYS(d, n) and its like: a date stays a date where only days are added."""
    value, count = call.expect(2)
    moment = call.translator.point_in_time(value)
    unit = call.name[4:-1]
    if unit in {"DAY", "WEEK"}:
        days = f"CAST({as_integer(count)} * {7 if unit == 'WEEK' else 1} AS INTEGER)"
        moved = f"({moment} + {days})" if moment.is_a("DATE") else f"({moment} + to_days({days}))"
        return Typed(moved, moment.type)
    # Hours and minutes are rounded to whole ones, seconds to thousandths.
    number = f"round({as_number(count)}, 3)" if unit == "SECOND" else as_integer(count)
    amount = f"CAST({number} * {_MICROSECONDS[unit]} AS BIGINT)"
    kind = moment.type if not moment.is_a("DATE") else TIMESTAMP
    moved = f"({_in_utc(call, moment)} + to_microseconds({amount}))"
    return Typed(from_utc(moved, call.context.time_zone) if moment.is_a(LOCAL_TIMESTAMP) else moved, kind)


def _in_utc(call: Call, moment: Typed) -> str:
    return counted_in_utc(moment, call.context.time_zone, call.context.time_zone_behavior)


@function("ADD_MONTHS", "ADD_YEARS")
def add_months(call: Call) -> Typed:
    """ADD_MONTHS(d, n) and ADD_YEARS(d, n): the last day of a month stays the last day of a month."""
    value, count = call.expect(2)
    moment = call.translator.point_in_time(value)
    months = f"CAST({as_integer(count)} * {12 if call.name == 'ADD_YEARS' else 1} AS INTEGER)"
    if moment.is_a("DATE"):
        return Typed(f"CAST(exa_add_months({moment}, {months}) AS DATE)", DATE)
    day = f"CAST(exa_add_months(CAST({moment} AS DATE), {months}) AS TIMESTAMP)"
    return Typed(f"({day} + ({moment} - date_trunc('day', {moment})))", moment.type)


@function("DAYS_BETWEEN", "HOURS_BETWEEN", "MINUTES_BETWEEN", "SECONDS_BETWEEN")
def fixed_between(call: Call) -> Typed:
    """DAYS_BETWEEN(a, b): calendar days; the others: exact time from b to a as a fraction."""
    a, b = (call.translator.point_in_time(value) for value in call.expect(2))
    unit = call.name.split("S_", maxsplit=1)[0]
    if unit == "DAY":
        return Typed(f"(CAST({a} AS DATE) - CAST({b} AS DATE))", INTEGER)
    difference = f"(epoch_us({_in_utc(call, a)}) - epoch_us({_in_utc(call, b)}))"
    return Typed(f"({difference} / CAST({_MICROSECONDS[unit]} AS DOUBLE))", DOUBLE)


@function("MONTHS_BETWEEN", "YEARS_BETWEEN")
def months_between(call: Call) -> Typed:
    """MONTHS_BETWEEN(a, b) and YEARS_BETWEEN(a, b); days are counted as 31sts of a month."""
    a, b = (call.translator.point_in_time(value) for value in call.expect(2))
    months = f"CAST(exa_months_between(CAST({a} AS TIMESTAMP), CAST({b} AS TIMESTAMP)) AS DOUBLE)"
    return Typed(months if call.name == "MONTHS_BETWEEN" else f"({months} / 12)", DOUBLE)


_PARTS = {"YEAR": 4, "MONTH": 2, "DAY": 2, "HOUR": 2, "MINUTE": 2, "WEEK": 2, "QUARTER": 1}


@function("YEAR", "MONTH", "DAY", "WEEK", "HOUR", "MINUTE")
def part(call: Call) -> Typed:
    """YEAR(d), MONTH(d), DAY(d), WEEK(d) (ISO), HOUR(t), MINUTE(t)."""
    (value,) = call.expect(1)
    return _part(call, call.name, value)


@function("EXTRACT")
def extract(call: Call) -> Typed:
    """EXTRACT(YEAR FROM d)."""
    node = call.node
    if not isinstance(node, exp.Extract):
        raise call.refuse("without FROM")
    return _part(call, node.this.name.upper(), call.translator(node.expression))


@function("SECOND")
def second(call: Call) -> Typed:
    """SECOND(t[, digits]): without its fraction unless digits of it are asked for."""
    value = call.expect(1, 2)[0]
    digits = int(call.args[1].sql) if len(call.nodes) == 2 and call.args[1].sql.isdigit() else 0
    exact = _part(call, "SECOND", value)
    factor, kind = 10**digits, decimal(2 + digits, digits)
    return Typed(f"CAST(trunc({exact} * {factor}) / {factor} AS {kind.duckdb()})", kind)


def _part(call: Call, unit: str, value: Typed) -> Typed:
    moment = (
        value
        if value.type and value.type.name.startswith("INTERVAL")
        else call.translator.point_in_time(value)
    )
    if unit == "SECOND":
        kind = decimal(5, 3)
        return Typed(f"CAST(datepart('microsecond', {moment}) / 1000000.0 AS {kind.duckdb()})", kind)
    if unit not in _PARTS:
        raise call.refuse(f"of {unit}")
    found = f"datepart('{unit.lower()}', {moment})"
    if unit == "HOUR" and moment.type and moment.type.name.startswith("INTERVAL"):
        found = f"({found} % 24)"
    elif unit == "DAY" and moment.type and moment.type.name.startswith("INTERVAL"):
        found = f"(epoch_us({moment}) // {MICROSECONDS_A_DAY})"
    return Typed(found, decimal(_PARTS[unit], 0))


_TRUNC_UNITS = {
    "CC": "century",
    "YYYY": "year",
    "YYY": "year",
    "YY": "year",
    "Y": "year",
    "YEAR": "year",
    "Q": "quarter",
    "QUARTER": "quarter",
    "MONTH": "month",
    "MON": "month",
    "MM": "month",
    "RM": "month",
    "IW": "week",
    "WEEK": "week",
    "DDD": "day",
    "DD": "day",
    "J": "day",
    "DAY": "day",
    "HH": "hour",
    "HH24": "hour",
    "HH12": "hour",
    "HOUR": "hour",
    "MI": "minute",
    "MINUTE": "minute",
    "SS": "second",
    "SECOND": "second",
}


@function("DATE_TRUNC")
def date_trunc(call: Call) -> Typed:
    """DATE_TRUNC('month', d), as in PostgreSQL; weeks start on Monday."""
    call.expect(2)
    unit = (call.constant_text(0) or "").upper()
    if unit in {"DAY", "D"}:
        unit = "DD"
    return _truncated(call, unit, call.args[1])


def trunc_date(call: Call) -> Typed:
    """TRUNC(d[, 'MM']); the session chooses the first day of a week."""
    unit = "DD"
    if len(call.nodes) == 2:
        unit = (call.constant_text(1) or "").upper()
    if unit in {"DAY", "DY", "D"}:
        moment = call.translator.point_in_time(call.args[0])
        days = f"((datepart('isodow', {moment}) - {call.context.first_day_of_week} + 7) % 7)"
        kind = DATE if moment.is_a("DATE") else TIMESTAMP
        return Typed(
            f"CAST(date_trunc('day', {moment}) - to_days(CAST({days} AS INTEGER)) AS {kind.duckdb()})", kind
        )
    if unit in {"WW", "W"}:
        raise call.refuse(f"to '{unit}'")
    return _truncated(call, unit, call.args[0])


_HALVES = {
    "year": "to_months(6)",
    "week": f"to_microseconds({7 * MICROSECONDS_A_DAY // 2})",
    "day": "to_hours(12)",
    "hour": "to_minutes(30)",
    "minute": "to_seconds(30)",
    "second": "to_milliseconds(500)",
}


def round_date(call: Call) -> Typed:
    """ROUND(d[, 'MM']): months round up from the 16th day, years from July, smaller units from
    their half."""
    unit = (call.constant_text(1) or "").upper() if len(call.nodes) == 2 else "DD"
    moment = call.translator.point_in_time(call.args[0])
    if unit not in _TRUNC_UNITS or _TRUNC_UNITS[unit] in {"century", "quarter"}:
        raise call.refuse(f"to '{unit}'")
    part = _TRUNC_UNITS[unit]
    if part == "month":
        # The 16th day of any month is in the next month once 16 days are added, whatever its length.
        shifted = f"CASE WHEN day({moment}) >= 16 THEN {moment} + to_days(16) ELSE {moment} END"
    else:
        shifted = f"CAST({moment} AS TIMESTAMP) + {_HALVES[part]}"
    kind = DATE if moment.is_a("DATE") else TIMESTAMP
    return Typed(f"CAST(date_trunc('{part}', {shifted}) AS {kind.duckdb()})", kind)


def _truncated(call: Call, unit: str, value: Typed) -> Typed:
    if unit not in _TRUNC_UNITS:
        raise call.refuse(f"to '{unit}'")
    moment = call.translator.point_in_time(value)
    kind = DATE if moment.is_a("DATE") else TIMESTAMP
    return Typed(f"CAST(date_trunc('{_TRUNC_UNITS[unit]}', {moment}) AS {kind.duckdb()})", kind)


@function("CONVERT_TZ")
def convert_tz(call: Call) -> Typed:
    """CONVERT_TZ(t, from, to[, options]): options say what to do where clocks are changed."""
    values = call.expect(3, 4)
    moment = call.translator.timestamp(values[0])
    here = call.context.time_zone
    if moment.is_a(LOCAL_TIMESTAMP) and (call.constant_text(1) or "").upper() != here:
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"CONVERT_TZ of a {LOCAL_TIMESTAMP} needs the session's time zone '{here}' as second argument",
        )
    source, target = (call.translator.text(value) for value in values[1:3])
    behavior = literal(call.context.time_zone_behavior)
    options = call.translator.text(values[3]).sql if len(values) == 4 else behavior
    return Typed(f"exa_convert_tz({moment}, {source}, {target}, {options})", TIMESTAMP)


@function("POSIX_TIME")
def posix_time(call: Call) -> Typed:
    """POSIX_TIME([t]): seconds since 1970; t is a time in the session's time zone."""
    values = call.expect(0, 1)
    context = call.context
    if values:
        moment = call.translator.point_in_time(values[0])
        utc = to_utc(f"CAST({moment} AS TIMESTAMP)", context.time_zone, context.time_zone_behavior)
    else:
        utc = _now(call)[0]
    return Typed(f"(epoch_us({utc}) / 1000000.0)", DOUBLE)


@function("FROM_POSIX_TIME")
def from_posix_time(call: Call) -> Typed:
    """FROM_POSIX_TIME(seconds): a time in the session's time zone."""
    (value,) = call.expect(1)
    utc = f"make_timestamp(CAST(CAST({as_number(value)} AS DECIMAL(24, 6)) * 1000000 AS BIGINT))"
    return Typed(from_utc(utc, call.context.time_zone), TIMESTAMP)


@function("DBTIMEZONE")
def database_time_zone(call: Call) -> Typed:
    """The database's time zone is UTC."""
    return Typed(f"'{UTC}'", DataType.varchar(40))


@function("SESSIONTIMEZONE")
def session_time_zone(call: Call) -> Typed:
    """The session's time zone."""
    return Typed(literal(call.context.time_zone), DataType.varchar(40))
