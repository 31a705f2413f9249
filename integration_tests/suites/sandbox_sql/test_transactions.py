"""Transactions: DDL and the catalog belong to them as rows do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import ExasolError

from .conftest import LogInAdministrator, Sql


def without_autocommit(sql: Sql) -> None:
    sql.session.set_attributes({"autocommit": False})


def test_rollback_undoes_rows_tables_and_catalog(sql: Sql) -> None:
    sql.run("create table t (a int)", "insert into t values 1")
    without_autocommit(sql)
    sql.run(
        "insert into t values (2)",
        "create table u (x int)",
        "comment on table t is 'c'",
        "alter table t add b int",
    )
    assert sql.session.attributes["openTransaction"] is True
    sql.run("rollback")

    assert sql.rows("select * from t") == [(1,)]
    assert sql.rows(
        "select table_name, table_comment from exa_all_tables where table_schema = current_schema"
    ) == [("T", None)]


def test_others_see_changes_once_they_are_committed(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    without_autocommit(sql)
    sql.run("create table t (a int)", "insert into t values 1")
    with pytest.raises(ExasolError, match="not found"):
        other.run(f"select a from {schema}.t")

    sql.run("commit")

    assert other.rows(f"select a from {schema}.t") == [(1,)]


def test_a_failed_statement_leaves_the_transaction_with_what_it_had(sql: Sql) -> None:
    sql.run("create table t (a int)")
    without_autocommit(sql)
    sql.run("insert into t values (1)")

    with pytest.raises(ExasolError, match="object NOWHERE not found"):
        sql.run("select * from nowhere")

    sql.run("commit")
    assert sql.rows("select * from t") == [(1,)]


FAILING = [
    "insert into t values (1 / 0, 'x')",
    "insert into t select n, 'x' from (select case when n > 1 then 1 / (n - 3) end as n from s)",
    "update t set a = 1 / (a - 1)",
    "merge into t using s on t.a = s.n when matched then update set b = to_char(1 / (s.n - 1))",
    "select 1 / (a - 1) from t",
    "insert into t values (1, 'the key is there')",
    "insert into t values (7, 'too long for the column')",
    "create table u as select 1 / (a - 1) as x from t",
    "create or replace table s as select cast(b as int) as x from t",
    "alter table t modify (b decimal(9))",
    "select nothing from t",
    "selec",
]


@pytest.mark.parametrize("statement", FAILING)
def test_an_error_undoes_its_statement_and_nothing_else(sql: Sql, other: Sql, statement: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int primary key, b varchar(20))", "create table s (n int)")
    sql.run("insert into s values 1, 2, 3")
    without_autocommit(sql)
    sql.run(
        "insert into t values (1, 'one')",
        "create table made (x int)",
        "insert into made select n * 10 from s",
        "alter table made add y varchar(5) default 'y'",
        "update t set b = 'uno'",
    )

    with pytest.raises(ExasolError):
        sql.run(statement)

    assert sql.rows("select * from t") == [(1, "uno")]
    assert sql.rows("select x, y from made order by x") == [(10, "y"), (20, "y"), (30, "y")]
    assert sql.rows("select n from s order by n") == [(1,), (2,), (3,)]
    assert sql.session.attributes["openTransaction"] is True
    sql.run("insert into t values (2, 'two')", "commit")
    assert other.rows(f"select a from {schema}.t order by a") == [(1,), (2,)]
    assert other.value(f"select count(*) from {schema}.made") == 3


@pytest.mark.sandbox_only
def test_rows_that_came_from_a_client_are_there_after_an_error(sql: Sql) -> None:
    sql.run("create table t (a int, b varchar(20))")
    without_autocommit(sql)
    rows = pa.table({"a": pa.array(range(200_000), pa.int64()), "b": ["x" * 20] * 200_000})
    sql.session.insert_arrow(str(sql.session.current_schema), "T", ["A", "B"], rows.to_reader())

    for _ in range(2):
        with pytest.raises(ExasolError):
            sql.run("insert into t values (1 / 0, 'x')")

    assert sql.rows("select count(*), sum(a), min(b) from t") == [(200_000, 19_999_900_000, "x" * 20)]


def test_the_time_of_a_row_does_not_change_by_a_later_error(sql: Sql) -> None:
    sql.run("create table t (a varchar(20), moment timestamp)")
    without_autocommit(sql)
    sql.run("insert into t values ('now()', current_timestamp)")
    before = sql.rows("select * from t")

    with pytest.raises(ExasolError):
        sql.run("insert into t values (1 / 0, null)")

    assert sql.rows("select * from t") == before
    assert before[0][0] == "now()"


def test_current_timestamp_is_that_of_the_statement(sql: Sql) -> None:
    without_autocommit(sql)
    first = sql.value("select current_timestamp from dual")
    while sql.value("select current_timestamp from dual") == first:
        pass


def test_what_cannot_be_done_again_alike_rolls_the_transaction_back(sql: Sql) -> None:
    sql.run("create table t (a double)")
    without_autocommit(sql)
    sql.run("insert into t values random()")

    with pytest.raises(ExasolError) as caught:
        sql.run("insert into t values 1 / 0")

    assert caught.value.sql_code == "40001"
    assert "division by zero" in caught.value.text
    assert sql.rows("select * from t") == []


def test_an_error_after_others_changed_what_was_read_is_a_collision(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table s as select 1 as n", "create table t (n int)")
    without_autocommit(sql)
    sql.run("insert into t select n from s")
    other.run(f"insert into {schema}.s values 2")

    with pytest.raises(ExasolError) as caught:
        sql.run("insert into t values 1 / 0")

    assert caught.value.sql_code == "40001"
    assert sql.session.attributes["openTransaction"] is False
    assert sql.rows("select * from t") == []


def test_a_transaction_reads_what_was_there_when_it_began(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run(
        "create table t (a int)", "insert into t values 1", "create table u (a int)", "insert into u values 1"
    )
    without_autocommit(sql)
    assert sql.value("select count(*) from u") == 1

    other.run(f"insert into {schema}.t values 2")

    assert sql.value("select count(*) from t") == 1
    sql.run("commit")
    assert sql.value("select count(*) from t") == 2


def waits(work: Callable[[], Any]) -> Future[Any]:
    """Start `work` in a thread of its own, and make sure that it does not end by itself."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    with pytest.raises(TimeoutError):
        future.result(0.3)
    pool.shutdown(wait=False)
    return future


