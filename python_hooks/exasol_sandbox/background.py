"""The sandbox as a process of its own that outlives the command that started it."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from exasol_sandbox.state import LOOPBACK, SandboxState, is_running, read_state

LOG_FILE = "sandbox.log"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_ANSWER_SECONDS = 5.0
_POLL_SECONDS = 0.05
_LOG_LINES = 15


class StartFailed(Exception):
    """The process ended or did not answer; the message has its last words."""


class StopFailed(Exception):
    """The process does not end."""


class NoAnswer(Exception):
    """The process is there, but its servers do not answer."""


def running_state(home: Path) -> SandboxState | None:
    """The state of the sandbox that runs in `home` and answers; None if none runs there.

    A process that was killed keeps its lock until the system has cleared it away, and one that starts has
    it before it listens. So what has the lock is asked, and waited for.

    Raises:
        NoAnswer: it neither ends nor answers.
    """
    deadline = time.monotonic() + _STOP_SECONDS
    while is_running(home):
        state = read_state(home)
        if state is not None and _answers(state):
            return state
        if time.monotonic() > deadline:
            raise NoAnswer(
                f"process {state.pid if state else '?'} of the sandbox in {home} does not answer; "
                "end it with: exasol-sagemaker sandbox down"
            )
        time.sleep(_POLL_SECONDS)
    return None


def start_in_background(
    home: Path, *, data_dir: Path | None, exasol_port: int, aws_port: int, nodes: int, host: str = LOOPBACK
) -> SandboxState:
    """Starts a sandbox and waits until both of its servers answer.

    Raises:
        StartFailed: it ended at once, for example because a port is taken.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-m", "exasol_sandbox", "up", "--home", str(home)]
    command += ["--exasol-port", str(exasol_port), "--aws-port", str(aws_port), "--nodes", str(nodes)]
    command += ["--host", host]
    if data_dir is not None:
        command += ["--data-dir", str(data_dir)]
    log = home / LOG_FILE
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        # The state is written when both servers listen.
        state = read_state(home)
        if state is not None and state.pid == process.pid and is_running(home):
            return state
        if process.poll() is not None:
            raise StartFailed(f"the sandbox did not start:\n{_last_lines(log)}")
        time.sleep(_POLL_SECONDS)
    process.terminate()
    raise StartFailed(f"the sandbox did not answer within {_START_SECONDS:.0f} s:\n{_last_lines(log)}")


def stop(home: Path) -> None:
    """Ends the sandbox of `home` and waits until it is gone.

    Raises:
        StopFailed: it is still there.
    """
    state = read_state(home)
    for number in (signal.SIGTERM, signal.SIGKILL):
        if state is None or not is_running(home):
            return
        os.kill(state.pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if not is_running(home):
                return
            time.sleep(_POLL_SECONDS)
    raise StopFailed(
        f"process {state.pid if state else '?'} of the sandbox in {home} does not end; end it by hand"
    )


def _answers(state: SandboxState) -> bool:
    address = urlsplit(state.aws_endpoint_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_ANSWER_SECONDS)
    try:
        # Any answer will do, also the one that says that the request has no signature.
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _last_lines(log: Path) -> str:
    lines = [line.removeprefix("Error: ") for line in log.read_text(errors="replace").splitlines()]
    return "\n".join(lines[-_LOG_LINES:]) or f"it left no message in {log}"
