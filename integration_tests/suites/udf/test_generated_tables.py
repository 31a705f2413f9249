"""Any table goes through the UDF and comes back with the endpoint's function of each of its rows."""

from __future__ import annotations

import json
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


def predicted(endpoint: Endpoint, table: Table, config: dict[str, Any], **constants: int) -> Context:
    """What the UDF emits for a table, with some of its constants set."""
    endpoint.kinds = table.kinds
    context = Context(table.frame())
    names = [[f"C{place}", kind] for place, kind in enumerate(table.kinds)]
    outputs = ["K", *(name for name, _ in config["result_columns"])]
    common = {"endpoint_name": "risk", "region": "eu-central-1", "connection": "AWS", "input_columns": names}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(predict, "CONFIG", common | {"response_keys": [], "accept": "text/csv"} | config)
        for name, value in constants.items():
            patch.setattr(predict, name, value)
        patch.setattr(predict, "exa", database(["DECIMAL(18,0)", *table.kinds], outputs), raising=False)
        predict.run(context)
    return context


def expected_of(table: Table) -> list[int]:
    return [
        function_of(
            table.kinds,
            [as_the_export_writes(kind, value) for kind, value in zip(table.kinds, row, strict=True)],
        )
        for row in table.rows
    ]


NUMBER = {"result_columns": [["PREDICTION", "DECIMAL(18,0)"]]}


@given(tables(), st.integers(1, 40), st.sampled_from([1_500, 5_000_000]), st.sampled_from([3, 4_096]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_row_gets_the_endpoints_function_of_it(
    endpoint: Endpoint, table: Table, first_rows: int, limit: int, cells: int
) -> None:
    context = predicted(
        endpoint, table, NUMBER, FIRST_ROWS=first_rows, MAX_BODY_BYTES=limit, _CELLS_AT_ONCE=cells
    )
    assert context.sorted_output == list(enumerate(expected_of(table)))


@given(tables(), st.integers(7, 1_000))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_up_to_a_thousand_columns(endpoint: Endpoint, table: Table, width: int) -> None:
    places = [place % len(table.kinds) for place in range(width)]
    wide = Table(
        [table.kinds[place] for place in places],
        [tuple(row[place] for place in places) for row in table.rows],
    )
    assert predicted(endpoint, wide, NUMBER).sorted_output == list(enumerate(expected_of(wide)))


LABELS: dict[str, st.SearchStrategy[Any]] = {
    "DECIMAL(9,0)": st.integers(-999, 999),
    "DECIMAL(5,2)": st.integers(-999, 999).map(lambda n: Decimal(n).scaleb(-2)),
    "BOOLEAN": st.booleans(),
    "DATE": st.dates(),
    "VARCHAR(100) UTF8": st.sampled_from(["01", "1", "1.0", "NA", "ä, ö", "no", "yes", "it's", "{}", "[0]"]),
}


class Classifier(Endpoint):
    """Answers in CSV or JSON lines; its label and probabilities follow from the row's number."""

    labels: list[str]
    json_lines: bool

    def answer(self, rows: Rows):
        lines = []
        for row in rows:
            shares = self.shares(int(row[0]))
            best = shares.index(max(shares))
            lines.append((self.labels[best], shares, self.labels))
        if self.json_lines:
            named = [dict(zip(CLASSIFIED, line, strict=True)) for line in lines]
            body = "\n".join(map(json.dumps, named)).encode()
            return 200, body, {"Content-Type": "application/jsonlines"}
        return csv_answer((label, json.dumps(shares), json.dumps(names)) for label, shares, names in lines)

    def shares(self, row: int) -> list[float]:
        weights = [1 + (row * 31 + place * 17) % 97 for place in range(len(self.labels))]
        return [weight / sum(weights) for weight in weights]


CLASSIFIED = ["predicted_label", "probabilities", "labels"]


@given(st.data(), st.sampled_from(sorted(LABELS)), st.booleans(), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_labels_and_all_probabilities_come_back_exactly(
    data: st.DataObject, kind: str, json_lines: bool, rows: int
) -> None:
    values = data.draw(st.lists(LABELS[kind], min_size=2, max_size=5, unique=True))
    classifier = Classifier()
    classifier.labels = [as_the_export_writes(kind, value) for value in values]
    classifier.json_lines = json_lines
    table = Table(["DECIMAL(18,0)"], [(row,) for row in range(rows)])
    results = [["PREDICTION", kind], ["PROBABILITY", "DOUBLE"]]
    config = {"result_columns": results, "response_keys": CLASSIFIED}
    with pytest.MonkeyPatch.context() as patch, classifier.serve() as url:
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setattr(predict, "_clients", {})
        context = predicted(classifier, table, config, FIRST_ROWS=20)
    for row, (key, label, probability) in enumerate(context.sorted_output):
        shares = classifier.shares(row)
        assert key == row
        assert label == values[shares.index(max(shares))]
        assert probability == (shares[1] if len(shares) == 2 else max(shares))
    assert len(context.output) == rows
