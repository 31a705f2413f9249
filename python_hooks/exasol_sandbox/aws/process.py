"""Child processes that never outlive the sandbox.

The parent keeps the child's standard input open; the child ends itself when it closes, which it does
however the parent died. What the child reports comes as JSON lines on its standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

_LOG_TAIL = 2000


class ChildProcess:
    """A Python module run as a process.

    Args:
        module: What `python -m` runs.
        task: JSON that the child reads as the first line of its standard input; secrets travel here, not in
            the environment or the arguments.
        scratch: Working folder of the child, for its temporary files and its log.
    """

    def __init__(self, module: str, task: dict[str, Any], scratch: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment["TMPDIR"] = str(scratch)
        # Threads that wait by spinning take the cores from the other processes of a small machine.
        environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        self._log = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=scratch,
            env=environment,
            start_new_session=True,
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
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
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def reports(self) -> Iterator[dict[str, Any]]:
        """What the child reports, until it ends."""
        for line in self._stdout:
            report: dict[str, Any] = json.loads(line)
            yield report
        self._process.wait()

    def last_words(self) -> str:
        """The exit code and the end of what the child wrote to its standard error."""
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - _LOG_TAIL))
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return f"exit code {self._process.poll()}" + (f": {lines[-1]}" if lines else "")

    def stop(self) -> None:
        """Ends it at once and waits for that."""
        if self.running:
            self._process.kill()
        self._process.wait()
        # A task that the child never read may still be in the buffer, and is of no use to anyone now.
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()


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
