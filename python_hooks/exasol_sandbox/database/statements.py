"""Which kind of statement a text is, and who executes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from exasol_sandbox.database import transfer
from exasol_sandbox.database.ddl import DDL
from exasol_sandbox.database.ddl.parameters import alter_system
from exasol_sandbox.database.ddl.scripts import create_script, is_create_script
from exasol_sandbox.database.describe import describe
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.manipulation import DML
from exasol_sandbox.database.planning import QUERY_WORDS, first_word, run_query
from exasol_sandbox.database.result import Result, ResultSet, RowCount
from exasol_sandbox.database.scripts.scripting import execute_script
from exasol_sandbox.database.token_reader import TokenReader

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_REFUSED = {
    "DELETE_STATISTICS": "DELETE STATISTICS",
    "ENFORCE": "ENFORCE INDEX",
    "EXPLAIN": "EXPLAIN VIRTUAL",
    "IMPERSONATE": "IMPERSONATE",
    "KILL": "KILL",
    "LOCK": "LOCK TABLE",
    "PRELOAD": "PRELOAD",
    "RECOMPRESS": "RECOMPRESS",
    "REORGANIZE": "REORGANIZE",
}


def execute(session: Session, sql: str) -> Result:  # noqa: PLR0911
    """Execute one statement in a session.

    Raises:
        ExasolError: the statement is none of Exasol's, is not supported, or failed.
    """
    word = first_word(sql)
    if word in QUERY_WORDS:
        session.begin_statement()
        return session.within(lambda: run_query(session, session.planner.plan(sql)), writes=False)
    if word == "CREATE" and is_create_script(sql):
        return session.within(lambda: create_script(session, sql), writes=True, catalog_changes=True)
    if word in DML:
        return session.within(lambda: DML[word](session, sql), writes=True)
    if word in {"IMPORT", "EXPORT"}:
        run = transfer.run_import if word == "IMPORT" else transfer.run_export
        return session.within(lambda: run(session, sql), writes=word == "IMPORT")
    if word in _SESSION:
        return _SESSION[word](session, TokenReader(sql))
    if word == "ALTER" and _alters_session(sql):
        return _alter_session(session, TokenReader(sql))
    if word in DDL:
        reader = TokenReader(sql)
        return session.within(lambda: DDL[word](session, reader), writes=True, catalog_changes=True)
    if word in _REFUSED:
        raise unsupported(_REFUSED[word])
    if not word:
        # dbt-exasol sends a comment alone to document a view, so Exasol takes it.
        return RowCount(0)
    raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error, unexpected {word} [line 1, column 1]")


def _commit(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("COMMIT")
    reader.take("WORK")
    reader.end()
    session.commit()
    return RowCount(0)


def _rollback(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("ROLLBACK")
    reader.take("WORK")
    reader.end()
    session.rollback()
    return RowCount(0)


def _open(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("OPEN SCHEMA")
    name = reader.name()
    reader.end()
    session.set_attributes({"currentSchema": name})
    return RowCount(0)


def _close(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("CLOSE SCHEMA")
    reader.end()
    session.set_attributes({"currentSchema": ""})
    return RowCount(0)


def _describe(session: Session, reader: TokenReader) -> ResultSet:
    session.begin_statement()
    return session.within(lambda: describe(session, reader), writes=False)


def _flush(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("FLUSH STATISTICS")
    return RowCount(0)


_SESSION: dict[str, Callable[[Session, TokenReader], Result]] = {
    "COMMIT": _commit,
    "ROLLBACK": _rollback,
    "OPEN": _open,
    "CLOSE": _close,
    "DESC": _describe,
    "DESCRIBE": _describe,
    "FLUSH": _flush,
    "EXECUTE": execute_script,
}


def _alters_session(sql: str) -> bool:
    reader = TokenReader(sql)
    return reader.take("ALTER") and reader.peek() in {"SESSION", "SYSTEM"}


def _alter_session(session: Session, reader: TokenReader) -> RowCount:
    reader.expect("ALTER")
    for_all = reader.take("SYSTEM")
    reader.expect("SET" if for_all else "SESSION SET")
    name = reader.peek()
    reader.index += 1
    reader.expect("=")
    value = reader.rest().strip()
    text = value[1:-1].replace("''", "'") if value.startswith("'") else value
    if for_all:
        return session.within(lambda: alter_system(session, name, text), writes=True)
    session.set_parameter(name, text)
    return RowCount(0)
