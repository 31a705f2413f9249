"""Queries over the wire, against DuckDB in this process on the same data."""

from __future__ import annotations

import duckdb
import pyexasol

from benchmarks.harness import MILLISECONDS, RATIO, Figure, connect, sandbox, side_by_side

ROWS = 5_000_000
SMALL = "SELECT n, t FROM small WHERE n = 7"
SCAN = "SELECT k, COUNT(*), SUM(v), AVG(x) FROM big GROUP BY k ORDER BY k"


def run() -> list[Figure]:
    """A lookup in a small table, and an aggregate over a big one."""
    with sandbox() as state, connect(state, schema="") as exasol:
        exasol.execute("CREATE SCHEMA bench")
        exasol.execute("OPEN SCHEMA bench")
        local = duckdb.connect()
        local.execute("CREATE TABLE small AS SELECT i AS n, 'text ' || i AS t FROM range(1000) r(i)")
        exasol.execute("CREATE TABLE small (n DECIMAL(18,0), t VARCHAR(20))")
        exasol.import_from_iterable(((n, f"text {n}") for n in range(1000)), "small")
        small = side_by_side(
            200,
            20,
            sandbox=lambda: exasol.execute(SMALL).fetchall(),
            duckdb=lambda: local.execute(SMALL).fetchall(),
        )
        _fill(exasol, local)
        scan = side_by_side(
            7, sandbox=lambda: exasol.execute(SCAN).fetchall(), duckdb=lambda: local.execute(SCAN).fetchall()
        )
    overhead = (small["sandbox"] - small["duckdb"]) * 1000
    return [
        Figure("overhead of a small query", overhead, MILLISECONDS, 5.0, note=_note(small)),
        Figure(
            "scan and aggregate, 5 million rows",
            scan["sandbox"] / scan["duckdb"],
            RATIO,
            1.3,
            note=_note(scan),
        ),
    ]


def _fill(exasol: pyexasol.ExaConnection, local: duckdb.DuckDBPyConnection) -> None:
    local.execute(
        "CREATE TABLE big AS "
        "SELECT (i % 100)::DECIMAL(18,0) AS k, i::DECIMAL(18,0) AS v, (i * 0.5)::DOUBLE AS x "
        f"FROM range({ROWS}) r(i)"
    )
    exasol.execute("CREATE TABLE big (k DECIMAL(18,0), v DECIMAL(18,0), x DOUBLE)")
    exasol.execute("CREATE TABLE thousand (n DECIMAL(18,0))")
    exasol.import_from_iterable(((n,) for n in range(1000)), "thousand")
    exasol.execute(
        "INSERT INTO big SELECT MOD(i, 100), i, i * 0.5 FROM ("
        "SELECT (a.n * 1000 + b.n) * 5 + c.n AS i "
        "FROM thousand a, thousand b, (SELECT n FROM thousand WHERE n < 5) c)"
    )


def _note(medians: dict[str, float]) -> str:
    return f"sandbox {medians['sandbox'] * 1000:.2f} ms, DuckDB {medians['duckdb'] * 1000:.2f} ms"
