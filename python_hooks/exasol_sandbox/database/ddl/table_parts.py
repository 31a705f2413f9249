"""Column definitions and constraints, as CREATE TABLE and ALTER TABLE have them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from exasol_sandbox.database import catalog
from exasol_sandbox.database.catalog import Object, TableColumn
from exasol_sandbox.database.constraints import check_keys, check_not_null
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.transforms.names import display, not_found

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_AFTER_TYPE = (
    "DEFAULT",
    "NOT",
    "NULL",
    "CONSTRAINT",
    "PRIMARY",
    "REFERENCES",
    "COMMENT",
    "IDENTITY",
    "ENABLE",
    "DISABLE",
)


@dataclass(frozen=True)
class Constraint:
    """A primary or foreign key."""

    type: str
    columns: list[str]
    name: str | None = None
    enabled: bool = True
    other: tuple[str | None, str] | None = None
    other_columns: tuple[str, ...] = ()


def column_definitions(reader: TokenReader) -> tuple[list[TableColumn], list[Constraint]]:
    """What stands between the parentheses of CREATE TABLE."""
    columns: list[TableColumn] = []
    constraints: list[Constraint] = []
    while True:
        if reader.take("DISTRIBUTE BY"):
            keys = _key_names(reader)
            columns = [replace(c, distribution=c.distribution or c.name in keys) for c in columns]
        elif reader.take("PARTITION BY"):
            keys = _key_names(reader)
            columns = [replace(c, partition=keys.index(c.name) + 1) if c.name in keys else c for c in columns]
        elif reader.peek() in {"CONSTRAINT", "PRIMARY", "FOREIGN"}:
            constraints.append(constraint(reader))
        else:
            column, own = column_definition(reader)
            columns.append(column)
            constraints += own
        if not reader.take(","):
            break
    reader.end()
    return columns, constraints


def _key_names(reader: TokenReader) -> list[str]:
    names = [reader.name()]
    while reader.peek() == "," and reader.peek(1) not in {"PARTITION", "DISTRIBUTE"}:
        reader.take(",")
        names.append(reader.name())
    return names


def column_definition(reader: TokenReader) -> tuple[TableColumn, list[Constraint]]:
    """`name type [DEFAULT x] [NOT NULL] [PRIMARY KEY] [COMMENT IS 't']`."""
    name = reader.name()
    column = TableColumn(name, reader.data_type(*_AFTER_TYPE))
    return column_options(reader, column)


def column_options(reader: TokenReader, column: TableColumn) -> tuple[TableColumn, list[Constraint]]:
    """What may follow the type of a column."""
    constraints: list[Constraint] = []
    while not reader.done and reader.peek() not in {",", ")"}:
        name = (
            reader.name() if reader.take("CONSTRAINT") and reader.peek() not in {"NOT", "PRIMARY"} else None
        )
        if reader.take("DEFAULT"):
            column = replace(
                column, default=reader.text_of(reader.until(",", ")", *_AFTER_TYPE[2:], "NOT")) or "NULL"
            )
        elif reader.take("NOT NULL"):
            column = replace(column, nullable=False)
            _state(reader)
        elif reader.take("NULL"):
            column = replace(column, nullable=True)
        elif reader.take("PRIMARY KEY"):
            constraints.append(Constraint("PRIMARY KEY", [column.name], name, _state(reader)))
        elif reader.take("REFERENCES"):
            other = reader.qualified()
            listed = tuple(reader.names_in_parentheses()) if reader.peek() == "(" else ()
            constraints.append(Constraint("FOREIGN KEY", [column.name], name, _state(reader), other, listed))
        elif reader.take("COMMENT IS"):
            column = replace(column, comment=reader.string() or None)
        elif reader.take("IDENTITY"):
            column = identity(reader, column)
        else:
            raise reader.unexpected("',' or ')'")
    return column, constraints


def identity(reader: TokenReader, column: TableColumn) -> TableColumn:
    """What follows IDENTITY: `1000` or `(1000)`, the first value, or nothing.

    Raises:
        ExasolError: the column is no DECIMAL without digits after the point.
    """
    if column.type.name != "DECIMAL" or column.type.scale:
        raise ExasolError(
            SYNTAX_OR_ACCESS, f"identity column {display(column.name)} must be a DECIMAL with scale 0"
        )
    start = 1
    if reader.peek() == "(":
        inner = reader.inside()
        start = inner.number()
        inner.end()
    elif reader.peek().isdigit():
        start = reader.number()
    return replace(column, identity=f"identity_{uuid4().hex}", identity_start=start, default=None)


def constraint(reader: TokenReader) -> Constraint:
    """`[CONSTRAINT [name]] PRIMARY KEY (a, b)` or `FOREIGN KEY (a) REFERENCES t (b)`."""
    name = None
    if reader.take("CONSTRAINT") and reader.peek() not in {"PRIMARY", "FOREIGN"}:
        name = reader.name()
    if reader.take("PRIMARY KEY"):
        columns = reader.names_in_parentheses()
        return Constraint("PRIMARY KEY", columns, name, _state(reader))
    reader.expect("FOREIGN KEY")
    columns = reader.names_in_parentheses()
    reader.expect("REFERENCES")
    other = reader.qualified()
    listed = tuple(reader.names_in_parentheses()) if reader.peek() == "(" else ()
    return Constraint("FOREIGN KEY", columns, name, _state(reader), other, listed)


def _state(reader: TokenReader) -> bool:
    if reader.take("DISABLE"):
        return False
    reader.take("ENABLE")
    return True


def add_constraints(
    session: Session, schema: str, table: str, columns: list[TableColumn], constraints: list[Constraint]
) -> None:
    """Keep the constraints of a new table."""
    for item in constraints:
        add_constraint(session, Object(schema, table, "TABLE", session.user, columns=columns), item)


def add_constraint(session: Session, table: Object, item: Constraint) -> None:
    """Keep a constraint and check that the table meets it; foreign keys are kept but not enforced.

    Raises:
        ExasolError: a column is absent, or the rows violate the constraint.
    """
    known = {column.name for column in table.columns}
    for column in item.columns:
        if column not in known:
            raise not_found(display(column))
    name = item.name or f"SYS_{_next_id(session)}"
    other_schema = (item.other[0] or session.current_schema) if item.other else None
    if item.other:
        _check_reference(session, table, other_schema, item.other[1])
    catalog.run(
        session.duckdb,
        "INSERT INTO {c}.constraints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(table.schema, table.name, name, item.type, item.enabled, item.columns, other_schema),
            *(item.other[1] if item.other else None, list(item.other_columns)),
        ],
    )
    if item.type == "PRIMARY KEY":
        columns = [replace(c, nullable=False) if c.name in item.columns else c for c in table.columns]
        for column in item.columns:
            check_not_null(session.duckdb, table.schema, table.name, column)
        catalog.write_columns(session.duckdb, table.schema, table.name, columns)
        check_keys(session.duckdb, table)


def _check_reference(session: Session, table: Object, schema: str | None, name: str) -> None:
    if (schema, name) == (table.schema, table.name):
        return
    found = catalog.find_object(session.duckdb, schema, name, "TABLE") if schema else None
    if found is None:
        raise not_found(display(name))
    session.privileges.check_object("REFERENCES", found)


def _next_id(session: Session) -> int:
    return int(catalog.rows(session.duckdb, "SELECT nextval('{c}.ids')")[0][0])
