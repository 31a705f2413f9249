"""Values between SQL and scripting programs.

In messages a value is a JSON value; a decimal is `{"decimal": [text, precision, scale]}`. Whole numbers of at
most 18 digits are Lua integers, since scripts written for Exasol compare counts with numbers, which Lua's
`==` would deny a decimal; other DECIMALs are decimals. Dates, timestamps, intervals and the like are text.
"""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exasol_sandbox.database.attributes import Attributes
from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.nls_format import to_text

_INTEGER_DIGITS = 18


def rows_of(table: pa.Table, columns: list[Column], settings: Attributes) -> list[list[Any]]:
    """The rows of a table for a message.

    Args:
        table: the rows, in the Arrow types of `columns`.
        columns: names and types.
        settings: those of the session, for the formats of dates and timestamps.
    """
    if table.num_rows == 0:
        return []
    parts = [
        _column(table.column(position).combine_chunks(), column.type, settings)
        for position, column in enumerate(columns)
    ]
    return [list(row) for row in zip(*parts, strict=True)]


def _column(array: Any, data_type: DataType, settings: Attributes) -> list[Any]:
    name = data_type.name
    if name == "DECIMAL":
        precision, scale = data_type.precision or 18, data_type.scale or 0
        found = array.to_pylist()
        if not scale and precision <= _INTEGER_DIGITS:
            return [None if value is None else int(value) for value in found]
        return [None if value is None else {"decimal": [f"{value:f}", precision, scale]} for value in found]
    if name in {"DOUBLE", "BOOLEAN"}:
        return list(array.to_pylist())
    if name == "DATE":
        return list(to_text(array, settings.date_format).to_pylist())
    if name.startswith("TIMESTAMP"):
        return list(to_text(array, settings.timestamp_format).to_pylist())
    return list(pc.cast(array, pa.string()).to_pylist())


def literal(kind: str, value: Any) -> str:
    """A parameter of a statement, as SQL.

    Args:
        kind: what Lua has: `null`, `boolean`, `number`, `decimal` or `string`.
        value: the value; a decimal is a text.

    Raises:
        ValueError: it is nothing that SQL has.
    """
    if kind == "null":
        return "NULL"
    if kind == "boolean":
        return "TRUE" if value else "FALSE"
    if kind == "decimal":
        return str(value)
    if kind == "number":
        if isinstance(value, int):
            return str(value)
        if not math.isfinite(value):
            raise ValueError(f"{value} is no SQL number")
        return str(int(value)) if value == int(value) and abs(value) < 10**15 else repr(value)
    if kind == "string":
        return "'" + str(value).replace("'", "''") + "'"
    raise ValueError(f"a {kind} is no SQL value")
