"""A Python SET UDF that passes a million rows of ten columns on, and what a call costs by itself."""

from __future__ import annotations

from benchmarks.harness import MILLISECONDS, RATE, SECONDS, Figure, connect, sandbox, seconds, side_by_side
from benchmarks.transfers import COLUMNS, ROWS, frame

NAMES = "a, b, c, d, e, f, g, h, i, j"
BLOCKS = """
def run(ctx):
    while True:
        frame = ctx.get_dataframe(50000)
        if frame is None:
            break
        ctx.emit(frame)
"""
SINGLE = """
def run(ctx):
    while True:
        ctx.emit(ctx.a, ctx.b, ctx.c, ctx.d, ctx.e, ctx.f, ctx.g, ctx.h, ctx.i, ctx.j)
        if not ctx.next():
            break
"""


def run() -> list[Figure]:
    """Pass rows on by DataFrame and by row, in one group and in four."""
    with sandbox() as state, connect(state) as exasol:
        exasol.execute("CREATE SCHEMA bench")
        exasol.execute("OPEN SCHEMA bench")
        exasol.execute(f"CREATE TABLE given ({COLUMNS})")
        exasol.import_from_pandas(frame(), "given")
        exasol.execute("CREATE TABLE few AS SELECT * FROM given WHERE a < 100000")
        exasol.execute(f"CREATE PYTHON3 SET SCRIPT blocks({COLUMNS}) EMITS ({COLUMNS}) AS\n{BLOCKS}\n/")
        exasol.execute(f"CREATE PYTHON3 SET SCRIPT single({COLUMNS}) EMITS ({COLUMNS}) AS\n{SINGLE}\n/")
        exasol.execute(
            "CREATE PYTHON3 SCALAR SCRIPT one(a INT) RETURNS INT AS\ndef run(ctx):\n    return 1\n/"
        )
        first = seconds(lambda: exasol.execute("SELECT one(1) FROM dual").fetchall())

        def passed(script: str, source: str, groups: str = "") -> object:
            query = f"SELECT {script}({NAMES}) FROM {source}{groups}"
            return exasol.execute(f"CREATE OR REPLACE TABLE passed AS {query}")

        medians = side_by_side(
            3,
            one=lambda: passed("blocks", "given"),
            four=lambda: passed("blocks", "given", " GROUP BY MOD(a, 4)"),
            rows=lambda: passed("single", "few"),
        )
        call = side_by_side(20, call=lambda: exasol.execute("SELECT one(1) FROM dual").fetchall())["call"]
    return [
        Figure(
            "UDF, 1 million rows x 10 by DataFrame, one group", ROWS / medians["one"], RATE, 200_000, True
        ),
        Figure(
            "UDF, 1 million rows x 10 by DataFrame, four groups", ROWS / medians["four"], RATE, 200_000, True
        ),
        Figure("UDF, 100,000 rows x 10 by row, one group", 100_000 / medians["rows"], RATE),
        Figure("first UDF call of a sandbox", first, SECONDS),
        Figure("further UDF call, one row", call * 1000, MILLISECONDS),
    ]
