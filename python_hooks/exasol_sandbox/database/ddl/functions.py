"""CREATE and DROP FUNCTION: https://docs.exasol.com/db/latest/sql/create_function.htm."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.ddl.common import existing, refuse_taken, replaces, target
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.script_records import FUNCTION, write_script
from exasol_sandbox.database.scripts.sql_functions.syntax import read_body

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def create(session: Session, reader: TokenReader) -> RowCount:
    """CREATE [OR REPLACE] FUNCTION f (a INT, …) RETURN INT IS … BEGIN … END f; its body is checked now."""
    schema, name = target(session, *reader.qualified())
    parameters: list[Column] = []
    inner = reader.inside()
    while not inner.done:
        parameter = inner.name()
        inner.take("IN")
        parameters.append(Column(parameter, inner.data_type()))
        if not inner.take(","):
            break
    inner.end()
    reader.expect("RETURN")
    returns = reader.data_type("IS", "AS", "BEGIN")
    start = reader.index
    read_body(reader, name)
    body = reader.text_of(reader.tokens[start:])
    found = catalog.find_object(session.duckdb, schema, name, "TABLE", "VIEW", "SCRIPT", FUNCTION)
    if found is None or found.type != FUNCTION or not replaces(reader):
        refuse_taken(session, schema, name)
    if found is not None:
        catalog.remove_object(session.duckdb, schema, name, FUNCTION)
    text = re.sub(r"(?is)^\s*CREATE\s+(OR\s+REPLACE\s+)?", "", reader.sql)
    text = re.sub(r"\s*/?\s*$", "", text)
    created = datetime.now(timezone.utc).replace(tzinfo=None)
    facts = (schema, name, session.user, "SQL", FUNCTION, "SCALAR", "RETURNS", parameters, returns, None)
    write_script(session.duckdb, Script(*facts, [], [], text, body, None, created))
    return RowCount(0)


def drop(session: Session, reader: TokenReader) -> RowCount:
    """DROP FUNCTION [IF EXISTS] f."""
    quiet = reader.take("IF EXISTS")
    schema, name = reader.qualified()
    reader.end()
    wanted = schema or session.current_schema
    found = catalog.find_object(session.duckdb, wanted, name, FUNCTION) if wanted else None
    if found is None and quiet:
        return RowCount(0)
    found = found or existing(session, schema, name, FUNCTION)
    catalog.remove_object(session.duckdb, found.schema, name, FUNCTION)
    return RowCount(0)
