"""Transactions: DDL and the catalog belong to them as rows do."""

from __future__ import annotations

from pathlib import Path

import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql


def without_autocommit(sql: Sql) -> None:
    sql.session.set_attributes({"autocommit": False})


def test_rollback_undoes_rows_tables_and_catalog(sql: Sql) -> None:
    sql.run("create table t as select 1 as a")
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
    sql.run("create table t as select 1 as a")
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


def test_a_failure_that_takes_the_transaction_with_it_says_so(sql: Sql) -> None:
    sql.run("create table t (a int)")
    without_autocommit(sql)
    sql.run("insert into t values (1)")

    with pytest.raises(ExasolError, match="rolled back the whole transaction"):
        sql.run("insert into t values (1 / 0)")

    assert sql.session.attributes["openTransaction"] is False
    assert sql.rows("select * from t") == []


def test_a_conflict_is_reported_as_one(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t as select 1 as a")
    without_autocommit(sql)
    sql.run("update t set a = 2")

    with pytest.raises(ExasolError) as caught:
        other.run(f"update {schema}.t set a = 3")
    assert caught.value.sql_code == "40001"
    sql.run("commit")
    assert other.rows(f"select a from {schema}.t") == [(2,)]


def test_turning_autocommit_on_commits(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    without_autocommit(sql)
    sql.run("create table t as select 1 as a")

    sql.session.set_attributes({"autocommit": True})

    assert other.rows(f"select a from {schema}.t") == [(1,)]


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
