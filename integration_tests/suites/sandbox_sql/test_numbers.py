"""DOUBLEs that cannot be, and numbers as they are written."""

from __future__ import annotations

import pyexasol
import pytest


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("LN(0)", "2201E"),
        ("LOG10(-1)", "2201E"),
        ("LOG(2, 0)", "2201E"),
        ("SQRT(-1)", "2201F"),
        ("EXP(1000)", "22003"),
        ("POWER(10, 400)", "22003"),
        ("POWER(-8, 0.5)", "22003"),
        ("ACOS(5)", "22003"),
        ("COT(0)", "22003"),
        ("1e400", "22003"),
        ("1e308 * 10", "22003"),
        ("CAST('1e400' AS DOUBLE)", "22003"),
        ("CAST('NaN' AS DOUBLE)", "22003"),
        ("SUM(x) FROM (VALUES 1e308, 1e308) AS t(x)", "22003"),
    ],
)
def test_there_is_no_infinity_and_nothing_that_is_no_number(
    exasol: pyexasol.ExaConnection, expression: str, code: str
) -> None:
    with pytest.raises(pyexasol.ExaQueryError, match="data exception") as refused:
        exasol.execute(f"SELECT {expression}")
    assert refused.value.code == code


def test_no_client_is_given_an_infinity_by_export_either(exasol: pyexasol.ExaConnection) -> None:
    with pytest.raises(pyexasol.ExaError, match="numeric value out of range"):
        exasol.export_to_list("SELECT EXP(1000)")


def test_what_no_line_goes_through_has_no_slope(exasol: pyexasol.ExaConnection) -> None:
    same = "FROM (VALUES (1, 2), (1, 3)) AS t(x, y)"
    assert exasol.execute(f"SELECT CORR(x, y), REGR_SLOPE(y, x) {same}").fetchall() == [(None, None)]
    assert exasol.execute(f"SELECT CORR(x, y) OVER () {same}").fetchall() == [(None,), (None,)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [("1e3-2", 998.0), ("1e3+1e3", 2000.0), ("2-1E1+1e-1", -7.9), ("1.5e1-x FROM (VALUES 5) AS t(x)", 10.0)],
)
def test_an_exponent_ends_where_the_next_operator_begins(
    exasol: pyexasol.ExaConnection, expression: str, value: float
) -> None:
    assert exasol.execute(f"SELECT {expression}").fetchval() == pytest.approx(value)


def test_the_place_of_an_error_behind_such_numbers_is_told(exasol: pyexasol.ExaConnection) -> None:
    places = []
    for numbers in ("1e3-2e1", "100-200"):
        with pytest.raises(pyexasol.ExaQueryError) as refused:
            exasol.execute(f"SELECT 1,\n {numbers}, FROM DUAL")
        places.append(refused.value.message.partition(" (Session")[0])
    assert places[0] == places[1]
    assert "line 2" in places[0]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT COUNT() FROM DUAL",
        "SELECT 'cab' IN 'abc'",
        "SELECT SUBSTRING('abc' FROM)",
        "SELECT * FROM VALUES BETWEEN 1 AND 10 WITH STEP",
        "SELECT JSON_VALUE()",
        "SELECT 1.5E",
    ],
)
def test_what_lacks_a_part_is_a_syntax_error(exasol: pyexasol.ExaConnection, statement: str) -> None:
    with pytest.raises(pyexasol.ExaQueryError) as refused:
        exasol.execute(statement)
    assert refused.value.code == "42000"
