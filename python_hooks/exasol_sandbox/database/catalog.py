"""What DuckDB does not know of an Exasol database: owners, exact types, comments, scripts, connections,
users, grants.

It lives in tables of a hidden schema of the same DuckDB file, so it is transactional with the data. All
functions take the
DuckDB connection of the session whose transaction they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.transforms.macros import statements as macro_statements
from exasol_sandbox.database.type_names import type_of

CATALOG = '"EXA$CATALOG"'

_TABLES = {
    "schemas": "name VARCHAR, owner VARCHAR, comment VARCHAR, created TIMESTAMP, id BIGINT",
    "objects": """schema VARCHAR, name VARCHAR, type VARCHAR, owner VARCHAR, comment VARCHAR, created
    TIMESTAMP,
        changed TIMESTAMP, id BIGINT, text VARCHAR, body VARCHAR, view_schema VARCHAR, calls_scripts
        BOOLEAN""",
    "columns": """schema VARCHAR, object VARCHAR, position INTEGER, name VARCHAR, type VARCHAR, type_name
    VARCHAR,
        type_id INTEGER, max_size INTEGER, num_precision INTEGER, num_scale INTEGER, nullable BOOLEAN,
        default_text VARCHAR, distribution BOOLEAN, partition INTEGER, comment VARCHAR, identity VARCHAR""",
    "scripts": """schema VARCHAR, name VARCHAR, language VARCHAR, kind VARCHAR, input_type VARCHAR,
    result_type VARCHAR,
        record VARCHAR""",
    "connections": """name VARCHAR, address VARCHAR, user_name VARCHAR, password VARCHAR, comment VARCHAR,
        created TIMESTAMP, id BIGINT""",
    "users": "name VARCHAR, password VARCHAR, comment VARCHAR, created TIMESTAMP, id BIGINT",
    "roles": "name VARCHAR, comment VARCHAR, created TIMESTAMP, id BIGINT",
    "role_grants": "grantee VARCHAR, role VARCHAR, admin BOOLEAN",
    "system_grants": "grantee VARCHAR, privilege VARCHAR, admin BOOLEAN",
    "object_grants": """schema VARCHAR, name VARCHAR, type VARCHAR, privilege VARCHAR, grantee VARCHAR,
    grantor VARCHAR,
        owner VARCHAR""",
    "connection_grants": "grantee VARCHAR, connection VARCHAR, admin BOOLEAN",
    "constraints": """schema VARCHAR, object VARCHAR, name VARCHAR, type VARCHAR, enabled BOOLEAN, columns
    VARCHAR[],
        other_schema VARCHAR, other_object VARCHAR, other_columns VARCHAR[]""",
    "parameters": "name VARCHAR, value VARCHAR",
    "sessions": "id BIGINT, user_name VARCHAR, login_time TIMESTAMP",
    "keywords": "keyword VARCHAR, reserved BOOLEAN",
}

_TYPE_IDS = {
    "BOOLEAN": 16,
    "CHAR": 1,
    "DATE": 91,
    "DECIMAL": 3,
    "DOUBLE": 8,
    "GEOMETRY": 123,
    "HASHTYPE": 126,
    "INTERVAL DAY TO SECOND": 110,
    "INTERVAL YEAR TO MONTH": 107,
    "TIMESTAMP": 93,
    "TIMESTAMP WITH LOCAL TIME ZONE": 124,
    "VARCHAR": 12,
}


@dataclass(frozen=True)
class TableColumn:
    """A column of a table or view, with all that its system tables show.

    Attributes:
        identity: the sequence that gives values to an identity column; None for other columns.
        identity_start: the first value of a sequence that has to be made.
    """

    name: str
    type: DataType
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    distribution: bool = False
    partition: int | None = None
    identity: str | None = None
    identity_start: int | None = None


@dataclass(frozen=True)
class Object:
    """A table, view or script.

    Attributes:
        body: a view's query.
        view_schema: the schema that was open when a view was created.
        calls_scripts: whether a view's query calls scripts, directly or through other views.
    """

    schema: str
    name: str
    type: str
    owner: str
    text: str | None = None
    body: str | None = None
    view_schema: str | None = None
    calls_scripts: bool = False
    columns: list[TableColumn] = field(default_factory=list)


# What the user of the asking session may see, by what the session has told DuckDB of them.
_OWN = "getvariable('exa_everything') OR list_contains(getvariable('exa_names'), owner)"
_GRANTED = """EXISTS (SELECT 1 FROM {{c}}.object_grants g
    WHERE list_contains(getvariable('exa_names'), g.grantee) AND {})"""
_USED = "(list_contains(getvariable('exa_system'), 'USE ANY SCHEMA') OR {})"
_ON_OBJECT = """g.privilege <> 'USAGE' AND g.schema = o.schema
    AND (g.type = 'SCHEMA' OR (g.name = o.name AND g.type = o.type))"""
# The system privileges that are about objects of a type.
_ANY = """list_has_any(getvariable('exa_system'), CASE o.type
    WHEN 'TABLE' THEN ['SELECT ANY TABLE', 'INSERT ANY TABLE', 'UPDATE ANY TABLE', 'DELETE ANY TABLE',
        'ALTER ANY TABLE', 'DROP ANY TABLE']
    WHEN 'VIEW' THEN ['SELECT ANY TABLE', 'DROP ANY VIEW']
    WHEN 'FUNCTION' THEN ['EXECUTE ANY FUNCTION', 'DROP ANY FUNCTION']
    ELSE ['EXECUTE ANY SCRIPT', 'DROP ANY SCRIPT'] END)"""


def _used(schema: str) -> str:
    return _USED.format(
        _GRANTED.format(f"g.privilege = 'USAGE' AND g.type = 'SCHEMA' AND g.schema = {schema}")
    )


_VIEWS = {
    "visible_objects": "SELECT * FROM {c}.objects o WHERE "
    + f"{_OWN} OR ({_used('o.schema')} AND ({_GRANTED.format(_ON_OBJECT)} OR {_ANY}))",
    "visible_schemas": "SELECT * FROM {c}.schemas o WHERE " + f"{_OWN} OR {_used('o.name')}",
}


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing of the catalog; macros and views are always made anew."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {CATALOG}")
    connection.execute(f"CREATE SEQUENCE IF NOT EXISTS {CATALOG}.ids START 1000")
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE IF NOT EXISTS {CATALOG}.{name} ({columns})")
    # A database folder of an earlier release has no such column.
    connection.execute(f"ALTER TABLE {CATALOG}.columns ADD COLUMN IF NOT EXISTS identity VARCHAR")
    for name, query in _VIEWS.items():
        connection.execute(f"CREATE OR REPLACE VIEW {CATALOG}.{name} AS {query.format(c=CATALOG)}")
    for statement in macro_statements():
        connection.execute(statement)


def rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None
) -> list[tuple[Any, ...]]:
    """All rows of a query on the catalog; `{c}` stands for its schema."""
    result: list[tuple[Any, ...]] = connection.execute(sql.format(c=CATALOG), parameters or []).fetchall()
    return result


def run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> None:
    """A statement on the catalog; `{c}` stands for its schema."""
    connection.execute(sql.format(c=CATALOG), parameters or [])


def find_object(connection: duckdb.DuckDBPyConnection, schema: str, name: str, *types: str) -> Object | None:
    """The object of that name and one of these types."""
    found = rows(
        connection,
        "SELECT type, owner, text, body, view_schema, calls_scripts FROM {c}.objects "
        "WHERE schema = ? AND name = ?",
        [schema, name],
    )
    for kind, owner, text, body, view_schema, calls_scripts in found:
        if kind in types:
            columns = find_columns(connection, schema, name) if kind in {"TABLE", "VIEW"} else []
            return Object(schema, name, kind, owner, text, body, view_schema, bool(calls_scripts), columns)
    return None


def find_columns(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[TableColumn]:
    """The columns of a table or view, in order."""
    found = rows(
        connection,
        """SELECT name, type, nullable, default_text, comment, distribution, partition, identity
           FROM {c}.columns
           WHERE schema = ? AND object = ? ORDER BY position""",
        [schema, name],
    )
    return [TableColumn(row[0], type_of(row[1]), *row[2:]) for row in found]


def new_id(connection: duckdb.DuckDBPyConnection) -> int:
    """An object id that no other object has or had."""
    return int(rows(connection, "SELECT nextval('{c}.ids')")[0][0])


def add_object(connection: duckdb.DuckDBPyConnection, item: Object, comment: str | None = None) -> None:
    """Write a new table, view or script; it belongs to the owner of its schema."""
    run(
        connection,
        """INSERT INTO {c}.objects VALUES (?, ?, ?,
        coalesce((SELECT owner FROM {c}.schemas WHERE name = ?), ?), ?, now()::TIMESTAMP,
        now()::TIMESTAMP, ?, ?, ?, ?, ?)""",
        [
            item.schema,
            item.name,
            item.type,
            item.schema,
            item.owner,
            comment,
            new_id(connection),
            item.text,
            item.body,
            item.view_schema,
            item.calls_scripts,
        ],
    )
    write_columns(connection, item.schema, item.name, item.columns)


def write_columns(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, columns: list[TableColumn]
) -> None:
    """Replace what is known of an object's columns."""
    run(connection, "DELETE FROM {c}.columns WHERE schema = ? AND object = ?", [schema, name])
    if not columns:
        return
    values: list[Any] = []
    for position, column in enumerate(columns, 1):
        kind = column.type
        values += [schema, name, position, column.name, kind.sql(), kind.name, _TYPE_IDS.get(kind.name)]
        values += [_max_size(kind), kind.precision if kind.is_number else None, kind.scale, column.nullable]
        values += [column.default, column.distribution, column.partition, column.comment, column.identity]
        if column.identity_start is not None:
            start = column.identity_start
            connection.execute(f"CREATE SEQUENCE {CATALOG}.{column.identity} MINVALUE {start} START {start}")
    marks = ", ".join(["(" + ", ".join("?" * 16) + ")"] * len(columns))
    run(connection, f"INSERT INTO {{c}}.columns VALUES {marks}", values)


