"""What EXPORT writes, IMPORT reads: for any values, separators and delimiters."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.nls_format import DEFAULT_DATE, DEFAULT_TIMESTAMP
from exasol_sandbox.database.transfer.csv_reader import Rejects, SessionFormats, read_csv
from exasol_sandbox.database.transfer.csv_writer import CsvFormat
from exasol_sandbox.database.transfer.statement import CsvOptions

_COLUMNS = [
    Column("N", DataType.decimal(18, 4)),
    Column("F", DataType.double()),
    Column("B", DataType.boolean()),
    Column("D", DataType.date()),
    Column("T", DataType.timestamp()),
    Column("S", DataType.varchar(1000)),
]
_SCHEMA = pa.schema([pa.field(column.name, column.type.arrow()) for column in _COLUMNS])

# Exasol knows no empty string, and no file can hold a lone surrogate.
_texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40)
_rows = st.tuples(
    st.none() | st.decimals(-(10**13), 10**13, places=4),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.none() | st.booleans(),
    st.none() | st.dates(datetime.date(1000, 1, 1)),
    st.none() | st.datetimes(datetime.datetime(1000, 1, 1)),
    st.none() | _texts,
)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(_rows, min_size=1, max_size=20),
    separator=st.sampled_from(",;\t|"),
    delimiter=st.sampled_from("\"'"),
    delimit=st.sampled_from(["AUTO", "ALWAYS"]),
    row_separator=st.sampled_from(["\n", "\r\n"]),
)
def test_round_trip(
    rows: list[Any], separator: str, delimiter: str, delimit: Any, row_separator: str
) -> None:
    options = CsvOptions(
        column_separator=separator, column_delimiter=delimiter, delimit=delimit, row_separator=row_separator
    )
    columns = list(zip(*rows, strict=True))
    batch = pa.RecordBatch.from_arrays(
        [pa.array(cells, field.type) for cells, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
    )

    written = b"".join(CsvFormat(_COLUMNS, options, (), {}).rows(batch))
    formats = SessionFormats(DEFAULT_DATE, DEFAULT_TIMESTAMP)
    read = read_csv(io.BytesIO(written), "f.csv", _COLUMNS, (), options, formats, Rejects(0))

    kept = [tuple(row.values()) for part in read for row in part.to_pylist()]
    assert kept == rows


def test_a_row_of_one_null_is_not_lost() -> None:
    columns = [Column("S", DataType.varchar(10))]
    batch = pa.RecordBatch.from_arrays([pa.array(["a", None, "b"])], ["S"])

    written = b"".join(CsvFormat(columns, CsvOptions(), (), {}).rows(batch))
    formats = SessionFormats(DEFAULT_DATE, DEFAULT_TIMESTAMP)
    read = list(read_csv(io.BytesIO(written), "f.csv", columns, (), CsvOptions(), formats, Rejects(0)))

    assert written == b"a\n\nb\n"
    assert [row for part in read for row in part.column(0).to_pylist()] == ["a", None, "b"]


def test_decimals_stay_exact() -> None:
    columns = [Column("N", DataType.decimal(36, 10))]
    value = Decimal("12345678901234567890123456.0000000001")
    batch = pa.RecordBatch.from_arrays([pa.array([value], pa.decimal128(36, 10))], ["N"])

    assert b"".join(CsvFormat(columns, CsvOptions(), (), {}).rows(batch)) == f"{value}\n".encode()
