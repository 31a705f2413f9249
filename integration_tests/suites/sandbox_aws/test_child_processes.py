"""The processes that train and serve: forked from one that has imported the libraries."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from exasol_sandbox.aws.process import ChildProcess

CHILD = """
import os, sys, tempfile, time
from exasol_sandbox.aws.process import Reporter

def main():
    reporter = Reporter()
    print("printed, not reported")
    reporter.report(
        "started",
        task=reporter.task,
        pid=os.getpid(),
        server=os.getppid(),
        session=os.getsid(0),
        folders=[os.getcwd(), tempfile.gettempdir()],
        aws=[name for name in os.environ if name.startswith("AWS_")],
        imported=[name for name in ("flaml", "lightgbm", "pyarrow", "sklearn") if name in sys.modules],
    )
    if "end" in reporter.task:
        sys.exit(reporter.task["end"])
    if "raise" in reporter.task:
        raise ValueError(reporter.task["raise"])
    time.sleep(600)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that the children run."""
    name = f"child_{uuid4().hex[:8]}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "__main__.py").write_text(CHILD)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    return name


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def started(child: ChildProcess) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    reports = child.reports()
    return next(reports), reports


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 300
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} goes on"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_is_a_process_of_its_own(package: str, scratch: Path) -> None:
    child = ChildProcess(package, {"end": 0}, scratch)
    report, others = started(child)
    assert list(others) == []
    assert report["event"] == "started"
    assert report["task"] == {"end": 0}
    assert report["pid"] == report["session"] == child.pid
    assert report["folders"] == [str(scratch)] * 2
    assert report["imported"] == ["flaml", "lightgbm", "pyarrow", "sklearn"]
    assert not child.running


@pytest.mark.parametrize(
    ("task", "words"),
    [({"end": 3}, "exit code 3: printed, not reported"), ({"raise": "why"}, "exit code 1: ValueError: why")],
)
def test_it_says_how_it_ended(package: str, scratch: Path, task: dict[str, Any], words: str) -> None:
    child = ChildProcess(package, task, scratch)
    assert len(list(child.reports())) == 1
    assert child.last_words() == words


def test_it_can_be_stopped(package: str, scratch: Path) -> None:
    child = ChildProcess(package, {}, scratch)
    started(child)
    assert child.running
    child.stop()
    assert not child.running
    assert child.last_words().startswith(f"exit code {-signal.SIGKILL}")


def test_all_come_from_one_server_until_it_is_killed(
    package: str, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (ChildProcess(package, {}, scratch) for _ in range(2))
    (told, reports), (told_second, _) = started(first), started(second)
    assert told["server"] == told_second["server"] != os.getpid()
    os.kill(told["server"], signal.SIGKILL)
    second.stop()
    wait_until_gone(second.pid)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the user's")
    third = ChildProcess(package, {}, scratch)
    told_third, _ = started(third)
    assert told_third["server"] != told["server"]
    assert told_third["aws"] == []
    third.stop()
    assert alive(first.pid)
    first.stop()
    assert list(reports) == []
    wait_until_gone(first.pid)
