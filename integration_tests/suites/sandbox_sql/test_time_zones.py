"""Session time zones: TIMESTAMP WITH LOCAL TIME ZONE, the current time, CONVERT_TZ.

https://docs.exasol.com/db/latest/sql_references/data_types/datatypedetails.htm and the pages of the functions
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql

_BERLIN = "ALTER SESSION SET TIME_ZONE = 'Europe/Berlin'"
_SUMMER, _WINTER = datetime(2024, 7, 1, 12), datetime(2024, 1, 1, 12)


@pytest.fixture
def berlin(sql: Sql) -> Sql:
    """A session in Berlin, and a table with two moments, written in New York: noon in summer and winter."""
    sql.run(
        "CREATE TABLE moments (here TIMESTAMP WITH LOCAL TIME ZONE, plain TIMESTAMP)",
        "ALTER SESSION SET TIME_ZONE = 'AMERICA/NEW_YORK'",
        "INSERT INTO moments VALUES ('2024-07-01 06:00:00', '2024-07-01 06:00:00')",
        "INSERT INTO moments VALUES (TIMESTAMP '2024-01-01 06:00:00', TIMESTAMP '2024-01-01 06:00:00')",
        _BERLIN,
    )
    return sql


def test_the_session_says_where_it_is(berlin: Sql) -> None:
    assert berlin.rows("SELECT SESSIONTIMEZONE, DBTIMEZONE") == [("EUROPE/BERLIN", "UTC")]
    query = "SELECT session_value FROM exa_parameters WHERE parameter_name = 'TIME_ZONE'"
    assert berlin.value(query) == "EUROPE/BERLIN"


def test_an_unknown_time_zone_is_refused(sql: Sql) -> None:
    with pytest.raises(ExasolError, match="invalid value for TIME_ZONE: Europe/Atlantis"):
        sql.run("ALTER SESSION SET TIME_ZONE = 'Europe/Atlantis'")


def test_a_stored_moment_is_shown_in_the_time_of_who_reads_it(berlin: Sql) -> None:
    assert berlin.rows("SELECT here, plain FROM moments ORDER BY here DESC") == [
        (_SUMMER, datetime(2024, 7, 1, 6)),
        (_WINTER, datetime(2024, 1, 1, 6)),
    ]
    berlin.run("ALTER SESSION SET TIME_ZONE = 'UTC'")
    assert berlin.rows("SELECT here FROM moments ORDER BY here DESC") == [
        (_SUMMER - timedelta(hours=2),),
        (_WINTER - timedelta(hours=1),),
    ]


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE copies AS SELECT here FROM moments"],
        [
            "CREATE TABLE copies (here TIMESTAMP WITH LOCAL TIME ZONE)",
            "INSERT INTO copies SELECT here FROM moments",
        ],
        [
            "CREATE TABLE copies (here TIMESTAMP WITH LOCAL TIME ZONE)",
            "MERGE INTO copies USING moments ON copies.here = moments.here "
            "WHEN NOT MATCHED THEN INSERT VALUES (moments.here)",
        ],
        [
            "CREATE TABLE copies AS SELECT plain AS here FROM moments",
            "UPDATE copies SET here = ADD_HOURS(here, 6)",
        ],
        ["CREATE VIEW copies AS SELECT here FROM moments"],
        ["CREATE TABLE copies AS SELECT * FROM moments", "ALTER TABLE copies MODIFY here TIMESTAMP"],
    ],
    ids=["create as", "insert", "merge", "update", "view", "change of type"],
)
def test_however_it_was_written(berlin: Sql, statements: list[str]) -> None:
    berlin.run(*statements)

    assert berlin.rows("SELECT here FROM copies ORDER BY here DESC") == [(_SUMMER,), (_WINTER,)]


def test_scripts_are_given_and_emit_the_time_of_the_session(berlin: Sql) -> None:
    berlin.run(
        "CREATE PYTHON3 SCALAR SCRIPT same(t TIMESTAMP WITH LOCAL TIME ZONE) "
        "RETURNS TIMESTAMP WITH LOCAL TIME ZONE AS\ndef run(ctx):\n    return ctx.t\n",
        "CREATE TABLE copies (here TIMESTAMP WITH LOCAL TIME ZONE)",
        "INSERT INTO copies SELECT same(here) FROM moments",
    )

    assert berlin.run("UPDATE moments SET here = same(here) WHERE same(here) IS NOT NULL") == 2
    for table in ("copies", "moments"):
        assert berlin.rows(f"SELECT here FROM {table} ORDER BY here DESC") == [(_SUMMER,), (_WINTER,)]


def test_it_is_changed_and_found_by_the_time_of_the_session(berlin: Sql) -> None:
    assert berlin.run("UPDATE moments SET here = ADD_DAYS(here, 1) WHERE here = '2024-07-01 12:00:00'") == 1
    assert berlin.run("DELETE FROM moments WHERE HOUR(here) = 12 AND here < DATE '2024-02-01'") == 1
    assert berlin.rows("SELECT here, TO_CHAR(here, 'HH24:MI'), CAST(here AS DATE) FROM moments") == [
        (_SUMMER + timedelta(days=1), "12:00", datetime(2024, 7, 2).date())
    ]


def test_a_default_is_the_moment_whatever_the_time_zone(sql: Sql) -> None:
    sql.run(
        "CREATE TABLE entries (n INT, noted TIMESTAMP WITH LOCAL TIME ZONE DEFAULT CURRENT_TIMESTAMP)",
        "ALTER SESSION SET TIME_ZONE = 'ASIA/TOKYO'",
        "INSERT INTO entries (n) VALUES (1)",
        _BERLIN,
        "INSERT INTO entries (n) VALUES (2)",
    )

    assert sql.value("SELECT SECONDS_BETWEEN(MAX(noted), MIN(noted)) FROM entries") < 60
    assert sql.value("SELECT ABS(SECONDS_BETWEEN(CURRENT_TIMESTAMP, MAX(noted))) FROM entries") < 60


def test_days_are_counted_in_the_session_and_hours_in_utc(berlin: Sql) -> None:
    """The night of 31 March 2024 has 23 hours in Berlin."""
    before = "CAST('2024-03-30 12:00:00' AS TIMESTAMP WITH LOCAL TIME ZONE)"
    after = "CAST('2024-03-31 12:00:00' AS TIMESTAMP WITH LOCAL TIME ZONE)"
    query = f"SELECT ADD_DAYS({before}, 1), ADD_HOURS({before}, 23), HOURS_BETWEEN({after}, {before})"

    assert berlin.rows(query) == [(datetime(2024, 3, 31, 12), datetime(2024, 3, 31, 12), 23.0)]


def test_a_timestamp_without_time_zone_has_days_of_24_hours(berlin: Sql) -> None:
    query = "SELECT HOURS_BETWEEN(TIMESTAMP '2024-03-31 12:00:00', TIMESTAMP '2024-03-30 12:00:00')"

    assert berlin.value(query) == 24.0


def test_the_current_time_is_the_sessions_or_the_databases(sql: Sql) -> None:
    sql.run("ALTER SESSION SET TIME_ZONE = 'ASIA/TOKYO'")

    now, local, system, utc = sql.rows(
        "SELECT CURRENT_TIMESTAMP, LOCALTIMESTAMP, SYSTIMESTAMP, FROM_POSIX_TIME(POSIX_TIME())"
    )[0]

    assert now == local
    assert now - system == timedelta(hours=9)
    assert abs(utc - now) < timedelta(seconds=1)
    assert sql.types("SELECT CURRENT_TIMESTAMP, LOCALTIMESTAMP(6), SYSTIMESTAMP(0)") == [
        "TIMESTAMP WITH LOCAL TIME ZONE",
        "TIMESTAMP(6)",
        "TIMESTAMP(0)",
    ]


def test_seconds_since_1970_are_of_a_time_of_the_session(berlin: Sql) -> None:
    """Expected by exasol/virtual-schema-shared-integration-tests of an Exasol."""
    assert berlin.value("SELECT POSIX_TIME(TIMESTAMP '1970-01-01 00:00:01')") == -3599
    berlin.run("ALTER SESSION SET TIME_ZONE = 'UTC'")
    assert berlin.value("SELECT POSIX_TIME(TIMESTAMP '1970-01-01 00:00:01')") == 1


def test_a_conversion_takes_a_local_time_only_from_the_sessions_zone(berlin: Sql) -> None:
    query = "SELECT CONVERT_TZ(here, '{}', 'UTC') FROM moments WHERE here > '2024-06-01 00:00:00'"

    assert berlin.value(query.format("Europe/Berlin")) == datetime(2024, 7, 1, 10)
    with pytest.raises(ExasolError, match="needs the session's time zone 'EUROPE/BERLIN'"):
        berlin.run(query.format("UTC"))


@pytest.mark.parametrize(
    ("behavior", "given", "kept"),
    [
        ("INVALID SHIFT AMBIGUOUS ST", "2024-03-31 02:30:00", datetime(2024, 3, 31, 1, 30)),
        ("INVALID ADJUST AMBIGUOUS ST", "2024-03-31 02:30:00", datetime(2024, 3, 31, 1)),
        ("INVALID NULLIFY AMBIGUOUS ST", "2024-03-31 02:30:00", None),
        ("INVALID SHIFT AMBIGUOUS ST", "2024-10-27 02:30:00", datetime(2024, 10, 27, 1, 30)),
        ("INVALID SHIFT AMBIGUOUS DST", "2024-10-27 02:30:00", datetime(2024, 10, 27, 0, 30)),
    ],
)
def test_times_that_clocks_show_twice_or_never_are_kept_as_the_session_says(
    berlin: Sql, behavior: str, given: str, kept: datetime | None
) -> None:
    berlin.run(
        f"ALTER SESSION SET TIME_ZONE_BEHAVIOR = '{behavior}'",
        "CREATE TABLE doubtful (t TIMESTAMP WITH LOCAL TIME ZONE)",
        f"INSERT INTO doubtful VALUES ('{given}')",
        "ALTER SESSION SET TIME_ZONE = 'UTC'",
    )

    assert berlin.value("SELECT t FROM doubtful") == kept


def test_one_session_does_not_move_another(berlin: Sql, other: Sql) -> None:
    assert berlin.value("SELECT SESSIONTIMEZONE") == "EUROPE/BERLIN"
    assert other.value("SELECT SESSIONTIMEZONE") == "UTC"
