"""Users, roles and grants: what is not granted is refused, and not shown."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from exasol_sandbox.database.errors import ExasolError

from .conftest import LogIn, Sql


@pytest.fixture
def user(sql: Sql) -> Iterator[str]:
    """A user who may connect and nothing else."""
    name = f"U_{uuid4().hex[:12].upper()}"
    sql.run(f'create user {name} identified by "Secret-1234"', f"grant create session to {name}")
    yield name
    sql.session.set_attributes({"autocommit": True})
    sql.run(f"drop user if exists {name} cascade")


@pytest.fixture
def theirs(log_in: LogIn, user: str) -> Iterator[Sql]:
    """A session of that user."""
    session = log_in(user, "Secret-1234")
    yield Sql(session)
    session.close()


def refused(session: Sql, statement: str, message: str = "insufficient privileges") -> None:
    with pytest.raises(ExasolError, match=message) as caught:
        session.run(statement)
    assert caught.value.sql_code == "42500"


def test_a_user_without_create_session_cannot_connect(log_in: LogIn, sql: Sql, user: str) -> None:
    sql.run(f"revoke create session from {user}")

    with pytest.raises(ExasolError, match="CREATE SESSION"):
        log_in(user, "Secret-1234")


NEEDED = [
    ("select", "select a from {t}", "SELECT on table T"),
    ("insert", "insert into {t} values 1", "INSERT on table T"),
    ("update", "update {t} set a = 2", "UPDATE on table T"),
    ("delete", "delete from {t}", "DELETE on table T"),
    ("delete", "truncate table {t}", "DELETE on table T"),
    ("alter", "alter table {t} add column b int", "insufficient privileges for altering table"),
]


@pytest.mark.parametrize(("privilege", "statement", "message"), NEEDED)
@pytest.mark.parametrize("scope", ["table", "schema", "role", "public"])
def test_a_privilege_on_a_table(
    sql: Sql, theirs: Sql, user: str, privilege: str, statement: str, message: str, scope: str
) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)")
    text = statement.format(t=f"{schema}.t")
    refused(theirs, text, message)

    if scope == "role":
        sql.run(f"create role r_{user}", f"grant {privilege} on t to r_{user}", f"grant r_{user} to {user}")
    elif scope == "public":
        sql.run(f"grant {privilege} on t to public")
    else:
        sql.run(f"grant {privilege} on {schema if scope == 'schema' else 't'} to {user}")
    theirs.run(text)

    if scope in {"table", "schema"}:
        sql.run(f"revoke {privilege} on {schema if scope == 'schema' else 't'} from {user}")
        refused(theirs, text, message)
    if scope == "role":
        sql.run(f"drop role r_{user}")
        refused(theirs, text)


def test_what_a_changing_statement_reads_needs_select(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "create table s (a int)", f"grant all on t to {user}")

    for statement in (
        f"insert into {schema}.t select a from {schema}.s",
        f"update {schema}.t set a = (select max(a) from {schema}.s)",
        f"delete from {schema}.t where a in (select a from {schema}.s)",
        f"merge into {schema}.t using {schema}.s on t.a = s.a when matched then delete",
        f"with q as (select a from {schema}.s) select a from q",
    ):
        refused(theirs, statement, "SELECT on table S")


def test_a_view_reads_with_the_rights_of_its_owner(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t as select 5 as a", "create view v as select a from t")
    refused(theirs, f"select a from {schema}.v", "SELECT on view V")

    sql.run(f"grant select on v to {user}")

    assert theirs.value(f"select a from {schema}.v") == 5
    refused(theirs, f"select a from {schema}.t")


def test_a_view_of_an_owner_who_has_lost_the_right_is_refused(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t as select 5 as a", f"grant select on t to {user}")
    sql.run(f"grant create schema to {user}", f"grant create view to {user}")
    theirs.run(f"create schema own_{user}", f"create view v as select a from {schema}.t")
    assert theirs.value("select a from v") == 5

    sql.run(f"revoke select on t from {user}")

    refused(theirs, "select a from v", "SELECT on table T")
    theirs.run(f"drop schema own_{user} cascade")


def test_creating_needs_its_privilege_and_a_schema_of_ones_own(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    refused(theirs, f"create schema own_{user}", "insufficient privileges for creating schema")
    sql.run(f"grant create schema to {user}")
    theirs.run(f"create schema own_{user}")
    refused(theirs, "create table t (a int)", "insufficient privileges for creating table")

    sql.run(f"grant create table to {user}")
    theirs.run("create table t (a int)", "insert into t values 1", "drop table t")
    refused(theirs, f"create table {schema}.t (a int)", "insufficient privileges for creating table")

    sql.run(f"grant create any table to {user}")
    theirs.run(f"create table {schema}.t (a int)")
    refused(theirs, f"insert into {schema}.t values 1", "INSERT on table T")
    assert sql.rows(
        f"select owner from exa_all_objects where object_name = 'T' and root_name = '{schema}'"
    ) == [("SYS",)]
    theirs.run(f"drop schema own_{user}")


def test_the_owner_of_a_schema_owns_what_is_in_it(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t as select 1 as a", f"alter schema {schema} change owner {user}")

    assert theirs.value(f"select a from {schema}.t") == 1
    theirs.run(f"grant select on {schema}.t to public", f"drop table {schema}.t")


def test_what_one_may_grant(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", f"grant select on t to {user}", f"create role r_{user}")
    refused(theirs, f"grant select on {schema}.t to public")
    refused(theirs, f"grant create table to {user}")
    refused(theirs, f"grant r_{user} to {user}")
    refused(theirs, f"grant dba to {user}")

    sql.run(f"grant create table to {user} with admin option", f"grant r_{user} to {user} with admin option")
    theirs.run("grant create table to public", f"grant r_{user} to public")
    sql.run("revoke create table from public", f"drop role r_{user}")


def test_dba_may_do_everything(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t as select 1 as a", f"grant dba to {user}")

    assert theirs.value(f"select a from {schema}.t") == 1
    assert theirs.value("select count(*) from exa_dba_users") >= 2


def test_a_script_needs_execute(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create python3 scalar script f(a int) returns int as\ndef run(ctx): return ctx.a * 2\n/")
    sql.run("create lua script p() as\nexit({rows_affected=3})\n/")
    refused(theirs, f"select {schema}.f(4)", "EXECUTE on script F")
    refused(theirs, f"execute script {schema}.p()", "EXECUTE on script P")

    sql.run(f"grant execute on script f to {user}", f"grant execute on p to {user}")

    assert theirs.value(f"select {schema}.f(4)") == 8
    theirs.run(f"execute script {schema}.p()")


@pytest.mark.sandbox_only
def test_a_connection_needs_to_be_granted(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    name = f"C_{user}"
    sql.run(f"create connection {name} to 'https://b.s3.amazonaws.com' user 'k' identified by 's'")
    sql.run("create table t (a int)", f"grant all on t to {user}", f"grant import to {user}")
    load = f"import into {schema}.t from csv at {name} file 'x.csv'"
    refused(theirs, load, f"for using connection {name}")

    sql.run(f"grant connection {name} to {user}")

    # Now it is the sandbox's S3 that this database does not have.
    with pytest.raises(ExasolError) as caught:
        theirs.run(load)
    assert caught.value.sql_code != "42500"
    sql.run(f"drop connection {name}")


@pytest.mark.parametrize("scope", ["", " for script f", " for schema {schema}"])
def test_a_script_reads_a_connection_with_access_only(sql: Sql, theirs: Sql, user: str, scope: str) -> None:
    schema = sql.session.current_schema
    name = f"C_{user}"
    sql.run(f"create connection {name} to 'there' user 'k' identified by 's'")
    body = f"def run(ctx): return exa.get_connection('{name}').address"
    for script in ("f", "g"):
        sql.run(f"create python3 scalar script {script}() returns varchar(100) as\n{body}\n/")
    sql.run(f"grant execute on {schema} to {user}")
    with pytest.raises(ExasolError, match="insufficient privileges for accessing connection"):
        theirs.run(f"select {schema}.f()")

    sql.run(f"grant access on connection {name}{scope.format(schema=schema)} to {user}")

    assert theirs.value(f"select {schema}.f()") == "there"
    if scope == " for script f":
        with pytest.raises(ExasolError, match="insufficient privileges for accessing connection"):
            theirs.run(f"select {schema}.g()")
    sql.run(f"drop connection {name}")


def test_system_tables_show_what_the_user_may_use(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int, b int)", "create table s (a int)", "create view v as select a from s")

    def seen(table: str, column: str, schema_column: str) -> list[object]:
        found = theirs.rows(f"select {column} from {table} where {schema_column} = '{schema}' order by 1")
        return [value for (value,) in found]

    assert seen("exa_all_tables", "table_name", "table_schema") == []
    sql.run(f"grant insert on t to {user}", f"grant select on v to {user}")

    assert seen("exa_all_tables", "table_name", "table_schema") == ["T"]
    assert seen("exa_all_columns", "column_table", "column_schema") == ["T", "T", "V"]
    assert seen("exa_all_views", "view_name", "view_schema") == ["V"]
    assert seen("exa_user_tables", "table_name", "table_schema") == []
    assert seen("exa_user_obj_privs", "privilege", "object_schema") == ["INSERT", "SELECT"]
    refused(theirs, "select * from exa_dba_tables", "SELECT on table EXA_DBA_TABLES")
    sql.run(f"grant select any dictionary to {user}")
    assert seen("exa_dba_tables", "table_name", "table_schema") == ["S", "T"]


def test_dropping_a_user_takes_what_they_own_with_cascade_only(sql: Sql, theirs: Sql, user: str) -> None:
    sql.run(f"grant create schema to {user}", f"grant create table to {user}")
    theirs.run(f"create schema own_{user}", "create table t (a int)")

    with pytest.raises(ExasolError, match="CASCADE"):
        sql.run(f"drop user {user}")
    sql.run(f"drop user {user} cascade")

    assert sql.value(f"select count(*) from exa_schemas where schema_name = 'OWN_{user}'") == 0


def test_a_user_may_change_their_own_password_only(sql: Sql, theirs: Sql, user: str) -> None:
    theirs.run(f'alter user {user} identified by "Another-1234" replace "Secret-1234"')
    refused(theirs, 'alter user sys identified by "x"')
    refused(theirs, f'create user {user}_2 identified by "x"', "for creating user")
    refused(theirs, f"create role {user}_2", "for creating role")


def test_grants_are_undone_with_their_transaction(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)")
    sql.session.set_attributes({"autocommit": False})
    sql.run(f"grant select on t to {user}", "rollback")

    refused(theirs, f"select a from {schema}.t")


@pytest.fixture
def no_schema_is_public(sql: Sql) -> Iterator[None]:
    """USE ANY SCHEMA is taken from PUBLIC, who has it by default."""
    sql.run("revoke use any schema from public")
    yield
    sql.run("grant use any schema to public")


@pytest.mark.sandbox_only
def test_privileges_have_no_effect_without_usage_of_the_schema(
    sql: Sql, theirs: Sql, user: str, no_schema_is_public: None
) -> None:
    """https://docs.exasol.com/db/latest/changelogs/9685.htm"""
    schema = sql.session.current_schema
    sql.run("create table t (a int)", "insert into t values 1", f"grant select on t to {user}")
    seen = f"select count(*) from exa_schemas where schema_name = '{schema}'"
    tables = f"select count(*) from exa_all_tables where table_schema = '{schema}'"

    refused(theirs, f"select a from {schema}.t", f"USAGE on schema {schema}")
    assert (theirs.value(seen), theirs.value(tables)) == (0, 0)
    sql.run(f"grant usage on schema {schema} to {user}")

    assert theirs.rows(f"select a from {schema}.t") == [(1,)]
    assert (theirs.value(seen), theirs.value(tables)) == (1, 1)


