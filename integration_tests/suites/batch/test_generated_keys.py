"""Keys of generated tables come back as they were: any text without line ends, any number, any time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyexasol
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch.conftest import Predict

TEXTS = st.text(
    st.one_of(
        st.sampled_from(list(",;\"'\\ \t|äß[]{}$#01")),
        st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\x00"),
    ),
    min_size=1,
    max_size=40,
)
NUMBERS = st.decimals(Decimal(-(10**20)), Decimal(10**20), places=6, allow_nan=False)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
TIMES = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)).map(
    lambda one: one.replace(microsecond=one.microsecond // 1000 * 1000)
)
ROWS = st.lists(
    st.tuples(TEXTS, NUMBERS, DAYS, TIMES, st.booleans()),
    min_size=1,
    max_size=60,
    unique_by=lambda row: row[0],
)


@pytest.fixture(scope="module")
def table(database: pyexasol.ExaConnection) -> str:
    database.execute(
        'CREATE TABLE BATCH.ODD_KEYS (PLACE DECIMAL(9,0), "Te,x\'t" VARCHAR(200), NUMBER_ DECIMAL(36,6), '
        "DAY_ DATE, TIME_ TIMESTAMP, FLAG BOOLEAN)"
    )
    return "BATCH.ODD_KEYS"


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_they_come_back_exactly(
    predict: Predict, database: pyexasol.ExaConnection, table: str, rows: list[tuple[Any, ...]]
) -> None:
    database.execute(f"TRUNCATE TABLE {table}")
    database.import_from_iterable(
        [(place, *values) for place, values in enumerate(rows)], ("BATCH", "ODD_KEYS")
    )
    query = f"SELECT ODD_KEYS.*, A.* FROM {table} INNER JOIN BATCH.APPLICATIONS AS A ON A.ID = ODD_KEYS.PLACE"
    keys = ("Te,x't", "NUMBER_", "DAY_", "TIME_", "FLAG")
    _, loaded = predict(query, keys=keys)
    names = ", ".join(f'"{name}"' for name in keys)
    before = database.execute(f"SELECT {names} FROM {table}").fetchall()
    after = database.execute(f"SELECT {names} FROM ({loaded.query})").fetchall()
    assert len(after) == len(rows)
    assert sorted(after) == sorted(before)
