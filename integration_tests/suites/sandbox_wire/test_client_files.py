"""IMPORT and EXPORT of the client's data: every import_ and export_ function of pyexasol."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pandas
import pyarrow
import pyarrow.parquet
import pyexasol
import pytest
from pyexasol.exceptions import ExaExportError, ExaImportError

from exasol_sandbox.state import SandboxState

ROWS = [
    (1, "plain", "2024-02-29", "1.50", 0.25, True, "2024-02-29 13:14:15.250000"),
    (2, 'comma, quote " and ü', "1999-12-31", "-0.01", -1.5, False, "1999-12-31 00:00:00.000000"),
    (3, "two\nlines", "2000-01-01", "0.00", 1e20, True, "2000-01-01 23:59:59.999999"),
    (4, None, None, None, None, None, None),
]


@pytest.fixture(params=["encrypted", "compressed", "plain"])
def client(request: pytest.FixtureRequest, connect: Any, sandbox: SandboxState) -> pyexasol.ExaConnection:
    """The three ways in which the transport travels."""
    if request.param == "plain":
        return connect(dsn=f"{sandbox.exasol_host}:{sandbox.exasol_port}", encryption=False)
    return connect(compression=request.param == "compressed")


@pytest.fixture
def table(client: pyexasol.ExaConnection, schema: str) -> str:
    client.open_schema(schema)
    client.execute(
        "CREATE TABLE T (I BIGINT, S VARCHAR(100), D DATE, M DECIMAL(18,2), F DOUBLE, B BOOLEAN, X TIMESTAMP)"
    )
    return "T"


def _count(client: pyexasol.ExaConnection) -> int:
    return int(client.execute("SELECT COUNT(*) FROM T").fetchval())


def _kept(client: pyexasol.ExaConnection) -> list[tuple[Any, ...]]:
    return [(int(row[0]), *row[1:]) for row in client.execute("SELECT * FROM T ORDER BY I").fetchall()]


def test_rows_of_an_iterable_arrive_and_are_counted(client: pyexasol.ExaConnection, table: str) -> None:
    client.import_from_iterable(ROWS, table)

    assert client.last_statement().rowcount() == len(ROWS)
    assert _kept(client) == [*ROWS]


def test_an_iterable_into_chosen_columns(client: pyexasol.ExaConnection, table: str) -> None:
    client.import_from_iterable([("text", 7)], table, {"columns": ["S", "I"]})

    assert client.execute("SELECT I, S, M FROM T").fetchall() == [("7", "text", None)]


def test_a_data_frame_goes_in_and_comes_out(client: pyexasol.ExaConnection, table: str) -> None:
    frame = pandas.DataFrame({"I": range(5000), "S": [f"row {number}, or so" for number in range(5000)]})
    client.import_from_pandas(frame, table, import_params={"columns": ["I", "S"]})

    back = client.export_to_pandas("SELECT I, S FROM T ORDER BY I")

    pandas.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_a_parquet_file_goes_in_and_comes_out(
    client: pyexasol.ExaConnection, table: str, tmp_path: Path
) -> None:
    source = tmp_path / "source.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"I": [1, 2], "S": ["a", "b"]}), source)
    client.import_from_parquet(source, table, import_params={"columns": ["I", "S"]})

    client.export_to_parquet(tmp_path / "out", "SELECT I, S FROM T ORDER BY I")

    assert pyarrow.parquet.read_table(tmp_path / "out").to_pylist() == [
        {"I": 1, "S": "a"},
        {"I": 2, "S": "b"},
    ]


def test_a_file_with_a_header_and_a_separator_of_its_own(
    client: pyexasol.ExaConnection, table: str, tmp_path: Path
) -> None:
    source = tmp_path / "source.csv"
    source.write_text("i;s\n1; padded \n2;'has ; and '' in it'\n3;none\n", encoding="latin-1")
    options = {
        "columns": ["I", "S"],
        "skip": 1,
        "column_separator": ";",
        "column_delimiter": "'",
        "null": "none",
        "trim": "TRIM",
        "encoding": "ISO-8859-1",
    }

    with source.open("rb") as file:
        client.import_from_file(file, table, options)

    assert client.execute("SELECT S FROM T ORDER BY I").fetchall() == [
        ("padded",),
        ("has ; and ' in it",),
        (None,),
    ]


def test_columns_of_the_file_can_be_chosen_and_have_formats(
    client: pyexasol.ExaConnection, table: str
) -> None:
    source = io.BytesIO(b"x,7,29.02.2024\ny,8,01.01.2000\n")

    client.import_from_file(
        source, table, {"columns": ["I", "D"], "csv_cols": ["2", "3 FORMAT='DD.MM.YYYY'"]}
    )

    assert client.execute("SELECT I, D FROM T ORDER BY I").fetchall() == [
        ("7", "2024-02-29"),
        ("8", "2000-01-01"),
    ]


@pytest.mark.parametrize("form", ["csv", "gz", "bz2", "zip"])
def test_every_compression_goes_out_and_in(
    client: pyexasol.ExaConnection, table: str, tmp_path: Path, form: str
) -> None:
    client.import_from_iterable(ROWS, table)
    file = tmp_path / f"rows.{form}"

    client.export_to_file(file, "T", export_params={"format": form})
    client.execute("TRUNCATE TABLE T")
    with file.open("rb") as source:
        client.import_from_file(source, table, {"format": form})

    assert _kept(client) == [*ROWS]


def test_export_writes_exasols_csv(client: pyexasol.ExaConnection, table: str, tmp_path: Path) -> None:
    client.import_from_iterable(ROWS, table)

    client.export_to_file(
        tmp_path / "out.csv", "SELECT * FROM T ORDER BY I", export_params={"with_column_names": True}
    )

    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == (
        "I,S,D,M,F,B,X\n"
        "1,plain,2024-02-29,1.50,0.25,TRUE,2024-02-29 13:14:15.250000\n"
        '2,"comma, quote "" and ü",1999-12-31,-0.01,-1.5,FALSE,1999-12-31 00:00:00.000000\n'
        '3,"two\nlines",2000-01-01,0.00,1e+20,TRUE,2000-01-01 23:59:59.999999\n'
        "4,,,,,,\n"
    )


def test_export_options(client: pyexasol.ExaConnection, table: str, tmp_path: Path) -> None:
    client.import_from_iterable([(1, "a;b", "2024-02-29", None, None, None, None)], table)
    options = {
        "column_separator": ";",
        "column_delimiter": "'",
        "row_separator": "CRLF",
        "delimit": "ALWAYS",
        "null": "NIL",
        "csv_cols": ["1..2", "3 FORMAT='DD.MM.YY'"],
    }

    client.export_to_file(tmp_path / "out.csv", "SELECT I, S, D, M FROM T", export_params=options)

    assert (tmp_path / "out.csv").read_bytes() == b"'1';'a;b';'29.02.24';NIL\r\n"


def test_export_of_a_table_with_chosen_columns_as_a_list(client: pyexasol.ExaConnection, table: str) -> None:
    client.import_from_iterable(ROWS, table)

    assert sorted(client.export_to_list("T", export_params={"columns": ["S", "I"]})) == [
        ["", "4"],
        ['comma, quote " and ü', "2"],
        ["plain", "1"],
        ["two\nlines", "3"],
    ]


def test_callbacks_of_the_users_own(client: pyexasol.ExaConnection, table: str) -> None:
    def write(pipe: BinaryIO, source: Iterator[int]) -> None:
        for number in source:
            pipe.write(f"{number},row\n".encode())

    def total(pipe: BinaryIO, _: object) -> int:
        return sum(int(row[0]) for row in csv.reader(io.TextIOWrapper(pipe)))

    client.import_from_callback(write, iter(range(1000)), table, import_params={"columns": ["I", "S"]})

    assert client.export_to_callback(total, None, "SELECT I FROM T") == sum(range(1000))


def test_an_empty_file_is_no_error_and_has_no_rows(client: pyexasol.ExaConnection, table: str) -> None:
    client.import_from_file(io.BytesIO(b""), table)

    assert client.last_statement().rowcount() == 0
    assert client.export_to_list("SELECT * FROM T") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,a\n2,b,c\n", r"ETL-2105: Error while parsing row=1 .*3 fields where 2 are expected.*record 2"),
        (b"1,a\n2\n", r"ETL-2105: Error while parsing row=1 .*1 fields where 2 are expected.*record 2"),
        (b"1,a\nx,b\n", r"ETL-3050: \[Column=0 Row=1\].*value='x' failed - invalid character.*column I"),
        (
            b"1," + b"a" * 101 + b"\n",
            r"ETL-3050: \[Column=1 Row=0\].*exceeds limit of 100 characters.*column S",
        ),
        (b"1,\xff\n", r"ETL-2105: .*UTF8"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_kept(
    client: pyexasol.ExaConnection, table: str, content: bytes, message: str
) -> None:
    with pytest.raises(ExaImportError, match=message):
        client.import_from_file(io.BytesIO(content), table, {"columns": ["I", "S"]})

    assert _count(client) == 0


def test_a_callback_that_fails_halfway_keeps_nothing(client: pyexasol.ExaConnection, table: str) -> None:
    def fail(pipe: BinaryIO, _: object) -> None:
        pipe.write(b"1,a\n" * 100_000)
        raise RuntimeError("no more")

    with pytest.raises(ExaImportError, match="no more"):
        client.import_from_callback(fail, None, table, import_params={"columns": ["I", "S"]})

    assert _count(client) == 0


def test_a_reader_that_leaves_early_leaves_the_session_usable(
    client: pyexasol.ExaConnection, table: str
) -> None:
    client.import_from_iterable(
        [(number, "x" * 90) for number in range(20_000)], table, {"columns": ["I", "S"]}
    )

    def leave(pipe: BinaryIO, _: object) -> None:
        pipe.read(10)
        raise RuntimeError("seen enough")

    with pytest.raises(ExaExportError, match="seen enough"):
        client.export_to_callback(leave, None, "SELECT * FROM T")

    assert _count(client) == 20_000


def test_the_table_must_exist(client: pyexasol.ExaConnection, schema: str) -> None:
    client.open_schema(schema)
    with pytest.raises(ExaImportError, match="NOWHERE"):
        client.import_from_iterable([(1,)], "NOWHERE")


def test_a_row_of_many_megabytes_goes_in(exasol: pyexasol.ExaConnection, schema: str) -> None:
    columns = "abcdef"
    exasol.execute("CREATE TABLE long (" + ", ".join(f"{name} VARCHAR(2000000)" for name in columns) + ")")
    rows = [tuple(name * 2_000_000 for name in columns), tuple(columns)]

    exasol.import_from_iterable(rows * 2, "long")

    assert sorted(exasol.execute("SELECT * FROM long").fetchall()) == sorted(rows * 2)


def test_decimals_are_rounded_to_the_columns_scale(client: pyexasol.ExaConnection, table: str) -> None:
    client.import_from_iterable([("1.005",), ("-1.005",), ("99",)], table, {"columns": ["M"]})

    values = [Decimal(row[0]) for row in client.execute("SELECT M FROM T ORDER BY M").fetchall()]
    assert values == [Decimal("-1.01"), Decimal("1.01"), Decimal("99")]
