"""Schemas, objects, tables, views, columns, scripts and constraints."""

from __future__ import annotations

from dataclasses import replace

from exasol_sandbox.database.system_tables.definition import SystemTable, columns, family

_SCHEMA_COLUMNS = (
    "SCHEMA_NAME:name SCHEMA_OWNER:name SCHEMA_OBJECT_ID:id SCHEMA_IS_VIRTUAL:flag SCHEMA_COMMENT:text"
)
_SCHEMAS = "SELECT name, owner, id, FALSE, comment FROM {c}.schemas WHERE {visible}"

_OBJECTS = """
    SELECT o.name, o.type, o.created, o.changed, o.owner, o.id, o.schema, 'SCHEMA', s.id, FALSE, o.comment
    FROM {c}.objects o JOIN {c}.schemas s ON s.name = o.schema WHERE o.{visible}
    UNION ALL
    SELECT name, 'SCHEMA', created, created, owner, id, NULL, NULL, NULL, FALSE, comment FROM {c}.schemas
    WHERE {visible}
"""

_TABLES = """
    SELECT schema, name, owner, id, FALSE,
        EXISTS (SELECT 1 FROM {c}.columns k WHERE k.schema = o.schema AND k.object = o.name AND
        k.distribution),
        EXISTS (SELECT 1 FROM {c}.columns k WHERE k.schema = o.schema AND k.object = o.name AND k.partition
        > 0),
        coalesce((SELECT max(d.estimated_size) FROM duckdb_tables() d
                  WHERE d.table_name = o.name AND d.schema_name IN (o.schema, o.schema || '$')), 0),
        0, comment
    FROM {c}.objects o WHERE type = 'TABLE' AND {visible}
"""

_VIEWS = """
    SELECT schema, name, view_schema, owner, id, text, comment
    FROM {c}.objects o WHERE type = 'VIEW' AND {visible}
"""

_COLUMN_COLUMNS = """
    COLUMN_SCHEMA:name COLUMN_TABLE:name COLUMN_OBJECT_TYPE:name COLUMN_NAME:name COLUMN_TYPE:word
    COLUMN_TYPE_ID:number
    COLUMN_MAXSIZE:number COLUMN_NUM_PREC:number COLUMN_NUM_SCALE:number COLUMN_ORDINAL_POSITION:number
    COLUMN_IS_VIRTUAL:flag COLUMN_IS_NULLABLE:flag COLUMN_IS_DISTRIBUTION_KEY:flag COLUMN_IS_ZONEMAPPED:flag
    COLUMN_PARTITION_KEY_ORDINAL_POSITION:number COLUMN_DEFAULT:text COLUMN_IDENTITY:long COLUMN_OWNER:name
    COLUMN_OBJECT_ID:id STATUS:word COLUMN_COMMENT:text
"""
_COLUMNS = """
    SELECT k.schema, k.object, o.type, k.name, k.type, k.type_id, k.max_size, k.num_precision, k.num_scale,
        k.position, FALSE, CASE WHEN o.type = 'TABLE' THEN k.nullable END, k.distribution,
        k.partition IS NOT NULL, k.partition, k.default_text,
        (SELECT coalesce(q.last_value, q.start_value) FROM duckdb_sequences() q
         WHERE q.sequence_name = k.identity),
        o.owner, o.id, NULL, k.comment
    FROM {c}.columns k JOIN {c}.objects o ON o.schema = k.schema AND o.name = k.object AND o.type IN
    ('TABLE', 'VIEW')
    WHERE o.{visible}
"""

_SCRIPTS = """
    SELECT s.schema, s.name, o.owner, o.id, s.kind,
    s.language,
        s.input_type, s.result_type, o.text, o.comment
    FROM {c}.scripts s JOIN {c}.objects o ON o.schema = s.schema AND o.name = s.name AND o.type = 'SCRIPT'
    WHERE o.{visible}
"""

_CONSTRAINT_ROWS = """
    SELECT k.schema, k.object, k.type, k.name, o.owner, k.enabled, k.columns, k.other_schema,
    k.other_object, k.other_columns
    FROM {c}.constraints k JOIN {c}.objects o ON o.schema = k.schema AND o.name = k.object
    UNION ALL
    SELECT k.schema, k.object, 'NOT NULL', 'SYS_NN_' || o.id || '_' || k.position, o.owner, TRUE, [k.name],
    NULL, NULL, []
    FROM {c}.columns k JOIN {c}.objects o ON o.schema = k.schema AND o.name = k.object
    WHERE NOT k.nullable AND o.type = 'TABLE'
"""
_CONSTRAINTS = f"""
    SELECT schema, object, type, name, enabled, owner
    FROM ({_CONSTRAINT_ROWS}) AS k(schema, object, type, name, owner, enabled, cols, rs, ro, rc) WHERE
    {{visible}}
"""
_CONSTRAINT_COLUMNS = f"""
    SELECT schema, object, type, name, owner, i, cols[i], rs, ro, rc[i]
    FROM (SELECT *, unnest(range(1, len(cols) + 1)) AS i
          FROM ({_CONSTRAINT_ROWS}) AS k(schema, object, type, name, owner, enabled, cols, rs, ro, rc))
    WHERE {{visible}}
"""

