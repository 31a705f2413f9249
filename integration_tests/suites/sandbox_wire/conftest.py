"""Queries with as many rows as a test wants."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_DIGITS = "(VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)"


def _numbers(count: int) -> str:
    places = range(len(str(count)))
    value = " + ".join(f"D{place}.D * {10**place}" for place in places)
    tables = ", ".join(f"{_DIGITS} AS D{place}(D)" for place in places)
    return f"SELECT CAST({value} + 1 AS INT) AS I FROM {tables} WHERE {value} < {count}"


@pytest.fixture
def numbers() -> Callable[[int], str]:
    """Makes a query that gives 1 to `count` as column I."""
    return _numbers


@pytest.fixture
def heavy() -> Callable[[int], str]:
    """Makes a query over 10 to the power of `exponent` rows: 7 takes a second or more, 14 for ever."""

    def heavy(exponent: int) -> str:
        value = " + ".join(f"D{place}.D * {place + 3}" for place in range(exponent))
        tables = ", ".join(f"{_DIGITS} AS D{place}(D)" for place in range(exponent))
        return f"SELECT COUNT(*) FROM {tables} WHERE MOD({value}, 7) = 3"

    return heavy
