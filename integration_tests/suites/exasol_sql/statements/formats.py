"""Format models of dates and numbers, and session parameters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D

from .statement import Statement, example, rule

_PAGE = "formatmodels"
_SESSION = "sql/alter_session"
_MOMENT = "TIMESTAMP '2013-01-07 15:04:09.123456'"


def _shown(form: str, text: str) -> Statement:
    return example(_PAGE, f"SELECT TO_CHAR({_MOMENT}, '{form}')", text)


def _number(value: str, form: str, text: str) -> Statement:
    return example(_PAGE, f"SELECT TO_CHAR({value}, '{form}')", text)


def _after(given: str, sql: str, *row: object) -> Statement:
    return Statement(sql, [row], _SESSION, given=(given,), by_rule=True)


FORMATS = [
    _shown("YYYY", "2013"),
    _shown("YY", "13"),
    _shown("IYYY-IW", "2013-02"),
    _shown("CC", "21"),
    _shown("MM", "01"),
    _shown("MONTH", "JANUARY"),
    _shown("Month", "January"),
    _shown("month", "january"),
    _shown("MON", "JAN"),
    _shown("Mon", "Jan"),
    _shown("mon", "jan"),
    _shown("Q", "1"),
    _shown("DD", "07"),
    _shown("DDD", "007"),
    _shown("DAY", "MONDAY"),
    _shown("Day", "Monday"),
    _shown("DY", "MON"),
    _shown("Dy", "Mon"),
    _shown("ID", "1"),
    _shown("HH24", "15"),
    _shown("HH12", "03"),
    _shown("HH12:MI AM", "03:04 PM"),
    _shown("MI", "04"),
    _shown("SS", "09"),
    _shown("FF3", "123"),
    _shown("FF6", "123456"),
    _shown("DD.MM.YYYY", "07.01.2013"),
    _shown("YYYY/MM/DD", "2013/01/07"),
    _number("123", "99999", "   123"),
    _number("123", "00999", " 00123"),
    _number("123.4", "999.90", " 123.40"),
    _number("-123", "99999", "  -123"),
    _number("123", "S999", "+123"),
    _number("-123", "999S", "123-"),
    _number("1234", "9,999", " 1,234"),
    _number("1234.5", "9G999D99", " 1,234.50"),
    _number("255", "XX", "FF"),
    _number("255", "xx", "ff"),
    _number("0.5", "0.9", " 0.5"),
    rule(_PAGE, "SELECT TO_DATE('2013-007', 'YYYY-DDD')", date(2013, 1, 7)),
    rule(
        _PAGE,
        "SELECT TO_TIMESTAMP('07.01.2013 03:04 PM', 'DD.MM.YYYY HH12:MI AM')",
        datetime(2013, 1, 7, 15, 4),
    ),
    rule(_PAGE, "SELECT TO_NUMBER('1,234.50', '9G999D99'), TO_NUMBER('FF', 'XX')", D("1234.50"), 255),
    _after(
        "ALTER SESSION SET NLS_DATE_FORMAT = 'DD.MM.YYYY'", "SELECT TO_CHAR(DATE '2013-12-31')", "31.12.2013"
    ),
    _after(
        "ALTER SESSION SET NLS_DATE_FORMAT = 'DD.MM.YYYY'",
        "SELECT TO_CHAR(CAST('31.12.2013' AS DATE), 'YYYY-MM-DD')",
        "2013-12-31",
    ),
    _after(
        "ALTER SESSION SET NLS_TIMESTAMP_FORMAT = 'DD.MM.YYYY HH24:MI'",
        "SELECT CAST(TIMESTAMP '2013-12-31 12:30:00' AS VARCHAR(20))",
        "31.12.2013 12:30",
    ),
    _after(
        "ALTER SESSION SET NLS_DATE_LANGUAGE = 'DEU'",
        "SELECT TO_CHAR(DATE '2013-12-31', 'DD. Month')",
        "31. Dezember",
    ),
    _after("ALTER SESSION SET DEFAULT_LIKE_ESCAPE_CHARACTER = '!'", "SELECT 'a%' LIKE 'a!%'", True),
    _after(
        "ALTER SESSION SET NLS_FIRST_DAY_OF_WEEK = 1",
        "SELECT TRUNC(DATE '2013-01-09', 'D')",
        date(2013, 1, 7),
    ),
    _after("ALTER SESSION SET NLS_FIRST_DAY_OF_WEEK = 7", "SELECT TO_CHAR(DATE '2013-01-09', 'D')", "4"),
]
