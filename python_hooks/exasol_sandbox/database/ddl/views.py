"""CREATE, RENAME and DROP VIEW: https://docs.exasol.com/db/latest/sql/create_view.htm.

A view is kept as text and written out in the queries that use it, so it follows changes of its tables as
in Exasol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database import catalog
from exasol_sandbox.database.catalog import Object, TableColumn
from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.ddl.common import existing, refuse_taken, replaces, target
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.planning import calls_script
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display, normalise
from exasol_sandbox.database.transforms.parsing import parse
from exasol_sandbox.database.transforms.views import inline_views_with_scripts

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def create(session: Session, reader: TokenReader) -> RowCount:
    """CREATE [OR REPLACE] [FORCE] VIEW v [(a COMMENT IS 't', b)] AS query [COMMENT IS 't']."""
    replace_it = replaces(reader)
    schema, name = target(session, *reader.qualified())
    found = catalog.find_object(session.duckdb, schema, name, "TABLE", "VIEW", "SCRIPT")
    if found is None or found.type != "VIEW" or not replace_it:
        refuse_taken(session, schema, name)
    names, comments = _column_list(reader) if reader.peek() == "(" else ([], [])
    reader.expect("AS")
    query, comment = _query_and_comment(reader)
    columns, calls = _described(session, query, schema, name)
    if names and len(names) != len(columns):
        raise ExasolError(SYNTAX_OR_ACCESS, "number of columns does not match the query")
    names = names or [column.name for column in columns]
    comments = comments or [None] * len(columns)
    kept = [
        TableColumn(column_name, column.type, comment=text)
        for column_name, column, text in zip(names, columns, comments, strict=True)
    ]
    seen = {column.name for column in kept}
    if len(seen) != len(kept):
        raise ExasolError(SYNTAX_OR_ACCESS, f"duplicate column name in view {display(name)}")
    if found is not None:
        catalog.remove_object(session.duckdb, schema, name, "VIEW")
    text = reader.sql.strip().rstrip(";")
    new = Object(schema, name, "VIEW", session.user, text, query, session.current_schema, calls, kept)
    catalog.add_object(session.duckdb, new, comment)
    return RowCount(0)


def _column_list(reader: TokenReader) -> tuple[list[str], list[str | None]]:
    inner = reader.inside()
    names: list[str] = []
    comments: list[str | None] = []
    while True:
        names.append(inner.name())
        comments.append(inner.string() or None if inner.take("COMMENT IS") else None)
        if not inner.take(","):
            break
    inner.end()
    return names, comments


def _query_and_comment(reader: TokenReader) -> tuple[str, str | None]:
    tokens = reader.tokens[reader.index :]
    comment = None
    if len(tokens) > 3 and [token.text.upper() for token in tokens[-3:-1]] == ["COMMENT", "IS"]:
        comment = str(tokens[-1].text) or None
        tokens = tokens[:-3]
    reader.index = len(reader.tokens)
    return reader.text_of(tokens), comment


def _described(session: Session, query: str, schema: str, name: str) -> tuple[list[Column], bool]:
    """A view's columns; the UDFs in its query run for that only on no rows."""
    tree = inline_views_with_scripts(normalise(parse(query)), session, session.current_schema)
    calls = session.has_scripts() and calls_script(tree, session)
    if not calls:
        plan = session.planner.plan(query)
        types = session.planner.types(plan)
        return [Column(column.name, kind) for column, kind in zip(plan.columns, types, strict=True)], False
    result = session.query(session.planner.expanded(without_rows(tree)))
    return result.columns, True


def without_rows(tree: exp.Expr) -> exp.Expr:
    """The query with `WHERE FALSE` in each SELECT."""
    for select in tree.find_all(exp.Select):
        if select.args.get("from_") is not None:
            select.set("where", exp.Where(this=exp.Boolean(this=False)))
    return tree


def drop(session: Session, reader: TokenReader) -> RowCount:
    """DROP VIEW [IF EXISTS] v [CASCADE | RESTRICT]."""
    quiet = reader.take("IF EXISTS")
    schema, name = reader.qualified()
    reader.take("CASCADE")
    reader.take("RESTRICT")
    reader.end()
    wanted = schema or session.current_schema
    found = catalog.find_object(session.duckdb, wanted, name, "TABLE", "VIEW") if wanted else None
    if found is not None and found.type == "TABLE":
        raise ExasolError(SYNTAX_OR_ACCESS, f"{display(name)} is a table, use DROP TABLE")
    if found is None and quiet:
        return RowCount(0)
    found = found or existing(session, schema, name, "VIEW")
    catalog.remove_object(session.duckdb, found.schema, name, "VIEW")
    return RowCount(0)


def rename(session: Session, reader: TokenReader) -> RowCount:
    """RENAME VIEW v TO w."""
    found = existing(session, *reader.qualified(), "VIEW")
    reader.expect("TO")
    new_schema, new_name = reader.qualified()
    reader.end()
    if new_schema not in {None, found.schema}:
        raise ExasolError(SYNTAX_OR_ACCESS, "RENAME cannot move an object into another schema")
    refuse_taken(session, found.schema, new_name)
    catalog.rename_object(session.duckdb, found.schema, found.name, new_name)
    return RowCount(0)
