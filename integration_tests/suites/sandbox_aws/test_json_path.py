"""Columns that a JSONPath of a batch transform job selects."""

from __future__ import annotations

import pytest

from exasol_sandbox.aws.transform.json_path import JsonPathError, parse_column_path


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("$", [0, 1, 2, 3, 4, 5]),
        ("$[*]", [0, 1, 2, 3, 4, 5]),
        ("$[0]", [0]),
        ("$[-1]", [5]),
        ("$[0,-1]", [0, 5]),
        ("$[5, 0, 0]", [5, 0, 0]),
        ("$[1:]", [1, 2, 3, 4, 5]),
        ("$[-2:]", [4, 5]),
        ("$[1:4]", [1, 2, 3, 4]),
        ("$[:2]", [0, 1, 2]),
        ("$[:-2]", [0, 1, 2, 3, 4]),
        ("$[0,4:]", [0, 4, 5]),
        ("$[4:99]", [4, 5]),
    ],
)
def test_a_path_selects_columns(path: str, columns: list[int]) -> None:
    assert parse_column_path(path).columns(6) == columns


@pytest.mark.parametrize(
    "path", ["", "1", "$.features", "$['id']", "$[]", "$[1", "$[1:2:3]", "$[a]", "$[0][1]"]
)
def test_what_is_no_path_of_csv_is_refused(path: str) -> None:
    with pytest.raises(JsonPathError, match="JSONPath for CSV"):
        parse_column_path(path)


@pytest.mark.parametrize("path", ["$[6]", "$[-7]", "$[0,9]", "$[6:]"])
def test_columns_outside_of_the_record_are_refused(path: str) -> None:
    with pytest.raises(JsonPathError, match="6 columns"):
        parse_column_path(path).columns(6)
