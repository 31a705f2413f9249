"""SET scripts: every group exactly once, whole, in order, and side by side."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.session import Session

from .conftest import NODES, Create, Query


@pytest.fixture
def grouped(session: Session) -> dict[tuple[object, object], list[int]]:
    """A table with two nullable key columns and random values; its values by key."""
    chance = random.Random(7)
    expected: dict[tuple[object, object], list[int]] = defaultdict(list)
    rows = []
    for _ in range(800):
        text = chance.choice([None, "a", "b", "ä", "A"])
        number = chance.choice([None, 1, 2, 3, 50])
        value = chance.randrange(1000)
        expected[text, number].append(value)
        rows.append(
            f"({'NULL' if text is None else repr(text)}, {'NULL' if number is None else number}, {value})"
        )
    session.execute("CREATE TABLE grouped (k VARCHAR(5), n INT, v INT)")
    session.execute(f"INSERT INTO grouped VALUES {', '.join(rows)}")
    return expected


def test_each_group_comes_once_and_whole(
    grouped: dict[tuple[object, object], list[int]], script: Create, query: Query
) -> None:
    script(
        "SET SCRIPT f(k VARCHAR(5), n INT, v INT) EMITS (k VARCHAR(5), n INT, size INT, total INT, keys INT)",
        """
        def run(ctx):
            k, n, size, frame = ctx.k, ctx.n, ctx.size(), ctx.get_dataframe("all")
            keys = len(frame[["k", "n"]].drop_duplicates())
            ctx.emit(k, n, size, int(frame["v"].sum()), keys)
        """,
    )
    found = query("SELECT f(k, n, v) FROM grouped GROUP BY k, n")
    assert {(k, n): (size, total, keys) for k, n, size, total, keys in found} == {
        key: (len(values), sum(values), 1) for key, values in grouped.items()
    }
    assert len(found) == len(grouped)


def test_rows_come_in_the_order_of_the_call(
    grouped: dict[tuple[object, object], list[int]], script: Create, query: Query
) -> None:
    script(
        "SET SCRIPT f(k VARCHAR(5), v INT) RETURNS VARCHAR(20000)",
        """
        def run(ctx):
            values = [ctx.v]
            while ctx.next():
                values.append(ctx.v)
            return ",".join(map(str, values))
        """,
    )
    by_text: dict[object, list[int]] = defaultdict(list)
    for (text, _), values in grouped.items():
        by_text[text] += values
    found = dict(query("SELECT k, f(k, v ORDER BY v DESC) FROM grouped GROUP BY k"))
    assert found == {
        text: ",".join(map(str, sorted(values, reverse=True))) for text, values in by_text.items()
    }


def test_without_group_by_all_rows_are_one_group(
    grouped: dict[tuple[object, object], list[int]], script: Create, query: Query
) -> None:
    script("SET SCRIPT f(v INT) EMITS (size INT)", "def run(ctx):\n    ctx.emit(ctx.size())")
    assert query("SELECT f(v) FROM grouped") == [(800,)]


def test_no_rows_call_no_script(session: Session, script: Create, query: Query) -> None:
    session.execute("CREATE TABLE nothing (a INT)")
    script("SET SCRIPT emi(a INT) EMITS (x INT, y VARCHAR(5))", "def run(ctx):\n    ctx.emit(1, 'called')")
    script("SET SCRIPT ret(a INT) RETURNS INT", "def run(ctx):\n    return 1")
    script("SCALAR SCRIPT scalar(a INT) RETURNS INT", "def run(ctx):\n    return 1")
    assert query("SELECT emi(a) FROM nothing GROUP BY a") == []
    assert query("SELECT ret(a) FROM nothing GROUP BY 'x'") == []
    assert query("SELECT emi(a) FROM nothing") == [(None, None)]
    assert query("SELECT ret(a) FROM nothing") == [(None,)]
    assert query("SELECT scalar(a) FROM nothing") == []


@pytest.mark.sandbox_only
def test_no_rows_start_no_process() -> None:
    database = Database(password="exasol")
    try:
        session = database.login("sys", "exasol")
        session.execute("CREATE SCHEMA s")
        session.execute("CREATE TABLE s.nothing (a INT)")
        session.execute(
            "CREATE PYTHON3 SET SCRIPT s.f(a INT) EMITS (x INT) AS\ndef run(ctx):\n    ctx.emit(1)\n/"
        )
        session.execute("SELECT s.f(a) FROM s.nothing GROUP BY a")
        assert not database.machines.python.running
        session.execute("SELECT s.f(1) FROM dual")
        assert database.machines.python.running
    finally:
        database.close()


@pytest.mark.sandbox_only
def test_iproc_spreads_groups_over_the_nodes(session: Session, script: Create, query: Query) -> None:
    session.execute("CREATE TABLE many (n INT)")
    session.execute("INSERT INTO many VALUES " + ", ".join(f"({n})" for n in range(300)))
    script(
        "SET SCRIPT f(n INT) EMITS (node_id INT, rows_there INT)",
        """
        def run(ctx):
            ctx.emit(exa.meta.node_id, ctx.size())
        """,
    )
    found = query("SELECT f(n) FROM many GROUP BY IPROC(), MOD(ROWNUM, 4)")
    assert {node for node, _ in found} == set(range(NODES))
    assert sum(size for _, size in found) == 300
    assert len(found) == NODES * 4


def test_groups_run_side_by_side_in_processes_of_their_own(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (process INT, vm VARCHAR(50))",
        "import os\ndef run(ctx):\n    ctx.emit(os.getpid(), exa.meta.vm_id)",
    )
    found = query("SELECT f(n) FROM (SELECT 1 AS n FROM dual UNION ALL SELECT 2 FROM dual) GROUP BY n")
    assert len({process for process, _ in found}) == 2
    assert len({vm for _, vm in found}) == 2


def test_a_million_rows_in_one_group(session: Session, script: Create, query: Query) -> None:
    session.execute("CREATE TABLE million (n INT)")
    session.execute("INSERT INTO million VALUES " + ", ".join(f"({n})" for n in range(1, 1001)))
    session.execute(
        "CREATE TABLE big AS SELECT a.n * 1000 + b.n AS n, 'text ' || b.n AS t FROM million a, million b"
    )
    script(
        "SET SCRIPT f(n INT, t VARCHAR(20)) EMITS (n INT, t VARCHAR(20))",
        "def run(ctx):\n    ctx.emit(ctx.get_dataframe('all'))",
    )
    [(rows, total, shortest)] = query(
        "SELECT COUNT(*), SUM(n), MIN(LENGTH(t)) FROM (SELECT f(n, t) FROM big)"
    )
    assert (rows, total, shortest) == (
        1_000_000,
        sum(a * 1000 + b for a in range(1, 1001) for b in range(1, 1001)),
        6,
    )


def test_a_script_may_emit_much_before_it_reads(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (x INT)",
        """
        import pandas as pd

        def run(ctx):
            for _ in range(20):
                ctx.emit(pd.DataFrame({"x": range(50000)}))
        """,
    )
    assert query("SELECT COUNT(*) FROM (SELECT f(1) FROM dual)") == [(1_000_000,)]
