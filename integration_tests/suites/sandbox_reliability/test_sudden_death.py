"""SIGKILL in the middle of a load, on a sandbox with a data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState, is_running, read_state


class Kept:
    """A sandbox of the test's own that keeps its data."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self._data = folder / "data"

    def run(self, command: str, *options: str | Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "exasol_sandbox", command, "--home", self.home, *options],
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def up(self) -> SandboxState:
        self.run("up", "--background", "--exasol-port", "0", "--aws-port", "0", "--data-dir", self._data)
        state = read_state(self.home)
        assert state is not None
        return state

    def kill(self, state: SandboxState) -> None:
        os.kill(state.pid, signal.SIGKILL)
        while is_running(self.home):
            threading.Event().wait(0.01)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.run("down")


def _connect(state: SandboxState, **options: Any) -> pyexasol.ExaConnection:
    return pyexasol.connect(dsn=state.dsn, user=state.user, password=state.password, **options)


def _in_background(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        # The server dies under it.
        with pytest.raises((pyexasol.ExaError, OSError)):
            work()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_what_was_committed_is_there_and_what_was_not_is_gone(kept: Kept) -> None:
    state = kept.up()
    first = _connect(state)
    first.execute("CREATE SCHEMA s")
    first.execute("CREATE TABLE s.done (i INT, t VARCHAR(100))")
    first.execute("CREATE TABLE s.loading (i INT, t VARCHAR(100))")
    first.import_from_iterable(((n, f"text {n}") for n in range(50_000)), ("S", "DONE"))
    first.import_from_iterable(((n, "before") for n in range(1000)), ("S", "LOADING"))
    second = _connect(state, autocommit=False)
    second.execute("CREATE TABLE s.never (i INT)")
    second.execute("UPDATE s.done SET t = 'changed'")
    sent, end = threading.Event(), threading.Event()

    def rows() -> Iterator[tuple[int, str]]:
        for number in range(400_000):
            yield number, "x" * 80
        sent.set()
        end.wait(60)

    load = _in_background(lambda: first.import_from_iterable(rows(), ("S", "LOADING")))
    assert sent.wait(60)
    kept.kill(state)
    end.set()
    load.join()

    with _connect(kept.up()) as after:
        done = after.execute("SELECT COUNT(*), MAX(i), MIN(t), MAX(t) FROM s.done").fetchone()
        loading = after.execute("SELECT COUNT(*), MIN(t), MAX(t) FROM s.loading").fetchone()
        tables = after.execute("SELECT table_name FROM EXA_ALL_TABLES WHERE table_schema = 'S'").fetchcol()
        after.execute("INSERT INTO s.loading VALUES (1, 'after')")

    assert done == (50_000, 49_999, "text 0", "text 9999")
    assert loading == (1000, "before", "before")
    assert sorted(tables) == ["DONE", "LOADING"]
