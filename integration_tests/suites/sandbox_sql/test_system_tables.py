"""System tables and DESCRIBE, as the documentation lists their columns.

Source: https://docs.exasol.com/db/latest/sql_references/system_tables/metadata_system_tables.htm
"""

from __future__ import annotations

import pytest

from .conftest import Sql

_OBJECT = "CREATED LAST_COMMIT OWNER OBJECT_ID OBJECT_IS_VIRTUAL ROOT_NAME ROOT_TYPE ROOT_ID"
_PRIVILEGES = "OBJECT_SCHEMA OBJECT_NAME OBJECT_TYPE PRIVILEGE GRANTEE GRANTOR OWNER"
_PASSWORD = """
    PASSWORD_STATE PASSWORD_STATE_CHANGED PASSWORD_EXPIRY PASSWORD_EXPIRY_DAYS PASSWORD_GRACE_DAYS
    PASSWORD_EXPIRY_POLICY FAILED_LOGIN_ATTEMPTS
"""
DOCUMENTED = {
    "EXA_ALL_COLUMNS": """
        COLUMN_SCHEMA COLUMN_TABLE COLUMN_OBJECT_TYPE COLUMN_NAME COLUMN_TYPE COLUMN_TYPE_ID COLUMN_MAXSIZE
        COLUMN_NUM_PREC COLUMN_NUM_SCALE COLUMN_ORDINAL_POSITION COLUMN_IS_VIRTUAL COLUMN_IS_NULLABLE
        COLUMN_IS_DISTRIBUTION_KEY COLUMN_IS_ZONEMAPPED COLUMN_PARTITION_KEY_ORDINAL_POSITION COLUMN_DEFAULT
        COLUMN_IDENTITY COLUMN_OWNER COLUMN_OBJECT_ID STATUS COLUMN_COMMENT
    """,
    "EXA_ALL_CONNECTIONS": "CONNECTION_NAME CREATED CONNECTION_COMMENT",
    "EXA_ALL_CONSTRAINTS": """
        CONSTRAINT_SCHEMA CONSTRAINT_TABLE CONSTRAINT_TYPE CONSTRAINT_NAME CONSTRAINT_ENABLED CONSTRAINT_OWNER
    """,
    "EXA_ALL_CONSTRAINT_COLUMNS": """
        CONSTRAINT_SCHEMA CONSTRAINT_TABLE CONSTRAINT_TYPE CONSTRAINT_NAME CONSTRAINT_OWNER ORDINAL_POSITION
        COLUMN_NAME REFERENCED_SCHEMA REFERENCED_TABLE REFERENCED_COLUMN
    """,
    "EXA_ALL_INDICES": """
        INDEX_SCHEMA INDEX_TABLE INDEX_OWNER INDEX_OBJECT_ID INDEX_TYPE IS_GEOMETRY MEM_OBJECT_SIZE CREATED
        LAST_COMMIT REMARKS
    """,
    "EXA_ALL_OBJECTS": f"OBJECT_NAME OBJECT_TYPE {_OBJECT} OBJECT_COMMENT",
    "EXA_ALL_OBJECT_SIZES": f"""
        OBJECT_NAME OBJECT_TYPE RAW_OBJECT_SIZE MEM_OBJECT_SIZE RAW_OBJECT_SIZE_LIMIT {_OBJECT}
    """,
    "EXA_ALL_OBJ_PRIVS": _PRIVILEGES,
    "EXA_ALL_OBJ_PRIVS_MADE": _PRIVILEGES,
    "EXA_ALL_OBJ_PRIVS_RECD": _PRIVILEGES,
    "EXA_ALL_SCRIPTS": """
        SCRIPT_SCHEMA SCRIPT_NAME SCRIPT_OWNER SCRIPT_OBJECT_ID SCRIPT_TYPE SCRIPT_LANGUAGE SCRIPT_INPUT_TYPE
        SCRIPT_RESULT_TYPE SCRIPT_TEXT SCRIPT_COMMENT
    """,
    "EXA_ALL_SESSIONS": """
        SESSION_ID USER_NAME STATUS COMMAND_NAME STMT_ID DURATION QUERY_TIMEOUT ACTIVITY TEMP_DB_RAM
        PERSISTENT_DB_RAM LOGIN_TIME CLIENT DRIVER ENCRYPTED CONSUMER_GROUP NICE RESOURCES
    """,
    "EXA_ALL_TABLES": """
        TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_OBJECT_ID TABLE_IS_VIRTUAL TABLE_HAS_DISTRIBUTION_KEY
        TABLE_HAS_PARTITION_KEY TABLE_ROW_COUNT DELETE_PERCENTAGE TABLE_COMMENT
    """,
    "EXA_ALL_USERS": "USER_NAME CREATED USER_CONSUMER_GROUP USER_COMMENT",
    "EXA_ALL_VIEWS": """
        VIEW_SCHEMA VIEW_NAME SCOPE_SCHEMA VIEW_OWNER VIEW_OBJECT_ID VIEW_TEXT VIEW_COMMENT
    """,
    "EXA_DBA_CONNECTIONS": "CONNECTION_NAME CONNECTION_STRING USER_NAME CREATED CONNECTION_COMMENT",
    "EXA_DBA_CONNECTION_PRIVS": "GRANTEE GRANTED_CONNECTION ADMIN_OPTION",
    "EXA_DBA_ROLES": "ROLE_NAME CREATED ROLE_CONSUMER_GROUP ROLE_COMMENT",
    "EXA_DBA_SYS_PRIVS": "GRANTEE PRIVILEGE ADMIN_OPTION",
    "EXA_DBA_USERS": f"""
        USER_NAME CREATED DISTINGUISHED_NAME KERBEROS_PRINCIPAL OPENID_SUBJECT PASSWORD USER_CONSUMER_GROUP
        {_PASSWORD} USER_COMMENT
    """,
    "EXA_SCHEMAS": "SCHEMA_NAME SCHEMA_OWNER SCHEMA_OBJECT_ID SCHEMA_IS_VIRTUAL SCHEMA_COMMENT",
    "EXA_SQL_KEYWORDS": "KEYWORD RESERVED",
    "EXA_SYSCAT": "SCHEMA_NAME OBJECT_NAME OBJECT_TYPE OBJECT_COMMENT",
    "EXA_USER_ROLE_PRIVS": "GRANTEE GRANTED_ROLE ADMIN_OPTION",
    "EXA_USER_SESSIONS": """
        SESSION_ID USER_NAME EFFECTIVE_USER STATUS COMMAND_NAME STMT_ID DURATION QUERY_TIMEOUT ACTIVITY
        TEMP_DB_RAM PERSISTENT_DB_RAM LOGIN_TIME CLIENT DRIVER ENCRYPTED HOST OS_USER OS_NAME SCOPE_SCHEMA
        CONSUMER_GROUP NICE RESOURCES SQL_TEXT
    """,
    "EXA_USER_USERS": f"USER_NAME CREATED USER_CONSUMER_GROUP {_PASSWORD} USER_COMMENT",
}


