"""Exasol's format models for dates and numbers.

https://docs.exasol.com/db/latest/sql_references/formatmodels.htm
"""

from __future__ import annotations

import re
from functools import lru_cache

from exasol_sandbox.database.errors import unsupported

DEFAULT_DATE = "YYYY-MM-DD"
DEFAULT_TIMESTAMP = "YYYY-MM-DD HH24:MI:SS.FF6"

_DATE_PARTS = {
    "YYYY": "%Y",
    "YY": "%y",
    "IYYY": "%G",
    "MONTH": "%B",
    "MON": "%b",
    "MM": "%m",
    "DDD": "%j",
    "DAY": "%A",
    "DY": "%a",
    "DD": "%d",
    "ID": "%u",
    "IW": "%V",
    "UW": "%U",
    "HH24": "%H",
    "HH12": "%I",
    "HH": "%H",
    "MI": "%M",
    "SS": "%S",
    "FF6": "%f",
    "FF3": "%g",
    "FF9": "%n",
    "FF": "%f",
    "AM": "%p",
    "PM": "%p",
}
_DATE_PART = re.compile("|".join(sorted(_DATE_PARTS, key=len, reverse=True)), re.IGNORECASE)
_UNKNOWN = re.compile(r"[A-Za-z]{2,}|FF\d")


@lru_cache(maxsize=256)
def strftime_of(exasol: str) -> str:
    """A date or timestamp format as DuckDB's strftime and strptime have it: `YYYY-MM-DD` → `%Y-%m-%d`.

    Raises:
        ExasolError: the format has an element that the sandbox does not know.
    """
    result = []
    position = 0
    for match in _DATE_PART.finditer(exasol):
        result.append(_plain(exasol[position : match.start()], exasol))
        result.append(_DATE_PARTS[match.group().upper()])
        position = match.end()
    result.append(_plain(exasol[position:], exasol))
    return "".join(result)


@lru_cache(maxsize=256)
def strptime_of(exasol: str) -> str:
    """A format as the list that DuckDB's strptime takes, in SQL: fractions of a second may be left out of
    the text."""
    full = strftime_of(exasol)
    formats = [full, full.replace(".%f", "").replace(".%g", "")]
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in dict.fromkeys(formats)) + "]"


def _plain(text: str, whole: str) -> str:
    if _UNKNOWN.search(text):
        raise unsupported(f"the element '{text.strip()}' of the date format '{whole}'")
    return text.replace('"', "").replace("%", "%%")


def is_number_format(text: str) -> bool:
    """Whether a format model is one for numbers, such as `999.99`."""
    return bool(re.fullmatch(r"[\s90XxVSBDG.,MIEe+\-$]*", text)) and bool(re.search("[90Xx]", text))
