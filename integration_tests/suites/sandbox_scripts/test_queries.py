"""Where a UDF may be called in a statement."""

from __future__ import annotations

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.session import Session

from .conftest import Create, Query


@pytest.fixture(autouse=True)
def scripts(session: Session, script: Create) -> None:
    session.execute("CREATE TABLE t (a INT, g INT, s VARCHAR(10))")
    session.execute("INSERT INTO t VALUES (0, 0, 'x0'), (1, 1, 'x1'), (2, 0, 'x2'), (3, 1, 'x3')")
    script(
        "SET SCRIPT ones(a INT) EMITS (x INT, n INT)",
        """
        def run(ctx):
            while True:
                ctx.emit(ctx.a, ctx.size())
                if not ctx.next():
                    break
        """,
    )
    script("SCALAR SCRIPT ten(a INT) RETURNS INT", "def run(ctx):\n    return ctx.a * 10")
    script(
        "SCALAR SCRIPT upto(a INT) EMITS (i INT, j INT)",
        "def run(ctx):\n    for i in range(ctx.a):\n        ctx.emit(i, -i)",
    )
    script(
        "SET SCRIPT total(a INT) RETURNS INT",
        """
        def run(ctx):
            result = ctx.a
            while ctx.next():
                result += ctx.a
            return result
        """,
    )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT ones(a) FROM t ORDER BY x DESC LIMIT 2", [(3, 4), (2, 4)]),
        ("SELECT ones(a) FROM t GROUP BY g ORDER BY 1", [(0, 2), (1, 2), (2, 2), (3, 2)]),
        ("SELECT DISTINCT ones(g) FROM t ORDER BY x", [(0, 4), (1, 4)]),
        ("SELECT ones(a + 1) FROM t WHERE a > 2", [(4, 1)]),
        ("SELECT ones(t.a) FROM t JOIN t u ON t.a = u.a + 3", [(3, 1)]),
        ("SELECT ones(ten(a)) FROM t WHERE a = 2", [(20, 1)]),
        ("SELECT SUM(x) FROM (SELECT ones(a) FROM t)", [(6,)]),
        (
            "SELECT x + 1 AS y FROM (SELECT ones(a) FROM (SELECT ten(a) a FROM t)) WHERE x > 10 ORDER BY 1",
            [(21,), (31,)],
        ),
        (
            "WITH c AS (SELECT a FROM t WHERE a < 2), d AS (SELECT ones(a) FROM c) "
            "SELECT * FROM d ORDER BY x",
            [(0, 2), (1, 2)],
        ),
        (
            "SELECT x FROM (SELECT ones(a) FROM t) WHERE x = 1 UNION ALL SELECT ten(a) FROM t WHERE a = 1",
            [(1,), (10,)],
        ),
        ("SELECT a, ten(a) FROM t ORDER BY ten(a) DESC LIMIT 1", [(3, 30)]),
        ("SELECT ten(a) + 1 AS r, local.r * 2 FROM t WHERE ten(a) > 10 AND a < 3", [(21, 42)]),
        ("SELECT t.*, ten(a) FROM t WHERE a = 1", [(1, 1, "x1", 10)]),
        ("SELECT ten(ten(a)) FROM t WHERE a = 1", [(100,)]),
        (
            "SELECT CASE WHEN ten(a) >= 20 THEN s ELSE '-' END FROM t ORDER BY a",
            [("-",), ("-",), ("x2",), ("x3",)],
        ),
        ("SELECT g, SUM(ten(a)) FROM t GROUP BY g ORDER BY g", [(0, 20), (1, 40)]),
        ("SELECT g, ten(SUM(a)) FROM t GROUP BY g ORDER BY g", [(0, 20), (1, 40)]),
        ("SELECT ten(MAX(a)) FROM t", [(30,)]),
        ("SELECT ten(g), COUNT(*) FROM t GROUP BY ten(g) ORDER BY 1", [(0, 2), (10, 2)]),
        ("SELECT a, upto(a), s FROM t WHERE a IN (0, 2) ORDER BY i", [(2, 0, 0, "x2"), (2, 1, -1, "x2")]),
        ("SELECT upto(a) FROM t WHERE a = 1", [(0, 0)]),
        ("SELECT total(a) FROM t", [(6,)]),
        ("SELECT g, total(a), COUNT(*) FROM t GROUP BY g HAVING total(a) > 2 ORDER BY g", [(1, 4, 2)]),
        ("SELECT ten(total(a)) FROM t", [(60,)]),
        ("SELECT total(ten(a)) FROM t", [(60,)]),
        ("SELECT a FROM t WHERE a > (SELECT total(a) - 4 FROM t) ORDER BY a", [(3,)]),
        ("SELECT total(n) FROM (SELECT 1 AS n FROM dual UNION ALL SELECT 2 FROM dual)", [(3,)]),
    ],
)
def test_calls_where_exasol_allows_them(query: Query, sql: str, expected: list[tuple[object, ...]]) -> None:
    assert query(sql) == expected


