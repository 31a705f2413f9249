"""The names of data types: in statements, and those of DuckDB.

Aliases: https://docs.exasol.com/db/latest/sql_references/data_types/datatypealiases.htm
"""

from __future__ import annotations

import re

from exasol_sandbox.database.data_types import (
    INTERVAL_DAY,
    INTERVAL_YEAR,
    LOCAL_TIMESTAMP,
    MAX_PRECISION,
    MAX_VARCHAR,
    UTF8,
    DataType,
    invalid_type,
)

_ALIASES: dict[str, tuple[str, int | None, int | None]] = {
    "BIGINT": ("DECIMAL", 36, 0),
    "BOOL": ("BOOLEAN", None, None),
    "DEC": ("DECIMAL", None, None),
    "DOUBLE PRECISION": ("DOUBLE", None, None),
    "FLOAT": ("DOUBLE", None, None),
    "INT": ("DECIMAL", 18, 0),
    "INTEGER": ("DECIMAL", 18, 0),
    "LONG VARCHAR": ("VARCHAR", MAX_VARCHAR, None),
    "CLOB": ("VARCHAR", MAX_VARCHAR, None),
    "CHARACTER LARGE OBJECT": ("VARCHAR", MAX_VARCHAR, None),
    "NUMERIC": ("DECIMAL", None, None),
    "REAL": ("DOUBLE", None, None),
    "SHORTINT": ("DECIMAL", 9, 0),
    "SMALLINT": ("DECIMAL", 9, 0),
    "TINYINT": ("DECIMAL", 3, 0),
    "NCHAR": ("CHAR", None, None),
    "CHARACTER": ("CHAR", None, None),
    "NVARCHAR": ("VARCHAR", None, None),
    "NVARCHAR2": ("VARCHAR", None, None),
    "VARCHAR2": ("VARCHAR", None, None),
    "CHAR VARYING": ("VARCHAR", None, None),
    "CHARACTER VARYING": ("VARCHAR", None, None),
}

_TWO_WORDS = "DOUBLE PRECISION|LONG VARCHAR|CHAR VARYING|CHARACTER VARYING|CHARACTER LARGE OBJECT"
_TYPE_TEXT = re.compile(
    rf"""^\s*(?P<name>{_TWO_WORDS.replace(" ", chr(92) + "s+")}|[A-Z][A-Z0-9]*)\s*
        (?:\(\s*(?P<first>\d+)\s*(?P<unit>CHAR|BYTE|BIT)?\s*(?:,\s*(?P<second>\d+)\s*)?\))?\s*
        (?P<rest>[A-Z][A-Z0-9 ()]*)?\s*$""",
    re.VERBOSE,
)
_CHARACTER_SET = re.compile(r"\b(?:CHARACTER SET\s+)?(UTF8|ASCII)\s*$")
_INTERVAL = re.compile(
    r"^INTERVAL\s+(YEAR|DAY)\s*(?:\(\s*(\d+)\s*\))?\s+TO\s+(MONTH|SECOND)\s*(?:\(\s*(\d+)\s*\))?$"
)


def type_of(text: str) -> DataType:
    """The type that `text` names in a statement.

    Raises:
        ExasolError: the type is unknown, out of its limits, or a VARCHAR without a size.
    """
    text = " ".join(text.upper().replace("(", " (", 1).split())
    interval = _INTERVAL.match(text)
    if interval:
        leading, precision, trailing, fraction = interval.groups()
        if (leading, trailing) == ("YEAR", "MONTH"):
            return DataType(INTERVAL_YEAR, precision=int(precision or 2))
        if (leading, trailing) == ("DAY", "SECOND"):
            return DataType(INTERVAL_DAY, precision=int(precision or 2), fraction=int(fraction or 3))
        raise invalid_type(f"unknown data type {text}")
    character_set = UTF8
    named_set = _CHARACTER_SET.search(text)
    if named_set:
        character_set = named_set.group(1)
        text = text[: named_set.start()].strip()
    match = _TYPE_TEXT.match(text)
    if match is None:
        raise invalid_type(f"unknown data type {text}")
    name, rest = match["name"], match["rest"]
    first = int(match["first"]) if match["first"] else None
    second = int(match["second"]) if match["second"] else None
    if name == "TIMESTAMP" and rest in {None, "WITHOUT TIME ZONE", "WITH LOCAL TIME ZONE"}:
        return DataType.timestamp(3 if first is None else first, rest == "WITH LOCAL TIME ZONE")
    if name == LOCAL_TIMESTAMP:
        return DataType.timestamp(3, True)
    if rest:
        raise invalid_type(f"unknown data type {text}")
    return _build(name, first, second, match["unit"], character_set)


def _build(  # noqa: PLR0911
    name: str, first: int | None, second: int | None, unit: str | None, character_set: str
) -> DataType:
    target, default_first, default_second = _ALIASES.get(name, (name, None, None))
    first = default_first if first is None or default_second is not None else first
    second = default_second if second is None else second
    if target == "NUMBER" and first is None:
        return DataType.double()
    if target in {"DECIMAL", "NUMBER"}:
        return DataType.decimal(18 if first is None else first, second or 0)
    if target == "VARCHAR":
        if first is None:
            raise invalid_type(f"syntax error, data type {name} needs a size, for example {name}(2000)")
        return DataType.varchar(first, character_set)
    if target == "CHAR":
        return DataType.char(first or 1, character_set)
    if target == "HASHTYPE":
        size = 16 if first is None else first
        return DataType.hashtype(size // 8 if unit == "BIT" else size)
    if target == "GEOMETRY":
        return DataType("GEOMETRY", size=first or 0)
    if name == "FLOAT" and first is not None:
        return DataType(target)
    if target in {"DOUBLE", "BOOLEAN", "DATE"} and first is None:
        return DataType(target)
    raise invalid_type(f"unknown data type {name}")


_DUCKDB_INTEGERS = {
    "TINYINT": 3,
    "UTINYINT": 3,
    "SMALLINT": 5,
    "USMALLINT": 5,
    "INTEGER": 18,
    "UINTEGER": 18,
    "BIGINT": 18,
    "UBIGINT": 20,
    "HUGEINT": 36,
    "UHUGEINT": 36,
}


def shown_type(duckdb_type: object) -> DataType:  # noqa: PLR0911
    """The Exasol type in which a DuckDB result type is shown.

    Args:
        duckdb_type: a `duckdb.DuckDBPyType` or its text, for example `DECIMAL(18,2)`.
    """
    text = str(duckdb_type)
    if text.startswith("DECIMAL("):
        precision, scale = (int(part) for part in text[8:-1].split(","))
        return DataType.decimal(min(precision, MAX_PRECISION), min(scale, MAX_PRECISION))
    if text in _DUCKDB_INTEGERS:
        return DataType.decimal(_DUCKDB_INTEGERS[text])
    if text in {"DOUBLE", "FLOAT"}:
        return DataType.double()
    if text in {"BOOLEAN", '"NULL"', "NULL"}:
        return DataType.boolean()
    if text == "DATE":
        return DataType.date()
    if text in {"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP"}:
        return DataType.timestamp()
    if text == "TIMESTAMP WITH TIME ZONE":
        return DataType.timestamp(with_local_time_zone=True)
    if text == "INTERVAL":
        return DataType(INTERVAL_DAY, precision=9, fraction=3)
    if text in {"VARCHAR", "UUID", "BLOB", "JSON"}:
        return DataType.varchar()
    raise invalid_type(f"the sandbox has no Exasol type for {text}")
