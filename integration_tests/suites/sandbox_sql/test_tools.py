"""Every statement that dbt-exasol's macros and pyexasol's own helpers send."""

from __future__ import annotations

import pytest

from .conftest import Sql

# dbt/include/exasol/macros: adapters.sql, catalog.sql, metadata.sql, apply_grants.sql
DBT = [
    """select 'db' as [database], lower(table_name) as [name], lower(table_schema) as [schema],
    lower(table_type) as table_type
    from (
        select table_name,table_schema,'table' as table_type from sys.exa_all_tables
        union
        select view_name, view_schema,'view' from sys.exa_all_views
    )
    where upper(table_schema) = 'X'""",
    "select schema_name as [schema] from exa_schemas",
    """select count(*) as schema_exist from (
        select schema_name as [schema] from exa_schemas
    ) WHERE upper([schema]) = 'X'""",
    """select column_name, regexp_substr(column_type, '[A-Za-z]+', 1) as column_type, column_maxsize,
    column_num_prec,
        column_num_scale
      from exa_all_columns
      where upper(column_table) = 'T' and upper(column_schema) = 'X'
      order by column_ordinal_position""",
    "select * from ( select 1 as a ) as dbt_sbq where false limit 0",
    """with tables as (
        select 'DB' as table_database, ROOT_NAME as table_schema, OBJECT_NAME as table_name, ROOT_NAME as
        table_owner,
          OBJECT_TYPE AS table_type, OBJECT_COMMENT as table_comment
        from sys.EXA_USER_OBJECTS WHERE OBJECT_TYPE IN('TABLE', 'VIEW')
    ), columns as (
        select 'DB' as table_database, column_schema as table_schema, column_table as table_name, column_name,
          column_ordinal_position as column_index, column_type, column_comment from sys.exa_user_columns
    )
    select tables.table_owner as [table_owner], tables.table_type AS [table_type], columns.column_index as
    [column_index],
      case when columns.column_type='TIMESTAMP(3)' then 'TIMESTAMP' else columns.column_type end as
      [column_type]
    from tables join columns on tables.table_database = columns.table_database
      and tables.table_schema = columns.table_schema and tables.table_name = columns.table_name
    where ( upper(tables.table_owner) = upper('x') )
    order by tables.table_owner, columns.table_name, columns.column_index""",
    """select root_name as table_schema, object_name as identifier, object_type as table_type, last_commit
    as last_modified,
        current_timestamp() as snapshotted_at
       from sys.exa_all_objects
       where ((upper(root_name) = upper('x') and upper(object_name) = upper('t') and upper(object_type) in
       ('TABLE', 'VIEW')))""",
    """select privilege as "privilege_type", grantee as "grantee" from EXA_DBA_OBJ_PRIVS
    where upper(object_schema) = upper('x') and upper(object_name) = upper('t')
      -- filter out current user
      and grantee != current_user""",
    "select to_timestamp(current_timestamp()) as snapshot_start",
    "alter session set NLS_TIMESTAMP_FORMAT='YYYY-MM-DDTHH:MI:SS.FF6'",
    "SELECT 1",
]

# pyexasol: meta.py and ext.py
PYEXASOL = [
    "/*snapshot execution*/ SELECT 1 FROM sys.exa_schemas WHERE schema_name='X'",
    "/*snapshot execution*/ SELECT 1 FROM sys.exa_all_tables WHERE table_schema='X' AND table_name='T'",
    "/*snapshot execution*/ SELECT 1 FROM sys.exa_all_views WHERE view_schema='X' AND view_name='T'",
    "/*snapshot execution*/ SELECT * FROM sys.exa_schemas WHERE schema_name LIKE '%' ORDER BY "
    "schema_name ASC",
    "/*snapshot execution*/ SELECT * FROM sys.exa_all_tables WHERE table_schema LIKE '%' ORDER "
    "BY table_schema ASC",
    "/*snapshot execution*/ SELECT * FROM sys.exa_all_columns WHERE column_object_type LIKE '%' "
    "AND column_name LIKE 'A\\_%'",
    "/*snapshot execution*/ SELECT * FROM sys.exa_all_objects WHERE object_name LIKE '%' AND "
    "root_name LIKE '%'",
    "/*snapshot execution*/ SELECT * FROM sys.exa_all_object_sizes WHERE object_name LIKE '%' "
    "AND owner LIKE '%'",
    "/*snapshot execution*/ SELECT * FROM sys.exa_all_indices WHERE index_schema LIKE '%' AND "
    "index_owner LIKE '%'",
    "SELECT keyword FROM EXA_SQL_KEYWORDS WHERE reserved IS TRUE ORDER BY keyword",
    """SELECT c.column_name, c.column_type, c.column_maxsize, c.column_num_scale, c.column_is_nullable,
        c.column_is_distribution_key, c.column_default, c.column_comment, t.type_name
    FROM EXA_ALL_COLUMNS c JOIN EXA_SQL_TYPES t ON (c.column_type_id=t.type_id)
    WHERE c.column_schema='X' AND c.column_table='T' ORDER BY c.column_ordinal_position""",
    "FLUSH STATISTICS",
    "COMMIT",
    "ROLLBACK",
]


@pytest.mark.parametrize("statement", DBT + PYEXASOL, ids=lambda text: " ".join(text.split())[:60])
def test_statement_is_understood(sql: Sql, statement: str) -> None:
    sql.run("create table t (a int)")

    assert sql.run(statement) >= 0


def test_every_system_table_can_be_read_with_and_without_its_schema(sql: Sql) -> None:
    sql.run("create table t (a int primary key, b varchar(3))", "create view v as select a from t")

    for (name,) in sql.rows("select object_name from exa_syscat"):
        result = sql.result(f"select * from sys.{name}")
        assert result.columns == sql.result(f'select * from "{name}"').columns


def test_the_catalog_shows_what_was_created(sql: Sql) -> None:
    sql.run("create table t (a int not null default 3, b varchar(3))", "insert into t values (1, 'x')")

    assert sql.rows(
        "select column_name, column_type, column_type_id, column_maxsize, column_num_prec, column_num_scale, "
        "column_ordinal_position, column_is_nullable, column_default, column_owner from exa_all_columns "
        "where column_schema = current_schema order by column_ordinal_position"
    ) == [
        ("A", "DECIMAL(18,0)", 3, 18, 18, 0, 1, False, "3", "SYS"),
        ("B", "VARCHAR(3) UTF8", 12, 3, None, None, 2, True, None, "SYS"),
    ]


def test_session_parameters_are_shown_and_used(sql: Sql) -> None:
    sql.run("alter session set nls_date_format = 'DD.MM.YYYY'")

    assert (
        sql.value("select session_value from exa_parameters where parameter_name = 'NLS_DATE_FORMAT'")
        == "DD.MM.YYYY"
    )
    assert sql.value("select to_char(date '2024-01-31')") == "31.01.2024"
    assert sql.session.attributes["dateFormat"] == "DD.MM.YYYY"


def test_the_session_is_listed(sql: Sql) -> None:
    assert sql.value("select count(*) from exa_all_sessions where session_id = current_session") == 1


def test_the_open_schema_is_the_sessions(sql: Sql, other: Sql) -> None:
    schema = sql.session.current_schema

    assert sql.value("select current_schema") == schema
    assert other.value("select current_schema") is None
    other.run(f"open schema {schema}")
    assert other.session.attributes["currentSchema"] == schema
    other.run("close schema")
    assert other.session.attributes["currentSchema"] == ""
