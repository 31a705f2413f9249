"""DESC[RIBE]: https://docs.exasol.com/db/latest/sql/desc[ribe].htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from exasol_sandbox.database import catalog
from exasol_sandbox.database.catalog import TableColumn
from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.ddl.privilege_names import OF_TABLES
from exasol_sandbox.database.privileges import insufficient
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.system_tables import SYSTEM_SCHEMAS, SYSTEM_TABLES
from exasol_sandbox.database.transforms.names import display, not_found

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session
    from exasol_sandbox.database.token_reader import TokenReader

_COLUMNS = [
    Column("COLUMN_NAME", DataType.varchar(128)),
    Column("SQL_TYPE", DataType.varchar(40)),
    *(
        Column(name, DataType.boolean())
        for name in ("NULLABLE", "DISTRIBUTION_KEY", "PARTITION_KEY", "ZONEMAPPED")
    ),
]
_COMMENT = Column("COLUMN_COMMENT", DataType.varchar(200))


def describe(session: Session, reader: TokenReader) -> ResultSet:
    """DESC[RIBE] [FULL] table or view; FULL adds the columns' comments.

    Raises:
        ExasolError: there is no such table, or the user has no privilege on it.
    """
    if not reader.take("DESC"):
        reader.expect("DESCRIBE")
    full = reader.take("FULL")
    schema, name = reader.qualified()
    reader.end()
    rows = _rows(session, schema, name)
    columns = [*_COLUMNS, _COMMENT] if full else _COLUMNS
    shape = pa.schema([pa.field(column.name, column.type.arrow()) for column in columns])
    values = [[row[index] for row in rows] for index in range(len(columns))]
    batch = pa.RecordBatch.from_arrays(
        [pa.array(cells, field.type) for cells, field in zip(values, shape, strict=True)], schema=shape
    )
    return ResultSet(columns, iter([batch]), len(rows))


def _rows(session: Session, schema: str | None, name: str) -> list[tuple[object, ...]]:
    wanted = schema or session.current_schema
    found = session.find_object(wanted, name) if wanted and wanted not in SYSTEM_SCHEMAS else None
    if found is not None:
        _check(session, found)
        return [_row(column, found.type == "TABLE") for column in found.columns]
    if schema is None or schema in SYSTEM_SCHEMAS:
        listed = SYSTEM_TABLES.get(name, [])
        if listed:
            return [_row(TableColumn(column.name, column.type), False) for column in listed]
    raise not_found(f"{display(schema)}.{display(name)}" if schema else display(name))


def _row(column: TableColumn, of_table: bool) -> tuple[object, ...]:
    in_partition_key = column.partition is not None
    # Zone maps are made for the columns of a partition key: changelog 17131 (Exasol 8.18).
    keys = (column.distribution, in_partition_key, in_partition_key) if of_table else (None, None, None)
    comment = column.comment[:200] if column.comment else None
    return column.name, column.type.sql(), column.nullable if of_table else None, *keys, comment


def _check(session: Session, found: catalog.Object) -> None:
    rights = session.privileges.mine
    drop = "DROP ANY TABLE" if found.type == "TABLE" else "DROP ANY VIEW"
    if not (rights.has(drop) or any(rights.on(privilege, found) for privilege in OF_TABLES)):
        raise insufficient(f": SELECT on {found.type.lower()} {display(found.name)}")
