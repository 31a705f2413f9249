"""CREATE, RENAME and DROP SCRIPT: https://docs.exasol.com/db/latest/sql/create_script.htm.

The head is Exasol's, the body is another language's: so the text is cut at AS before anything reads it.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.ddl import required
from exasol_sandbox.database.ddl.common import existing, refuse_taken, target
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.script_records import write_script
from exasol_sandbox.database.token_reader import TokenReader

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_GAP = r"(?:\s|--[^\n]*\n|/\*.*?\*/)"
_HEAD = re.compile(
    rf"{_GAP}*CREATE{_GAP}+(?:OR{_GAP}+REPLACE{_GAP}+)?(?:\w+{_GAP}+)?(?:(?:SCALAR|SET|ADAPTER){_GAP}+)?SCRIPT\b",
    re.IGNORECASE | re.DOTALL,
)
_TOKEN = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|\[[^\]]*\]|\w+|.", re.DOTALL)
_END = re.compile(r"^[ \t]*/\s*\Z", re.MULTILINE)


def is_create_script(sql: str) -> bool:
    """Whether a statement begins as CREATE SCRIPT does."""
    return _HEAD.match(sql) is not None


def split(sql: str) -> tuple[str, str]:
    """Head (with AS) and body of CREATE SCRIPT; a last line that holds only `/` is not part of it."""
    depth = 0
    for match in _TOKEN.finditer(sql):
        text = match.group()
        depth += (text == "(") - (text == ")")
        if depth == 0 and text.upper() == "AS":
            body = sql[match.end() :]
            end = _END.search(body)
            body = body[: end.start()] if end else body
            line = re.match(r"[ \t]*\r?\n", body)
            return sql[: match.end()], body[line.end() :] if line else body.lstrip(" \t")
    raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, unexpected end of statement, expecting AS")


def create_script(session: Session, sql: str) -> RowCount:
    """CREATE [OR REPLACE] [PYTHON3 | LUA | …] [SCALAR | SET | ADAPTER] SCRIPT."""
    head, body = split(sql)
    reader = TokenReader(head)
    reader.expect("CREATE")
    replace_it = reader.take("OR REPLACE")
    language, input_type, kind = _kind(reader)
    quiet = reader.take("IF NOT EXISTS")
    required.check(session, "CREATE", "SCRIPT", reader)
    schema, name = target(session, *reader.qualified())
    found = catalog.find_object(session.duckdb, schema, name, "TABLE", "VIEW", "SCRIPT")
    if found is not None and quiet:
        return RowCount(0)
    if found is None or found.type != "SCRIPT" or not replace_it:
        refuse_taken(session, schema, name)
    parameters: list[Column] | None = []
    order: list[str] = []
    arguments: list[str] = []
    if kind == "UDF":
        parameters, order = _parameters(reader.inside(), as_written=True)
    elif kind == "SCRIPTING" and reader.peek() == "(":
        arguments = _arguments(reader.inside())
    result_type, returns, emits = _result(reader, kind)
    reader.expect("AS")
    reader.end()
    text = re.sub(r"(?is)^\s*CREATE\s+OR\s+REPLACE\s+", "CREATE ", head.strip()) + "\n" + body.rstrip()
    if found is not None:
        catalog.remove_object(session.duckdb, schema, name, "SCRIPT")
    created = datetime.now(timezone.utc).replace(tzinfo=None)
    facts = (schema, name, session.user, language, kind, input_type, result_type, parameters, returns, emits)
    write_script(session.duckdb, Script(*facts, order, arguments, text, body, None, created))
    return RowCount(0)


def _kind(reader: TokenReader) -> tuple[str, str | None, str]:
    words: list[str] = []
    while not reader.done and reader.peek() != "SCRIPT":
        words.append(reader.peek())
        reader.index += 1
    reader.expect("SCRIPT")
    kinds = [word for word in words if word in {"SCALAR", "SET", "ADAPTER"}]
    languages = [word for word in words if word not in {"SCALAR", "SET", "ADAPTER"}]
    language = languages[0] if languages else "LUA"
    if not kinds:
        return language, None, "SCRIPTING"
    return (language, None, "ADAPTER") if kinds[0] == "ADAPTER" else (language, kinds[0], "UDF")


def _parameters(reader: TokenReader, as_written: bool = False) -> tuple[list[Column] | None, list[str]]:
    """Columns and ORDER BY; names of input parameters stay as written, because the script's code uses them
    so."""
    if reader.take("...") or reader.take(". . ."):
        reader.end()
        return None, []
    columns: list[Column] = []
    while not reader.done and reader.peek() != "ORDER":
        columns.append(_column(reader, as_written))
        if not reader.take(","):
            break
    order: list[str] = []
    if reader.take("ORDER BY"):
        while not reader.done:
            order.append(
                " ".join(
                    part for part in (reader.name(), reader.peek() if reader.peek() != "," else "") if part
                )
            )
            if reader.peek() in {"ASC", "DESC"}:
                reader.index += 1
            if not reader.take(","):
                break
    reader.end()
    return columns, order


def _column(reader: TokenReader, as_written: bool) -> Column:
    written = "" if reader.done else str(reader.tokens[reader.index].text)
    name = reader.name()
    return Column(written if as_written else name, reader.data_type("ORDER"))


def _arguments(reader: TokenReader) -> list[str]:
    result: list[str] = []
    while not reader.done:
        array = "ARRAY " if reader.take("ARRAY") else ""
        written = "" if reader.done else str(reader.tokens[reader.index].text)
        reader.name()
        result.append(array + written)
        if not reader.take(","):
            break
    reader.end()
    return result


def _result(reader: TokenReader, kind: str) -> tuple[str | None, DataType | None, list[Column] | None]:
    if kind == "ADAPTER":
        return None, None, None
    if kind == "SCRIPTING":
        if reader.take("RETURNS TABLE"):
            return "TABLE", None, None
        reader.take("RETURNS ROWCOUNT")
        return "ROWCOUNT", None, None
    if reader.take("RETURNS"):
        return "RETURNS", reader.data_type("AS"), None
    reader.expect("EMITS")
    return "EMITS", None, _parameters(reader.inside())[0]


def _rename_target(session: Session, reader: TokenReader, kind: str) -> tuple[catalog.Object, str]:
    found = existing(session, *reader.qualified(), kind)
    reader.expect("TO")
    new_schema, new_name = reader.qualified()
    reader.end()
    if new_schema not in {None, found.schema}:
        raise ExasolError(SYNTAX_OR_ACCESS, "RENAME cannot move an object into another schema")
    refuse_taken(session, found.schema, new_name)
    return found, new_name


def rename(session: Session, reader: TokenReader) -> RowCount:
    """RENAME SCRIPT f TO g."""
    return _renamed(session, reader, "SCRIPT")


def rename_function(session: Session, reader: TokenReader) -> RowCount:
    """RENAME FUNCTION f TO g."""
    return _renamed(session, reader, "FUNCTION")


def _renamed(session: Session, reader: TokenReader, kind: str) -> RowCount:
    found, new_name = _rename_target(session, reader, kind)
    catalog.rename_object(session.duckdb, found.schema, found.name, new_name)
    return RowCount(0)


def drop(session: Session, reader: TokenReader) -> RowCount:
    """DROP [ADAPTER] SCRIPT [IF EXISTS] f."""
    quiet = reader.take("IF EXISTS")
    schema, name = reader.qualified()
    reader.end()
    wanted = schema or session.current_schema
    found = catalog.find_object(session.duckdb, wanted, name, "SCRIPT") if wanted else None
    if found is None and quiet:
        return RowCount(0)
    found = found or existing(session, schema, name, "SCRIPT")
    catalog.remove_object(session.duckdb, found.schema, name, "SCRIPT")
    return RowCount(0)
