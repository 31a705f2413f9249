"""Worker processes, started and timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import python_with
from benchmarks.prediction.endpoint import Behaviour, statistics

REPOSITORY = Path(__file__).parents[2]
EXTENSION = ("exasol-sagemaker-extension==0.11.7", "pandas")


@dataclass(frozen=True)
class Run:
    """What workers did together.

    Attributes:
        rows: That they predicted.
        seconds: That the slowest took.
        workers: What each of them tells about itself.
        endpoint_cpu: Seconds of processor that the endpoint took meanwhile.
        refused: Requests that the endpoint refused meanwhile.
        endpoint_worked: Seconds that the endpoint worked on requests meanwhile, added up.
        cores_busy: Cores that this machine had at work meanwhile, for whatever; 0 where it does not tell.
    """

    rows: int
    seconds: float
    workers: list[dict[str, Any]]
    endpoint_cpu: float
    refused: int
    endpoint_worked: float
    cores_busy: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    def of_first(self, key: str) -> Any:
        """What the first worker tells."""
        return self.workers[0][key]


def ours(url: str, behaviour: Behaviour, rows: int, text: int, workers: int = 1) -> Run:
    """Our UDF in so many workers, each with its share of the rows."""
    arguments = [behaviour.name, str(rows // workers), str(text)]
    command = [sys.executable, "-m", "benchmarks.prediction.worker", *arguments]
    return _run(url, behaviour, [command] * workers)


def extensions(url: str, behaviour: Behaviour, rows: int, text: int) -> Run:
    """The extension's UDF, in one worker."""
    python = str(python_with("extension", *EXTENSION))
    arguments = [behaviour.name, str(rows), str(text)]
    return _run(url, behaviour, [[python, "-m", "benchmarks.prediction.extension_worker", *arguments]])


def bare(url: str, behaviour: Behaviour, rows: int, text: int, like: Run) -> Run:
    """The bare client, with payloads and requests under way like those of another run."""
    arguments = [behaviour.name, str(rows), str(text), url]
    shape = [str(like.of_first("payload")), str(like.of_first("requests"))]
    command = [sys.executable, "-m", "benchmarks.prediction.bare_worker", *arguments, *shape]
    return _run(url, behaviour, [command])


def _run(url: str, behaviour: Behaviour, commands: list[list[str]]) -> Run:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = kept | {
        "AWS_ENDPOINT_URL": url,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONWARNINGS": "ignore",
        "SAGEMAKER_SUPPRESS_V2_WARNING": "1",
        "NO_PROXY": "127.0.0.1",
    }
    workers = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=REPOSITORY,
        )
        for command in commands
    ]
    for worker in workers:
        _await_ready(worker)
    before = _counts(url, behaviour)
    idle, started = _idle(), time.monotonic()
    for worker in workers:
        _stream(worker.stdin).write("\n")
        _stream(worker.stdin).flush()
    told = [_result(worker) for worker in workers]
    cores_busy = (os.cpu_count() or 1) - (_idle() - idle) / (time.monotonic() - started)
    after = _counts(url, behaviour)
    return Run(
        rows=sum(int(one["rows"]) for one in told),
        seconds=max(float(one["seconds"]) for one in told),
        workers=told,
        endpoint_cpu=after[0] - before[0],
        refused=int(after[1] - before[1]),
        endpoint_worked=after[2] - before[2],
        cores_busy=cores_busy if idle else 0.0,
    )


def _counts(url: str, behaviour: Behaviour) -> tuple[float, float, float]:
    told: dict[str, Any] = statistics(url)
    one = told["endpoints"].get(behaviour.name, {})
    return told["cpu"], one.get("refused", 0), one.get("worked", 0.0)


def _idle() -> float:
    """Seconds that this machine's cores have done nothing, all together; 0 where there is no /proc."""
    file = Path("/proc/stat")
    if not file.exists():
        return 0.0
    idle, waiting = file.read_text().split()[4:6]
    return (int(idle) + int(waiting)) / os.sysconf("SC_CLK_TCK")


def _await_ready(worker: subprocess.Popen[str]) -> None:
    for line in _stream(worker.stdout):
        if line.strip() == "ready":
            return
    raise RuntimeError(f"a worker did not start:\n{_stream(worker.stderr).read()}")


def _result(worker: subprocess.Popen[str]) -> dict[str, Any]:
    output, errors = worker.communicate()
    if worker.returncode:
        raise RuntimeError(f"a worker failed:\n{errors}")
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


def _stream(stream: Any) -> Any:
    if stream is None:
        raise RuntimeError("a worker's streams are not there")
    return stream
