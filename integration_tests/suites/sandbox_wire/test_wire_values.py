"""A few cells are written in another way than many: to the same JSON."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.wire_values import json_array

MANY = 100
TEXT = DataType("VARCHAR", size=2_000_000)


@settings(deadline=None)
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8))
def test_texts_of_short_and_long_results_are_the_same(cells: list[str | None]) -> None:
    few = json.loads(json_array(pa.array(cells, pa.string()), TEXT, {}))
    many = json.loads(json_array(pa.array(cells * MANY, pa.string()), TEXT, {}))

    assert few == cells
    assert many == cells * MANY