def _max_size(kind: DataType) -> int | None:
    if kind.name == "DECIMAL":
        return kind.precision
    if kind.name == "HASHTYPE":
        return (kind.size or 0) * 2
    fixed = {"DOUBLE": 64, "BOOLEAN": 1, "DATE": 10, "TIMESTAMP": 29, "TIMESTAMP WITH LOCAL TIME ZONE": 29}
    return kind.size if kind.is_text else fixed.get(kind.name)


def remove_object(connection: duckdb.DuckDBPyConnection, schema: str, name: str, kind: str) -> None:
    """Forget an object with its columns, constraints and grants."""
    run(
        connection, "DELETE FROM {c}.objects WHERE schema = ? AND name = ? AND type = ?", [schema, name, kind]
    )
    run(
        connection,
        "DELETE FROM {c}.object_grants WHERE schema = ? AND name = ? AND type = ?",
        [schema, name, kind],
    )
    if kind in {"SCRIPT", "FUNCTION"}:
        run(connection, "DELETE FROM {c}.scripts WHERE schema = ? AND name = ?", [schema, name])
        return
    run(connection, "DELETE FROM {c}.columns WHERE schema = ? AND object = ?", [schema, name])
    run(connection, "DELETE FROM {c}.constraints WHERE schema = ? AND object = ?", [schema, name])


def rename_object(connection: duckdb.DuckDBPyConnection, schema: str, name: str, new_name: str) -> None:
    """Give an object another name."""
    for table, column in (("objects", "name"), ("object_grants", "name"), ("scripts", "name")):
        run(
            connection,
            f"UPDATE {{c}}.{table} SET {column} = ? WHERE schema = ? AND {column} = ?",
            [new_name, schema, name],
        )
    for table in ("columns", "constraints"):
        run(
            connection,
            f"UPDATE {{c}}.{table} SET object = ? WHERE schema = ? AND object = ?",
            [new_name, schema, name],
        )


def touch(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Note that an object was changed."""
    run(
        connection,
        "UPDATE {c}.objects SET changed = now()::TIMESTAMP WHERE schema = ? AND name = ?",
        [schema, name],
    )


def schema_exists(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether there is a schema of that name."""
    return bool(rows(connection, "SELECT 1 FROM {c}.schemas WHERE name = ?", [name]))
