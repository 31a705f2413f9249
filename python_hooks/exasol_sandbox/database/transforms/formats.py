"""Exasol's format models for dates.

https://docs.exasol.com/db/latest/sql_references/formatmodels.htm
"""

from __future__ import annotations

import re
from functools import lru_cache

from exasol_sandbox.database.errors import unsupported

DEFAULT_DATE = "YYYY-MM-DD"
DEFAULT_TIMESTAMP = "YYYY-MM-DD HH24:MI:SS.FF6"

# Months, months in short, days from Monday on, days in short.
_ENGLISH = """
    January February March April May June July August September October November December
    Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    Mon Tue Wed Thu Fri Sat Sun
"""
_GERMAN = """
    Januar Februar März April Mai Juni Juli August September Oktober November Dezember
    Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez
    Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
    Mo Di Mi Do Fr Sa So
"""
LANGUAGES = {
    language: [line.split() for line in names.strip().splitlines()]
    for language, names in (("ENG", _ENGLISH), ("DEU", _GERMAN))
}

_DATE_PARTS = {
    "YYYY": "%Y",
    "YY": "%y",
    "IYYY": "%G",
    "MM": "%m",
    "DDD": "%j",
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
    "A.M.": "%p",
    "P.M.": "%p",
    "AM": "%p",
    "PM": "%p",
}
_NAMES = {"MONTH": (0, "month"), "MON": (1, "month"), "DAY": (2, "isodow"), "DY": (3, "isodow")}
_PARSED_NAMES = {"MONTH": "%B", "MON": "%b", "DAY": "%A", "DY": "%a"}
_COMPUTED = {
    "CC": "lpad(CAST((datepart('year', {0}) + 99) // 100 AS VARCHAR), 2, '0')",
    "Q": "CAST(datepart('quarter', {0}) AS VARCHAR)",
    "D": "CAST((datepart('isodow', {0}) - {1} + 7) % 7 + 1 AS VARCHAR)",
    **{f"FF{digits}": f"left(strftime({{0}}, '%f') || '000', {digits})" for digits in (1, 2, 4, 5, 7, 8)},
    "SSSSS": "lpad(CAST(CAST(epoch_us({0}) // 1000000 % 86400 AS BIGINT) AS VARCHAR), 5, '0')",
}
_ELEMENT = re.compile(
    "|".join(re.escape(name) for name in sorted([*_DATE_PARTS, *_NAMES, *_COMPUTED], key=len, reverse=True)),
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"[A-Za-z]{2,}|FF\d")


@lru_cache(maxsize=256)
def _elements(form: str) -> tuple[tuple[str, bool], ...]:
    """A format in pieces: elements as they are written, and plain text between them.

    Raises:
        ExasolError: the format has an element that the sandbox does not know.
    """
    pieces: list[tuple[str, bool]] = []
    position = 0
    for match in _ELEMENT.finditer(form):
        pieces.append((_plain(form[position : match.start()], form), False))
        pieces.append((match.group(), True))
        position = match.end()
    pieces.append((_plain(form[position:], form), False))
    return tuple(piece for piece in pieces if piece[0])


def _plain(text: str, whole: str) -> str:
    if _UNKNOWN.search(text):
        raise unsupported(f"the element '{text.strip()}' of the date format '{whole}'")
    return text.replace('"', "")


def check_format(form: str) -> None:
    """Refuses a format that the sandbox cannot write."""
    _elements(form)


def has_names(form: str) -> bool:
    """Whether a format writes months or days in words."""
    return any(is_element and piece.upper() in _NAMES for piece, is_element in _elements(form))


def datetime_as_text(moment: str, form: str, language: str = "ENG", first_day: int = 7) -> str:
    """DuckDB SQL of a date or timestamp as text.

    Args:
        moment: the date or timestamp in DuckDB SQL.
        form: the format.
        language: `ENG` or `DEU`, for names of months and days.
        first_day: of the week, from 1 for Monday to 7, for the element D.
    """
    parts: list[str] = []
    directives = ""

    def flush() -> None:
        nonlocal directives
        if directives:
            parts.append(f"strftime({moment}, {_quoted(directives)})")
            directives = ""

    for piece, is_element in _elements(form):
        name = piece.upper()
        if not is_element:
            directives += piece.replace("%", "%%")
        elif name in _DATE_PARTS:
            directives += _DATE_PARTS[name]
        else:
            flush()
            parts.append(
                _named(moment, piece, language)
                if name in _NAMES
                else _COMPUTED[name].format(moment, first_day)
            )
    flush()
    return parts[0] if len(parts) == 1 else f"concat({', '.join(parts)})" if parts else "NULL"


def _named(moment: str, piece: str, language: str) -> str:
    """A name; the case of its first two letters is that of the element's."""
    index, unit = _NAMES[piece.upper()]
    change = str.lower if piece[0].islower() else str.upper if piece[1].isupper() else str
    names = ", ".join(_quoted(change(name)) for name in LANGUAGES[language][index])
    return f"list_extract([{names}], datepart('{unit}', {moment}))"


@lru_cache(maxsize=256)
def strptime_of(form: str) -> str:
    """A format as the list that DuckDB's strptime takes, in SQL: fractions of a second may be left out of
    the text."""
    full = ""
    for piece, is_element in _elements(form):
        name = piece.upper()
        if is_element and name in _COMPUTED:
            raise unsupported(f"the element '{piece}' in a format to read dates by")
        directive = _DATE_PARTS.get(name) or _PARSED_NAMES.get(name)
        full += directive if is_element and directive else piece.replace("%", "%%")
    full = full.replace("%g", "%f")
    formats = [full, full.replace(".%f", "")]
    return "[" + ", ".join(_quoted(text) for text in dict.fromkeys(formats)) + "]"


def in_english(text: str, form: str, language: str) -> str:
    """DuckDB SQL of a text whose names of months and days are English, as DuckDB reads them."""
    if language == "ENG":
        return text
    for piece, is_element in _elements(form):
        if is_element and piece.upper() in _NAMES:
            index = _NAMES[piece.upper()][0]
            for own, english in zip(LANGUAGES[language][index], LANGUAGES["ENG"][index], strict=True):
                if own != english:
                    text = f"regexp_replace({text}, {_quoted('(?i)' + own)}, {_quoted(english)})"
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
