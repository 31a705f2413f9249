"""A script's input and output columns, as Exasol's UDF client sees them."""

from __future__ import annotations

import datetime
import decimal
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

INT32 = "INT32"
INT64 = "INT64"
NUMERIC = "NUMERIC"
DOUBLE = "DOUBLE"
STRING = "STRING"
BOOLEAN = "BOOLEAN"
DATE = "DATE"
TIMESTAMP = "TIMESTAMP"

_PYTHON: dict[str, type] = {
    INT32: int,
    INT64: int,
    DOUBLE: float,
    STRING: str,
    BOOLEAN: bool,
    DATE: datetime.date,
    TIMESTAMP: datetime.datetime,
}


@dataclass(frozen=True)
class UdfColumn:
    """One input or output column.

    Attributes:
        name: as the script sees it.
        kind: the type that Exasol's UDF client works with. DECIMAL(p,0) is INT32 up to 9 digits, INT64 up to
            18, and NUMERIC above, as is every DECIMAL with a scale.
        sql_type: the SQL type in full.
        precision: digits of a DECIMAL.
        scale: fractional digits of a DECIMAL.
        size: characters of a VARCHAR or CHAR.
        padded: whether it is a CHAR, whose values are filled up with blanks.
        fraction: fractional digits of a TIMESTAMP.
    """

    name: str
    kind: str
    sql_type: str
    precision: int | None = None
    scale: int | None = None
    size: int | None = None
    padded: bool = False
    fraction: int | None = None

    @classmethod
    def of(cls, fields: dict[str, Any]) -> UdfColumn:
        """The column that was sent as JSON."""
        return cls(**fields)

    @property
    def python(self) -> type:
        """The Python type of its values."""
        if self.kind == NUMERIC:
            return decimal.Decimal if self.scale else int
        return _PYTHON[self.kind]

    def arrow(self) -> pa.DataType:
        """The Arrow type in which its values travel between the sandbox and the worker."""
        if self.kind == NUMERIC:
            return pa.decimal128(self.precision, self.scale)
        return {
            INT32: pa.int64(),
            INT64: pa.int64(),
            DOUBLE: pa.float64(),
            STRING: pa.string(),
            BOOLEAN: pa.bool_(),
            DATE: pa.date32(),
            TIMESTAMP: pa.timestamp("us"),
        }[self.kind]
