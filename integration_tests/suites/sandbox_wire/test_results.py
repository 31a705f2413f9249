"""How rows travel: inline or in pages, and what each type looks like."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyexasol
import pytest

from exasol_sandbox.database.result_set import INLINE_ROWS

MANY = 200_000


Numbers = Callable[[int], str]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("CAST(42 AS DECIMAL(18,0))", 42),
        ("CAST(42 AS DECIMAL(19,0))", "42"),
        (
            "CAST(-123456789012345678901234567890123456 AS DECIMAL(36,0))",
            "-123456789012345678901234567890123456",
        ),
        ("CAST(1.5 AS DECIMAL(18,2))", "1.50"),
        ("CAST(0.00000001 AS DECIMAL(18,8))", "0.00000001"),
        ("CAST(2 AS DOUBLE)", 2.0),
        ("CAST(0.1 AS DOUBLE)", 0.1),
        ("CAST(1e300 AS DOUBLE)", 1e300),
        ("TRUE", True),
        ("DATE '2024-02-29'", "2024-02-29"),
        ("TIMESTAMP '2024-02-29 13:14:15.25'", "2024-02-29 13:14:15.250000"),
        (
            "'quote \" backslash \\ tab \t line \n umlaut ü 🦆'",
            'quote " backslash \\ tab \t line \n umlaut ü 🦆',
        ),
        ("CAST(NULL AS VARCHAR(10))", None),
        ("CAST(NULL AS DECIMAL(18,0))", None),
        ("''", None),
    ],
)
def test_values_look_as_exasol_sends_them(
    exasol: pyexasol.ExaConnection, expression: str, expected: object
) -> None:
    value = exasol.execute(f"SELECT {expression} AS V").fetchval()

    assert value == expected
    assert type(value) is type(expected)


def test_dates_and_timestamps_follow_the_sessions_formats(exasol: pyexasol.ExaConnection) -> None:
    exasol.execute("ALTER SESSION SET NLS_DATE_FORMAT = 'DD.MM.YYYY'")
    exasol.execute("ALTER SESSION SET NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DDTHH:MI:SS.FF3'")

    row = exasol.execute("SELECT DATE '2024-02-29' AS D, TIMESTAMP '2024-02-29 13:14:15.25' AS T").fetchone()

    assert row == ("29.02.2024", "2024-02-29T13:14:15.250")


def test_columns_carry_their_types(exasol: pyexasol.ExaConnection) -> None:
    types = exasol.execute(
        "SELECT CAST(1 AS DECIMAL(9,2)) AS A, CAST('x' AS VARCHAR(7)) AS B, CAST(1 AS DOUBLE) AS C"
    ).columns()

    assert {name: value for name, value in types["A"].items() if name in {"type", "precision", "scale"}} == {
        "type": "DECIMAL",
        "precision": 9,
        "scale": 2,
    }
    assert (types["B"]["type"], types["B"]["size"]) == ("VARCHAR", 7)
    assert types["C"]["type"] == "DOUBLE"


@pytest.mark.parametrize("count", [0, 1, INLINE_ROWS - 1, INLINE_ROWS, INLINE_ROWS + 1])
def test_no_row_is_lost_around_the_limit_for_inline_results(
    exasol: pyexasol.ExaConnection, count: int, numbers: Numbers
) -> None:
    statement = exasol.execute(f"{numbers(count)} ORDER BY I")

    assert (statement.result_set_handle is not None) == (count >= INLINE_ROWS)
    assert statement.rowcount() == count
    assert [row[0] for row in statement] == list(range(1, count + 1))


@pytest.mark.parametrize("compression", [False, True])
def test_a_large_result_comes_in_pages_of_the_size_asked_for(
    connect: Any, compression: bool, numbers: Numbers
) -> None:
    connection = connect(compression=compression, fetch_size_bytes=500_000)
    statement = connection.execute(
        f"SELECT I, CAST(I AS DOUBLE) / 4 AS D, 'row ' || I AS T FROM ({numbers(MANY)}) ORDER BY I"
    )

    rows = statement.fetchall()

    assert statement.rowcount() == len(rows) == MANY
    assert rows[0] == (1, 0.25, "row 1")
    assert rows[-1] == (MANY, MANY / 4, f"row {MANY}")
    assert len({row[0] for row in rows}) == MANY
    pages = connection.ws_req_count
    assert pages > 10


def test_pages_can_be_read_from_any_position(exasol: pyexasol.ExaConnection, numbers: Numbers) -> None:
    statement = exasol.execute(f"SELECT I FROM ({numbers(5000)}) ORDER BY I")

    def page(position: int, size: int) -> list[int]:
        request = {"command": "fetch", "resultSetHandle": statement.result_set_handle}
        answer = exasol.req(request | {"startPosition": position, "numBytes": size})
        data: list[list[int]] = answer["responseData"]["data"]
        assert len(data[0]) == answer["responseData"]["numRows"]
        return data[0]

    assert page(4000, 10_000_000) == list(range(4001, 5001))
    assert page(10, 1) == [11]
    assert page(5000, 1000) == []


def test_header_and_offset_of_an_open_result_set(exasol: pyexasol.ExaConnection, numbers: Numbers) -> None:
    statement = exasol.execute(numbers(2000))
    handle = statement.result_set_handle

    header = exasol.req({"command": "getResultSetHeader", "resultSetHandles": [handle]})
    offset = exasol.req({"command": "getOffset", "resultSetHandle": handle})

    assert header["responseData"]["results"][0]["resultSet"]["numRows"] == 2000
    assert offset["responseData"]["rowOffset"] == 0


def test_a_closed_result_set_cannot_be_fetched(exasol: pyexasol.ExaConnection, numbers: Numbers) -> None:
    statement = exasol.execute(numbers(2000))
    handle = statement.result_set_handle
    statement.close()

    with pytest.raises(pyexasol.ExaRequestError, match="Invalid result set handle"):
        exasol.req({"command": "fetch", "resultSetHandle": handle, "startPosition": 0, "numBytes": 1000})


def test_the_session_can_limit_its_results(exasol: pyexasol.ExaConnection, numbers: Numbers) -> None:
    exasol.set_attr({"resultSetMaxRows": 7})

    assert len(exasol.execute(numbers(5000)).fetchall()) == 7


def test_a_batch_of_statements_answers_each(exasol: pyexasol.ExaConnection, schema: str) -> None:
    texts = ["CREATE TABLE T (I INT)", "INSERT INTO T VALUES 1, 2", "SELECT SUM(I) FROM T"]
    answer = exasol.req({"command": "executeBatch", "sqlTexts": texts})["responseData"]

    assert answer["numResults"] == 3
    assert answer["results"][1] == {"resultType": "rowCount", "rowCount": 2}
    assert Decimal(answer["results"][2]["resultSet"]["data"][0][0]) == 3


def test_row_count_of_a_statement_that_changes_rows(exasol: pyexasol.ExaConnection, schema: str) -> None:
    exasol.execute("CREATE TABLE T (I INT)")

    assert exasol.execute("INSERT INTO T VALUES 1, 2, 3").rowcount() == 3


def test_an_error_names_code_and_session(exasol: pyexasol.ExaConnection) -> None:
    with pytest.raises(pyexasol.ExaQueryError) as failure:
        exasol.execute("SELECT * FROM NO_SUCH_TABLE")

    assert failure.value.code == "42000"
    assert "NO_SUCH_TABLE" in failure.value.message
    assert f"(Session: {exasol.session_id()})" in failure.value.message


@pytest.mark.parametrize(
    ("version", "of_date", "of_timestamp", "of_interval"),
    [
        (3, {"size": 4}, {"size": 8, "fraction": 6}, {"size": 29, "precision": 4, "fraction": 2}),
        (5, {}, {"precision": 6}, {"precision": 4, "fraction": 2}),
    ],
)
def test_from_version_five_on_types_of_a_fixed_size_are_described_without_it(
    connect: Callable[..., pyexasol.ExaConnection],
    version: int,
    of_date: dict[str, int],
    of_timestamp: dict[str, int],
    of_interval: dict[str, int],
) -> None:
    query = (
        "SELECT DATE '2024-01-01' AS D, CAST('2024-01-01 00:00:00' AS TIMESTAMP(6)) AS T, "
        "CAST('1 00:00:00' AS INTERVAL DAY(4) TO SECOND(2)) AS I"
    )

    columns = connect(protocol_version=version).execute(query).columns()

    assert columns["D"] == {"type": "DATE"} | of_date
    assert columns["T"] == {"type": "TIMESTAMP", "withLocalTimeZone": False} | of_timestamp
    assert columns["I"] == {"type": "INTERVAL DAY TO SECOND"} | of_interval
