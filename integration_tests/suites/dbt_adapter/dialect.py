"""dbt-labs' fixtures, written for PostgreSQL, in Exasol's SQL.

The project that a base class builds stays the same; its text is changed where Exasol's grammar has another
word for the same thing. Source of each rule: https://docs.exasol.com/db/latest/sql_references/ (data types,
literals, reserved words).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

_OPERAND = r"((?:\w+\.)*\w+|'[^']*')"
_TYPE = r"(\{\{.*?\}\}|\w+(?:\(\d+(?:, ?\d+)?\))?)"

_RULES = [
    # There is no database above the schema.
    (r"\{database\}\.\{schema\}", "{schema}"),
    (r"\{\{ ?target\.database ?\}\}\.", ""),
    # Types.
    (r"\btimestamp without time zone\b", "timestamp"),
    (r"(?<=[ (])text(?=\s*[,)\n;])", "varchar(2000000)"),
    (r"\b(as|type:) text\b", r"\1 varchar(2000000)"),
    (r"::text\b", "::varchar(2000000)"),
    (r"\bas varchar\b(?!\()", "as varchar(2000000)"),
    (r"\bbigint\b(?= *\))", "decimal(18,0)"),
    # Casts and literals.
    (_OPERAND + "::" + _TYPE, r"cast(\1 as \2)"),
    (r"\binterval '(\d+) (\w+)'", r"interval '\1' \2"),
    (r"\bdate\('(\d{4}-\d\d-\d\d)'\)", r"to_date('\1', 'YYYY-MM-DD')"),
    (r"\bmd5\(", "hash_md5("),
    (r"('\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?) ?-0'", r"\1'"),
    (r"\bTIMESTAMPTZ '", "TIMESTAMP '"),
    # Reserved words that are names in many fixtures.
    (r"\bdata as \(", "testdata as ("),
    (r"\bfrom data\b(?!_)", "from testdata"),
]
_COMPILED = [(re.compile(pattern, re.IGNORECASE), replacement) for pattern, replacement in _RULES]


_LOWER_CASE_NAME = re.compile(r'"([a-z_]+)"')


def unquoted(sql: str) -> str:
    """Lower-case names without their quotes: PostgreSQL keeps names so, Exasol in upper case."""
    return _LOWER_CASE_NAME.sub(r"\1", sql)


Rules = Sequence[tuple[str, str]]


def reserved(*words: str) -> Rules:
    """Rules for names that are reserved words in Exasol: they get an underscore."""
    return [(rf"\b({'|'.join(words)})\b", r"\1_")]


def exasol(text: str, rules: Rules = ()) -> str:
    """A fixture's SQL as Exasol takes it.

    Args:
        rules: of the class that the fixture is for; pattern and replacement, applied first.
    """
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    for compiled, replacement in _COMPILED:
        text = compiled.sub(replacement, text)
    return text


def exasol_files(files: dict[str, Any], rules: Rules = ()) -> dict[str, Any]:
    """The files of a project folder, `{name: text or folder}`, as Exasol takes them."""
    return {name: _file(name, content, rules) for name, content in files.items()}


def _file(name: str, content: Any, rules: Rules) -> Any:
    if isinstance(content, dict) and not name.endswith((".yml", ".yaml")):
        return exasol_files(content, rules)
    if isinstance(content, str) and not name.endswith(".py"):
        return exasol(content, rules)
    return content


def statements(sql: str) -> Iterator[str]:
    """The statements of a text; Exasol takes one at a time."""
    for statement in re.split(r";\s*(?:\n|$)", sql):
        if re.sub(r"--[^\n]*", "", statement).strip():
            yield statement
