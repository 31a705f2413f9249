"""CREATE, ALTER, RENAME, DROP, COMMENT, GRANT: what they do to rows, types and system tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import Sql


def columns_of(sql: Sql, table: str) -> list[tuple[str, str]]:
    return sql.rows(
        f"select column_name, column_type from exa_all_columns where column_schema = current_schema "
        f"and column_table = '{table}' order by column_ordinal_position"
    )


def test_types_of_a_table_are_those_of_exasol(sql: Sql) -> None:
    sql.run(
        "create table t (a int, b bigint, c smallint, d varchar(20), e char, f double, g "
        "hashtype, h timestamp)"
    )

    assert columns_of(sql, "T") == [
        ("A", "DECIMAL(18,0)"),
        ("B", "DECIMAL(36,0)"),
        ("C", "DECIMAL(9,0)"),
        ("D", "VARCHAR(20) UTF8"),
        ("E", "CHAR(1) UTF8"),
        ("F", "DOUBLE"),
        ("G", "HASHTYPE(16 BYTE)"),
        ("H", "TIMESTAMP"),
    ]


def test_a_query_gives_its_table_the_types_of_its_columns(sql: Sql) -> None:
    sql.run(
        "create table t (a decimal(9,2), b varchar(7))",
        "create table u as select a, b, a * 2 as twice, b || '!' as loud, count(*) over () as "
        "n, 'lit' as l from t",
    )

    assert columns_of(sql, "U") == [
        ("A", "DECIMAL(9,2)"),
        ("B", "VARCHAR(7) UTF8"),
        ("TWICE", "DECIMAL(10,2)"),
        ("LOUD", "VARCHAR(8) UTF8"),
        ("N", "DECIMAL(18,0)"),
        ("L", "CHAR(3) ASCII"),
    ]


def test_a_table_may_be_replaced_by_a_query_on_itself(sql: Sql) -> None:
    sql.run("create table t as select 1 as a", "create or replace table t as select a + 1 as b from t")

    assert sql.rows("select b from t") == [(2,)]


def test_with_no_data_takes_the_columns_only(sql: Sql) -> None:
    sql.run("create table t as select 1 as a", "create table u as select * from t with no data")

    assert sql.rows("select * from u") == []


def test_like_copies_the_columns(sql: Sql) -> None:
    sql.run(
        "create table t (a int not null, b varchar(3) default 'x')",
        "create table u like t including defaults",
    )
    sql.run("insert into u (a) values (1)")

    assert sql.rows("select * from u") == [(1, "x")]


def test_a_view_follows_its_tables(sql: Sql) -> None:
    sql.run("create table t as select 1 as a", "create view v as select a from t")
    sql.run("create or replace table t as select cast(2.5 as decimal(5,1)) as a")

    assert sql.rows("select a from v") == [(Decimal("2.5"),)]


def test_names_in_a_view_mean_what_they_meant_when_it_was_created(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t as select 1 as a", "create view v as select a from t")

    assert other.rows(f"select a from {schema}.v") == [(1,)]


def test_comments_of_views_and_tables_are_shown(sql: Sql) -> None:
    sql.run("create table t (a int comment is 'key', b int) comment is 'a table'")
    sql.run("comment on table t (b is 'it''s b')", "comment on table t is 'new'")
    sql.run("create view v (x comment is 'the x', \"y\") as (select a, b from t) comment is 'a view'")

    assert sql.rows(
        "select column_table, column_name, column_comment from exa_user_columns "
        "where column_schema = current_schema order by 1, column_ordinal_position"
    ) == [
        ("T", "A", "key"),
        ("T", "B", "it's b"),
        ("V", "X", "the x"),
        ("V", "y", None),
    ]
    assert sql.rows(
        "select object_name, object_comment from exa_user_objects where root_name = current_schema order by 1"
    ) == [("T", "new"), ("V", "a view")]


def test_columns_can_be_added_changed_renamed_and_dropped(sql: Sql) -> None:
    sql.run(
        "create table t (a int, b varchar(3))",
        "insert into t values (1, 'x')",
        "alter table t add column c decimal(5,1) default 7",
        "alter table t modify column b varchar(10) not null",
        "alter table t rename column a to aa",
        "rename column t.c to cc",
    )

    assert columns_of(sql, "T") == [
        ("AA", "DECIMAL(18,0)"),
        ("B", "VARCHAR(10) UTF8"),
        ("CC", "DECIMAL(5,1)"),
    ]
    assert sql.rows("select * from t") == [(1, "x", 7)]

    sql.run("alter table t drop column cc")
    assert sql.rows("select * from t") == [(1, "x")]


def test_a_type_is_changed_only_if_the_values_fit(sql: Sql) -> None:
    sql.run("create table t (a varchar(5))", "insert into t values ('abcde')")

    with pytest.raises(ExasolError, match="right truncation"):
        sql.run("alter table t modify column a varchar(3)")
    assert columns_of(sql, "T") == [("A", "VARCHAR(5) UTF8")]


def test_keys_are_kept_and_shown(sql: Sql) -> None:
    sql.run("create table t (a int, b int, distribute by a)", "alter table t partition by b")

    assert sql.rows(
        "select table_has_distribution_key, table_has_partition_key from exa_all_tables "
        "where table_schema = current_schema"
    ) == [(True, True)]
    sql.run("alter table t drop distribution keys", "alter table t drop partition keys")
    assert sql.rows(
        "select column_is_distribution_key, column_partition_key_ordinal_position from exa_all_columns "
        "where column_schema = current_schema"
    ) == [(False, None), (False, None)]


def test_constraints_are_shown_with_their_columns(sql: Sql) -> None:
    sql.run("create table t (a int, b int, constraint pk primary key (a, b))")
    sql.run("create table u (a int not null, b int, constraint fk foreign key (a, b) references t (a, b))")

    found = sql.rows(
        "select constraint_table, constraint_type, constraint_name, column_name, referenced_table "
        "from exa_all_constraint_columns where constraint_schema = current_schema and "
        "constraint_type <> 'NOT NULL' "
        "order by 1, ordinal_position"
    )
    assert found == [
        ("T", "PRIMARY KEY", "PK", "A", None),
        ("T", "PRIMARY KEY", "PK", "B", None),
        ("U", "FOREIGN KEY", "FK", "A", "T"),
        ("U", "FOREIGN KEY", "FK", "B", "T"),
    ]
    sql.run("alter table t drop primary key", "insert into t values (1, 1), (1, 1)")


@pytest.mark.parametrize("kind", ["table", "view"])
def test_objects_can_be_renamed(sql: Sql, kind: str) -> None:
    sql.run(f"create {kind} a as select 1 as x", f"rename {kind} a to b")

    assert sql.rows("select x from b") == [(1,)]
    with pytest.raises(ExasolError, match="object A not found"):
        sql.run("select x from a")


@pytest.mark.parametrize(
    "statement",
    [
        "drop table if exists nothing",
        "drop view if exists nothing",
        "drop script if exists nothing",
        "drop function if exists nothing",
        "drop connection if exists nothing",
        "drop schema if exists nothing cascade",
        "drop user if exists nothing",
    ],
)
def test_if_exists_forgives(sql: Sql, statement: str) -> None:
    assert sql.run(statement) == 0
    with pytest.raises(ExasolError) as caught:
        sql.run(statement.replace("if exists ", ""))
    assert caught.value.sql_code == "42000"


def test_a_schema_is_dropped_with_its_objects_only_by_cascade(sql: Sql) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)")

    with pytest.raises(ExasolError, match="not empty"):
        sql.run(f"drop schema {schema}")
    sql.run(f"drop schema {schema} cascade")
    assert sql.session.current_schema is None
    assert sql.rows(f"select 1 from exa_all_columns where column_schema = '{schema}'") == []


@pytest.mark.sandbox_only
def test_the_password_of_a_connection_is_seen_by_the_database_only(sql: Sql) -> None:
    sql.run(
        "create or replace connection c1 to 'https://b.s3.eu-west-1.amazonaws.com' user 'key' "
        "identified by 'pa''ss'"
    )

    connection = sql.session.connection("C1")
    assert (connection.address, connection.user, connection.password) == (
        "https://b.s3.eu-west-1.amazonaws.com",
        "key",
        "pa'ss",
    )
    assert "pa'ss" not in repr(connection)
    for (table,) in sql.rows("select object_name from exa_syscat where object_name like '%CONNECTION%'"):
        assert "pa'ss" not in str(sql.rows(f"select * from {table}"))
    sql.run("alter connection c1 to 'elsewhere'", "drop connection c1")


def test_grants_are_kept_until_revoked(sql: Sql) -> None:
    sql.run("create table t (a int)", "create role r1", "grant select, insert on t to r1")
    question = (
        "select privilege, grantee from exa_dba_obj_privs where object_schema = current_schema "
        "and object_name = 'T' order by 1"
    )

    assert sql.rows(question) == [("INSERT", "R1"), ("SELECT", "R1")]
    sql.run("revoke all on t from r1")
    assert sql.rows(question) == []
    sql.run("drop role r1")


@pytest.mark.sandbox_only
def test_users_log_in_with_their_password(sql: Sql) -> None:
    sql.run('create user u1 identified by "Geheim1"', "grant create session to u1")

    sql.session.database.login("u1", "Geheim1").close()
    with pytest.raises(ExasolError) as caught:
        sql.session.database.login("u1", "geheim1")
    assert caught.value.sql_code == "08004"
    sql.run("drop user u1")


@pytest.mark.sandbox_only
def test_a_script_is_kept_as_it_was_written(sql: Sql) -> None:
    body = "def run(ctx):\n    text = 'as' # it's \"quoted\"\n"
    sql.run(f'create python3 scalar script f(a int, "b" varchar(10)) returns varchar(20) as\n{body}/\n')

    script = sql.session.script(None, "F")
    assert [(column.name, column.type.sql()) for column in script.parameters or []] == [
        ("a", "DECIMAL(18,0)"),
        ("b", "VARCHAR(10) UTF8"),
    ]
    assert (script.language, script.kind, script.input_type, script.result_type) == (
        "PYTHON3",
        "UDF",
        "SCALAR",
        "RETURNS",
    )
    assert script.body == body
    assert sql.rows(
        "select script_name, script_type, script_language from exa_all_scripts "
        "where script_schema = current_schema"
    ) == [("F", "UDF", "PYTHON3")]


@pytest.mark.sandbox_only
def test_a_script_with_dynamic_columns(sql: Sql) -> None:
    sql.run("create python3 set script g(...) emits (...) as\ndef run(ctx): pass\n/")

    script = sql.session.script(None, "G")
    assert (script.parameters, script.emits, script.input_type) == (None, None, "SET")


def test_a_view_may_call_a_script(sql: Sql) -> None:
    sql.run(
        "create python3 scalar script twice(a int) returns int as\ndef run(ctx): return ctx.a * 2\n/",
        "create table t as select 1 as a union all select 2",
        "create view v as select a, twice(a) as b from t",
    )

    assert sql.rows("select b from v order by a") == [(2,), (4,)]
    assert columns_of(sql, "V") == [("A", "DECIMAL(1,0)"), ("B", "DECIMAL(18,0)")]