@pytest.mark.sandbox_only
def test_create_table_as(session: Session, query: Query) -> None:
    session.execute("CREATE TABLE u AS SELECT ones(a) FROM t")
    assert query("SELECT * FROM u ORDER BY x") == [(0, 4), (1, 4), (2, 4), (3, 4)]
    columns = [(column.name, column.type.sql()) for column in session.columns_of(None, "U")]
    assert columns == [("X", "DECIMAL(18,0)"), ("N", "DECIMAL(18,0)")]


def test_insert_from_a_query(session: Session, query: Query) -> None:
    session.execute("CREATE TABLE u (n INT, x INT)")
    session.execute("INSERT INTO u (x, n) SELECT ones(a) FROM t WHERE a > 1")
    session.execute("INSERT INTO u SELECT g, total(a) FROM t GROUP BY g")
    assert sorted(query("SELECT * FROM u")) == [(0, 2), (1, 4), (2, 2), (2, 3)]


def test_result_columns_have_their_names_and_types(session: Session) -> None:
    result = session.execute("SELECT a AS one, ten(a) AS two, upto(a) FROM t")
    assert isinstance(result, ResultSet)
    assert [column.name for column in result.columns] == ["ONE", "TWO", "I", "J"]
    assert result.columns[3].type.sql() == "DECIMAL(18,0)"


def test_a_script_in_another_schema_and_a_quoted_name(session: Session, script: Create, query: Query) -> None:
    script('SCALAR SCRIPT "my-endpoint"(a INT) RETURNS INT', "def run(ctx):\n    return -ctx.a")
    assert query(f'SELECT {session.current_schema}."my-endpoint"(a) FROM t WHERE a = 3') == [(-3,)]


def test_a_replaced_script_is_the_one_that_runs(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT ten(a INT) RETURNS INT", "def run(ctx):\n    return 77")
    assert query("SELECT ten(a) FROM t WHERE a = 1") == [(77,)]


def test_rows_of_this_transaction_are_seen(session: Session, query: Query) -> None:
    session.set_attributes({"autocommit": False})
    session.execute("INSERT INTO t VALUES (1000, 5, 'new')")
    assert query("SELECT total(a) FROM t") == [(1006,)]
    session.rollback()
    assert query("SELECT total(a) FROM t") == [(6,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT ones(a), a FROM t", "cannot be combined with other expressions"),
        ("SELECT ones(a) + 1 FROM t", "as an item of the select list"),
        ("SELECT ones(total(a)) FROM t", "encapsulated set function"),
        ("SELECT total(total(a)) FROM t", "encapsulated set function"),
        ("SELECT upto(a), upto(a) FROM t", "called once in a SELECT"),
        ("SELECT total(a) OVER (PARTITION BY g) FROM t", "the sandbox does not support analytic use of UDFs"),
        (
            "SELECT t.a FROM t JOIN t u ON ten(t.a) = u.a",
            "the sandbox does not support UDFs in a join condition",
        ),
        ("SELECT absent(a) FROM t", "ABSENT"),
    ],
)
def test_calls_where_they_are_not_allowed_are_refused(query: Query, sql: str, message: str) -> None:
    with pytest.raises(ExasolError, match=message):
        query(sql)
