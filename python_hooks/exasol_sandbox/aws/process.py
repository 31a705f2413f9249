"""Child processes that never outlive the sandbox.

They are forked from a server process that has imported the libraries already, so that a job or an endpoint
does not wait seconds for imports; see docs/decisions/fork-server.md.

The parent keeps the child's standard input open; the child ends itself when it closes, which it does
however the parent died. What the child reports comes as JSON lines on its standard output.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing.connection import wait
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

_LOG_TAIL = 2000

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["exasol_sandbox.aws.preloaded"])
# The standard library's processes may not be started and asked by several threads at once.
_lock = threading.Lock()


class ChildProcess:
    """A Python package run as a process, like `python -m`.

    Args:
        module: The package; `main` of its `__main__` is run.
        task: JSON that the child reads as the first line of its standard input; secrets travel here, not in
            the environment or the arguments.
        scratch: Working folder of the child, for its temporary files and its log.
    """

    def __init__(self, module: str, task: dict[str, Any], scratch: Path) -> None:
        self._log = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115
        stdin, ours = os.pipe()
        self._stdin = os.fdopen(ours, "wb")
        theirs, stdout = os.pipe()
        self._stdout = os.fdopen(theirs, "rb")
        child = _Child(module, str(scratch), (stdin, stdout, self._log.fileno()))
        self._process = _context.Process(target=child, daemon=True)
        try:
            with _lock:
                self._process.start()
        finally:
            os.close(stdin)
            os.close(stdout)
        try:
            self._send(task)
        except BrokenPipeError:
            self.stop()

    def _send(self, task: dict[str, Any]) -> None:
        self._stdin.write(json.dumps(task).encode() + b"\n")
        self._stdin.flush()

    @property
    def pid(self) -> int:
        """Its process id."""
        pid = self._process.pid
        assert pid is not None  # noqa: S101
        return pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._exit_code() is None

    def reports(self) -> Iterator[dict[str, Any]]:
        """What the child reports, until it ends."""
        for line in self._stdout:
            report: dict[str, Any] = json.loads(line)
            yield report
        wait([self._process.sentinel])

    def last_words(self) -> str:
        """The exit code and the end of what the child wrote to its standard error."""
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - _LOG_TAIL))
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return f"exit code {self._exit_code()}" + (f": {lines[-1]}" if lines else "")

    def stop(self) -> None:
        """Ends it at once and waits for that."""
        if self.running:
            self._process.kill()
        wait([self._process.sentinel])
        # A task that the child never read may still be in the buffer, and is of no use to anyone now.
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()

    def _exit_code(self) -> int | None:
        with _lock:
            return self._process.exitcode


class _Child:
    """What the child does: it becomes what a process of its own would have been, then runs the package."""

    def __init__(self, module: str, scratch: str, descriptors: tuple[int, int, int]) -> None:
        self._module = module
        self._scratch = scratch
        self._descriptors = descriptors

    def __reduce__(self) -> tuple[Any, ...]:
        return _Child._received, (self._module, self._scratch, *map(DupFd, self._descriptors))

    @staticmethod
    def _received(module: str, scratch: str, *descriptors: Any) -> _Child:
        stdin, stdout, stderr = (descriptor.detach() for descriptor in descriptors)
        return _Child(module, scratch, (stdin, stdout, stderr))

    def __call__(self) -> None:
        os.setsid()
        os.chdir(self._scratch)
        os.environ["TMPDIR"] = tempfile.tempdir = self._scratch
        for number, descriptor in enumerate(self._descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        importlib.import_module(f"{self._module}.__main__").main()


class Reporter:
    """The child's end: reads the task, watches the parent, writes reports.

    Whatever else the child prints goes to standard error, so that a chatty library cannot garble a report.
    """

    def __init__(self) -> None:
        self.task: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
        self._reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._lock = threading.Lock()
        threading.Thread(target=_end_with_parent, daemon=True).start()

    def report(self, event: str, **members: Any) -> None:
        """Sends one report to the parent."""
        with self._lock:
            self._reports.write(json.dumps({"event": event, **members}) + "\n")
            self._reports.flush()


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)
