"""DUAL, keywords, types, parameters and facts of the database."""

from __future__ import annotations

from exasol_sandbox.database.system_tables.definition import SystemTable, columns

_TYPES = [
    ("BOOLEAN", 16, 1, None),
    ("CHAR", 1, 2000, "LENGTH"),
    ("DATE", 91, 10, None),
    ("DECIMAL", 3, 36, "PRECISION,SCALE"),
    ("DOUBLE PRECISION", 8, 64, None),
    ("GEOMETRY", 123, 2000000, "SRID"),
    ("HASHTYPE", 126, 2048, "LENGTH"),
    ("INTERVAL DAY TO SECOND", 110, 29, "PRECISION,FRACTION"),
    ("INTERVAL YEAR TO MONTH", 107, 13, "PRECISION"),
    ("TIMESTAMP", 93, 29, "PRECISION"),
    ("TIMESTAMP WITH LOCAL TIME ZONE", 124, 29, "PRECISION"),
    ("VARCHAR", 12, 2000000, "MAX LENGTH"),
]

_METADATA = [
    ("databaseMajorVersion", "8", True),
    ("databaseMinorVersion", "32", True),
    ("databaseName", "SANDBOX", True),
    ("databaseProductName", "EXASolution", True),
    ("databaseProductVersion", "8.32.0", True),
    ("identifierQuoteString", '"', True),
    ("maxColumnNameLength", "128", True),
    ("maxSchemaNameLength", "128", True),
    ("maxTableNameLength", "128", True),
    ("nullPlusNonNullIsNull", "0", True),
    ("timeZone", "UTC", False),
]


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _values(rows: list[tuple[object, ...]]) -> str:
    return ", ".join("(" + ", ".join(_literal(value) for value in row) + ")" for row in rows)


TABLES: list[SystemTable] = [
    SystemTable("DUAL", columns("DUMMY:word"), "SELECT NULL"),
    SystemTable(
        "EXA_SQL_KEYWORDS",
        columns("KEYWORD:name RESERVED:flag"),
        "SELECT keyword, reserved FROM {c}.keywords",
    ),
    SystemTable(
        "EXA_SQL_TYPES",
        columns("TYPE_NAME:name TYPE_ID:number PRECISION:number CREATE_PARAMS:name IS_NULLABLE:flag"),
        f"SELECT *, TRUE FROM (VALUES {_values([tuple(row) for row in _TYPES])})",
    ),
    SystemTable(
        "EXA_METADATA",
        columns("PARAM_NAME:name PARAM_VALUE:text IS_STATIC:flag"),
        f"SELECT * FROM (VALUES {_values([tuple(row) for row in _METADATA])})",
    ),
    SystemTable(
        "EXA_PARAMETERS",
        columns("PARAMETER_NAME:name SESSION_VALUE:text SYSTEM_VALUE:text"),
        """SELECT entry.key, entry.value,
               coalesce((SELECT p.value FROM {c}.parameters p WHERE p.name = entry.key), entry.value)
           FROM (SELECT unnest(map_entries(CAST(getvariable('exa_parameters') AS MAP(VARCHAR, VARCHAR))))
           AS entry)""",
    ),
    SystemTable(
        "EXA_CLUSTERS",
        columns("CLUSTER_NAME:name CLUSTER_UID:name CLUSTER_SIZE:word IS_DEFAULT:flag"),
        "SELECT 'MAIN', 'SANDBOX', NULL, TRUE",
    ),
]


def syscat(others: list[SystemTable]) -> SystemTable:
    """EXA_SYSCAT, the list of the system tables."""
    names = sorted([table.name for table in others] + ["EXA_SYSCAT"])
    rows: list[tuple[object, ...]] = [("SYS", name, "TABLE", None) for name in names]
    listed = columns("SCHEMA_NAME:name OBJECT_NAME:name OBJECT_TYPE:word OBJECT_COMMENT:text")
    return SystemTable("EXA_SYSCAT", listed, f"SELECT * FROM (VALUES {_values(rows)})")
