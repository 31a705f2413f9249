"""Exasol's data types and how they look on the wire, in SQL, in DuckDB and in Arrow.

Source of names, defaults and limits: https://docs.exasol.com/db/latest/sql_references/data_types/datatypedetails.htm
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError

MAX_VARCHAR = 2_000_000
MAX_CHAR = 2_000
MAX_PRECISION = 36
UTF8 = "UTF8"
ASCII = "ASCII"

INTERVAL_YEAR = "INTERVAL YEAR TO MONTH"
INTERVAL_DAY = "INTERVAL DAY TO SECOND"
LOCAL_TIMESTAMP = "TIMESTAMP WITH LOCAL TIME ZONE"
_WITHOUT_FIXED_SIZES = 5
_FIXED_SIZES = {"DATE", "TIMESTAMP", LOCAL_TIMESTAMP, INTERVAL_YEAR, INTERVAL_DAY}


@dataclass(frozen=True)
class DataType:
    """One Exasol data type.

    Attributes:
        name: as on the wire, for example `DECIMAL` or `TIMESTAMP WITH LOCAL TIME ZONE`.
        precision: digits of a DECIMAL; fractional digits of a TIMESTAMP; leading digits of an INTERVAL.
        scale: fractional digits of a DECIMAL.
        size: characters of VARCHAR and CHAR; bytes of HASHTYPE; SRID of GEOMETRY.
        character_set: `UTF8` or `ASCII` for VARCHAR and CHAR.
        fraction: fractional digits of the seconds of an INTERVAL DAY TO SECOND.
        with_local_time_zone: for timestamps only.
    """

    name: str
    precision: int | None = None
    scale: int | None = None
    size: int | None = None
    character_set: str | None = None
    fraction: int | None = None
    with_local_time_zone: bool | None = None

    @classmethod
    def decimal(cls, precision: int = 18, scale: int = 0) -> DataType:
        """DECIMAL, by default as wide as Exasol's."""
        if not 1 <= precision <= MAX_PRECISION or not 0 <= scale <= precision:
            raise invalid_type(f"illegal precision or scale in DECIMAL({precision},{scale})")
        return cls("DECIMAL", precision=precision, scale=scale)

    @classmethod
    def varchar(cls, size: int = MAX_VARCHAR, character_set: str = UTF8) -> DataType:
        """VARCHAR of at most `size` characters."""
        if not 1 <= size <= MAX_VARCHAR:
            raise invalid_type(f"VARCHAR size must be between 1 and {MAX_VARCHAR}, not {size}")
        return cls("VARCHAR", size=size, character_set=character_set)

    @classmethod
    def char(cls, size: int = 1, character_set: str = UTF8) -> DataType:
        """CHAR of exactly `size` characters, padded with blanks."""
        if not 1 <= size <= MAX_CHAR:
            raise invalid_type(f"CHAR size must be between 1 and {MAX_CHAR}, not {size}")
        return cls("CHAR", size=size, character_set=character_set)

    @classmethod
    def double(cls) -> DataType:
        """DOUBLE PRECISION."""
        return cls("DOUBLE")

    @classmethod
    def boolean(cls) -> DataType:
        """BOOLEAN."""
        return cls("BOOLEAN")

    @classmethod
    def date(cls) -> DataType:
        """DATE."""
        return cls("DATE")

    @classmethod
    def timestamp(cls, precision: int = 3, with_local_time_zone: bool = False) -> DataType:
        """TIMESTAMP with `precision` fractional digits of the second (0 to 9)."""
        if not 0 <= precision <= 9:
            raise invalid_type(f"TIMESTAMP precision must be between 0 and 9, not {precision}")
        name = LOCAL_TIMESTAMP if with_local_time_zone else "TIMESTAMP"
        return cls(name, precision=precision, with_local_time_zone=with_local_time_zone)

    @classmethod
    def hashtype(cls, size: int = 16) -> DataType:
        """HASHTYPE of `size` bytes."""
        if not 1 <= size <= 1024:
            raise invalid_type(f"HASHTYPE size must be between 1 and 1024 bytes, not {size}")
        return cls("HASHTYPE", size=size)

    def sql(self) -> str:  # noqa: PLR0911
        """The type as Exasol writes it in its system tables, for example `VARCHAR(20) UTF8`."""
        if self.name == "DECIMAL":
            return f"DECIMAL({self.precision},{self.scale})"
        if self.name in {"VARCHAR", "CHAR"}:
            return f"{self.name}({self.size}) {self.character_set}"
        if self.name == "HASHTYPE":
            return f"HASHTYPE({self.size} BYTE)"
        if self.name == "TIMESTAMP" and self.precision != 3:
            return f"TIMESTAMP({self.precision})"
        if self.name == LOCAL_TIMESTAMP and self.precision != 3:
            return f"TIMESTAMP({self.precision}) WITH LOCAL TIME ZONE"
        if self.name == INTERVAL_YEAR:
            return f"INTERVAL YEAR({self.precision}) TO MONTH"
        if self.name == INTERVAL_DAY:
            return f"INTERVAL DAY({self.precision}) TO SECOND({self.fraction})"
        if self.name == "GEOMETRY" and self.size:
            return f"GEOMETRY({self.size})"
        return self.name

    def wire(self, version: int) -> dict[str, Any]:
        """`dataType` of a column as the WebSocket API describes it (exasol/websocket-api, "Data types").

        Args:
            version: of the protocol; from 5 on types of a fixed size have none, and timestamps a precision.
        """
        fields = self._wire()
        if version >= _WITHOUT_FIXED_SIZES and self.name in _FIXED_SIZES:
            del fields["size"]
            if self.name in {"TIMESTAMP", LOCAL_TIMESTAMP}:
                fields["precision"] = fields.pop("fraction")
        return fields

    def _wire(self) -> dict[str, Any]:
        fields: dict[str, Any] = {"type": self.name}
        if self.name == "DECIMAL":
            fields |= {"precision": self.precision, "scale": self.scale}
        elif self.name in {"VARCHAR", "CHAR"}:
            fields |= {"size": self.size, "characterSet": self.character_set}
        elif self.name == "DATE":
            fields["size"] = 4
        elif self.name in {"TIMESTAMP", LOCAL_TIMESTAMP}:
            fields |= {"size": 8, "withLocalTimeZone": self.with_local_time_zone, "fraction": self.precision}
        elif self.name == "HASHTYPE":
            fields["size"] = (self.size or 0) * 2
        elif self.name == INTERVAL_YEAR:
            fields |= {"size": 7, "precision": self.precision}
        elif self.name == INTERVAL_DAY:
            fields |= {"size": 29, "precision": self.precision, "fraction": self.fraction}
        elif self.name == "GEOMETRY":
            fields |= {"size": MAX_VARCHAR, "srid": self.size or 0}
        return fields

    def duckdb(self) -> str:
        """The type of a DuckDB column that holds such values. HASHTYPE is kept as lower-case hex digits."""
        if self.name == "DECIMAL":
            return f"DECIMAL({self.precision},{self.scale})"
        if self.name in {"DOUBLE", "BOOLEAN", "DATE"}:
            return self.name
        if self.name == "TIMESTAMP":
            return "TIMESTAMP"
        if self.name == LOCAL_TIMESTAMP:
            return "TIMESTAMP"
        if self.name in {INTERVAL_YEAR, INTERVAL_DAY}:
            return "INTERVAL"
        return "VARCHAR"

    def arrow(self) -> pa.DataType:
        """The Arrow type of such values in a result; intervals, geometries and hashes travel as text."""
        if self.name == "DECIMAL":
            return pa.decimal128(self.precision, self.scale)
        if self.name in {"TIMESTAMP", LOCAL_TIMESTAMP}:
            return pa.timestamp("us")
        plain = {"DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32()}
        return plain.get(self.name, pa.string())

    @property
    def is_text(self) -> bool:
        """Whether values are character strings."""
        return self.name in {"VARCHAR", "CHAR"}

    @property
    def is_number(self) -> bool:
        """Whether values are numbers."""
        return self.name in {"DECIMAL", "DOUBLE"}


@dataclass(frozen=True)
class Column:
    """A column of a table, of a view or of a result."""

    name: str
    type: DataType


def invalid_type(text: str) -> ExasolError:
    """The refusal of a data type."""
    return ExasolError(SYNTAX_OR_ACCESS, text)
