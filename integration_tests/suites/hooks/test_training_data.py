"""What is read of a training query: columns with types, counts and a checksum of all rows."""

from __future__ import annotations

import pyexasol
import pytest

from exasol_sagemaker import Column, TrainingDataError
from exasol_sagemaker.training_data import TrainingData, profile, read_columns


def read(database: pyexasol.ExaConnection, query: str, target: str = "T") -> TrainingData:
    columns = read_columns(database, query)
    return profile(database, query, columns, next(one for one in columns if one.name == target))


def values(*rows: str) -> str:
    return "SELECT * FROM (VALUES " + ", ".join(rows) + ") AS V(A, B, T)"


def test_columns_have_their_sql_types(database: pyexasol.ExaConnection) -> None:
    assert read_columns(database, "SELECT * FROM HOOKS.APPLICATIONS;")[:6] == (
        Column("ID", "DECIMAL(18,0)"),
        Column("TARGET", "DECIMAL(1,0)"),
        Column("GENDER", "CHAR(5) UTF8"),
        Column("INCOME", "DECIMAL(18,2)"),
        Column("CHILDREN", "DECIMAL(9,0)"),
        Column("JOB", "VARCHAR(64) UTF8"),
    )


def test_rows_target_values_and_nulls_are_counted(database: pyexasol.ExaConnection) -> None:
    data = read(database, values("('a', 1, 1)", "('a', 1, 2)", "('b', 2, 2)", "('b', 2, NULL)"))
    assert (data.row_count, data.target_values, data.target_nulls) == (4, 2, 1)
    assert [column.name for column in data.input_columns] == ["A", "B"]


def test_the_checksum_does_not_depend_on_order(database: pyexasol.ExaConnection) -> None:
    one = read(database, values("('a', 1, 1)", "('b', 2, 2)", "('c', 3, 3)"))
    other = read(database, values("('c', 3, 3)", "('a', 1, 1)", "('b', 2, 2)"))
    assert one.checksum == other.checksum


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["('a', 1, 1)"], ["('a', 2, 1)"]),
        (["('a', 1, 1)", "('a', 1, 1)", "('b', 1, 1)"], ["('a', 1, 1)", "('b', 1, 1)", "('b', 1, 1)"]),
        (["('a', NULL, 1)"], ["('a', 1, NULL)"]),
    ],
)
def test_the_checksum_changes_with_values_duplicates_and_nulls(
    database: pyexasol.ExaConnection, one: list[str], other: list[str]
) -> None:
    assert read(database, values(*one)).checksum != read(database, values(*other)).checksum


def test_the_border_between_two_texts_counts(database: pyexasol.ExaConnection) -> None:
    one = read(database, "SELECT 'ab' AS A, 'c' AS B, 1 AS T")
    other = read(database, "SELECT 'a' AS A, 'bc' AS B, 1 AS T")
    assert one.checksum != other.checksum


def test_an_empty_result(database: pyexasol.ExaConnection) -> None:
    data = read(database, "SELECT TARGET AS T FROM HOOKS.APPLICATIONS WHERE FALSE")
    assert (data.row_count, data.target_values) == (0, 0)


def test_a_query_with_cte_comment_and_semicolon(database: pyexasol.ExaConnection) -> None:
    query = "WITH x AS (SELECT 1 AS T)\nSELECT * FROM x -- all of it\n;\n"
    assert read(database, query).row_count == 1


def test_a_query_that_does_not_run(database: pyexasol.ExaConnection) -> None:
    with pytest.raises(TrainingDataError, match="The training query does not run") as caught:
        read_columns(database, "SELECT * FROM NO_SUCH_TABLE", node="model.x")
    assert "NO_SUCH_TABLE" in (caught.value.why or "")
    assert caught.value.node == "model.x"
