"""Answers are those of Exasol's documentation."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Sql
from .documented import DOCUMENTED, TYPES


@pytest.mark.parametrize(
    ("statement", "rows", "page"), DOCUMENTED, ids=[entry[0][:70] for entry in DOCUMENTED]
)
def test_answer(sql: Sql, statement: str, rows: list[tuple[Any, ...]], page: str) -> None:
    found = sql.rows(statement)

    assert len(found) == len(rows)
    for row, expected in zip(found, rows, strict=True):
        for value, wanted in zip(row, expected, strict=True):
            assert value == (pytest.approx(wanted) if isinstance(wanted, float) else wanted), page


@pytest.mark.parametrize(("statement", "types", "page"), TYPES, ids=[entry[0][:70] for entry in TYPES])
def test_types(sql: Sql, statement: str, types: list[str], page: str) -> None:
    assert sql.types(statement) == types, page
