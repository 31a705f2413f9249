"""Any table goes through the UDF and comes back with the endpoint's function of each of its rows."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from udf.script import predict
from udf.stub_endpoint import Context, Rows, StubEndpoint, csv_answer, database

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
TRICKY = st.sampled_from([",", '"', '""', "\n", "\r\n", "\r", "ä, ö", "NULL", "nan", "1", " x ", "'", ";"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "BOOLEAN": st.booleans(),
    "DECIMAL(9,0)": st.integers(-(10**9) + 1, 10**9 - 1),
    "DECIMAL(18,0)": st.integers(-(10**15), 10**15),
    "DECIMAL(36,0)": st.integers(-(10**35), 10**35).map(Decimal),
    "DECIMAL(18,2)": st.integers(-(10**17), 10**17).map(lambda n: Decimal(n).scaleb(-2)),
    "DECIMAL(36,12)": st.integers(-(10**20), 10**20).map(lambda n: Decimal(n).scaleb(-12)),
    "DOUBLE": st.floats(allow_nan=False, allow_infinity=False),
    "DATE": st.dates(),
    "TIMESTAMP": st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),
    "TIMESTAMP(6)": st.datetimes(),
    "VARCHAR(100) UTF8": TEXT | TRICKY,
    "CHAR(30) ASCII": st.text("abc,\"' ", min_size=1, max_size=30),
}


@dataclass(frozen=True)
class Table:
    kinds: list[str]
    rows: list[tuple[Any, ...]]

    def frame(self) -> pd.DataFrame:
        columns = {"key": pd.Series(range(len(self.rows)))}
        for place, kind in enumerate(self.kinds):
            columns[str(place)] = as_the_container_gives(kind, [row[place] for row in self.rows])
        return pd.DataFrame(columns)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=6))
    row = st.tuples(*(VALUES[kind] | st.none() for kind in kinds))
    return Table(kinds, draw(st.lists(row, max_size=25)))


def as_the_container_gives(kind: str, values: list[Any]) -> pd.Series:
    """Integers are int64, or floats if there are NULLs; timestamps datetime64[ns]; all else objects."""
    known = [value for value in values if value is not None]
    if kind in ("DECIMAL(9,0)", "DECIMAL(18,0)", "DOUBLE") and known:
        whole = len(known) == len(values) and kind != "DOUBLE"
        return pd.Series(np.array(values, dtype="int64" if whole else "float64"))
    if kind == "TIMESTAMP" and known:
        return pd.Series(pd.to_datetime(values)).astype("datetime64[ns]")
    return pd.Series(values, dtype=object)


def as_the_export_writes(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind.startswith("TIMESTAMP"):
        return str(value.isoformat(sep=" ", timespec="microseconds"))
    if kind.startswith("CHAR"):
        return str(value).rstrip(" ")
    if kind == "BOOLEAN":
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def function_of(kinds: list[str], fields: list[str]) -> int:
    same = [
        float(field).hex() if kind == "DOUBLE" and field else field
        for kind, field in zip(kinds, fields, strict=True)
    ]
    return zlib.crc32("\x1f".join(same).encode())


class Endpoint(StubEndpoint):
    kinds: list[str]

    def __init__(self) -> None:
        super().__init__(self.answer)

    def answer(self, rows: Rows):
        return csv_answer([function_of(self.kinds, row)] for row in rows)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    stub = Endpoint()
    with pytest.MonkeyPatch.context() as patch, stub.serve() as url:
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setattr(predict, "_clients", {})
        yield stub


@given(tables(), st.integers(1, 40), st.sampled_from([1_500, 5_000_000]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_row_gets_the_endpoints_function_of_it(
    endpoint: Endpoint, table: Table, first_rows: int, limit: int
) -> None:
    endpoint.kinds = table.kinds
    names = [[f"C{place}", kind] for place, kind in enumerate(table.kinds)]
    context = Context(table.frame())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            predict,
            "CONFIG",
            {
                "endpoint_name": "risk",
                "region": "eu-central-1",
                "connection": "AWS",
                "input_columns": names,
                "result_columns": [["PREDICTION", "DECIMAL(18,0)"]],
                "response_keys": [],
                "accept": "text/csv",
            },
        )
        patch.setattr(predict, "FIRST_ROWS", first_rows)
        patch.setattr(predict, "MAX_BODY_BYTES", limit)
        patch.setattr(
            predict, "exa", database(["DECIMAL(18,0)", *table.kinds], ["K", "PREDICTION"]), raising=False
        )
        predict.run(context)
    expected = [
        function_of(
            table.kinds,
            [as_the_export_writes(kind, value) for kind, value in zip(table.kinds, row, strict=True)],
        )
        for row in table.rows
    ]
    assert context.sorted_output == list(enumerate(expected))
