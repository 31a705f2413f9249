"""The protocol's commands that ask for metadata without SQL, answered from the system tables.

Columns and order of their results: exasol/websocket-api, docs/commands/get…V2.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.transforms.names import literal

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_KEYWORDS = "SELECT keyword, reserved FROM SYS.EXA_SQL_KEYWORDS ORDER BY keyword"
_SCHEMAS = """
    SELECT schema_name AS "NAME", schema_owner AS "OWNER", schema_is_virtual AS "IS_VIRTUAL",
    schema_comment AS "COMMENT"
    FROM SYS.EXA_ALL_SCHEMAS WHERE {schema} ORDER BY 1
"""
_TABLES = """
    SELECT * FROM (
        SELECT table_schema AS "SCHEMA", table_name AS "NAME", table_owner AS "OWNER", 'TABLE' AS
        "TABLE_TYPE",
            table_is_virtual AS "IS_VIRTUAL", table_has_distribution_key AS "HAS_DISTRIBUTION_KEY",
            table_has_partition_key AS "HAS_PARTITION_KEY", table_comment AS "COMMENT"
        FROM SYS.EXA_ALL_TABLES
        UNION ALL
        SELECT view_schema, view_name, view_owner, 'VIEW', FALSE, FALSE, FALSE, view_comment FROM
        SYS.EXA_ALL_VIEWS
        UNION ALL
        SELECT schema_name, object_name, 'SYS', 'SYSTEM TABLE', FALSE, FALSE, FALSE, object_comment FROM
        SYS.EXA_SYSCAT
    ) AS t
    WHERE {schema} AND {table} AND {types}
    ORDER BY "TABLE_TYPE", "SCHEMA", "NAME"
"""
_COLUMNS = """
    SELECT * FROM (
        SELECT column_schema AS "SCHEMA", column_table AS "TABLE", column_name AS "NAME",
            column_object_type AS "TABLE_TYPE", column_type AS "TYPE", column_type_id AS "TYPE_ID",
            column_maxsize AS "MAXSIZE", column_num_prec AS "NUM_PREC", column_num_scale AS "NUM_SCALE",
            column_ordinal_position AS "ORDINAL_POSITION", column_is_virtual AS "IS_VIRTUAL",
            column_is_nullable AS "IS_NULLABLE", column_is_distribution_key AS "IS_DISTRIBUTION_KEY",
            column_partition_key_ordinal_position AS "PARTITION_KEY_ORDINAL_POSITION", column_default AS
            "DEFAULT",
            FALSE AS "IS_IDENTITY", column_owner AS "OWNER", column_comment AS "COMMENT"
        FROM SYS.EXA_ALL_COLUMNS
    ) AS t
    WHERE {schema} AND {table} AND {column} AND {types}
    ORDER BY "SCHEMA", "TABLE", "ORDINAL_POSITION"
"""
_COLUMN_PRIVILEGES = """
    SELECT p.object_schema AS "SCHEMA", p.object_name AS "TABLE", c.column_name AS "COLUMN",
        p.privilege AS "NAME", p.grantor AS "GRANTOR", p.grantee AS "GRANTEE", p.owner AS "OWNER"
    FROM SYS.EXA_ALL_OBJ_PRIVS p JOIN SYS.EXA_ALL_COLUMNS c
        ON c.column_schema = p.object_schema AND c.column_table = p.object_name
    WHERE {schema} AND {table} AND {column}
    ORDER BY "COLUMN", "NAME", "GRANTOR", "GRANTEE"
"""
_CONNECTIONS = """
    SELECT connection_name AS "NAME", created AS "CREATED", connection_comment AS "COMMENT"
    FROM SYS.EXA_ALL_CONNECTIONS WHERE {name} ORDER BY "NAME"
"""
_FUNCTIONS = """
    SELECT function_schema AS "SCHEMA", function_name AS "NAME", function_owner AS "OWNER",
        function_comment AS "COMMENT"
    FROM SYS.EXA_ALL_FUNCTIONS WHERE {schema} AND {function} ORDER BY "SCHEMA", "NAME"
"""
_PRIMARY_KEYS = """
    SELECT constraint_schema AS "SCHEMA", constraint_table AS "TABLE", constraint_name AS "NAME",
        constraint_owner AS "OWNER", ordinal_position AS "ORDINAL_POSITION", column_name AS "COLUMN_NAME"
    FROM SYS.EXA_ALL_CONSTRAINT_COLUMNS
    WHERE constraint_type = 'PRIMARY KEY' AND {schema} AND {table}
    ORDER BY "COLUMN_NAME"
"""
_PROPERTIES = """
    SELECT param_name AS "NAME", param_value AS "VALUE" FROM SYS.EXA_METADATA WHERE {name} ORDER BY "NAME"
"""
_ROLES = """
    SELECT role_name AS "NAME", created AS "CREATED", role_consumer_group AS "CONSUMER_GROUP",
        role_comment AS "COMMENT"
    FROM SYS.EXA_ALL_ROLES WHERE {name} ORDER BY "NAME"
"""
_SCRIPTS = """
    SELECT script_schema AS "SCHEMA", script_name AS "NAME", script_owner AS "OWNER", script_type AS "TYPE",
        script_language AS "LANGUAGE", script_input_type AS "INPUT_TYPE",
        script_result_type AS "RESULT_TYPE", script_comment AS "COMMENT"
    FROM SYS.EXA_ALL_SCRIPTS WHERE {schema} AND {script} ORDER BY "SCHEMA", "NAME"
