"""ALTER TABLE and RENAME COLUMN: https://docs.exasol.com/db/latest/sql/alter_table(column).htm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.catalog import Object, TableColumn
from exasol_sandbox.database.constraints import check_keys, check_not_null
from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.ddl.common import existing
from exasol_sandbox.database.ddl.table_parts import (
    add_constraint,
    column_definition,
    column_options,
    constraint,
    identity,
)
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.transforms.expressions import ExpressionTranslator
from exasol_sandbox.database.transforms.names import display, duckdb_table, normalise, not_found, quote
from exasol_sandbox.database.transforms.parsing import parse
from exasol_sandbox.database.transforms.query import QueryTranslator
from exasol_sandbox.database.transforms.scope import Scope
from exasol_sandbox.database.transforms.time_zones import read
from exasol_sandbox.database.transforms.typed import Typed
from exasol_sandbox.database.writing import stored_sql

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_COLUMN_OPTIONS = {"DEFAULT", "NOT", "NULL", "CONSTRAINT", "PRIMARY", "COMMENT", "IDENTITY"}


def alter(session: Session, reader: TokenReader) -> RowCount:
    """ALTER TABLE t with one action."""
    table = existing(session, *reader.qualified(), "TABLE")
    if reader.take("ADD"):
        _add(session, reader, table)
    elif reader.take("DROP"):
        _drop(session, reader, table)
    elif reader.take("MODIFY"):
        reader.take("COLUMN")
        if reader.peek() in {"CONSTRAINT", "PRIMARY"}:
            _set_state(session, reader, table)
        else:
            _modify(session, reader, table)
    elif reader.take("ALTER"):
        reader.take("COLUMN")
        _alter_column(session, reader, table)
    elif reader.take("RENAME COLUMN"):
        old = reader.name()
        reader.expect("TO")
        _rename(session, table, old, reader.name())
    elif reader.take("RENAME CONSTRAINT"):
        _rename_constraint(session, reader, table)
    elif reader.take("DISTRIBUTE BY"):
        _keys(session, table, distribute=reader.names())
    elif reader.take("PARTITION BY"):
        _keys(session, table, partition=reader.names())
    else:
        raise reader.unexpected("an action of ALTER TABLE")
    reader.end()
    catalog.touch(session.duckdb, table.schema, table.name)
    return RowCount(0)


def _name(table: Object) -> str:
    return duckdb_table(table.schema, table.name)


def _column(table: Object, name: str) -> TableColumn:
    for column in table.columns:
        if column.name == name:
            return column
    raise not_found(display(name))


def _replaced(table: Object, name: str, column: TableColumn) -> list[TableColumn]:
    return [column if item.name == name else item for item in table.columns]


def _write(session: Session, table: Object, columns: list[TableColumn]) -> None:
    catalog.write_columns(session.duckdb, table.schema, table.name, columns)


def _add(session: Session, reader: TokenReader, table: Object) -> None:
    if reader.peek() in {"CONSTRAINT", "PRIMARY", "FOREIGN"}:
        add_constraint(session, table, constraint(reader))
        return
    reader.take("COLUMN")
    quiet = reader.take("IF NOT EXISTS")
    inner = reader.inside() if reader.peek() == "(" else reader
    column, constraints = column_definition(inner)
    if any(item.name == column.name for item in table.columns):
        if quiet:
            return
        raise ExasolError(SYNTAX_OR_ACCESS, f"column {display(column.name)} already exists")
    session.duckdb.execute(
        f"ALTER TABLE {_name(table)} ADD COLUMN {quote(column.name)} {column.type.duckdb()}"
    )
    if column.default is not None:
        session.duckdb.execute(f"UPDATE {_name(table)} SET {quote(column.name)} = {_value(session, column)}")
    if not column.nullable:
        check_not_null(session.duckdb, table.schema, table.name, column.name)
    columns = [*table.columns, column]
    _write(session, table, columns)
    for item in constraints:
        add_constraint(session, replace(table, columns=columns), item)


def _value(session: Session, column: TableColumn) -> str:
    tree = normalise(parse(f"SELECT {column.default}"))
    translate = ExpressionTranslator(QueryTranslator(session.planner.context()), Scope())
    return stored_sql(session, translate(tree.expressions[0]), column.type)


def _drop(session: Session, reader: TokenReader, table: Object) -> None:
    if reader.take("DISTRIBUTION"):
        reader.expect("KEYS")
        _keys(session, table, distribute=[])
    elif reader.take("PARTITION"):
        reader.expect("KEYS")
        _keys(session, table, partition=[])
    elif reader.take("CONSTRAINT"):
        quiet = reader.take("IF EXISTS")
        name = reader.name()
        _drop_constraint(session, table, "name", name, quiet)
    elif reader.take("PRIMARY KEY"):
        _drop_constraint(session, table, "type", "PRIMARY KEY", False)
    else:
        reader.take("COLUMN")
        quiet = reader.take("IF EXISTS")
        name = reader.name()
        reader.take("CASCADE CONSTRAINTS")
        if quiet and all(column.name != name for column in table.columns):
            return
        _column(table, name)
        if len(table.columns) == 1:
            raise ExasolError(SYNTAX_OR_ACCESS, "a table must have at least one column")
        session.duckdb.execute(f"ALTER TABLE {_name(table)} DROP COLUMN {quote(name)}")
        _write(session, table, [column for column in table.columns if column.name != name])


def _drop_constraint(session: Session, table: Object, by: str, value: str, quiet: bool) -> None:
    if not quiet:
        _check_constraint(session, table, by, value)
    catalog.run(
        session.duckdb,
        f"DELETE FROM {{c}}.constraints WHERE schema = ? AND object = ? AND {by} = ?",
        [table.schema, table.name, value],
    )


def _rename_constraint(session: Session, reader: TokenReader, table: Object) -> None:
    old = reader.name()
    reader.expect("TO")
    new = reader.name()
    _check_constraint(session, table, "name", old)
    catalog.run(
        session.duckdb,
        "UPDATE {c}.constraints SET name = ? WHERE schema = ? AND object = ? AND name = ?",
        [new, table.schema, table.name, old],
    )


def _set_state(session: Session, reader: TokenReader, table: Object) -> None:
    """MODIFY CONSTRAINT c ENABLE | DISABLE, or MODIFY PRIMARY KEY …."""
    by, value = "type", "PRIMARY KEY"
    if reader.take("CONSTRAINT"):
        by, value = "name", reader.name()
    else:
        reader.expect("PRIMARY KEY")
    enabled = reader.take("ENABLE")
    if not enabled:
        reader.expect("DISABLE")
    _check_constraint(session, table, by, value)
    catalog.run(
        session.duckdb,
        f"UPDATE {{c}}.constraints SET enabled = ? WHERE schema = ? AND object = ? AND {by} = ?",
        [enabled, table.schema, table.name, value],
    )
    check_keys(session.duckdb, table)


def _check_constraint(session: Session, table: Object, by: str, value: str) -> None:
    """Fail if the table has no such constraint."""
    found = catalog.rows(
        session.duckdb,
        f"SELECT 1 FROM {{c}}.constraints WHERE schema = ? AND object = ? AND {by} = ?",
        [table.schema, table.name, value],
    )
    if not found:
        raise ExasolError(SYNTAX_OR_ACCESS, f"constraint {display(value)} not found")


def _modify(session: Session, reader: TokenReader, table: Object) -> None:
    inner = reader.inside() if reader.peek() == "(" else reader
    old = _column(table, inner.name())
    kind = old.type if inner.peek() in _COLUMN_OPTIONS or inner.done else inner.data_type(*_COLUMN_OPTIONS)
    column, constraints = column_options(inner, replace(old, type=kind))
    if kind != old.type:
        _change_type(session, table, old.name, old.type, kind)
    if not column.nullable and old.nullable:
        check_not_null(session.duckdb, table.schema, table.name, old.name)
    columns = _replaced(table, old.name, column)
    _write(session, table, columns)
    for item in constraints:
        add_constraint(session, replace(table, columns=columns), item)


def _change_type(session: Session, table: Object, name: str, old: DataType, new: DataType) -> None:
    kept = read(quote(name), old, session.settings.parameters["TIME_ZONE"])
    value = stored_sql(session, Typed(kept, old), new)
    if old.duckdb() == new.duckdb():
        session.duckdb.execute(f"UPDATE {_name(table)} SET {quote(name)} = {value}")
        return
    session.duckdb.execute(
        f"ALTER TABLE {_name(table)} ALTER COLUMN {quote(name)} SET DATA TYPE {new.duckdb()} USING {value}"
    )


def _alter_column(session: Session, reader: TokenReader, table: Object) -> None:
    column = _column(table, reader.name())
    if reader.take("SET DEFAULT"):
        changed = replace(column, default=reader.rest())
    elif reader.take("DROP DEFAULT"):
        changed = replace(column, default=None)
    elif reader.take("SET IDENTITY"):
        changed = identity(reader, column)
    elif reader.take("DROP IDENTITY"):
        changed = replace(column, identity=None)
    else:
        raise unsupported("this form of ALTER TABLE … ALTER COLUMN")
    _write(session, table, _replaced(table, column.name, changed))


def rename_column(session: Session, reader: TokenReader) -> RowCount:
    """RENAME COLUMN t.a TO b."""
    parts = [reader.name()]
    while reader.take("."):
        parts.append(reader.name())
    reader.expect("TO")
    new = reader.name()
    reader.end()
    table = existing(session, parts[-3] if len(parts) > 2 else None, parts[-2], "TABLE")
    _rename(session, table, parts[-1], new)
    return RowCount(0)


def _rename(session: Session, table: Object, old: str, new: str) -> None:
    column = _column(table, old)
    if any(item.name == new for item in table.columns):
        raise ExasolError(SYNTAX_OR_ACCESS, f"column {display(new)} already exists")
    session.duckdb.execute(f"ALTER TABLE {_name(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")
    _write(session, table, _replaced(table, old, replace(column, name=new)))


def _keys(
    session: Session, table: Object, distribute: list[str] | None = None, partition: list[str] | None = None
) -> None:
    for name in [*(distribute or []), *(partition or [])]:
        _column(table, name)
    columns = table.columns
    if distribute is not None:
        columns = [replace(column, distribution=column.name in distribute) for column in columns]
    if partition is not None:
        columns = [
            replace(column, partition=partition.index(column.name) + 1 if column.name in partition else None)
            for column in columns
        ]
    _write(session, table, columns)
