"""Columns of a query or a UDF: what travels between database, S3 manifest, tables and UDF header."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column with its Exasol name and its SQL type, such as `DECIMAL(18,2)` or `VARCHAR(64) UTF8`."""

    name: str
    type: str


def columns_to_json(columns: Iterable[Column]) -> str:
    """`[{"name": "A", "type": "DECIMAL(18,0)"}, …]`, in order: the form of INPUT_COLUMNS."""
    return json.dumps([{"name": column.name, "type": column.type} for column in columns], ensure_ascii=False)


def columns_from_json(text: str) -> tuple[Column, ...]:
    """Read back columns_to_json."""
    return tuple(Column(item["name"], item["type"]) for item in json.loads(text))
