"""`@exasol/exasol-driver-ts`, Exasol's driver for Node.js, which shares no code with pyexasol."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyexasol
import pytest

from drivers.outcome import Client, DriverError

pytestmark = pytest.mark.conformance("drivers", "@exasol/exasol-driver-ts 0.8.0")


@pytest.mark.parametrize("compression", [False, True])
def test_it_connects_and_queries(typescript: Client, compression: bool) -> None:
    result = typescript(
        "query",
        {"compression": compression},
        sql="SELECT 1 AS N, 'ä\"\\' AS T, CAST(NULL AS DATE) AS D, TRUE AS B, 1.50 AS P, "
        "TIMESTAMP '2024-02-29 12:00:00' AS S",
    )

    assert result["rows"] == [
        {"N": 1, "T": 'ä"\\', "D": None, "B": True, "P": "1.50", "S": "2024-02-29 12:00:00.000000"}
    ]
    types = [column["dataType"]["type"] for column in result["columns"]]
    assert types == ["DECIMAL", "CHAR", "DATE", "BOOLEAN", "DECIMAL", "TIMESTAMP"]


@pytest.mark.sandbox_only
def test_it_connects_without_encryption(typescript: Client) -> None:
    result = typescript("query", {"encrypted": False}, sql="SELECT 1 AS N")

    assert result["rows"] == [{"N": 1}]


def test_a_wrong_password_is_refused(typescript: Client) -> None:
    with pytest.raises(DriverError, match="authentication failed"):
        typescript("query", {"password": "wrong"}, sql="SELECT 1")


def test_an_error_of_the_database_reaches_it(typescript: Client) -> None:
    with pytest.raises(DriverError, match="NOWHERE"):
        typescript("query", sql="SELECT * FROM nowhere")


@pytest.mark.parametrize("compression", [False, True])
def test_it_fetches_a_result_of_many_pages(
    typescript: Client, compression: bool, exasol: pyexasol.ExaConnection, schema: str
) -> None:
    exasol.import_from_iterable(
        ((n, "x" * 40) for n in range(50_000)), _made(exasol, "wide (i INT, t VARCHAR(50))")
    )

    sums = typescript(
        "sums",
        {"schema": schema, "compression": compression, "fetchSize": 200_000},
        sql="SELECT i, t FROM wide",
    )

    assert sums == {"rows": 50_000, "total": sum(range(50_000))}


def test_it_executes_statements_and_batches_with_row_counts(
    typescript: Client, exasol: pyexasol.ExaConnection, schema: str
) -> None:
    inside = {"schema": schema}

    counts = typescript(
        "statements", inside, statements=["CREATE TABLE t (i INT)", "INSERT INTO t VALUES 1, 2, 3"]
    )
    batch = typescript("batch", inside, statements=["DELETE FROM t WHERE i = 2", "UPDATE t SET i = i + 10"])

    assert counts == [0, 3]
    assert batch == [1, 2]
    assert exasol.execute("SELECT i FROM t ORDER BY i").fetchcol() == [11, 13]


def test_its_sessions_without_autocommit_keep_nothing_uncommitted(
    typescript: Client, exasol: pyexasol.ExaConnection, schema: str
) -> None:
    table = _made(exasol, "t (i INT)")
    insert = f"INSERT INTO {table} VALUES 1"

    typescript("statements", {"schema": schema, "autocommit": False}, statements=[insert])
    typescript("statements", {"schema": schema, "autocommit": False}, statements=[insert, "COMMIT"])

    assert exasol.execute("SELECT COUNT(*) FROM t").fetchval() == 1


def test_prepared_statements_take_typed_values_and_nulls(
    typescript: Client, exasol: pyexasol.ExaConnection, schema: str
) -> None:
    _made(exasol, "t (i INT, d DECIMAL(9,2), t VARCHAR(20), w DATE, b BOOLEAN)")
    rows = [[1, "1.25", "one", "2024-02-29", True], [None] * 5, [3, 2.5, "", "2000-01-01", False]]

    count = typescript("prepared", {"schema": schema}, sql="INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows=rows)

    assert count == 3
    assert exasol.execute("SELECT * FROM t ORDER BY i NULLS LAST").fetchall() == [
        (1, "1.25", "one", "2024-02-29", True),
        (3, "2.50", None, "2000-01-01", False),
        (None,) * 5,
    ]


def test_it_cancels_a_statement_and_goes_on(typescript: Client) -> None:
    endless = "SELECT COUNT(*) FROM " + ", ".join(f"EXA_SQL_KEYWORDS K{n}" for n in range(8))

    outcome = typescript("cancelled", sql=endless)

    assert "abort" in outcome["error"]
    assert outcome["after"] == [{"ONE": 1}]


def test_it_imports_a_file(
    typescript: Client, exasol: pyexasol.ExaConnection, schema: str, tmp_path: Path
) -> None:
    _made(exasol, "t (i INT, t VARCHAR(20))")
    file = tmp_path / "rows.csv"
    file.write_text('I;T\n1;"one;"\n2;-\n')

    count = typescript(
        "importCsv",
        {"schema": schema},
        table="t",
        file=str(file),
        csv={"columnSeparator": ";", "skip": 1, "null": "-"},
    )

    assert count == 2
    assert exasol.execute("SELECT * FROM t ORDER BY i").fetchall() == [(1, "one;"), (2, None)]


def test_a_faulty_file_is_refused_and_nothing_is_kept(
    typescript: Client, exasol: pyexasol.ExaConnection, schema: str, tmp_path: Path
) -> None:
    _made(exasol, "t (i INT)")
    file = tmp_path / "rows.csv"
    file.write_text("1\nno number\n")

    with pytest.raises(DriverError, match="no number"):
        typescript("importCsv", {"schema": schema}, table="t", file=str(file))

    assert exasol.execute("SELECT COUNT(*) FROM t").fetchval() == 0


@pytest.mark.parametrize("name", ["rows.csv", "rows.csv.gz"])
def test_it_exports_a_query(
    typescript: Client, exasol: pyexasol.ExaConnection, schema: str, tmp_path: Path, name: str
) -> None:
    _made(exasol, "t (i INT, t VARCHAR(20))")
    exasol.execute("INSERT INTO t VALUES (1, 'a,b'), (2, NULL)")
    file = tmp_path / name

    count = typescript(
        "exportCsv",
        {"schema": schema},
        source="(SELECT * FROM t ORDER BY i)",
        file=str(file),
        csv={"withColumnNames": True},
    )

    content = file.read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
    assert count == 2
    assert text.splitlines()[1:] == ['1,"a,b"', "2,"]


@pytest.mark.sandbox_only
def test_parquet_files_are_refused_with_a_reason(typescript: Client, schema: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    file.write_bytes(b"PAR1")

    with pytest.raises(DriverError, match="sandbox does not support FROM PARQUET"):
        typescript("importParquet", {"schema": schema}, table="t", file=str(file))


def _made(exasol: pyexasol.ExaConnection, table: str) -> str:
    exasol.execute(f"CREATE TABLE {table}")
    return table.partition(" ")[0].upper()
