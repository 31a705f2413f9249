"""EXECUTE SCRIPT: https://docs.exasol.com/db/latest/sql/execute_script.htm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.result import Result, ResultSet
from exasol_sandbox.database.scripts.scripting import values
from exasol_sandbox.database.scripts.scripting.returned import returned_result
from exasol_sandbox.database.scripts.scripting.run import ScriptRun
from exasol_sandbox.database.token_reader import TokenReader

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_DEEPEST = 16


def execute_script(session: Session, reader: TokenReader) -> Result:
    """EXECUTE SCRIPT [s.]f [(value | ARRAY(…), …)] [WITH OUTPUT].

    The statements of the script run in the session's transaction; with autocommit it is committed when the
    script ends, well or not. https://github.com/exasol/public-knowledgebase, "LUA Scripts Exception
    Handling".

    Raises:
        ExasolError: the script does not exist, or failed.
    """
    reader.expect("EXECUTE SCRIPT")
    schema, name = reader.qualified()
    texts = _arguments(reader.inside()) if reader.peek() == "(" else []
    with_output = reader.take("WITH OUTPUT")
    reader.take(";")
    reader.end()
    session.begin_statement()
    script = _scripting_script(session, schema, name)
    if len(texts) != len(script.argument_names):
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"wrong number of arguments for script {script.schema}.{script.name}: it takes "
            f"{len(script.argument_names)}, the statement gives {len(texts)}",
        )
    with _one_transaction(session):
        run = ScriptRun(session, script, _values(session, script, texts))
        report = run.run()
        return _output(report["output"]) if with_output else returned_result(script, report, run.results)


def _scripting_script(session: Session, schema: str | None, name: str) -> Script:
    script = session.script(schema, name)
    session.privileges.check_script(script.schema, script.name)
    if script.kind != "SCRIPTING":
        raise ExasolError(
            SYNTAX_OR_ACCESS,
            f"{script.schema}.{script.name} is no scripting program: EXECUTE SCRIPT cannot run it",
        )
    if script.language != "LUA":
        raise unsupported(f"EXECUTE SCRIPT of scripts in {script.language}, only of those in LUA")
    return script


@contextmanager
def _one_transaction(session: Session) -> Iterator[None]:
    if session.script_depth >= _DEEPEST:
        raise unsupported(f"scripts that execute scripts more than {_DEEPEST} deep")
    autocommit = session.settings.autocommit
    session.script_depth += 1
    session.settings.autocommit = False
    try:
        yield
    finally:
        session.script_depth -= 1
        session.settings.autocommit = autocommit
        if autocommit:
            session.commit()


def _arguments(reader: TokenReader) -> list[list[str]]:
    """Each argument as the texts of its expressions: one, or `ARRAY` and those of the array's elements."""
    result: list[list[str]] = []
    while not reader.done:
        if reader.peek() == "ARRAY" and reader.peek(1) == "(":
            reader.index += 1
            result.append(["ARRAY", *_texts(reader.inside())])
        else:
            result.append([_text(reader)])
        if not reader.take(","):
            break
    reader.end()
    return result


def _texts(reader: TokenReader) -> list[str]:
    result: list[str] = []
    while not reader.done:
        result.append(_text(reader))
        if not reader.take(","):
            break
    reader.end()
    return result


def _text(reader: TokenReader) -> str:
    tokens = reader.until(",")
    if not tokens:
        raise reader.unexpected("an expression")
    return reader.text_of(tokens)


def _values(session: Session, script: Script, arguments: list[list[str]]) -> list[Any]:
    for name, texts in zip(script.argument_names, arguments, strict=True):
        if name.startswith("ARRAY ") != (texts[0] == "ARRAY"):
            expected = "an ARRAY" if name.startswith("ARRAY ") else "a single value"
            raise ExasolError(
                SYNTAX_OR_ACCESS,
                f"argument {name.removeprefix('ARRAY ')} of script {script.schema}.{script.name} "
                f"must be {expected}",
            )
    expressions = [text for texts in arguments for text in texts if text != "ARRAY"]
    found = iter(_evaluated(session, expressions))
    return [[next(found) for _ in texts[1:]] if texts[0] == "ARRAY" else next(found) for texts in arguments]


def _evaluated(session: Session, expressions: list[str]) -> list[Any]:
    if not expressions:
        return []
    rows = session.query("SELECT " + ", ".join(f"({expression})" for expression in expressions))
    table = pa.Table.from_batches(list(rows.batches), rows.arrow_schema())
    [row] = values.rows_of(table, rows.columns, session.settings)
    return row


def _output(lines: list[str]) -> ResultSet:
    column = Column("OUTPUT", DataType.varchar())
    schema = pa.schema([pa.field(column.name, column.type.arrow())])
    batches = pa.table([pa.array(lines, pa.string())], schema=schema).to_batches()
    return ResultSet([column], iter(batches), len(lines))
