"""Prepared statements: their parameters, and the values that a client sends for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlglot
from sqlglot import exp

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.text_values import BadCell, TextConverter
from exasol_sandbox.database.wire_values import from_utc

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_TAKES_NUMBERS = {"DECIMAL", "DOUBLE"}


@dataclass(frozen=True)
class PreparedStatement:
    """A statement with `?` for values.

    Attributes:
        sql: its text.
        parameters: one column without a name for each `?`, with the type of the column that it goes into, or
            VARCHAR(2000000) where the statement does not tell.
        columns: of its result; none if it has none.
    """

    sql: str
    parameters: list[Column]
    columns: list[Column]


def prepare(session: Session, sql: str) -> PreparedStatement:
    """Looks at a statement without executing it.

    Raises:
        ExasolError: it cannot be parsed, or names a table or column that does not exist.
    """
    try:
        statement = sqlglot.parse_one(sql, dialect="exasol")
    except sqlglot.errors.SqlglotError as error:
        raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error: {error}") from error
    placeholders = list(statement.find_all(exp.Placeholder, bfs=False))
    types: dict[int, DataType] = {}
    if isinstance(statement, exp.Insert):
        types = _types_of_values(session, statement)
    parameters = [Column("", types.get(id(placeholder), DataType.varchar())) for placeholder in placeholders]
    columns = session.columns_of_statement(sql)
    return PreparedStatement(sql, parameters, columns)


def parameter_batch(
    columns: Sequence[Column], data: Sequence[Sequence[Any]], rows: int, attributes: dict[str, Any]
) -> pa.RecordBatch:
    """The values of `executePreparedStatement` as one batch.

    Args:
        columns: the types that they are sent in.
        data: for each column its cells, as JSON has them.
        rows: the number of cells that each column must have.
        attributes: the session's, for its date and timestamp formats.

    Raises:
        ExasolError: there are too few or too many cells, or one is not of its column's type.
    """
    if len(data) != len(columns) or any(len(cells) != rows for cells in data):
        raise ExasolError("00000", f"the message must hold {len(columns)} columns of {rows} values each")
    converter = TextConverter(
        columns,
        date_format=attributes["dateFormat"],
        timestamp_format=attributes["datetimeFormat"],
    )
    try:
        batch = converter.convert(
            [
                _texts(number, column, cells)
                for number, (column, cells) in enumerate(zip(columns, data, strict=True))
            ]
        )
    except BadCell as bad:
        where = f"row {bad.row}, parameter {bad.column}, both counted from 0"
        raise ExasolError("22018", f"data exception - {bad.reason} ({where})") from bad
    finally:
        converter.close()
    if not attributes.get("timestampUtcEnabled"):
        return batch
    arrays = [
        from_utc(array, str(attributes["timezone"])) if column.type.with_local_time_zone else array
        for array, column in zip(batch.columns, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _types_of_values(session: Session, insert: exp.Insert) -> dict[int, DataType]:
    target, values = insert.this, insert.expression
    named = [column.name for column in target.expressions] if isinstance(target, exp.Schema) else []
    table = target.this if isinstance(target, exp.Schema) else target
    if not isinstance(values, exp.Values) or not isinstance(table, exp.Table):
        return {}
    schema = _stored_name(table.args["db"]) if table.args.get("db") else None
    columns = session.columns_of(schema, _stored_name(table.this))
    if named:
        by_name = {column.name: column for column in columns}
        wanted = [_stored_name(column) for column in target.expressions]
        missing = [name for name in wanted if name not in by_name]
        if missing:
            raise ExasolError(SYNTAX_OR_ACCESS, f"object {', '.join(missing)} not found in {table.name}")
        columns = [by_name[name] for name in wanted]
    types: dict[int, DataType] = {}
    for row in values.expressions:
        cells = row.expressions if isinstance(row, exp.Tuple) else [row]
        if len(cells) != len(columns):
            raise ExasolError(
                SYNTAX_OR_ACCESS, f"{len(cells)} values for {len(columns)} columns of {table.name}"
            )
        for cell, column in zip(cells, columns, strict=True):
            if isinstance(cell, exp.Placeholder):
                types[id(cell)] = column.type
    return types


def _stored_name(node: exp.Expression) -> str:
    identifier = node.this if isinstance(node, (exp.Column, exp.ColumnDef)) else node
    name: str = identifier.name
    return name if isinstance(identifier, exp.Identifier) and identifier.args.get("quoted") else name.upper()


def _texts(number: int, column: Column, cells: Sequence[Any]) -> pa.Array:
    try:
        values = pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # Numbers that come partly as strings, which is how large ones are sent.
        values = pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())
    if (
        pa.types.is_null(values.type)
        or pa.types.is_string(values.type)
        or (pa.types.is_boolean(values.type) and column.type.name == "BOOLEAN")
        or (column.type.name in _TAKES_NUMBERS and not pa.types.is_boolean(values.type))
    ):
        texts = values.cast(pa.string())
    else:
        raise ExasolError(
            "00000", f"JSON value of parameter {number} is not a string, as {column.type.sql()} needs"
        )
    return _empty_as_null(texts)


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else repr(cell)


def _empty_as_null(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), None, texts)
