"""Exasol's SQL types as a user writes them: https://docs.exasol.com/db/latest/sql_references/data_types.htm."""

from __future__ import annotations

import re
from difflib import get_close_matches

from exasol_sagemaker.errors import ConfigurationError

MAX_CHAR = 2000
MAX_VARCHAR = 2_000_000
MAX_PRECISION = 36

_PLAIN = (
    *("BIGINT", "BOOL", "BOOLEAN", "CHAR", "CHARACTER", "CLOB", "DATE", "DEC", "DECIMAL", "DOUBLE"),
    *("DOUBLE PRECISION", "FLOAT", "GEOMETRY", "HASHTYPE", "INT", "INTEGER", "LONG VARCHAR", "NCHAR"),
    *("NUMBER", "NUMERIC", "REAL", "SHORTINT", "SMALLINT", "TIMESTAMP", "TINYINT"),
    "INTERVAL YEAR TO MONTH",
    "INTERVAL DAY TO SECOND",
    "TIMESTAMP WITH LOCAL TIME ZONE",
)
_SIZED = ("VARCHAR", "VARCHAR2", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "CHARACTER VARYING")
_FIXED = ("CHAR", "CHARACTER", "NCHAR")
_LARGE = (*_SIZED, "CLOB", "CHARACTER LARGE OBJECT")
_EXACT = ("DEC", "DECIMAL", "NUMBER", "NUMERIC")
_CHARACTER_SET = re.compile(r" (CHARACTER SET )?(UTF8|ASCII)$")
_ARGUMENTS = re.compile(r"^(?P<name>[A-Z0-9 ]+?) ?\( ?(?P<first>\d+) ?(?:, ?(?P<second>\d+) ?)?\)$")
_OTHERS = re.compile(
    r"TIMESTAMP ?\( ?\d ?\)( WITH LOCAL TIME ZONE)?"
    r"|INTERVAL YEAR ?\( ?[1-9] ?\) TO MONTH"
    r"|INTERVAL DAY( ?\( ?[1-9] ?\))? TO SECOND( ?\( ?\d ?\))?"
    r"|GEOMETRY ?\( ?\d+ ?\)"
    r"|HASHTYPE ?\( ?\d+( (BYTE|BIT))? ?\)"
)


def checked_type(text: str) -> str:
    """A type in Exasol's spelling: upper case, single blanks.

    Raises:
        ConfigurationError: Exasol has no such type, or not with that size.
    """
    given = re.sub(r"\s+", " ", text.strip()).upper()
    given = re.sub(r" ?([(,)])", r"\1", re.sub(r"([(,)]) ?", r"\1", given)).replace(")", ") ").strip()
    bare = _CHARACTER_SET.sub("", given)
    sized = _ARGUMENTS.match(bare)
    if _OTHERS.fullmatch(given) or (given in _PLAIN) or (bare in (*_FIXED, "CLOB", "LONG VARCHAR")):
        return given
    if sized:
        name, first = sized["name"], int(sized["first"])
        second = int(sized["second"]) if sized["second"] else None
        if name in _EXACT:
            _check_decimal(given, first, second or 0)
            return given
        if name in (*_FIXED, *_LARGE) and second is None:
            _check_length(given, first, MAX_CHAR if name in _FIXED else MAX_VARCHAR)
            return given
    raise ConfigurationError(f"Exasol has no type {text.strip()!r}", hint=_hint(bare))


def _check_decimal(given: str, precision: int, scale: int) -> None:
    if not 1 <= precision <= MAX_PRECISION or scale > precision:
        raise ConfigurationError(
            f"Exasol has no type {given!r}",
            hint=f"A precision is from 1 to {MAX_PRECISION}, and a scale not greater than it.",
        )


def _check_length(given: str, length: int, longest: int) -> None:
    if not 1 <= length <= longest:
        raise ConfigurationError(f"Exasol has no type {given!r}", hint=f"Its length is from 1 to {longest}.")


def _hint(bare: str) -> str:
    if bare in _SIZED:
        return f"{bare} needs a length, such as {bare}({MAX_VARCHAR})."
    name = re.sub(r" ?\(.*", "", bare)
    known = {
        "STRING": "VARCHAR(2000000)",
        "TEXT": "VARCHAR(2000000)",
        "STR": "VARCHAR(2000000)",
        "DATETIME": "TIMESTAMP",
    }
    near = known.get(name) or next(iter(get_close_matches(name, {*_PLAIN, *_SIZED, *_LARGE}, n=1)), None)
    if near:
        return f"Did you mean {near}?"
    return "Known are, for example, BOOLEAN, DATE, DECIMAL(18,0), DOUBLE, TIMESTAMP, VARCHAR(100)."
