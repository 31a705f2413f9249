"""Statements that are prepared once and executed with values."""

from __future__ import annotations

import pyexasol
import pytest


@pytest.fixture
def table(exasol: pyexasol.ExaConnection, schema: str) -> str:
    exasol.execute("CREATE TABLE T (I INT, D DECIMAL(18,2), F DOUBLE, B BOOLEAN, S VARCHAR(20), DAY_ DATE)")
    return "T"


def test_many_rows_of_typed_values_and_nulls(exasol: pyexasol.ExaConnection, table: str) -> None:
    rows = [
        (1, "1.50", 0.25, True, 'ü "quoted"', "2024-02-29"),
        (None, None, None, None, None, None),
        (3, "-0.01", -2.0, False, "", "1999-12-31"),
    ]

    statement = exasol.ext.insert_multi(table, rows)

    assert statement.rowcount() == 3
    kept = exasol.execute("SELECT * FROM T ORDER BY I NULLS LAST").fetchall()
    assert kept == [rows[0], (3, "-0.01", -2.0, False, None, "1999-12-31"), rows[1]]


def test_columns_in_an_order_of_their_own(exasol: pyexasol.ExaConnection, table: str) -> None:
    exasol.ext.insert_multi(table, [("text", 7)], columns=["S", "I"])

    assert exasol.execute("SELECT I, S, D FROM T").fetchall() == [(7, "text", None)]


def test_parameters_are_described_with_the_types_of_their_columns(
    exasol: pyexasol.ExaConnection, table: str
) -> None:
    statement = exasol.create_prepared_statement("INSERT INTO T (S, D) VALUES (?, ?)")

    types = [column["dataType"]["type"] for column in statement.parameter_data["columns"]]
    assert types == ["VARCHAR", "DECIMAL"]


def test_a_query_with_a_parameter_can_be_executed_again(exasol: pyexasol.ExaConnection, table: str) -> None:
    exasol.execute("INSERT INTO T (I, S) VALUES (1, 'one'), (2, 'two')")
    statement = exasol.create_prepared_statement("SELECT S FROM T WHERE S = ?")

    statement.execute_prepared([("one",)])
    assert statement.fetchall() == [("one",)]
    statement.execute_prepared([("two",)])
    assert statement.fetchall() == [("two",)]


def test_columns_of_a_query_are_known_without_executing_it(
    exasol: pyexasol.ExaConnection, table: str
) -> None:
    columns = exasol.meta.sql_columns("SELECT I, S FROM T")

    assert {name: column["type"] for name, column in columns.items()} == {"I": "DECIMAL", "S": "VARCHAR"}


def test_a_value_that_is_none_of_its_type_is_named_and_nothing_is_kept(
    exasol: pyexasol.ExaConnection, table: str
) -> None:
    with pytest.raises(pyexasol.ExaRequestError, match=r"2024-13-01.*row 1, parameter 5"):
        exasol.ext.insert_multi(
            table, [(1, "1", 1, True, "x", "2024-01-01"), (2, "1", 1, True, "x", "2024-13-01")]
        )

    assert exasol.execute("SELECT COUNT(*) FROM T").fetchval() == 0


def test_a_number_for_a_text_is_refused_as_exasol_does(exasol: pyexasol.ExaConnection, table: str) -> None:
    with pytest.raises(pyexasol.ExaRequestError, match="is not a string"):
        exasol.ext.insert_multi(table, [(3.14,)], columns=["S"])


def test_a_closed_statement_cannot_be_executed(exasol: pyexasol.ExaConnection, table: str) -> None:
    statement = exasol.create_prepared_statement("INSERT INTO T (I) VALUES (?)")
    handle = statement.statement_handle
    statement.close()

    with pytest.raises(pyexasol.ExaRequestError, match="Invalid statement handle"):
        exasol.req({"command": "closePreparedStatement", "statementHandle": handle})


def test_a_client_can_ask_for_local_timestamps_in_utc_both_ways(
    exasol: pyexasol.ExaConnection, schema: str
) -> None:
    exasol.execute("ALTER SESSION SET TIME_ZONE = 'EUROPE/BERLIN'")
    exasol.execute("CREATE TABLE T (L TIMESTAMP WITH LOCAL TIME ZONE, P TIMESTAMP)")
    exasol.set_attr({"timestampUtcEnabled": True})
    statement = exasol.cls_statement(exasol, "INSERT INTO T VALUES (?, ?)", prepare=True)
    statement.execute_prepared([("2024-07-01 10:00:00", "2024-07-01 10:00:00")])

    in_utc = exasol.execute("SELECT L, P FROM T").fetchone()
    exasol.set_attr({"timestampUtcEnabled": False})
    in_berlin = exasol.execute("SELECT L, P FROM T").fetchone()

    assert in_utc == ("2024-07-01 10:00:00.000000", "2024-07-01 10:00:00.000000")
    assert in_berlin == ("2024-07-01 12:00:00.000000", "2024-07-01 10:00:00.000000")
