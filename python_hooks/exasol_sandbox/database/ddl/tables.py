"""CREATE, RENAME and DROP TABLE: https://docs.exasol.com/db/latest/sql/create_table.htm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from exasol_sandbox.database import catalog
from exasol_sandbox.database.catalog import Object, TableColumn
from exasol_sandbox.database.ddl.common import existing, refuse_taken, replaces, target
from exasol_sandbox.database.ddl.table_parts import add_constraints, column_definitions
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.names import display, duckdb_table, quote
from exasol_sandbox.database.transforms.typed import Typed
from exasol_sandbox.database.writing import stored_sql

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader


def create(session: Session, reader: TokenReader) -> RowCount:
    """CREATE [OR REPLACE] TABLE [IF NOT EXISTS] with column definitions, LIKE, or AS query [WITH [NO]
    DATA]."""
    replace_it = replaces(reader)
    quiet = reader.take("IF NOT EXISTS")
    schema, name = target(session, *reader.qualified())
    found = catalog.find_object(session.duckdb, schema, name, "TABLE", "VIEW", "SCRIPT")
    if found is not None and quiet:
        return RowCount(0)
    if found is None or found.type != "TABLE" or not replace_it:
        refuse_taken(session, schema, name)
    if reader.take("LIKE"):
        return _create_like(session, reader, schema, name, replace_it)
    new_names: list[str] = []
    if reader.peek() == "(":
        start = reader.index
        inner = reader.inside()
        if reader.peek() != "AS":
            reader.index = start
            return _create_plain(session, reader, schema, name, replace_it)
        new_names = inner.names()
    reader.expect("AS")
    return _create_as(session, reader, schema, name, replace_it, new_names)


def _create_plain(
    session: Session, reader: TokenReader, schema: str, name: str, replace_it: bool
) -> RowCount:
    columns, constraints = column_definitions(reader.inside())
    columns, comment = _options(reader, columns)
    _check_names(columns)
    _forget_old(session, schema, name, replace_it)
    listed = ", ".join(f"{quote(column.name)} {column.type.duckdb()}" for column in columns)
    session.duckdb.execute(f"CREATE TABLE {duckdb_table(schema, name)} ({listed})")
    catalog.add_object(session.duckdb, Object(schema, name, "TABLE", session.user, columns=columns), comment)
    add_constraints(session, schema, name, columns, constraints)
    return RowCount(0)


def _create_like(session: Session, reader: TokenReader, schema: str, name: str, replace_it: bool) -> RowCount:
    pattern = existing(session, *reader.qualified(), "TABLE", "VIEW")
    including = {"DEFAULTS": False, "COMMENTS": False, "IDENTITY": False}
    while reader.peek() in {"INCLUDING", "EXCLUDING"}:
        on = reader.take("INCLUDING")
        if not on:
            reader.expect("EXCLUDING")
        including[reader.peek()] = on
        reader.index += 1
    reader.end()
    columns = [
        replace(
            column,
            default=column.default if including["DEFAULTS"] else None,
            comment=column.comment if including["COMMENTS"] else None,
            identity=f"identity_{uuid4().hex}" if column.identity and including["IDENTITY"] else None,
            identity_start=1 if column.identity and including["IDENTITY"] else None,
        )
        for column in pattern.columns
    ]
    _forget_old(session, schema, name, replace_it)
    listed = ", ".join(f"{quote(column.name)} {column.type.duckdb()}" for column in columns)
    session.duckdb.execute(f"CREATE TABLE {duckdb_table(schema, name)} ({listed})")
    catalog.add_object(session.duckdb, Object(schema, name, "TABLE", session.user, columns=columns))
    return RowCount(0)


def _create_as(
    session: Session, reader: TokenReader, schema: str, name: str, replace_it: bool, names: list[str]
) -> RowCount:
    query, with_data, comment, keys = _query_and_options(reader)
    plan = session.planner.plan(query)
    types = session.planner.types(plan)
    names = names or [column.name for column in plan.columns]
    if len(names) != len(types):
        raise ExasolError(SYNTAX_OR_ACCESS, "number of columns does not match the query")
    columns = [TableColumn(column, kind) for column, kind in zip(names, types, strict=True)]
    columns = _with_keys(columns, *keys)
    _check_names(columns)
    cells = []
    for index, (column, found) in enumerate(zip(columns, plan.columns, strict=True)):
        value = stored_sql(session, Typed(f"q.c{index}", found.type), column.type)
        cells.append(f"CAST({value} AS {column.type.duckdb()}) AS {quote(column.name)}")
    listed = ", ".join(f"c{index}" for index in range(len(columns)))
    _forget_old(session, schema, name, replace_it, drop=False)
    limit = "" if with_data else " LIMIT 0"
    verb = "CREATE OR REPLACE TABLE" if replace_it else "CREATE TABLE"
    select = f"SELECT {', '.join(cells)} FROM ({plan.sql}) AS q({listed}){limit}"
    row = session.duckdb.execute(f"{verb} {duckdb_table(schema, name)} AS {select}").fetchone()
    catalog.add_object(session.duckdb, Object(schema, name, "TABLE", session.user, columns=columns), comment)
    return RowCount(int(row[0]) if row else 0)


Keys = tuple[list[str], list[str]]


def _query_and_options(reader: TokenReader) -> tuple[str, bool, str | None, Keys]:
    """The query of CREATE TABLE … AS, and what stands behind it."""
    tokens = reader.tokens[reader.index :]
    end, depth = len(tokens), 0
    for index, token in enumerate(tokens):
        word = token.text.upper()
        depth += (word == "(") - (word == ")")
        following = tokens[index + 1].text.upper() if index + 1 < len(tokens) else ""
        options = {
            ("WITH", "DATA"),
            ("WITH", "NO"),
            ("DISTRIBUTE", "BY"),
            ("PARTITION", "BY"),
            ("COMMENT", "IS"),
        }
        if depth == 0 and index and (word, following) in options:
            end = index
            break
    query = reader.text_of(tokens[:end])
    reader.index += end
    with_data, comment = True, None
    distribute: list[str] = []
    partition: list[str] = []
    while not reader.done:
        if reader.take("WITH NO DATA"):
            with_data = False
        elif reader.take("COMMENT IS"):
            comment = reader.string()
        elif reader.take("DISTRIBUTE BY"):
            distribute = reader.names()
        elif reader.take("PARTITION BY"):
            partition = reader.names()
        else:
            reader.expect("WITH DATA")
    return query, with_data, comment, (distribute, partition)


def _options(reader: TokenReader, columns: list[TableColumn]) -> tuple[list[TableColumn], str | None]:
    comment = None
    while not reader.done:
        reader.take(",")
        if reader.take("DISTRIBUTE BY"):
            columns = _with_keys(columns, reader.names(), [])
        elif reader.take("PARTITION BY"):
            columns = _with_keys(columns, [], reader.names())
        else:
            reader.expect("COMMENT IS")
            comment = reader.string()
    return columns, comment


def _with_keys(columns: list[TableColumn], distribute: list[str], partition: list[str]) -> list[TableColumn]:
    known = {column.name for column in columns}
    for name in [*distribute, *partition]:
        if name not in known:
            raise ExasolError(SYNTAX_OR_ACCESS, f"object {display(name)} not found")
    return [
        replace(
            column,
            distribution=column.distribution or column.name in distribute,
            partition=partition.index(column.name) + 1 if column.name in partition else column.partition,
        )
        for column in columns
    ]


def _check_names(columns: list[TableColumn]) -> None:
    seen: dict[str, str] = {}
    for column in columns:
        taken = seen.get(column.name.upper())
        if taken == column.name:
            raise ExasolError(SYNTAX_OR_ACCESS, f"duplicate column name {display(column.name)}")
        if taken is not None:
            raise unsupported(
                f"two columns whose names differ only in case: {display(taken)} and {display(column.name)}"
            )
        seen[column.name.upper()] = column.name


def _forget_old(session: Session, schema: str, name: str, replace_it: bool, drop: bool = True) -> None:
    if replace_it and catalog.find_object(session.duckdb, schema, name, "TABLE") is not None:
        if drop:
            session.duckdb.execute(f"DROP TABLE {duckdb_table(schema, name)}")
        catalog.remove_object(session.duckdb, schema, name, "TABLE")


def drop(session: Session, reader: TokenReader) -> RowCount:
    """DROP TABLE [IF EXISTS] t [CASCADE CONSTRAINTS]."""
    quiet = reader.take("IF EXISTS")
    schema, name = reader.qualified()
    reader.take("CASCADE CONSTRAINTS")
    reader.end()
    wanted = schema or session.current_schema
    found = catalog.find_object(session.duckdb, wanted, name, "TABLE", "VIEW") if wanted else None
    if found is not None and found.type == "VIEW":
        if quiet:
            # dbt-exasol drops a backup so whose kind it does not know.
            return RowCount(0)
        raise ExasolError(SYNTAX_OR_ACCESS, f"{display(name)} is a view, use DROP VIEW")
    if found is None and quiet:
        return RowCount(0)
    found = found or existing(session, schema, name, "TABLE")
    session.duckdb.execute(f"DROP TABLE {duckdb_table(found.schema, name)}")
    catalog.remove_object(session.duckdb, found.schema, name, "TABLE")
    return RowCount(0)


def rename(session: Session, reader: TokenReader) -> RowCount:
    """RENAME TABLE t TO u."""
    found = existing(session, *reader.qualified(), "TABLE")
    reader.expect("TO")
    new_schema, new_name = reader.qualified()
    reader.end()
    if new_schema not in {None, found.schema}:
        raise ExasolError(SYNTAX_OR_ACCESS, "RENAME cannot move an object into another schema")
    refuse_taken(session, found.schema, new_name)
    session.duckdb.execute(
        f"ALTER TABLE {duckdb_table(found.schema, found.name)} RENAME TO {quote(new_name)}"
    )
    catalog.rename_object(session.duckdb, found.schema, found.name, new_name)
    return RowCount(0)
