"""Data types, their aliases, literals and conversions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal as D

from .statement import Statement, checked, example, rule
from .statement import of_function as f

_ALIASES = "data_types/datatypealiases"
_DETAILS = "data_types/datatypedetails"
_LITERALS = "literals"
_CONVERSIONS = "data_types/typeconversionrules"

_TYPES_OF_ALIASES = {
    "BIGINT": "DECIMAL(36,0)",
    "BOOL": "BOOLEAN",
    "CHAR": "CHAR(1) UTF8",
    "CHAR VARYING(10)": "VARCHAR(10) UTF8",
    "CHARACTER": "CHAR(1) UTF8",
    "CHARACTER(10)": "CHAR(10) UTF8",
    "CHARACTER LARGE OBJECT": "VARCHAR(2000000) UTF8",
    "CHARACTER LARGE OBJECT(10)": "VARCHAR(10) UTF8",
    "CHARACTER VARYING(10)": "VARCHAR(10) UTF8",
    "CLOB": "VARCHAR(2000000) UTF8",
    "CLOB(10)": "VARCHAR(10) UTF8",
    "DEC": "DECIMAL(18,0)",
    "DEC(9)": "DECIMAL(9,0)",
    "DEC(9,2)": "DECIMAL(9,2)",
    "DECIMAL": "DECIMAL(18,0)",
    "DECIMAL(9)": "DECIMAL(9,0)",
    "DOUBLE": "DOUBLE",
    "FLOAT": "DOUBLE",
    "FLOAT(20)": "DOUBLE",
    "HASHTYPE": "HASHTYPE(16 BYTE)",
    "INT": "DECIMAL(18,0)",
    "INTEGER": "DECIMAL(18,0)",
    "LONG VARCHAR": "VARCHAR(2000000) UTF8",
    "NCHAR": "CHAR(1) UTF8",
    "NCHAR(10)": "CHAR(10) UTF8",
    "NUMBER": "DOUBLE",
    "NUMBER(9)": "DECIMAL(9,0)",
    "NUMBER(9,2)": "DECIMAL(9,2)",
    "NUMERIC": "DECIMAL(18,0)",
    "NUMERIC(9)": "DECIMAL(9,0)",
    "NUMERIC(9,2)": "DECIMAL(9,2)",
    "NVARCHAR(10)": "VARCHAR(10) UTF8",
    "NVARCHAR2(10)": "VARCHAR(10) UTF8",
    "REAL": "DOUBLE",
    "SHORTINT": "DECIMAL(9,0)",
    "SMALLINT": "DECIMAL(9,0)",
    "TINYINT": "DECIMAL(3,0)",
    "VARCHAR2(10)": "VARCHAR(10) UTF8",
}
# The table of aliases does not have them.
_NOT_READ = {"CHARACTER(10)", "FLOAT(20)"}
_TYPES = {
    "BOOLEAN": "BOOLEAN",
    "CHAR(10)": "CHAR(10) UTF8",
    "CHAR(10) ASCII": "CHAR(10) ASCII",
    "CHAR(2000) CHARACTER SET UTF8": "CHAR(2000) UTF8",
    "VARCHAR(2000000)": "VARCHAR(2000000) UTF8",
    "VARCHAR(10) ASCII": "VARCHAR(10) ASCII",
    "DATE": "DATE",
    "DECIMAL(36,36)": "DECIMAL(36,36)",
    "DOUBLE PRECISION": "DOUBLE",
    "TIMESTAMP": "TIMESTAMP(3)",
    "TIMESTAMP WITH LOCAL TIME ZONE": "TIMESTAMP(3) WITH LOCAL TIME ZONE",
    "INTERVAL YEAR TO MONTH": "INTERVAL YEAR(2) TO MONTH",
    "INTERVAL YEAR(5) TO MONTH": "INTERVAL YEAR(5) TO MONTH",
    "INTERVAL DAY TO SECOND": "INTERVAL DAY(2) TO SECOND(3)",
    "INTERVAL DAY(4) TO SECOND(2)": "INTERVAL DAY(4) TO SECOND(2)",
    "HASHTYPE(128 BIT)": "HASHTYPE(16 BYTE)",
    "HASHTYPE(32 BYTE)": "HASHTYPE(32 BYTE)",
}
# What the part of the page says that could be read: character sets, limits, and the precision of timestamps.
_READ = {
    "CHAR(10)",
    "CHAR(2000) CHARACTER SET UTF8",
    "DECIMAL(36,36)",
    "TIMESTAMP",
    "TIMESTAMP WITH LOCAL TIME ZONE",
    "VARCHAR(2000000)",
}

TYPES = [
    *(
        Statement(
            f"SELECT CAST(NULL AS {alias})", [(None,)], _ALIASES, (kind,), checked=alias not in _NOT_READ
        )
        for alias, kind in _TYPES_OF_ALIASES.items()
    ),
    *(
        Statement(f"SELECT CAST(NULL AS {name})", [(None,)], _DETAILS, (kind,), checked=name in _READ)
        for name, kind in _TYPES.items()
    ),
    checked(
        example(_LITERALS, "SELECT 123, -123.456", 123, D("-123.456"), types=("DECIMAL(3,0)", "DECIMAL(6,3)"))
    ),
    checked(example(_LITERALS, "SELECT 1.23456E-32", 1.23456e-32, types=("DOUBLE",))),
    checked(example(_LITERALS, "SELECT TRUE, FALSE", True, False, types=("BOOLEAN", "BOOLEAN"))),
    checked(example(_LITERALS, "SELECT DATE '2007-03-31'", date(2007, 3, 31), types=("DATE",))),
    checked(
        example(
            _LITERALS,
            "SELECT TIMESTAMP '2007-03-31 12:59:30.123'",
            datetime(2007, 3, 31, 12, 59, 30, 123000),
            types=("TIMESTAMP(3)",),
        )
    ),
    example(_LITERALS, "SELECT 'That''s it'", "That's it", types=("CHAR(9) ASCII",)),
    example(_LITERALS, "SELECT ''", None),
    checked(example(_LITERALS, "SELECT NULL", None)),
    f("cast", "SELECT CAST('ABC' AS CHAR(15))", "ABC            ", types=("CHAR(15) UTF8",)),
    f("cast", "SELECT CAST('2006-01-01' AS DATE)", date(2006, 1, 1), types=("DATE",)),
    f("convert", "SELECT CONVERT(CHAR(15), 'ABC')", "ABC            ", types=("CHAR(15) UTF8",)),
    f("convert", "SELECT CONVERT(DATE, '2006-01-01')", date(2006, 1, 1), types=("DATE",)),
    f("coalesce", "SELECT COALESCE(NULL, 'abc', NULL, 'xyz')", "abc"),
    f("decode", "SELECT DECODE('abc', 'xyz', 1, 'abc', 2, 3)", 2),
    f("nullif", "SELECT NULLIF(1, 2), NULLIF(1, 1)", 1, None),
    f("nvl", "SELECT NVL(NULL, 'abc'), NVL(1, 2)", "abc", 1),
    f("nvl2", "SELECT NVL2(NULL, 2, 3), NVL2(1, 2, 3)", 3, 2),
    checked(
        rule(
            _DETAILS,
            "SELECT CAST('1' AS BOOLEAN), CAST('t' AS BOOLEAN), CAST('True' AS BOOLEAN)",
            True,
            True,
            True,
        )
    ),
    checked(
        rule(
            _DETAILS,
            "SELECT CAST('0' AS BOOLEAN), CAST('F' AS BOOLEAN), CAST('false' AS BOOLEAN)",
            *[False] * 3,
        )
    ),
    checked(
        rule(
            _DETAILS,
            "SELECT CAST(1 AS BOOLEAN), CAST(0 AS BOOLEAN), CAST(NULL AS BOOLEAN)",
            True,
            False,
            None,
        )
    ),
    rule(_DETAILS, "SELECT CAST(TRUE AS VARCHAR(5)), CAST(FALSE AS CHAR(5))", "TRUE", "FALSE"),
    rule(_DETAILS, "SELECT CAST(1.25 AS DECIMAL(5,1))", D("1.3"), types=("DECIMAL(5,1)",)),
    rule(_CONVERSIONS, "SELECT '1' + 1, '2' * '3'", 2.0, 6.0),
    rule(_CONVERSIONS, "SELECT 1 || 'a', DATE '2000-01-01' || ''", "1a", "2000-01-01"),
    rule(_CONVERSIONS, "SELECT CASE WHEN '01' = 1 THEN 'equal' END", "equal"),
    rule("operators", "SELECT 'a' || NULL, NULL || 'b', NULL || NULL", "a", "b", None),
    rule("operators", "SELECT 5 / 2, 4 / 2", 2.5, 2.0, types=("DOUBLE", "DOUBLE")),
    rule(
        "operators", "SELECT 1.5 + 1, 1.5 * 1.5", D("2.5"), D("2.25"), types=("DECIMAL(3,1)", "DECIMAL(4,2)")
    ),
    rule("predicates/is_null", "SELECT '' IS NULL, NVL('', 'x')", True, "x"),
    rule(_LITERALS, "SELECT LENGTH('Ünïcode'), 'ä' = 'ä'", 7, True),
    rule(
        "functions/alphabeticallistfunctions/greatest", "SELECT GREATEST(1, NULL), LEAST('b', 'a')", None, "a"
    ),
    rule("functions/alphabeticallistfunctions/nproc", "SELECT IPROC() < NPROC()", True),
    rule(
        "functions/alphabeticallistfunctions/current_date",
        "SELECT CURRENT_DATE = CURDATE(), CURRENT_TIMESTAMP >= CURRENT_DATE",
        True,
        True,
    ),
    rule("metadata_system_tables", "SELECT * FROM dual", None),
]