"""
_TABLE_PRIVILEGES = """
    SELECT object_schema AS "SCHEMA", object_name AS "TABLE", privilege AS "NAME", grantor AS "GRANTOR",
        grantee AS "GRANTEE", owner AS "OWNER"
    FROM SYS.EXA_ALL_OBJ_PRIVS
    WHERE object_type IN ('TABLE', 'VIEW') AND {schema} AND {table}
    ORDER BY "SCHEMA", "TABLE", "NAME", "GRANTOR", "GRANTEE"
"""
_TABLE_TYPES = """
    SELECT * FROM (VALUES ('SYSTEM TABLE'), ('TABLE'), ('VIEW')) AS t("TABLE_TYPE") ORDER BY "TABLE_TYPE"
"""
_QUOTED = "type_name IN ('CHAR', 'DATE', 'GEOMETRY', 'HASHTYPE', 'VARCHAR') OR type_name LIKE 'TIMESTAMP%'"
_EXACT = "type_name = 'DECIMAL'"
_TYPES = f"""
    SELECT type_name AS "NAME", type_id AS "TYPE_ID", precision AS "PRECISION",
        CASE WHEN {_QUOTED} THEN '''' END AS "LITERAL_PREFIX",
        CASE WHEN {_QUOTED} THEN '''' END AS "LITERAL_SUFFIX",
        create_params AS "CREATE_PARAMS", is_nullable AS "IS_NULLABLE",
        type_name IN ('CHAR', 'VARCHAR') AS "CASE_SENSITIVE",
        CASE WHEN type_name IN ('CHAR', 'VARCHAR') THEN 3 ELSE 2 END AS "SEARCHABLE",
        FALSE AS "UNSIGNED_ATTRIBUTE", {_EXACT} AS "FIXED_PREC_SCALE", FALSE AS "AUTO_INCREMENT",
        type_name AS "LOCAL_TYPE_NAME",
        CASE WHEN {_EXACT} THEN 0 END AS "MINIMUM_SCALE", CASE WHEN {_EXACT} THEN 36 END AS "MAXIMUM_SCALE",
        type_id AS "SQL_DATA_TYPE", CAST(NULL AS DECIMAL(9)) AS "SQL_DATETIME_SUB",
        CASE WHEN {_EXACT} THEN 10 WHEN type_name LIKE 'DOUBLE%' THEN 2 END AS "NUM_PREC_RADIX",
        CAST(NULL AS DECIMAL(9)) AS "INTERVAL_PRECISION"
    FROM SYS.EXA_SQL_TYPES ORDER BY "TYPE_ID"
"""
_USERS = """
    SELECT user_name AS "NAME", created AS "CREATED", user_consumer_group AS "CONSUMER_GROUP",
        user_comment AS "COMMENT"
    FROM SYS.EXA_ALL_USERS WHERE {name} ORDER BY "NAME"
"""


@dataclass(frozen=True)
class _Command:
    """A query, and for each of its placeholders the column and whether the request has a pattern for it."""

    query: str
    patterns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    has_types: bool = False

    def sql(self, request: Mapping[str, Any]) -> str:
        """The query for one request."""
        conditions = {key: _like(column, request.get(key)) for key, column in self.patterns.items()}
        conditions |= {key: _equal(column, request.get(key)) for key, column in self.values.items()}
        if self.has_types:
            conditions["types"] = _types(request.get("tableTypes"))
        return self.query.format(**conditions)


def _like(column: str, pattern: object) -> str:
    """The condition for a search pattern: null means all, "" means none."""
    if pattern is None:
        return "TRUE"
    return f"{column} LIKE {literal(str(pattern))}" if pattern else "FALSE"


def _equal(column: str, name: object) -> str:
    """The condition for a name: null means all, "" means none."""
    if name is None:
        return "TRUE"
    return f"{column} = {literal(str(name))}" if name else "FALSE"


def _types(wanted: Sequence[object] | None) -> str:
    if wanted is None:
        return "TRUE"
    listed = ", ".join(literal(str(item)) for item in wanted)
    return f'"TABLE_TYPE" IN ({listed})' if listed else "FALSE"


_TABLE = {"schema": '"SCHEMA"', "table": '"TABLE"'}
_COMMANDS = {
    "getColumnPrivileges": _Command(
        _COLUMN_PRIVILEGES,
        {"column": "c.column_name"},
        {"schema": "p.object_schema", "table": "p.object_name"},
    ),
    "getColumns": _Command(_COLUMNS, {**_TABLE, "column": '"NAME"'}, has_types=True),
    "getConnections": _Command(_CONNECTIONS, values={"name": "connection_name"}),
    "getFunctions": _Command(_FUNCTIONS, {"schema": "function_schema", "function": "function_name"}),
    "getKeywords": _Command(_KEYWORDS),
    "getPrimaryKeys": _Command(
        _PRIMARY_KEYS, values={"schema": "constraint_schema", "table": "constraint_table"}
    ),
    "getProperties": _Command(_PROPERTIES, values={"name": "param_name"}),
    "getRoles": _Command(_ROLES, values={"name": "role_name"}),
    "getSchemas": _Command(_SCHEMAS, {"schema": "schema_name"}),
    "getScripts": _Command(_SCRIPTS, {"schema": "script_schema", "script": "script_name"}),
    "getTablePrivileges": _Command(_TABLE_PRIVILEGES, {"schema": "object_schema", "table": "object_name"}),
    "getTables": _Command(_TABLES, {"schema": '"SCHEMA"', "table": '"NAME"'}, has_types=True),
    "getTableTypes": _Command(_TABLE_TYPES),
    "getTypeInfo": _Command(_TYPES),
    "getUsers": _Command(_USERS, values={"name": "user_name"}),
}
METADATA_COMMANDS = frozenset(_COMMANDS)


def metadata(session: Session, request: Mapping[str, Any]) -> ResultSet:
    """The result set of one of `METADATA_COMMANDS`."""
    return session.query(_COMMANDS[request["command"]].sql(request))
