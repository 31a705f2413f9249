"""The demo as a process, and what it leaves behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COMMAND = (sys.executable, "-c", "from exasol_sagemaker.cli.main import main; main()", "demo")


@dataclass(frozen=True)
class DemoResult:
    code: int
    output: str

    @property
    def ports(self) -> list[int]:
        """The ports of its sandbox, as it has printed them."""
        found = re.search(r"Exasol at [\d.]+:(\d+), AWS at http://[\w.]+:(\d+)", self.output)
        assert found, self.output
        return [int(port) for port in found.groups()]


def run_demo(*options: str, command: Sequence[str] = COMMAND, cwd: Path | None = None) -> DemoResult:
    done = subprocess.run(
        [*command, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=wide_terminal(),
        check=False,
    )
    return DemoResult(done.returncode, done.stdout)


def interrupt_demo(*options: str, when: str, by: signal.Signals) -> DemoResult:
    """Start the demo and send it a signal as soon as it has printed a certain text."""
    with subprocess.Popen(
        [*COMMAND, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=wide_terminal(),
    ) as process:
        assert process.stdout
        output = ""
        for line in process.stdout:
            output += line
            if when in line:
                process.send_signal(by)
                break
        output += process.stdout.read()
    return DemoResult(process.returncode, output)


def wide_terminal() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "140"}


def processes_of(folder: Path) -> list[str]:
    """Command lines of processes that name the folder, or work in it, and do not end within a minute."""
    deadline = time.monotonic() + 60
    while (found := running_now(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def running_now(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            works_in = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in command or works_in.startswith(str(folder)):
            found.append(command)
    return found


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop_sandbox(home: Path) -> None:
    subprocess.run([sys.executable, "-m", "exasol_sandbox", "down", "--home", str(home)], check=True)
