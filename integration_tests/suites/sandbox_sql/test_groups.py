"""CUBE, ROLLUP and GROUPING SETS with expressions: https://docs.exasol.com/db/latest/sql/select.htm."""

from __future__ import annotations

import pytest

from .conftest import Sql


@pytest.mark.parametrize(
    ("grouping", "rows"),
    [
        ("rollup (mod(a, 2), b)", 6),
        ("cube (mod(a, 2), b * 2)", 9),
        ("grouping sets ((mod(a, 2)), (b, mod(a, 2)), ())", 6),
        ("grouping sets (rollup (mod(a, 2)), cube (b))", 7),
        ("rollup ((a, b))", 4),
        ("mod(a, 2), cube (b)", 5),
        ("grouping sets (local.parity, ())", 3),
    ],
)
def test_groups_of_expressions(sql: Sql, grouping: str, rows: int) -> None:
    sql.run("create table t (a int, b int)", "insert into t values (1, 10), (2, 20), (3, 30)")
    query = f"select mod(max(a), 2) as highest, count(*) as n from t group by {grouping}"
    if "parity" in grouping:
        query = query.replace("mod(max(a), 2) as highest", "mod(a, 2) as parity")

    assert sum(1 for _ in sql.rows(query)) == rows
