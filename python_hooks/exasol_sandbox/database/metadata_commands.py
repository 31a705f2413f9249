"""The protocol's commands that ask for metadata without SQL, answered from the system tables.

Columns and order of their results: exasol/websocket-api, docs/commands/get…V2.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


def _like(column: str, request: Mapping[str, Any], key: str) -> str:
    """The condition for a search pattern: null means all, "" means none."""
    pattern = request.get(key)
    if pattern is None:
        return "TRUE"
    return f'"{column}" LIKE {literal(str(pattern))}' if pattern else "FALSE"


def _types(request: Mapping[str, Any]) -> str:
    wanted = request.get("tableTypes")
    if wanted is None:
        return "TRUE"
    listed = ", ".join(literal(str(item)) for item in wanted)
    return f'"TABLE_TYPE" IN ({listed})' if listed else "FALSE"


def _keywords(request: Mapping[str, Any]) -> str:
    return _KEYWORDS


def _schemas(request: Mapping[str, Any]) -> str:
    return _SCHEMAS.format(schema=_like("SCHEMA_NAME", request, "schema"))


def _tables(request: Mapping[str, Any]) -> str:
    schema, table = _like("SCHEMA", request, "schema"), _like("NAME", request, "table")
    return _TABLES.format(schema=schema, table=table, types=_types(request))


def _columns(request: Mapping[str, Any]) -> str:
    schema, table = _like("SCHEMA", request, "schema"), _like("TABLE", request, "table")
    column = _like("NAME", request, "column")
    return _COLUMNS.format(schema=schema, table=table, column=column, types=_types(request))


METADATA_COMMANDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "getColumns": _columns,
    "getKeywords": _keywords,
    "getSchemas": _schemas,
    "getTables": _tables,
}


def metadata(session: Session, request: Mapping[str, Any]) -> ResultSet:
    """The result set of one of `METADATA_COMMANDS`."""
    return session.query(METADATA_COMMANDS[request["command"]](request))
