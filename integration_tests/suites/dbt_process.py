"""dbt commands in processes of their own, which do not each wait seconds for dbt's imports.

One server process for each pytest process imports dbt and the adapter; a command is a fork of it, with the
working folder, environment and output that it would have as `dbt` in a shell. Tests of how dbt itself is
started, killed or interrupted start it the usual way.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
# Some of them are imported by dbt or the adapter when they are first needed.
PRELOADED = ("dbt.cli.main", "dbt.adapters.exasol_sagemaker", "agate", "boto3", "botocore.httpsession")

# A little of what dbt parses.
PROJECT = {
    "dbt_project.yml": "name: warm\nprofile: warm\nflags: {send_anonymous_usage_stats: false}\n",
    "profiles.yml": "warm: {target: it, outputs: {it: {type: exasol_sagemaker, dsn: '127.0.0.1:9', "
    "user: sys, password: none, dbname: db, schema: warm}}}\n",
    "packages.yml": f"packages: [{{local: '{REPOSITORY}'}}]\n",
    "models/first.sql": "{{ config(materialized='table') }} select * from {{ source('outside', 'rows') }}\n",
    "models/second.sql": "select * from {{ ref('first') }}\n",
    "models/_models.yml": "sources: [{name: outside, tables: [{name: rows, columns: [{name: id}]}]}]\n"
    "models: [{name: second, description: d, columns: [{name: id, data_tests: [not_null, unique]}]}]\n",
    "seeds/seed.csv": "id\n1\n",
}


def run_dbt(
    *arguments: str, cwd: Path, env: Mapping[str, str], timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a dbt command as `subprocess.run` would, with what it prints as text.

    Raises:
        subprocess.TimeoutExpired: It was ended after `timeout` seconds.
    """
    command = ["dbt", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder) / name for name in ("stdout", "stderr")]
        task = {
            "command": command,
            "cwd": str(cwd),
            "env": dict(env),
            "outputs": [str(path) for path in outputs],
        }
        code = _Server.running().run(task, timeout)
        said = [path.read_text() if path.exists() else "" for path in outputs]
    if code is None:
        raise subprocess.TimeoutExpired(command, timeout, *said)
    return subprocess.CompletedProcess(command, code, *said)


class _Server:
    """The process that has dbt imported; it ends when its standard input closes."""

    _current: _Server | None = None

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @classmethod
    def running(cls) -> _Server:
        """The server of this process."""
        if cls._current is None or cls._current._process.poll() is not None:
            cls._current = _Server()
        return cls._current

    def run(self, task: dict[str, Any], timeout: float) -> int | None:
        """The exit code of a command; None if it took too long."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(task) + "\n")
        stdin.flush()
        if not select.select([stdout], [], [], timeout)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            return None
        answer = stdout.readline()
        if not answer.strip().lstrip("-").isdigit():
            # It could not parse this package, and has ended.
            raise RuntimeError(answer + stdout.read())
        return int(answer)


def serve() -> None:
    """Run each command that comes in as a line, and answer with its exit code."""
    # The folder of this file is no place to import from for dbt.
    sys.path.pop(0)
    for module in PRELOADED:
        importlib.import_module(module)
    parse_once()
    # Memory that no garbage collection touches is not copied for each child.
    gc.collect()
    gc.freeze()
    tasks, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    with Path(os.devnull).open("r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    for line in tasks:
        child = os.fork()
        if child == 0:
            # What the server would still read is none of the child's business.
            os.close(tasks.fileno())
            os.close(answers.fileno())
            become_dbt(json.loads(line))
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def parse_once() -> None:
    """Parse a small project: dbt makes schemas and serializers of its classes when it first needs them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in PROJECT.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        packages = Path(folder, "dbt_packages")
        packages.mkdir()
        (packages / "exasol_sagemaker").symlink_to(REPOSITORY)
        options = ["--project-dir", folder, "--profiles-dir", folder, "--log-path", folder]
        # The static parser starts threads, for which a fork would wait for ever.
        options += ["--quiet", "--no-static-parser"]
        done = sys.modules["dbt.cli.main"].dbtRunner().invoke(["parse", *options])
        if not done.success:
            raise done.exception
    sys.modules["dbt.adapters.factory"].reset_adapters()
    sys.modules["dbt_common.events.event_manager_client"].cleanup_event_logger()


def become_dbt(task: dict[str, Any]) -> None:
    """What the script `dbt` does, in the place that the task says; ends the process."""
    for number, path in enumerate(task["outputs"], start=1):
        with Path(path).open("wb") as output:
            os.dup2(output.fileno(), number)
    os.chdir(task["cwd"])
    os.environ.clear()
    os.environ.update(task["env"])
    tempfile.tempdir = None
    sys.argv = task["command"]
    sys.exit(sys.modules["dbt.cli.main"].cli())


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve()
