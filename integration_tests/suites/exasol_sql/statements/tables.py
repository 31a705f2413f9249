"""Tables and views: definition, change, and what constraints and defaults do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from .statement import Statement

_TABLE = "sql/create_table"
_ALTER = "sql/alter_table(column)"
_INSERT = "sql/insert"
_NUMBERS = ("CREATE TABLE t (x INT, y VARCHAR(10))", "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL)")


def _after(
    page: str, given: tuple[str, ...], sql: str, *rows: tuple[object, ...], types: tuple[str, ...] = ()
) -> Statement:
    return Statement(sql, list(rows), page, types, given, by_rule=True)


_COLUMNS = (
    "SELECT column_name, column_type "
    "FROM exa_user_columns "
    "WHERE column_table = 'T' AND column_schema = CURRENT_SCHEMA ORDER BY column_ordinal_position"
)

TABLES = [
    _after(
        _TABLE,
        (
            "CREATE TABLE t1 (a VARCHAR(20), b DECIMAL(24,4) NOT NULL, c DECIMAL DEFAULT 122, d DOUBLE, "
            "e TIMESTAMP DEFAULT CURRENT_TIMESTAMP, f BOOL)",
            "INSERT INTO t1 (b) VALUES (1)",
        ),
        "SELECT a, b, c, d, e IS NULL, f FROM t1",
        (None, D("1.0000"), 122, None, False, None),
    ),
    _after(
        _TABLE,
        ("CREATE TABLE t1 (a VARCHAR(20), b INT)", "CREATE TABLE t AS SELECT * FROM t1"),
        _COLUMNS,
        ("A", "VARCHAR(20) UTF8"),
        ("B", "DECIMAL(18,0)"),
    ),
    _after(
        _TABLE,
        (
            "CREATE TABLE t1 (a INT)",
            "INSERT INTO t1 VALUES 1",
            "CREATE TABLE t AS SELECT * FROM t1 WITH NO DATA",
        ),
        "SELECT COUNT(*) FROM t",
        (0,),
    ),
    _after(
        _TABLE,
        (
            "CREATE TABLE t1 (a INT DEFAULT 7, b INT)",
            "CREATE TABLE t LIKE t1 INCLUDING DEFAULTS",
            "INSERT INTO t (b) VALUES 1",
        ),
        "SELECT a FROM t",
        (7,),
    ),
    _after(
        _TABLE,
        ("CREATE TABLE t7 (a INT IDENTITY, b INT)", "INSERT INTO t7 (b) VALUES 10, 20"),
        "SELECT a, b FROM t7 ORDER BY b",
        (1, 10),
        (2, 20),
    ),
    _after(
        "sql_references/data_types/identity_columns",
        (
            "CREATE TABLE t7 (id INT IDENTITY(30), b INT)",
            "INSERT INTO t7 (b) VALUES 1",
            "INSERT INTO t7 VALUES (DEFAULT, 2)",
        ),
        "SELECT id FROM t7 ORDER BY b",
        (30,),
        (31,),
    ),
    _after(
        "sql_references/data_types/identity_columns",
        ("CREATE TABLE t7 (id INT IDENTITY, b INT)", "INSERT INTO t7 VALUES (8, 1)"),
        "SELECT id FROM t7",
        (8,),
    ),
    _after(
        _TABLE,
        ("CREATE TABLE t8 (ref_id INT, b VARCHAR(20), DISTRIBUTE BY ref_id, PARTITION BY b)",),
        "SELECT COUNT(*) FROM exa_user_columns "
        "WHERE column_table = 'T8' AND column_schema = CURRENT_SCHEMA AND column_is_distribution_key",
        (1,),
    ),
    _after(_ALTER, (*_NUMBERS, "ALTER TABLE t ADD COLUMN z INT DEFAULT 9"), "SELECT DISTINCT z FROM t", (9,)),
    _after(
        _ALTER,
        (*_NUMBERS, "ALTER TABLE t ADD (new_dec DECIMAL(18,0))", "ALTER TABLE t DROP COLUMN y"),
        _COLUMNS,
        ("X", "DECIMAL(18,0)"),
        ("NEW_DEC", "DECIMAL(18,0)"),
    ),
    _after(
        _ALTER,
        (*_NUMBERS, "ALTER TABLE t MODIFY (x DECIMAL(10,2) DEFAULT 10.0)"),
        "SELECT x FROM t WHERE y = 'b'",
        (D("2.00"),),
        types=("DECIMAL(10,2)",),
    ),
    _after(_ALTER, (*_NUMBERS, "ALTER TABLE t RENAME COLUMN x TO z"), "SELECT MAX(z) FROM t", (3,)),
    _after(
        _ALTER,
        (*_NUMBERS, "ALTER TABLE t ALTER COLUMN x SET DEFAULT 5", "INSERT INTO t (y) VALUES 'n'"),
        "SELECT x FROM t WHERE y = 'n'",
        (5,),
    ),
    _after(
        _ALTER,
        (
            "CREATE TABLE t (x INT IDENTITY, y INT)",
            "ALTER TABLE t ALTER COLUMN x SET IDENTITY(100)",
            "INSERT INTO t (y) VALUES 1",
        ),
        "SELECT x FROM t",
        (100,),
    ),
    _after(
        "sql/alter_table(constraints)",
        (
            *_NUMBERS,
            "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (x)",
            "ALTER TABLE t DROP CONSTRAINT pk",
            "INSERT INTO t VALUES (1, 'z')",
        ),
        "SELECT COUNT(*) FROM t",
        (4,),
    ),
    _after(
        "sql/alter_table(constraints)",
        (
            *_NUMBERS,
            "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (x)",
            "ALTER TABLE t MODIFY CONSTRAINT pk DISABLE",
            "INSERT INTO t VALUES (1, 'z')",
        ),
        "SELECT COUNT(*) FROM t",
        (4,),
    ),
    _after(
        "sql/alter_table(constraints)",
        (
            *_NUMBERS,
            "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (x)",
            "ALTER TABLE t RENAME CONSTRAINT pk TO pk2",
        ),
        "SELECT constraint_name "
        "FROM exa_user_constraints "
        "WHERE constraint_table = 'T' AND constraint_schema = CURRENT_SCHEMA "
        "AND constraint_type = 'PRIMARY KEY'",
        ("PK2",),
    ),
    _after(
        "sql/alter_table(distribution_partitioning)",
        (
            *_NUMBERS,
            "ALTER TABLE t DISTRIBUTE BY x",
            "ALTER TABLE t PARTITION BY y",
            "ALTER TABLE t DROP PARTITION KEYS",
        ),
        "SELECT COUNT(*) FROM t",
        (3,),
    ),
    _after("sql/rename", (*_NUMBERS, "RENAME TABLE t TO u"), "SELECT COUNT(*) FROM u", (3,)),
    _after("sql/truncate", (*_NUMBERS, "TRUNCATE TABLE t"), "SELECT COUNT(*) FROM t", (0,)),
    _after(
        "sql/comment",
        (*_NUMBERS, "COMMENT ON TABLE t IS 'numbers'"),
        "SELECT table_comment FROM exa_user_tables WHERE table_name = 'T' AND table_schema = CURRENT_SCHEMA",
        ("numbers",),
    ),
    _after(
        "sql/comment",
        (*_NUMBERS, "COMMENT ON t (x IS 'number', y IS 'letter')"),
        "SELECT column_comment "
        "FROM exa_user_columns WHERE column_table = 'T' AND column_schema = CURRENT_SCHEMA ORDER BY 1",
        ("letter",),
        ("number",),
    ),
    _after(
        "sql/create_view",
        (*_NUMBERS, "CREATE VIEW v AS SELECT x FROM t"),
        "SELECT x FROM v WHERE x = 2",
        (2,),
    ),
    _after(
        "sql/create_view",
        (
            *_NUMBERS,
            "CREATE OR REPLACE VIEW v (p COMMENT IS 'times three', q) AS SELECT x * 3, y "
            "FROM t COMMENT IS 'a view'",
        ),
        "SELECT p, q FROM v ORDER BY p LIMIT 1",
        (3, "a"),
    ),
    _after(
        _INSERT, (*_NUMBERS, "INSERT INTO t (y, x) VALUES ('d', 4)"), "SELECT y FROM t WHERE x = 4", ("d",)
    ),
    _after(_INSERT, (*_NUMBERS, "INSERT INTO t SELECT x + 10, y FROM t"), "SELECT SUM(x) FROM t", (42,)),
    _after(
        _INSERT,
        (
            "CREATE TABLE t (n1 INT, n2 INT DEFAULT 8)",
            "INSERT INTO t DEFAULT VALUES",
            "INSERT INTO t VALUES (1, DEFAULT)",
        ),
        "SELECT n1, n2 FROM t ORDER BY n1",
        (1, 8),
        (None, 8),
    ),
    _after(
        _INSERT,
        ("CREATE TABLE t (d DATE, n DECIMAL(5,2))", "INSERT INTO t VALUES ('2001-02-03', '1.5')"),
        "SELECT d, n FROM t",
        (date(2001, 2, 3), D("1.50")),
    ),
    _after(
        "sql/update",
        (*_NUMBERS, "UPDATE t SET x = x * 10, y = 'z' WHERE x > 1"),
        "SELECT x, y FROM t ORDER BY x",
        (1, "a"),
        (20, "z"),
        (30, "z"),
    ),
    _after(
        "sql/update",
        (
            *_NUMBERS,
            "CREATE TABLE u (x INT, v VARCHAR(10))",
            "INSERT INTO u VALUES (1, 'one')",
            "UPDATE t a SET a.y = u.v FROM t a, u WHERE a.x = u.x",
        ),
        "SELECT y FROM t WHERE x = 1",
        ("one",),
    ),
    _after(
        "sql/update",
        ("CREATE TABLE t (x INT DEFAULT 5)", "INSERT INTO t VALUES 1", "UPDATE t SET x = DEFAULT"),
        "SELECT x FROM t",
        (5,),
    ),
    _after("sql/delete", (*_NUMBERS, "DELETE FROM t WHERE y IS NULL"), "SELECT COUNT(*) FROM t", (2,)),
    _after("sql/delete", (*_NUMBERS, "DELETE * FROM t"), "SELECT COUNT(*) FROM t", (0,)),
    _after(
        "sql/merge",
        (
            *_NUMBERS,
            "CREATE TABLE changes (x INT, y VARCHAR(10))",
            "INSERT INTO changes VALUES (1, 'A'), (9, 'I')",
            "MERGE INTO t USING changes u ON (t.x = u.x) WHEN MATCHED "
            "THEN UPDATE SET t.y = u.y WHEN NOT MATCHED THEN INSERT VALUES (u.x, u.y)",
        ),
        "SELECT x, y FROM t ORDER BY x",
        (1, "A"),
        (2, "b"),
        (3, None),
        (9, "I"),
    ),
    _after(
        "sql/merge",
        (*_NUMBERS, "MERGE INTO t USING (SELECT 2 AS k) u ON t.x = u.k WHEN MATCHED THEN DELETE"),
        "SELECT x FROM t ORDER BY x",
        (1,),
        (3,),
    ),
    _after(
        "sql/create_table",
        ("CREATE TABLE t (x INT)", "CREATE TABLE IF NOT EXISTS t (y INT)"),
        _COLUMNS,
        ("X", "DECIMAL(18,0)"),
    ),
    _after(
        "sql/drop_table",
        ("CREATE TABLE t (x INT)", "DROP TABLE t", "DROP TABLE IF EXISTS t"),
        "SELECT COUNT(*) FROM exa_user_tables WHERE table_name = 'T' AND table_schema = CURRENT_SCHEMA",
        (0,),
    ),
]
