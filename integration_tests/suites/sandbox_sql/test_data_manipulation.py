"""INSERT, UPDATE, DELETE, MERGE, TRUNCATE, bulk inserts: values are checked against the table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql


def test_inserted_values_take_the_types_of_their_columns(sql: Sql) -> None:
    sql.run(
        "create table t (a decimal(5,1), b char(3), c date, d varchar(10), e boolean, f hashtype(2 byte))"
    )

    assert (
        sql.run(
            "insert into t values ('1.26', 'x', '2024-01-31', 12, 'True', 'ABCD'), (1, null, "
            "null, '', 0, null)"
        )
        == 2
    )
    assert sql.rows("select * from t") == [
        (Decimal("1.3"), "x  ", date(2024, 1, 31), "12", True, "abcd"),
        (1, None, None, None, False, None),
    ]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ("(1, 'abcd')", "22001"),
        ("(null, 'a')", "27002"),
        ("('x', 'a')", "22018"),
        ("(1e30, 'a')", "22003"),
        ("(1)", "42000"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(sql: Sql, values: str, code: str) -> None:
    sql.run("create table t (a decimal(9,0) not null, b varchar(3))")

    with pytest.raises(ExasolError) as caught:
        sql.run(
            f"insert into t values (7, 'ok'), {values}" if values != "(1)" else "insert into t values (1)"
        )
    assert caught.value.sql_code == code
    assert sql.rows("select * from t") == []


def test_columns_that_are_not_named_get_their_default(sql: Sql) -> None:
    sql.run("create table t (a int, b varchar(5) default 'dflt', c date default date '2000-01-01')")
    sql.run(
        "insert into t (a) values (1)",
        "insert into t (a, b) values (2, default)",
        "insert into t (a) select 3 from dual",
    )

    assert sql.rows("select * from t order by a") == [(n, "dflt", date(2000, 1, 1)) for n in (1, 2, 3)]


def test_a_primary_key_holds(sql: Sql) -> None:
    sql.run("create table t (a int primary key)", "insert into t values (1), (2)")

    for statement in ("insert into t values (1)", "update t set a = 1", "insert into t values (3), (3)"):
        with pytest.raises(ExasolError, match="primary key") as caught:
            sql.run(statement)
        assert caught.value.sql_code == "27001"
    assert sql.rows("select a from t order by a") == [(1,), (2,)]


def test_a_row_may_be_deleted_and_inserted_again_in_one_transaction(sql: Sql) -> None:
    sql.run("create table t (a int primary key)", "insert into t values (1)")
    sql.session.set_attributes({"autocommit": False})

    sql.run("delete from t where a = 1", "insert into t values (1)", "commit")

    assert sql.rows("select a from t") == [(1,)]


def test_update_with_other_tables(sql: Sql) -> None:
    sql.run(
        "create table t as select 1 as a, 10 as b union all select 2, 20",
        "create table u as select 2 as a, 99 as b",
    )

    assert sql.run("update t set t.b = u.b from t, u where t.a = u.a") == 1
    assert sql.run("update t set b = b + 1, a = default where a = 1") == 1
    assert sql.rows("select a, b from t order by b") == [(None, 11), (2, 99)]


def test_delete_and_truncate(sql: Sql) -> None:
    sql.run("create table t as select 1 as a union all select 2")

    assert sql.run("delete from t where a = 1") == 1
    sql.run("truncate table t")
    assert sql.rows("select * from t") == []


def test_merge_updates_inserts_and_deletes(sql: Sql) -> None:
    sql.run(
        "create table t (a int, b varchar(5))",
        "insert into t values (1, 'old'), (2, 'keep')",
        "create table u as select 1 as a, 'new' as b union all select 2, 'no' union all select "
        "3, 'ins' union all select 4, 'x'",
    )

    count = sql.run(
        "merge into t using u on t.a = u.a "
        "when matched then update set b = u.b where u.b <> 'no' "
        "when not matched then insert (a, b) values (a, b) where u.b <> 'x'"
    )

    assert count == 2
    assert sql.rows("select * from t order by a") == [(1, "new"), (2, "keep"), (3, "ins")]
    assert sql.run("merge into t using u on t.a = u.a when matched then delete") == 3


def test_merge_refuses_what_does_not_fit(sql: Sql) -> None:
    sql.run("create table t (a int, b varchar(2))")

    with pytest.raises(ExasolError, match="right truncation"):
        sql.run(
            "merge into t using (select 1 as a, 'abc' as b) u on t.a = u.a when not matched "
            "then insert values (u.a, u.b)"
        )


@pytest.mark.sandbox_only
def test_arrow_rows_are_inserted_in_bulk(sql: Sql) -> None:
    sql.run("create table t (a int, b varchar(5) not null, c int default 7)")
    batch = pa.record_batch({"b": ["x", "y"], "a": pa.array([1, None], pa.int64())})
    reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])

    schema = sql.session.current_schema or ""
    assert sql.session.insert_arrow(schema, "T", ["B", "A"], reader) == 2
    assert sql.rows("select * from t order by b") == [(1, "x", 7), (None, "y", 7)]

    empty = pa.record_batch({"b": [""], "a": [1]})
    with pytest.raises(ExasolError) as caught:
        sql.session.insert_arrow(
            schema, "T", ["B", "A"], pa.RecordBatchReader.from_batches(empty.schema, [empty])
        )
    assert caught.value.sql_code == "27002"


@pytest.mark.sandbox_only
def test_prepared_statements(sql: Sql) -> None:
    sql.run("create table t (a int, b varchar(5))")
    columns = [Column("A", DataType.decimal()), Column("B", DataType.varchar(5))]
    batch = pa.record_batch({"A": [1, 2], "B": ["x", None]})

    def reader() -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])

    sql.session.execute_prepared("insert into t values (?, ?)", columns, reader())
    assert sql.rows("select * from t order by a") == [(1, "x"), (2, None)]
    sql.session.execute_prepared("update t set a = a * 10 where a = ? and b = ?", columns, reader())
    assert sql.rows("select * from t order by a") == [(2, None), (10, "x")]
    assert [c.type.sql() for c in sql.session.columns_of_statement("select a, b from t where a = 1")] == [
        "DECIMAL(18,0)",
        "VARCHAR(5) UTF8",
    ]
