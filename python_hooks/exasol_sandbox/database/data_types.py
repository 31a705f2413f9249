"""Exasol's data types and how they look on the wire, in SQL, in DuckDB and in Arrow.

Source of names, defaults and limits: https://docs.exasol.com/db/latest/sql_references/data_types/datatypedetails.htm
and, for aliases, .../data_types/datatypealiases.htm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError

MAX_VARCHAR = 2_000_000
MAX_CHAR = 2_000
MAX_PRECISION = 36
UTF8 = "UTF8"
ASCII = "ASCII"

_INTERVAL_YEAR = "INTERVAL YEAR TO MONTH"
_INTERVAL_DAY = "INTERVAL DAY TO SECOND"
_LOCAL_TIMESTAMP = "TIMESTAMP WITH LOCAL TIME ZONE"
_WITHOUT_FIXED_SIZES = 5
_FIXED_SIZES = {"DATE", "TIMESTAMP", _LOCAL_TIMESTAMP, _INTERVAL_YEAR, _INTERVAL_DAY}

_ALIASES: dict[str, tuple[str, int | None, int | None]] = {
    "BIGINT": ("DECIMAL", 36, 0),
    "BOOL": ("BOOLEAN", None, None),
    "DEC": ("DECIMAL", None, None),
    "DOUBLE PRECISION": ("DOUBLE", None, None),
    "FLOAT": ("DOUBLE", None, None),
    "INT": ("DECIMAL", 18, 0),
    "INTEGER": ("DECIMAL", 18, 0),
    "LONG VARCHAR": ("VARCHAR", MAX_VARCHAR, None),
    "CLOB": ("VARCHAR", MAX_VARCHAR, None),
    "CHARACTER LARGE OBJECT": ("VARCHAR", MAX_VARCHAR, None),
    "NUMERIC": ("DECIMAL", None, None),
    "REAL": ("DOUBLE", None, None),
    "SHORTINT": ("DECIMAL", 9, 0),
    "SMALLINT": ("DECIMAL", 9, 0),
    "TINYINT": ("DECIMAL", 3, 0),
    "NCHAR": ("CHAR", None, None),
    "CHARACTER": ("CHAR", None, None),
    "NVARCHAR": ("VARCHAR", None, None),
    "NVARCHAR2": ("VARCHAR", None, None),
    "VARCHAR2": ("VARCHAR", None, None),
    "CHAR VARYING": ("VARCHAR", None, None),
    "CHARACTER VARYING": ("VARCHAR", None, None),
}

_TWO_WORDS = "DOUBLE PRECISION|LONG VARCHAR|CHAR VARYING|CHARACTER VARYING|CHARACTER LARGE OBJECT"
_TYPE_TEXT = re.compile(
    rf"""^\s*(?P<name>{_TWO_WORDS.replace(" ", chr(92) + "s+")}|[A-Z][A-Z0-9]*)\s*
        (?:\(\s*(?P<first>\d+)\s*(?P<unit>CHAR|BYTE|BIT)?\s*(?:,\s*(?P<second>\d+)\s*)?\))?\s*
        (?P<rest>[A-Z][A-Z0-9 ()]*)?\s*$""",
    re.VERBOSE,
)
_CHARACTER_SET = re.compile(r"\b(?:CHARACTER SET\s+)?(UTF8|ASCII)\s*$")
_INTERVAL = re.compile(
    r"^INTERVAL\s+(YEAR|DAY)\s*(?:\(\s*(\d+)\s*\))?\s+TO\s+(MONTH|SECOND)\s*(?:\(\s*(\d+)\s*\))?$"
)


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
            raise _invalid(f"illegal precision or scale in DECIMAL({precision},{scale})")
        return cls("DECIMAL", precision=precision, scale=scale)

    @classmethod
    def varchar(cls, size: int = MAX_VARCHAR, character_set: str = UTF8) -> DataType:
        """VARCHAR of at most `size` characters."""
        if not 1 <= size <= MAX_VARCHAR:
            raise _invalid(f"VARCHAR size must be between 1 and {MAX_VARCHAR}, not {size}")
        return cls("VARCHAR", size=size, character_set=character_set)

    @classmethod
    def char(cls, size: int = 1, character_set: str = UTF8) -> DataType:
        """CHAR of exactly `size` characters, padded with blanks."""
        if not 1 <= size <= MAX_CHAR:
            raise _invalid(f"CHAR size must be between 1 and {MAX_CHAR}, not {size}")
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
            raise _invalid(f"TIMESTAMP precision must be between 0 and 9, not {precision}")
        name = _LOCAL_TIMESTAMP if with_local_time_zone else "TIMESTAMP"
        return cls(name, precision=precision, with_local_time_zone=with_local_time_zone)

    @classmethod
    def hashtype(cls, size: int = 16) -> DataType:
        """HASHTYPE of `size` bytes."""
        if not 1 <= size <= 1024:
            raise _invalid(f"HASHTYPE size must be between 1 and 1024 bytes, not {size}")
        return cls("HASHTYPE", size=size)

    @classmethod
    def parse(cls, text: str) -> DataType:
        """The type that `text` names in a statement.

        Raises:
            ExasolError: the type is unknown, out of its limits, or a VARCHAR without a size.
        """
        return _parse(" ".join(text.upper().replace("(", " (", 1).split()))

    @classmethod
    def from_duckdb(cls, duckdb_type: object) -> DataType:
        """The Exasol type in which a DuckDB result type is shown.

        Args:
            duckdb_type: a `duckdb.DuckDBPyType` or its text, for example `DECIMAL(18,2)`.
        """
        return _from_duckdb(str(duckdb_type))

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
        if self.name == _LOCAL_TIMESTAMP and self.precision != 3:
            return f"TIMESTAMP({self.precision}) WITH LOCAL TIME ZONE"
        if self.name == _INTERVAL_YEAR:
            return f"INTERVAL YEAR({self.precision}) TO MONTH"
        if self.name == _INTERVAL_DAY:
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
            if self.name in {"TIMESTAMP", _LOCAL_TIMESTAMP}:
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
        elif self.name in {"TIMESTAMP", _LOCAL_TIMESTAMP}:
            fields |= {"size": 8, "withLocalTimeZone": self.with_local_time_zone, "fraction": self.precision}
        elif self.name == "HASHTYPE":
            fields["size"] = (self.size or 0) * 2
        elif self.name == _INTERVAL_YEAR:
            fields |= {"size": 7, "precision": self.precision}
        elif self.name == _INTERVAL_DAY:
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
        if self.name == _LOCAL_TIMESTAMP:
            return "TIMESTAMP"
        if self.name in {_INTERVAL_YEAR, _INTERVAL_DAY}:
            return "INTERVAL"
        return "VARCHAR"

    def arrow(self) -> pa.DataType:
        """The Arrow type of such values in a result; intervals, geometries and hashes travel as text."""
        if self.name == "DECIMAL":
            return pa.decimal128(self.precision, self.scale)
        if self.name in {"TIMESTAMP", _LOCAL_TIMESTAMP}:
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


def _invalid(text: str) -> ExasolError:
    return ExasolError(SYNTAX_OR_ACCESS, text)


def _parse(text: str) -> DataType:
    interval = _INTERVAL.match(text)
    if interval:
        leading, precision, trailing, fraction = interval.groups()
        if (leading, trailing) == ("YEAR", "MONTH"):
            return DataType(_INTERVAL_YEAR, precision=int(precision or 2))
        if (leading, trailing) == ("DAY", "SECOND"):
            return DataType(_INTERVAL_DAY, precision=int(precision or 2), fraction=int(fraction or 3))
        raise _invalid(f"unknown data type {text}")
    character_set = UTF8
    named_set = _CHARACTER_SET.search(text)
    if named_set:
        character_set = named_set.group(1)
        text = text[: named_set.start()].strip()
    match = _TYPE_TEXT.match(text)
    if match is None:
        raise _invalid(f"unknown data type {text}")
    name, rest = match["name"], match["rest"]
    first = int(match["first"]) if match["first"] else None
    second = int(match["second"]) if match["second"] else None
    if name == "TIMESTAMP" and rest in {None, "WITHOUT TIME ZONE", "WITH LOCAL TIME ZONE"}:
        return DataType.timestamp(3 if first is None else first, rest == "WITH LOCAL TIME ZONE")
    if name == _LOCAL_TIMESTAMP:
        return DataType.timestamp(3, True)
    if rest:
        raise _invalid(f"unknown data type {text}")
    return _build(name, first, second, match["unit"], character_set)


def _build(  # noqa: PLR0911
    name: str, first: int | None, second: int | None, unit: str | None, character_set: str
) -> DataType:
    target, default_first, default_second = _ALIASES.get(name, (name, None, None))
    first = default_first if first is None or default_second is not None else first
    second = default_second if second is None else second
    if target == "NUMBER" and first is None:
        return DataType.double()
    if target in {"DECIMAL", "NUMBER"}:
        return DataType.decimal(18 if first is None else first, second or 0)
    if target == "VARCHAR":
        if first is None:
            raise _invalid(f"syntax error, data type {name} needs a size, for example {name}(2000)")
        return DataType.varchar(first, character_set)
    if target == "CHAR":
        return DataType.char(first or 1, character_set)
    if target == "HASHTYPE":
        size = 16 if first is None else first
        return DataType.hashtype(size // 8 if unit == "BIT" else size)
    if target == "GEOMETRY":
        return DataType("GEOMETRY", size=first or 0)
    if name == "FLOAT" and first is not None:
        return DataType(target)
    if target in {"DOUBLE", "BOOLEAN", "DATE"} and first is None:
        return DataType(target)
    raise _invalid(f"unknown data type {name}")


_DUCKDB_INTEGERS = {
    "TINYINT": 3,
    "UTINYINT": 3,
    "SMALLINT": 5,
    "USMALLINT": 5,
    "INTEGER": 18,
    "UINTEGER": 18,
    "BIGINT": 18,
    "UBIGINT": 20,
    "HUGEINT": 36,
    "UHUGEINT": 36,
}


def _from_duckdb(text: str) -> DataType:  # noqa: PLR0911
    if text.startswith("DECIMAL("):
        precision, scale = (int(part) for part in text[8:-1].split(","))
        return DataType.decimal(min(precision, MAX_PRECISION), min(scale, MAX_PRECISION))
    if text in _DUCKDB_INTEGERS:
        return DataType.decimal(_DUCKDB_INTEGERS[text])
    if text in {"DOUBLE", "FLOAT"}:
        return DataType.double()
    if text in {"BOOLEAN", '"NULL"', "NULL"}:
        return DataType.boolean()
    if text == "DATE":
        return DataType.date()
    if text in {"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP"}:
        return DataType.timestamp()
    if text == "TIMESTAMP WITH TIME ZONE":
        return DataType.timestamp(with_local_time_zone=True)
    if text == "INTERVAL":
        return DataType(_INTERVAL_DAY, precision=9, fraction=3)
    if text in {"VARCHAR", "UUID", "BLOB", "JSON"}:
        return DataType.varchar()
    raise _invalid(f"the sandbox has no Exasol type for {text}")