@pytest.mark.parametrize("table", DOCUMENTED)
def test_a_system_table_has_its_documented_columns(sql: Sql, table: str) -> None:
    assert set(DOCUMENTED[table].split()) <= set(sql.names(f"SELECT * FROM {table} WHERE FALSE"))


def test_an_identity_column_shows_the_last_number_that_was_generated(sql: Sql) -> None:
    identity = (
        "SELECT column_name, column_identity FROM exa_all_columns "
        "WHERE column_schema = CURRENT_SCHEMA AND column_table = 'T' ORDER BY column_ordinal_position"
    )
    sql.run("CREATE TABLE t (id INTEGER IDENTITY 30, a INTEGER)")
    assert sql.rows(identity) == [("ID", 30), ("A", None)]

    sql.run("INSERT INTO t (a) VALUES (1), (2), (3)")
    assert sql.rows(identity) == [("ID", sql.value("SELECT MAX(id) FROM t")), ("A", None)]


def test_sizes_are_listed_for_schemas_as_for_what_is_in_them(sql: Sql) -> None:
    sql.run("CREATE TABLE t (a INTEGER)")

    assert sql.rows(
        "SELECT object_name, object_type, root_name FROM exa_all_object_sizes "
        "WHERE CURRENT_SCHEMA IN (root_name, object_name) ORDER BY object_type DESC"
    ) == [
        ("T", "TABLE", sql.value("SELECT CURRENT_SCHEMA")),
        (sql.value("SELECT CURRENT_SCHEMA"), "SCHEMA", None),
    ]


@pytest.mark.parametrize("word", ["DESC", "DESCRIBE"])
def test_describe_lists_the_columns_of_a_table(sql: Sql, word: str) -> None:
    sql.run(
        "CREATE TABLE t (i DECIMAL(18,0) NOT NULL, v VARCHAR(20) COMMENT IS 'value', "
        "DISTRIBUTE BY i, PARTITION BY i)"
    )

    described = sql.result(f"{word} t")

    names = [column.name for column in described.columns]
    assert names[:5] == ["COLUMN_NAME", "SQL_TYPE", "NULLABLE", "DISTRIBUTION_KEY", "PARTITION_KEY"]
    assert [row[:5] for row in sql.rows(f"{word} t")] == [
        ("I", "DECIMAL(18,0)", False, True, True),
        ("V", "VARCHAR(20) UTF8", True, False, False),
    ]


def test_describe_full_adds_the_comments_up_to_200_characters(sql: Sql) -> None:
    sql.run(f"CREATE TABLE t (a INTEGER COMMENT IS 'first', b INTEGER COMMENT IS '{'x' * 300}', c INTEGER)")

    assert sql.names("DESCRIBE FULL t")[-1] == "COLUMN_COMMENT"
    assert [row[-1] for row in sql.rows("DESCRIBE FULL t")] == ["first", "x" * 200, None]


def test_the_keys_of_a_view_are_null(sql: Sql) -> None:
    sql.run("CREATE TABLE t (a INTEGER)", "CREATE VIEW v AS SELECT a FROM t")

    schema = sql.value("SELECT CURRENT_SCHEMA")
    assert [row[:2] + row[3:5] for row in sql.rows(f"DESC {schema}.v")] == [
        ("A", "DECIMAL(18,0)", None, None)
    ]


def test_describe_of_what_is_not_there_is_an_error(sql: Sql) -> None:
    with pytest.raises(Exception, match=r"(?i)object NOBODYS_TABLE not found"):
        sql.run("DESCRIBE nobodys_table")
