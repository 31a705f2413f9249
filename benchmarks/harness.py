"""What all benchmarks share: timing side by side, figures, and a sandbox to measure."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyexasol

from exasol_sandbox.state import SandboxState, read_state

RATE = "rows/s"
SECONDS = "s"
MILLISECONDS = "ms"
MEBIBYTES = "MiB"
RATIO = "times"


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: the median.
        unit: of the value.
        target: what is promised, in the same unit; None if nothing is.
        at_least: whether the target is a lower bound.
        note: the values that it was made of, and how it was measured.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(repeats: int, warm_ups: int = 1, **variants: Callable[[], object]) -> dict[str, float]:
    """Median seconds of each variant; they take turns, so that a busy moment hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(warm_ups + repeats):
        for name, work in variants.items():
            duration = seconds(work)
            if turn >= warm_ups:
                taken[name].append(duration)
    return {name: statistics.median(values) for name, values in taken.items()}


@contextmanager
def sandbox() -> Iterator[SandboxState]:
    """A sandbox of our own, in memory, on free ports."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        home = Path(folder)
        sandbox_command("up", "--background", "--home", folder, "--exasol-port", "0", "--aws-port", "0")
        try:
            state = read_state(home)
            if state is None:
                raise RuntimeError("the sandbox has started but left no state")
            yield state
        finally:
            sandbox_command("down", "--home", folder)


def sandbox_command(*arguments: str) -> None:
    """Run a command of the sandbox; its output is in the error if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "exasol_sandbox", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"sandbox {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def connect(state: SandboxState, **options: object) -> pyexasol.ExaConnection:
    """A connection to the sandbox's database."""
    return pyexasol.connect(dsn=state.dsn, user=state.user, password=state.password, **options)
