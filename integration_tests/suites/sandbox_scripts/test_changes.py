"""UDFs in statements that change data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.session import Session

from .conftest import Create, Query


@pytest.fixture(autouse=True)
def tables(session: Session, script: Create) -> None:
    session.execute("CREATE TABLE t (a INT, b INT DEFAULT 7)")
    session.execute("INSERT INTO t VALUES (1, 10), (2, 20), (2, 20), (3, NULL)")
    script("SCALAR SCRIPT twice(x INT) RETURNS INT", "def run(ctx):\n    return ctx.x and 2 * ctx.x")
    script(
        "SCALAR SCRIPT counted(x INT) RETURNS INT",
        "count = 0\ndef run(ctx):\n    global count\n    count += 1\n    return count",
    )


@pytest.mark.parametrize(
    ("statement", "changed", "rows"),
    [
        ("UPDATE t SET b = twice(a)", 4, [(1, 2), (2, 4), (2, 4), (3, 6)]),
        (
            "UPDATE t SET b = twice(b) + a, a = a * 10 WHERE b IS NOT NULL",
            3,
            [(3, None), (10, 21), (20, 42), (20, 42)],
        ),
        ("UPDATE t SET b = DEFAULT WHERE twice(a) = 4", 2, [(1, 10), (2, 7), (2, 7), (3, None)]),
        ("UPDATE t SET b = counted(a)", 4, [(1, 1), (2, 2), (2, 3), (3, 4)]),
        (
            "UPDATE t SET b = twice(u.n) FROM t, (SELECT 3 AS k, 50 AS n) u WHERE t.a = u.k",
            1,
            [(1, 10), (2, 20), (2, 20), (3, 100)],
        ),
        ("UPDATE t AS x SET x.b = twice(x.a) WHERE x.a = 1", 1, [(1, 2), (2, 20), (2, 20), (3, None)]),
        ("DELETE FROM t WHERE twice(a) = 4", 2, [(1, 10), (3, None)]),
        ("DELETE FROM t WHERE a IN (SELECT twice(1))", 2, [(1, 10), (3, None)]),
        (
            "INSERT INTO t VALUES (twice(5), twice(6)), (9, NULL)",
            2,
            [(1, 10), (2, 20), (2, 20), (3, None), (9, None), (10, 12)],
        ),
        (
            "INSERT INTO t (a) SELECT twice(a) FROM t WHERE a = 3",
            1,
            [(1, 10), (2, 20), (2, 20), (3, None), (6, 7)],
        ),
        (
            "MERGE INTO t USING (SELECT 3 AS k) u ON t.a = u.k "
            "WHEN MATCHED THEN UPDATE SET b = twice(u.k) + t.a "
            "WHEN NOT MATCHED THEN INSERT VALUES (u.k, twice(u.k))",
            1,
            [(1, 10), (2, 20), (2, 20), (3, 9)],
        ),
        (
            "MERGE INTO t USING (SELECT 4 AS k) u ON t.a = twice(u.k) "
            "WHEN NOT MATCHED THEN INSERT VALUES (u.k, twice(u.k))",
            1,
            [(1, 10), (2, 20), (2, 20), (3, None), (4, 8)],
        ),
    ],
)
def test_udfs_compute_what_is_written(
    session: Session, query: Query, statement: str, changed: int, rows: list[tuple[int | None, ...]]
) -> None:
    assert session.execute(statement) == RowCount(changed)
    assert query("SELECT a, b FROM t ORDER BY a, b") == rows


def test_a_table_is_made_of_what_udfs_return(session: Session, query: Query) -> None:
    session.execute("CREATE TABLE made AS SELECT twice(a) AS x FROM t")
    assert query("SELECT SUM(x) FROM made") == [(Decimal(16),)]


def test_a_failing_udf_changes_nothing(session: Session, script: Create, query: Query) -> None:
    script("SCALAR SCRIPT fails(x INT) RETURNS INT", "def run(ctx):\n    return 1 // (ctx.x - 3)")
    with pytest.raises(ExasolError, match="ZeroDivisionError"):
        session.execute("UPDATE t SET b = fails(a)")
    assert query("SELECT SUM(b) FROM t") == [(Decimal(50),)]


def test_values_are_checked_against_the_column(session: Session) -> None:
    session.execute("CREATE TABLE small (a DECIMAL(2,0) NOT NULL)")
    session.execute("INSERT INTO small VALUES 60")
    with pytest.raises(ExasolError) as caught:
        session.execute("UPDATE small SET a = twice(a)")
    assert caught.value.sql_code == "22003"
    with pytest.raises(ExasolError, match="not null"):
        session.execute("UPDATE small SET a = twice(NULL)")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("INSERT INTO t VALUES (twice(1), DEFAULT)", "DEFAULT beside calls of UDFs"),
        (
            "MERGE INTO t USING (SELECT 1 AS k) u ON twice(t.a) = u.k WHEN MATCHED THEN DELETE",
            "UDFs on columns of the target of MERGE",
        ),
    ],
)
def test_what_the_sandbox_cannot_do_is_refused(session: Session, statement: str, message: str) -> None:
    with pytest.raises(ExasolError, match=message) as caught:
        session.execute(statement)
    assert caught.value.sql_code == "0A000"
