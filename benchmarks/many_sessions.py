"""Fifty sessions at once for a minute: errors, and what of the memory does not come back."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyexasol

from benchmarks.harness import RATIO, Figure, connect, sandbox
from benchmarks.startup import memory_of_tree
from exasol_sandbox.state import SandboxState

SESSIONS = 50
SECONDS = 60.0
_ROWS = 200
_SETTLE = 3.0


def run() -> list[Figure]:
    """Each thread opens a session, works in it, closes it and begins again, until the minute is over."""
    with sandbox() as state:
        with connect(state) as exasol:
            exasol.execute("CREATE SCHEMA bench")
            exasol.execute("CREATE TABLE bench.shared (i INT, t VARCHAR(50))")
            exasol.import_from_iterable(((n, f"text {n}") for n in range(1000)), ("BENCH", "SHARED"))
        with ThreadPoolExecutor(SESSIONS) as pool:
            # What is made once, such as DuckDB's buffers and the threads' arenas, is no leak.
            _rounds(pool, state, 0.0)
            _rounds(pool, state, 0.0)
            before = _memory(state)
            taken, failures = _rounds(pool, state, SECONDS)
        after = _memory(state)
    figures = [
        Figure("sessions in a minute, fifty at once", taken, "sessions"),
        Figure("errors in them", len(failures), "errors", 0.0, note="; ".join(failures[:3])),
    ]
    if before is not None and after is not None:
        note = f"{before / 2**20:.0f} MiB before, {after / 2**20:.0f} MiB after; PSS, all processes"
        figures.append(Figure("memory after them", after / before, RATIO, 1.1, note=note))
    return figures


def _memory(state: SandboxState) -> int | None:
    time.sleep(_SETTLE)
    return memory_of_tree(state.pid)


def _rounds(pool: ThreadPoolExecutor, state: SandboxState, seconds: float) -> tuple[int, list[str]]:
    """Sessions in all threads until so many seconds are over, at least one in each: their number, and what
    went wrong."""
    end = time.monotonic() + seconds
    failures: list[str] = []
    lock = threading.Lock()

    def sessions(number: int) -> int:
        done = 0
        while not done or time.monotonic() < end:
            try:
                _session(state, number)
            except (pyexasol.ExaError, AssertionError) as error:
                with lock:
                    failures.append(f"{type(error).__name__}: {error}")
            done += 1
        return done

    return sum(pool.map(sessions, range(SESSIONS))), failures


def _session(state: SandboxState, number: int) -> None:
    table = f"OWN_{number}"
    with connect(state) as exasol:
        exasol.execute(f"CREATE OR REPLACE TABLE bench.{table} (i INT, t VARCHAR(50))")
        exasol.import_from_iterable(((n, "x" * 40) for n in range(_ROWS)), ("BENCH", table))
        exasol.execute(f"UPDATE bench.{table} SET i = i + 1")
        query = f"SELECT COUNT(*) FROM bench.shared JOIN bench.{table} USING (i)"
        found = exasol.execute(query).fetchval()
        exasol.execute(f"DROP TABLE bench.{table}")
    if found != _ROWS:
        raise AssertionError(f"{found} rows instead of {_ROWS}")
