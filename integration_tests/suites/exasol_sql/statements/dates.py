"""Dates, timestamps and intervals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D

from .statement import checked, example, rule_of_function
from .statement import of_function as f

_LITERALS = "literals"

DATES = [
    f(
        "add_days",
        "SELECT ADD_DAYS(DATE '2000-02-28', 1), ADD_DAYS(TIMESTAMP '2001-02-28 12:00:00', 1)",
        date(2000, 2, 29),
        datetime(2001, 3, 1, 12),
        types=("DATE", "TIMESTAMP(3)"),
    ),
    checked(
        f(
            "add_hour",
            "SELECT ADD_HOURS(TIMESTAMP '2000-01-01 00:00:00', 1), "
            "ADD_HOURS(TIMESTAMP '2000-01-01 12:23:45', -1)",
            datetime(2000, 1, 1, 1),
            datetime(2000, 1, 1, 11, 23, 45),
        )
    ),
    f(
        "add_minutes",
        "SELECT ADD_MINUTES(TIMESTAMP '2000-01-01 00:00:00', -1), "
        "ADD_MINUTES(TIMESTAMP '2000-01-01 00:00:00', +2)",
        datetime(1999, 12, 31, 23, 59),
        datetime(2000, 1, 1, 0, 2),
    ),
    f(
        "add_months",
        "SELECT ADD_MONTHS(DATE '2006-01-31', 1), ADD_MONTHS(TIMESTAMP '2006-01-31 12:00:00', 2)",
        date(2006, 2, 28),
        datetime(2006, 3, 31, 12),
    ),
    checked(
        f(
            "add_seconds",
            "SELECT ADD_SECONDS(TIMESTAMP '2000-01-01 00:00:00', -1), "
            "ADD_SECONDS(TIMESTAMP '2000-01-01 00:00:00', +1.234)",
            datetime(1999, 12, 31, 23, 59, 59),
            datetime(2000, 1, 1, 0, 0, 1, 234000),
        )
    ),
    f(
        "add_weeks",
        "SELECT ADD_WEEKS(DATE '2000-02-28', 1), ADD_WEEKS(TIMESTAMP '2005-01-31 12:00:00', -1)",
        date(2000, 3, 6),
        datetime(2005, 1, 24, 12),
    ),
    f(
        "add_years",
        "SELECT ADD_YEARS(DATE '2000-02-29', 1), ADD_YEARS(TIMESTAMP '2005-01-31 12:00:00', -1)",
        date(2001, 2, 28),
        datetime(2004, 1, 31, 12),
    ),
    f(
        "convert_tz",
        "SELECT CONVERT_TZ(TIMESTAMP '2012-05-10 12:00:00', 'UTC', 'Europe/Berlin')",
        datetime(2012, 5, 10, 14),
        types=("TIMESTAMP(3)",),
    ),
    # Expected by exasol/virtual-schema-shared-integration-tests of an Exasol, as are the intervals below.
    checked(
        rule_of_function(
            "convert_tz",
            "SELECT CONVERT_TZ(TIMESTAMP '2012-03-25 02:30:00', 'UTC', 'Europe/Berlin')",
            datetime(2012, 3, 25, 4, 30),
        )
    ),
    checked(
        rule_of_function(
            "add_hour", "SELECT ADD_HOURS(TIMESTAMP '2000-01-01 00:00:00', 1.6)", datetime(2000, 1, 1, 2)
        )
    ),
    checked(
        rule_of_function(
            "date_trunc",
            "SELECT DATE_TRUNC('month', TIMESTAMP '2006-12-31 23:59:59')",
            datetime(2006, 12, 1),
        )
    ),
    f("date_trunc", "SELECT DATE_TRUNC('month', DATE '2006-12-31')", date(2006, 12, 1)),
    f(
        "date_trunc",
        "SELECT DATE_TRUNC('minute', TIMESTAMP '2006-12-31 23:59:59')",
        datetime(2006, 12, 31, 23, 59),
    ),
    f("day", "SELECT DAY(DATE '2010-10-20')", 20),
    f(
        "days_between",
        "SELECT DAYS_BETWEEN(DATE '1999-12-31', DATE '2000-01-01'), "
        "DAYS_BETWEEN(TIMESTAMP '2000-01-01 12:00:00', TIMESTAMP '1999-12-31 00:00:00')",
        -1,
        1,
    ),
    f(
        "extract",
        "SELECT EXTRACT(SECOND FROM TIMESTAMP '2000-10-01 12:22:59.123'), "
        "EXTRACT(MONTH FROM DATE '2000-10-01'), EXTRACT(HOUR FROM INTERVAL '1 23:59:30.123' DAY TO SECOND)",
        D("59.123"),
        10,
        23,
    ),
    f(
        "from_posix_time",
        "SELECT FROM_POSIX_TIME(1), FROM_POSIX_TIME(1234567890)",
        datetime(1970, 1, 1, 0, 0, 1),
        datetime(2009, 2, 13, 23, 31, 30),
    ),
    f("hour", "SELECT HOUR(TIMESTAMP '2010-10-20 11:59:40.123')", 11),
    f(
        "hours_between",
        "SELECT HOURS_BETWEEN(TIMESTAMP '2000-01-01 12:00:00', TIMESTAMP '2000-01-01 11:01:05.1')",
        0.981916666666667,
    ),
    f("minute", "SELECT MINUTE(TIMESTAMP '2010-10-20 11:59:40.123')", 59),
    f(
        "minutes_between",
        "SELECT MINUTES_BETWEEN(TIMESTAMP '2000-01-01 12:01:02', TIMESTAMP '2000-01-01 12:00:02')",
        1.0,
    ),
    f("month", "SELECT MONTH(DATE '2010-10-20')", 10),
    f(
        "months_between",
        "SELECT MONTHS_BETWEEN(DATE '2000-01-01', DATE '1999-12-15'), "
        "MONTHS_BETWEEN(TIMESTAMP '2000-01-01 12:00:00', TIMESTAMP '1999-12-31 00:00:00')",
        0.548387096774194,
        0.048387096774194,
    ),
    checked(f("numtodsinterval", "SELECT NUMTODSINTERVAL(3.2, 'HOUR')", "+000000000 03:12:00.000000000")),
    checked(f("numtoyminterval", "SELECT NUMTOYMINTERVAL(3.5, 'YEAR')", "+000000003-06")),
    f(
        "posix_time",
        "SELECT POSIX_TIME('1970-01-01 00:00:01.000000'), POSIX_TIME('2009-02-13 23:31:30.000000')",
        1.0,
        1234567890.0,
    ),
    f("round_datetime", "SELECT ROUND(DATE '2006-12-31', 'MM')", date(2007, 1, 1)),
    f("round_datetime", "SELECT ROUND(TIMESTAMP '2006-12-31 23:59:59', 'MI')", datetime(2007, 1, 1)),
    f(
        "second",
        "SELECT SECOND(TIMESTAMP '2010-10-20 11:59:40.123'), SECOND(TIMESTAMP '2010-10-20 11:59:40.123', 2)",
        40,
        D("40.12"),
    ),
    f(
        "seconds_between",
        "SELECT SECONDS_BETWEEN(TIMESTAMP '2000-01-01 12:01:02.345', TIMESTAMP '2000-01-01 12:00:00')",
        62.345,
    ),
    f("to_char_datetime", "SELECT TO_CHAR(DATE '1999-12-31')", "1999-12-31"),
    f("to_char_datetime", "SELECT TO_CHAR(TIMESTAMP '1999-12-31 23:59:00')", "1999-12-31 23:59:00.000000"),
    f(
        "to_char_datetime",
        "SELECT TO_CHAR(TIMESTAMP '1999-12-31 23:59:00', 'HH24:MI:SS DD-MM-YYYY')",
        "23:59:00 31-12-1999",
    ),
    f(
        "to_char_datetime",
        "SELECT TO_CHAR(DATE '2013-12-16', 'DD. MON YYYY', 'NLS_DATE_LANGUAGE=DEU')",
        "16. DEZ 2013",
    ),
    f(
        "to_date",
        "SELECT TO_DATE('1999-12-31'), TO_DATE('31-12-1999', 'DD-MM-YYYY')",
        *[date(1999, 12, 31)] * 2,
    ),
    f("to_date", "SELECT TO_DATE('31-Dec-1999', 'DD-Mon-YYYY')", date(1999, 12, 31)),
    f(
        "to_date",
        "SELECT TO_DATE('31-Dez-1999', 'DD-Mon-YYYY', 'NLS_DATE_LANGUAGE=DEU')",
        date(1999, 12, 31),
    ),
    checked(f("to_dsinterval", "SELECT TO_DSINTERVAL('3 10:59:59.123')", "+000000003 10:59:59.123000000")),
    f(
        "to_timestamp",
        "SELECT TO_TIMESTAMP('1999-12-31 23:59:00'), "
        "TO_TIMESTAMP('23:59:00 31-12-1999', 'HH24:MI:SS DD-MM-YYYY')",
        *[datetime(1999, 12, 31, 23, 59)] * 2,
    ),
    checked(f("to_yminterval", "SELECT TO_YMINTERVAL('3-11')", "+000000003-11")),
    f("trunc_datetime", "SELECT TRUNC(DATE '2006-12-31', 'MM')", date(2006, 12, 1)),
    f(
        "trunc_datetime",
        "SELECT TRUNC(TIMESTAMP '2006-12-31 23:59:59', 'MI')",
        datetime(2006, 12, 31, 23, 59),
    ),
    f("week", "SELECT WEEK(DATE '2012-01-05')", 1),
    f("year", "SELECT YEAR(DATE '2010-10-20')", 2010),
    f(
        "years_between",
        "SELECT YEARS_BETWEEN(DATE '2001-01-01', DATE '2000-06-15'), "
        "YEARS_BETWEEN(TIMESTAMP '2001-01-01 12:00:00', TIMESTAMP '2000-01-01 00:00:00')",
        0.54569892473118,
        1.0,
    ),
    f("is", "SELECT IS_DATE('12.13.2011', 'DD.MM.YYYY'), IS_DATE('31.12.2011', 'DD.MM.YYYY')", False, True),
    f("is", "SELECT IS_BOOLEAN('xyz')", False),
    example(_LITERALS, "SELECT INTERVAL '5' MONTH", "+00-05", types=("INTERVAL YEAR(2) TO MONTH",)),
    example(_LITERALS, "SELECT INTERVAL '130' MONTH (3)", "+010-10", types=("INTERVAL YEAR(3) TO MONTH",)),
    example(_LITERALS, "SELECT INTERVAL '27' YEAR", "+27-00"),
    example(_LITERALS, "SELECT INTERVAL '100-1' YEAR(3) TO MONTH", "+100-01"),
    example(_LITERALS, "SELECT INTERVAL '2-1' YEAR TO MONTH", "+02-01"),
    example(_LITERALS, "SELECT INTERVAL '5' DAY", "+05 00:00:00.000"),
    example(_LITERALS, "SELECT INTERVAL '100' HOUR(3)", "+004 04:00:00.000"),
    example(_LITERALS, "SELECT INTERVAL '1.99999' SECOND(2,2)", "+00 00:00:02.00"),
    example(_LITERALS, "SELECT INTERVAL '10:20' HOUR TO MINUTE", "+00 10:20:00.000"),
    example(_LITERALS, "SELECT INTERVAL '2 23:10:59' DAY TO SECOND", "+02 23:10:59.000"),
    example(_LITERALS, "SELECT INTERVAL '23:10:59.123' HOUR(2) TO SECOND(3)", "+00 23:10:59.123"),
    example("operators", "SELECT DATE '2000-10-05' + 1", date(2000, 10, 6)),
    example("operators", "SELECT DATE '2000-10-05' + INTERVAL '1' MONTH", date(2000, 11, 5)),
    example("operators", "SELECT DATE '2000-10-05' - DATE '2000-10-01'", 4),
]