def test_usage_alone_gives_no_rows(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    sql.run("create table t (a int)", f"grant usage on schema {schema} to {user}")

    refused(theirs, f"select a from {schema}.t", "SELECT on table T")
    assert theirs.value(f"select count(*) from exa_all_tables where table_schema = '{schema}'") == 0


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("grant usage on t to {user}", "USAGE can only be granted on schemas"),
        ("grant references on t to public", "REFERENCES cannot be granted to a role"),
    ],
)
def test_grants_that_make_no_sense(sql: Sql, user: str, statement: str, message: str) -> None:
    sql.run("create table t (a int)")

    with pytest.raises(ExasolError, match=message):
        sql.run(statement.format(user=user))


def test_a_foreign_key_to_somebody_elses_table_needs_references(sql: Sql, theirs: Sql, user: str) -> None:
    schema = sql.session.current_schema
    theirs_too = f"own_{user}"
    sql.run("create table t (a int primary key)", f"grant create schema, create table to {user}")
    theirs.run(f"create schema {theirs_too}")
    statement = f"create table u (b int, foreign key (b) references {schema}.t (a))"

    refused(theirs, statement, "REFERENCES on table T")
    sql.run(f"grant references on t to {user}")

    theirs.run(statement)
    theirs.run(f"drop schema {theirs_too} cascade")


@pytest.mark.parametrize(
    ("privilege", "visible"),
    [
        ("select any table", {"T", "V"}),
        ("drop any table", {"T"}),
        ("drop any view", {"V"}),
        ("execute any function", {"F"}),
        ("create any table", set()),
    ],
)
def test_system_tables_show_what_a_system_privilege_is_about(
    sql: Sql, theirs: Sql, user: str, privilege: str, visible: set[str]
) -> None:
    sql.run("create table t (a int)", "create view v as select 1 as a")
    sql.run("create function f() return int is begin return 1; end f;")
    query = f"select object_name from exa_all_objects where root_name = '{sql.session.current_schema}'"
    assert theirs.rows(query) == []

    sql.run(f"grant {privilege} to {user}")

    assert {name for (name,) in theirs.rows(query)} == visible


def test_the_subject_of_a_user_who_logs_in_by_token_is_shown(sql: Sql, user: str) -> None:
    query = f"select openid_subject from exa_dba_users where user_name = '{user}'"
    assert sql.value(query) is None

    sql.run(f"alter user {user} identified by openid subject 'abc@example.com'")

    assert sql.value(query) == "abc@example.com"