# What a table takes in memory would say something of DuckDB, not of Exasol: it is not known. Only tables
# have a raw size: https://docs.exasol.com/db/latest/sql_references/object_types/objecttypesoverview.htm.
_SIZES = """
    SELECT o.name, o.type, CASE WHEN o.type <> 'TABLE' THEN 0 END, CASE WHEN o.type <> 'TABLE' THEN 0 END,
        NULL, o.created, o.changed, o.owner, o.id, FALSE, o.schema, 'SCHEMA', s.id
    FROM {c}.objects o JOIN {c}.schemas s ON s.name = o.schema WHERE o.{visible}
    UNION ALL
    SELECT name, 'SCHEMA', NULL, NULL, NULL, created, created, owner, id, FALSE, NULL, NULL, NULL
    FROM {c}.schemas WHERE {visible}
"""

TABLES: list[SystemTable] = [
    replace(*family("EXA_{}_SCHEMAS", _SCHEMA_COLUMNS, _SCHEMAS, ("ALL",)), name="EXA_SCHEMAS"),
    *family("EXA_{}_SCHEMAS", _SCHEMA_COLUMNS, _SCHEMAS),
    *family(
        "EXA_{}_OBJECTS",
        """OBJECT_NAME:name OBJECT_TYPE:word CREATED:time LAST_COMMIT:time OWNER:name OBJECT_ID:id
        ROOT_NAME:name
           ROOT_TYPE:word ROOT_ID:id OBJECT_IS_VIRTUAL:flag OBJECT_COMMENT:text""",
        _OBJECTS,
    ),
    SystemTable(
        "EXA_SCHEMA_OBJECTS",
        columns("OBJECT_NAME:name OBJECT_TYPE:word"),
        "SELECT name, type FROM {c}.objects WHERE schema = getvariable('exa_schema')",
    ),
    *family(
        "EXA_{}_OBJECT_SIZES",
        """OBJECT_NAME:name OBJECT_TYPE:word RAW_OBJECT_SIZE:number MEM_OBJECT_SIZE:number
           RAW_OBJECT_SIZE_LIMIT:number CREATED:time LAST_COMMIT:time OWNER:name OBJECT_ID:id
           OBJECT_IS_VIRTUAL:flag ROOT_NAME:name ROOT_TYPE:word ROOT_ID:id""",
        _SIZES,
    ),
    *family(
        "EXA_{}_TABLES",
        """TABLE_SCHEMA:name TABLE_NAME:name TABLE_OWNER:name TABLE_OBJECT_ID:id TABLE_IS_VIRTUAL:flag
           TABLE_HAS_DISTRIBUTION_KEY:flag TABLE_HAS_PARTITION_KEY:flag TABLE_ROW_COUNT:number
           DELETE_PERCENTAGE:number TABLE_COMMENT:text""",
        _TABLES,
    ),
    *family(
        "EXA_{}_VIEWS",
        """VIEW_SCHEMA:name VIEW_NAME:name SCOPE_SCHEMA:name VIEW_OWNER:name VIEW_OBJECT_ID:id VIEW_TEXT:text
           VIEW_COMMENT:text""",
        _VIEWS,
    ),
    *family("EXA_{}_COLUMNS", _COLUMN_COLUMNS, _COLUMNS),
    *family(
        "EXA_{}_SCRIPTS",
        """SCRIPT_SCHEMA:name SCRIPT_NAME:name SCRIPT_OWNER:name SCRIPT_OBJECT_ID:id SCRIPT_TYPE:word
           SCRIPT_LANGUAGE:word SCRIPT_INPUT_TYPE:word SCRIPT_RESULT_TYPE:word SCRIPT_TEXT:text
           SCRIPT_COMMENT:text""",
        _SCRIPTS,
    ),
    *family(
        "EXA_{}_CONSTRAINTS",
        """CONSTRAINT_SCHEMA:name CONSTRAINT_TABLE:name CONSTRAINT_TYPE:word CONSTRAINT_NAME:name
           CONSTRAINT_ENABLED:flag CONSTRAINT_OWNER:name""",
        _CONSTRAINTS,
    ),
    *family(
        "EXA_{}_CONSTRAINT_COLUMNS",
        """CONSTRAINT_SCHEMA:name CONSTRAINT_TABLE:name CONSTRAINT_TYPE:word CONSTRAINT_NAME:name
           CONSTRAINT_OWNER:name ORDINAL_POSITION:number COLUMN_NAME:name REFERENCED_SCHEMA:name
           REFERENCED_TABLE:name REFERENCED_COLUMN:name""",
        _CONSTRAINT_COLUMNS,
    ),
    *family(
        "EXA_{}_FUNCTIONS",
        """FUNCTION_SCHEMA:name FUNCTION_NAME:name FUNCTION_OWNER:name FUNCTION_OBJECT_ID:id
        FUNCTION_TEXT:text
           FUNCTION_COMMENT:text""",
        """SELECT schema, name, owner, id, text, comment FROM {c}.objects o
           WHERE type = 'FUNCTION' AND {visible}""",
    ),
    *family(
        "EXA_{}_INDICES",
        """INDEX_SCHEMA:name INDEX_TABLE:name INDEX_OWNER:name INDEX_OBJECT_ID:id INDEX_TYPE:word
           IS_GEOMETRY:flag MEM_OBJECT_SIZE:number CREATED:time LAST_COMMIT:time REMARKS:text""",
        "SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE FALSE",
    ),
]