def test_a_writer_waits_for_the_one_before_it(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "insert into t values 1")
    without_autocommit(sql)
    sql.run("update t set a = a + 1")

    second = waits(lambda: other.run(f"update {schema}.t set a = a * 10"))
    assert sql.value("select a from t") == 2
    sql.run("commit")

    assert second.result(10) == 1
    assert other.rows(f"select a from {schema}.t") == [(20,)]


@pytest.mark.sandbox_only
def test_a_writer_that_waits_can_be_aborted(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "insert into t values 1")
    without_autocommit(sql)
    sql.run("update t set a = 2")
    second = waits(lambda: other.run(f"delete from {schema}.t"))

    other.session.abort()

    with pytest.raises(ExasolError) as caught:
        second.result(10)
    assert caught.value.sql_code == "R0001"


def test_who_has_seen_the_table_before_the_change_is_rolled_back(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "insert into t values 1", "create table u (x int)")
    without_autocommit(other)
    other.run(f"insert into {schema}.u select a from {schema}.t")
    sql.run("update t set a = 2")

    with pytest.raises(ExasolError, match="GlobalTransactionRollback") as caught:
        other.run(f"update {schema}.t set a = 3")

    assert caught.value.sql_code == "40001"
    assert other.session.attributes["openTransaction"] is False
    assert sql.rows("select x from u") == []


def test_who_has_seen_other_tables_only_goes_on(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "insert into t values 1", "create table u (x int)")
    without_autocommit(other)
    other.run(f"insert into {schema}.u values 5")
    sql.run("update t set a = 2")

    other.run(f"update {schema}.t set a = a + 1", "commit")

    assert sql.rows("select a from t") == [(3,)]
    assert sql.rows("select x from u") == [(5,)]


def test_two_that_wait_for_each_other_are_told_apart(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run(
        "create table t (a int)", "insert into t values 1", "create table u (a int)", "insert into u values 1"
    )
    for session in (sql, other):
        without_autocommit(session)
    sql.run("update t set a = 2")
    other.run(f"update {schema}.u set a = 3")
    first = waits(lambda: sql.run("update u set a = 2"))

    with pytest.raises(ExasolError) as caught:
        other.run(f"update {schema}.t set a = 3")

    assert caught.value.sql_code == "40001"
    assert first.result(10) == 1
    sql.run("commit")
    assert other.rows(f"select a from {schema}.t union all select a from {schema}.u") == [(2,), (2,)]


def test_writers_of_one_table_come_one_after_the_other(administrator: LogInAdministrator, sql: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "insert into t values 0")

    def add(_: int) -> None:
        session = Sql(administrator())
        for _ in range(10):
            session.run(f"update {schema}.t set a = a + 1")
        session.session.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(8)))

    assert sql.value("select a from t") == 80


def test_turning_autocommit_on_commits(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    without_autocommit(sql)
    sql.run("create table t (a int)", "insert into t values 1")

    sql.session.set_attributes({"autocommit": True})

    assert other.rows(f"select a from {schema}.t") == [(1,)]


@pytest.mark.sandbox_only
def test_what_was_committed_is_there_after_a_restart(tmp_path: Path) -> None:
    database = Database(tmp_path, password="exasol")
    session = database.login("sys", "exasol")
    for statement in (
        "create schema s",
        "create table t as select 'x' as a, cast(1 as decimal(9,2)) as b",
        "create view v as select a from t",
        "create python3 scalar script f(a int) returns int as\ndef run(ctx): return ctx.a\n/",
        "create connection c to 'x' user 'u' identified by 'p'",
    ):
        session.execute(statement)
    session.set_attributes({"autocommit": False})
    session.execute("insert into t values ('y', 2)")
    database.close()

    database = Database(tmp_path, password="exasol")
    sql = Sql(database.login("sys", "exasol"))
    assert sql.rows("select a from s.v") == [("x",)]
    assert sql.types("select * from s.t") == ["CHAR(1) ASCII", "DECIMAL(9,2)"]
    assert sql.session.script("S", "F").body == "def run(ctx): return ctx.a\n"
    assert sql.session.connection("C").password == "p"
    database.close()
