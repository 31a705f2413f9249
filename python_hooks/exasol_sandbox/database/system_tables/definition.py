"""How a system table is written down."""

from __future__ import annotations

from dataclasses import dataclass

from exasol_sandbox.database.data_types import Column, DataType

_TYPES = {
    "name": DataType.varchar(128),
    "text": DataType.varchar(),
    "word": DataType.varchar(40),
    "flag": DataType.boolean(),
    "number": DataType.decimal(18, 0),
    "id": DataType.decimal(20, 0),
    "long": DataType.decimal(36, 0),
    "time": DataType.timestamp(3),
}

VISIBLE = {"ALL": "owner IS NOT NULL", "DBA": "owner IS NOT NULL", "USER": "owner = getvariable('exa_user')"}


@dataclass(frozen=True)
class SystemTable:
    """A system table.

    Attributes:
        columns: its columns, in order.
        query: DuckDB SQL with a result column for each of them; `{c}` stands for the catalog's schema.
    """

    name: str
    columns: list[Column]
    query: str


def columns(text: str) -> list[Column]:
    """`"A:name B:flag"` as columns; the kinds are those of `_TYPES`."""
    pairs = (item.split(":") for item in text.split())
    return [Column(name, _TYPES[kind]) for name, kind in pairs]


def family(
    pattern: str, listed: str, query: str, prefixes: tuple[str, ...] = ("ALL", "USER", "DBA")
) -> list[SystemTable]:
    """The same table for each prefix: `EXA_{}_TABLES`; in `query`, `{visible}` says which rows the prefix
    shows: USER what the user owns, ALL what they may use, DBA all."""
    tables = []
    for prefix in prefixes:
        shown = query.replace("{visible}", VISIBLE[prefix])
        if prefix == "ALL":
            shown = shown.replace("{c}.objects", "{c}.visible_objects")
            shown = shown.replace("{c}.schemas", "{c}.visible_schemas")
        tables.append(SystemTable(pattern.format(prefix), columns(listed), shown))
    return tables
