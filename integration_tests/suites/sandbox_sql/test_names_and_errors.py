"""Names, reserved words, and the shape of errors and refusals."""

from __future__ import annotations

import threading
import time

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql


def test_unquoted_names_are_upper_case_and_quoted_ones_stay(sql: Sql) -> None:
    sql.run('create table t (a int, "b" int, [c d] int)', "insert into t values (1, 2, 3)")

    assert sql.names('select A, "b", [c d], a as x, a as "y" from T') == ["A", "b", "c d", "X", "y"]
    with pytest.raises(ExasolError, match="object B not found"):
        sql.run("select b from t")


def test_columns_without_a_name_are_called_by_their_text(sql: Sql) -> None:
    assert sql.names("select count(*), 1 + 2, upper('aB'), current_user, cast(1 as int) from dual") == [
        "COUNT(*)",
        "1+2",
        "UPPER('aB')",
        "CURRENT_USER",
        "CAST(1 AS INT)",
    ]


@pytest.mark.parametrize("word", ["value", "time", "user", "date", "position", "at"])
def test_reserved_words_are_no_names(sql: Sql, word: str) -> None:
    for statement in (f"create table t ({word} int)", f"select 1 as {word}"):
        with pytest.raises(ExasolError, match="syntax error") as caught:
            sql.run(statement)
        assert caught.value.sql_code == "42000"
    assert sql.names(f'select 1 as "{word}"') == [word]


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("select *\nfrom foo.bar", "object FOO.BAR not found [line 2, column 6]"),
        ("select a from (select 1 as b) q", "object A not found [line 1, column 8]"),
        ("select q.b, x.b from (select 1 as b) q", "object X.B not found [line 1, column 13]"),
        ("select nofunction(1)", "function or script NOFUNCTION not found"),
        ("select sch.nofunction(1)", "function or script SCH.NOFUNCTION not found"),
        ("select array_agg(1)", "function or script ARRAY_AGG not found"),
        ("select read_csv('x')", "function or script READ_CSV not found"),
        (
            "select a, a from (select 1 as a) q, (select 2 as a) r",
            "identifier A is ambiguous [line 1, column 8]",
        ),
        ("create table t (a varchar)", "VARCHAR needs a size"),
        ("create table t (a varchar(2000001))", "VARCHAR size must be between"),
        ("create table t (a decimal(37))", "illegal precision"),
        ("selec 1", "syntax error"),
        ("select 1 from", "syntax error"),
        ("select (1", "syntax error, unexpected end of statement [line 1, column 10]"),
        ("select 1 +", "syntax error, unexpected end of statement [line 1, column 11]"),
        ("select a b c from t", "syntax error, unexpected 'c' [line 1, column 12]"),
        ("select 1,\n nofunction(1)", "function or script NOFUNCTION not found [line 2, column 2]"),
        ("select 5 % 2", "syntax error, unexpected '%' [line 1, column 10]"),
        ("select cast('x y' as int)", "invalid character value for cast; Value: 'x y'"),
        ("select 'a", "syntax error"),
        ("select 1/0 from dual", "division by zero"),
        ("select cast('x' as int)", "invalid character value for cast"),
        ("select cast('2024-02-30' as date)", "invalid date value"),
        ("select a as b from (select 1 as a) q where b = 1", "object B not found"),
    ],
)
def test_mistakes_are_reported_as_exasol_does(sql: Sql, statement: str, text: str) -> None:
    with pytest.raises(ExasolError) as caught:
        sql.run(statement)

    assert text in caught.value.text
    assert caught.value.text.endswith(f"(Session: {sql.session.session_id})")


def test_a_semicolon_and_comments_are_tolerated(sql: Sql) -> None:
    assert sql.rows("/*snapshot execution*/ -- x\n select 1;") == [(1,)]
    assert sql.run("/* nothing */") == 0


@pytest.mark.sandbox_only
def test_a_statement_can_be_aborted_from_another_thread(sql: Sql) -> None:
    timer = threading.Timer(0.3, sql.session.abort)
    timer.start()
    rows = " cross join ".join(
        f"(select length(keyword) as a{n} from exa_sql_keywords) q{n}" for n in range(4)
    )
    started = time.monotonic()

    with pytest.raises(ExasolError) as caught:
        sql.run(f"select count(*) from {rows} where q0.a0 + q1.a1 + q2.a2 + q3.a3 > 100")

    assert caught.value.sql_code == "R0001"
    assert time.monotonic() - started < 30
    assert sql.rows("select 1") == [(1,)]


def test_sessions_work_side_by_side(sql: Sql, other: Sql) -> None:
    sql.run("create table t as select 1 as a")
    schema = sql.session.current_schema
    failures: list[BaseException] = []

    def work(client: Sql) -> None:
        try:
            for _ in range(20):
                assert client.rows(f"select a + 1 from {schema}.t") == [(2,)]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(client,)) for client in (sql, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_large_result_has_its_count_before_it_is_read(sql: Sql) -> None:
    rows = " cross join ".join(f"(select 1 as a{n} from exa_sql_keywords limit 500) q{n}" for n in range(2))
    result = sql.result(f"select q0.a0, 'text' as t from {rows}")
    other = sql.result("select 1")

    assert result.row_count == 250_000
    assert sum(batch.num_rows for batch in result.batches) == 250_000
    assert other.row_count == 1


@pytest.mark.parametrize("call", ["bit_lshift(1, 64)", "bit_lrotate(1, -1)", "bit_check(1, 64)"])
def test_bits_have_numbers_from_0_to_63(sql: Sql, call: str) -> None:
    """https://docs.exasol.com/db/latest/sql_references/functions/alphabeticallistfunctions/bit_lshift.htm"""
    with pytest.raises(ExasolError, match="numeric value out of range") as caught:
        sql.run(f"select {call}")

    assert caught.value.sql_code == "22003"
    assert sql.value("select bit_lshift(1, null)") is None
