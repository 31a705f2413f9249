"""From `sandbox up` to the first answer, and what both servers then take of memory."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from benchmarks.harness import MEBIBYTES, SECONDS, Figure, connect, sandbox

REPEATS = 3


def run() -> list[Figure]:
    """Start a few sandboxes, one after the other."""
    starts, sizes = [], []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        with sandbox() as state:
            with connect(state) as connection:
                connection.execute("SELECT 1 FROM dual").fetchall()
            starts.append(time.perf_counter() - begin)
            size = memory_of_tree(state.pid)
            if size is not None:
                sizes.append(size / 2**20)
    figures = [Figure("first query after `sandbox up`", statistics.median(starts), SECONDS, 3.0)]
    if sizes:
        figures.append(
            Figure(
                "idle memory of both servers",
                statistics.median(sizes),
                MEBIBYTES,
                300.0,
                note="PSS, all processes",
            )
        )
    return figures


def memory_of_tree(process: int) -> int | None:
    """Proportional set size in bytes of a process and all below it; None where the system does not tell."""
    folder = Path(f"/proc/{process}")
    if not (folder / "smaps_rollup").exists():
        return None
    total = 0
    for line in (folder / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            total = int(line.split()[1]) * 1024
    for task in (folder / "task").iterdir():
        for child in (task / "children").read_text().split():
            total += memory_of_tree(int(child)) or 0
    return total
