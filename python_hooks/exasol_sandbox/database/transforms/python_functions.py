"""Exasol's functions that neither DuckDB has nor an SQL macro can say: Python functions in DuckDB.

A failure is raised with the SQL code in brackets, as in `macros`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from zoneinfo import ZoneInfo

import duckdb

from exasol_sandbox.database.transforms.json_values import json_extract, json_value
from exasol_sandbox.database.transforms.number_formats import format_number, parse_number
from exasol_sandbox.database.transforms.phonetics import cologne_phonetic, soundex
from exasol_sandbox.database.transforms.time_zones import zone

_WORD = re.compile(r"[^\W_]+")


def _initcap(text: str) -> str:
    return _WORD.sub(lambda word: word.group()[:1].upper() + word.group()[1:].lower(), text)


def _dump(text: str) -> str:
    encoded = text.encode()
    character_set = "ASCII" if text.isascii() else "UTF8"
    return f"Len={len(encoded)} CharacterSet={character_set}: {','.join(map(str, encoded))}"


def _sha512(text: str) -> str:
    return hashlib.sha512(text.encode()).hexdigest()


def _instr(text: str, search: str, start: int, occurrence: int) -> int:
    if start == 0 or occurrence < 1 or not search:
        return 0
    found = -1
    if start > 0:
        begin = start - 1
        for _ in range(occurrence):
            found = text.find(search, begin)
            if found < 0:
                return 0
            begin = found + 1
        return found + 1
    last = len(text) + start
    for _ in range(occurrence):
        found = text.rfind(search, 0, last + len(search)) if last >= 0 else -1
        if found < 0:
            return 0
        last = found - 1
    return found + 1


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern.replace(r"\h", r"[ \t]"))
    except re.error as error:
        raise ValueError(f"[22000] data exception - invalid regular expression: {error}") from error


def _match(text: str, pattern: str, start: int, occurrence: int) -> re.Match[str] | None:
    for number, match in enumerate(_compiled(pattern).finditer(text, max(start - 1, 0)), 1):
        if number == occurrence:
            return match
    return None


def _regexp_substr(text: str, pattern: str, start: int, occurrence: int) -> str | None:
    match = _match(text, pattern, start, occurrence)
    return (match.group() or None) if match else None


def _regexp_instr(text: str, pattern: str, start: int, occurrence: int, after: int) -> int:
    match = _match(text, pattern, start, occurrence)
    return (match.end() if after else match.start()) + 1 if match else 0


def _regexp_replace(text: str, pattern: str, replacement: str, start: int, occurrence: int) -> str | None:
    template = re.sub(r"\\(\d)", r"\\g<\1>", replacement)
    head, tail = text[: max(start - 1, 0)], text[max(start - 1, 0) :]
    if occurrence == 0:
        return head + _compiled(pattern).sub(template, tail) or None
    match = _match(tail, pattern, 1, occurrence)
    if match is None:
        return text
    return head + tail[: match.start()] + match.expand(template) + tail[match.end() :] or None


def _regexp_like(text: str, pattern: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


def _convert_tz(moment: datetime, source: str, target: str, options: str) -> datetime | None:
    """https://docs.exasol.com/db/latest/sql_references/functions/alphabeticallistfunctions/convert_tz.htm."""
    words = options.upper().split()
    reversible = words == ["ENSURE", "REVERSIBILITY"]
    invalid, ambiguous = ("REJECT", "REJECT") if reversible else (words[1], words[3])
    first, second = (moment.replace(tzinfo=zone(source), fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return first.astimezone(zone(target)).replace(tzinfo=None)
    # In a gap the clock is put forward, so the offset before it is the smaller one.
    is_gap = before < after
    choice = invalid if is_gap else ambiguous
    if choice == "NULLIFY":
        return None
    if choice == "REJECT":
        what = "invalid" if is_gap else "ambiguous"
        raise ValueError(f"[22000] data exception - {what} timestamp {moment} in time zone {source}")
    if choice == "ADJUST":
        first = _end_of_gap(moment, zone(source))
    chosen = second if choice == "ST" else first
    return chosen.astimezone(zone(target)).replace(tzinfo=None)


def _end_of_gap(moment: datetime, place: ZoneInfo) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    while True:
        hour += timedelta(minutes=15)
        first, second = (hour.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
        if first == second:
            return hour.replace(tzinfo=place)


_FUNCTIONS: dict[str, tuple[Callable[..., object], list[str], str]] = {
    "exa_cologne_phonetic": (cologne_phonetic, ["VARCHAR"], "VARCHAR"),
    "exa_convert_tz": (_convert_tz, ["TIMESTAMP", *["VARCHAR"] * 3], "TIMESTAMP"),
    "exa_dump": (_dump, ["VARCHAR"], "VARCHAR"),
    "exa_format_number": (format_number, ["VARCHAR"] * 3, "VARCHAR"),
    "exa_initcap": (_initcap, ["VARCHAR"], "VARCHAR"),
    "exa_instr": (_instr, ["VARCHAR", "VARCHAR", "BIGINT", "BIGINT"], "BIGINT"),
    "exa_parse_number": (parse_number, ["VARCHAR"] * 3, "VARCHAR"),
    "exa_regexp_instr": (_regexp_instr, ["VARCHAR", "VARCHAR", *["BIGINT"] * 3], "BIGINT"),
    "exa_regexp_like": (_regexp_like, ["VARCHAR", "VARCHAR"], "BOOLEAN"),
    "exa_regexp_replace": (_regexp_replace, [*["VARCHAR"] * 3, "BIGINT", "BIGINT"], "VARCHAR"),
    "exa_regexp_substr": (_regexp_substr, ["VARCHAR", "VARCHAR", "BIGINT", "BIGINT"], "VARCHAR"),
    "exa_sha512": (_sha512, ["VARCHAR"], "VARCHAR"),
    "exa_soundex": (soundex, ["VARCHAR"], "VARCHAR"),
}


def install_python_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the functions known to all connections of the database."""
    for name, (function, parameters, result) in _FUNCTIONS.items():
        connection.create_function(name, _of_nulls(function), parameters, result, null_handling="special")
    connection.create_function(
        "exa_json_value", json_value, ["VARCHAR"] * 6, "VARCHAR", null_handling="special"
    )
    connection.create_function(
        "exa_json_extract",
        json_extract,
        ["VARCHAR", "VARCHAR[]", "VARCHAR"],
        "VARCHAR[][]",
        null_handling="special",
    )


def _of_nulls(function: Callable[..., object]) -> Callable[..., object]:
    """NULL for a NULL; DuckDB's own handling of NULLs forbids a function to answer NULL."""

    @wraps(function)
    def call(*arguments: object) -> object:
        return None if None in arguments else function(*arguments)

    return call
