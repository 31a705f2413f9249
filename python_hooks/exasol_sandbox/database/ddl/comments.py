"""COMMENT ON: https://docs.exasol.com/db/latest/sql/comment.htm. Views are commented where they are
created."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.ddl.common import existing
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display, not_found

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_BY_NAME = {"SCHEMA": "schemas", "USER": "users", "ROLE": "roles", "CONNECTION": "connections"}
_KINDS = {"TABLE", "COLUMN", "SCRIPT", "VIEW", "FUNCTION", *_BY_NAME}


def comment(session: Session, reader: TokenReader) -> RowCount:
    """COMMENT ON [TABLE] t [(a IS 'x', b IS 'y')] [IS 'z'], ON COLUMN t.a IS 'x', ON SCHEMA s IS 'x', …."""
    reader.expect("COMMENT ON")
    kind = reader.peek() if reader.peek() in _KINDS else "TABLE"
    if reader.peek() in _KINDS:
        reader.index += 1
    if kind in _BY_NAME:
        name = reader.name()
        _on_named(session, _BY_NAME[kind], name, _text(reader))
    elif kind == "COLUMN":
        parts = [reader.name()]
        while reader.take("."):
            parts.append(reader.name())
        if len(parts) < 2:
            raise reader.unexpected("'.'")
        _on_columns(session, parts[-3] if len(parts) > 2 else None, parts[-2], {parts[-1]: _text(reader)})
    elif kind in {"TABLE", "SCRIPT", "FUNCTION"}:
        _on_object(session, reader, kind)
    elif kind == "VIEW":
        raise ExasolError(SYNTAX_OR_ACCESS, "views can only be commented in CREATE VIEW")
    else:
        raise unsupported(f"COMMENT ON {kind}")
    reader.end()
    return RowCount(0)


def _text(reader: TokenReader) -> str | None:
    reader.expect("IS")
    return reader.string() or None


def _on_named(session: Session, table: str, name: str, text: str | None) -> None:
    if not catalog.rows(session.duckdb, f"SELECT 1 FROM {{c}}.{table} WHERE name = ?", [name]):
        raise not_found(display(name))
    catalog.run(session.duckdb, f"UPDATE {{c}}.{table} SET comment = ? WHERE name = ?", [text, name])


def _on_object(session: Session, reader: TokenReader, kind: str) -> None:
    schema, name = reader.qualified()
    found = existing(session, schema, name, kind)
    if kind == "TABLE" and reader.peek() == "(":
        inner = reader.inside()
        texts: dict[str, str | None] = {}
        while True:
            column = inner.name()
            texts[column] = _text(inner)
            if not inner.take(","):
                break
        inner.end()
        _on_columns(session, schema, name, texts)
        if reader.done:
            return
    catalog.run(
        session.duckdb,
        "UPDATE {c}.objects SET comment = ? WHERE schema = ? AND name = ? AND type = ?",
        [_text(reader), found.schema, found.name, kind],
    )


def _on_columns(session: Session, schema: str | None, name: str, texts: dict[str, str | None]) -> None:
    table = existing(session, schema, name, "TABLE")
    known = {column.name for column in table.columns}
    for column in texts:
        if column not in known:
            raise not_found(display(column))
    columns = [replace(c, comment=texts[c.name]) if c.name in texts else c for c in table.columns]
    catalog.write_columns(session.duckdb, table.schema, table.name, columns)
