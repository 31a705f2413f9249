"""dbt as a subprocess whose structured log becomes progress on the terminal."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from exasol_sagemaker.cli.errors import CliError

_DONE = {"success": "[green]✔[/]", "pass": "[green]✔[/]", "warn": "[yellow]![/]", "skipped": "[dim]-[/]"}
#: Kinds of nodes that are shown only when something is the matter with them.
_UNEVENTFUL = ("test", "exposure", "operation")
#: Events that say how a node gets on; the adapter's own are those of training.
_NEWS = ("Note", "TrainingProgressed", "TrainingOverview")
_STOP_TIMEOUT = 10


@dataclass(frozen=True)
class NodeRun:
    """What became of a node.

    Args:
        name: of the model, test or seed.
        kind: its materialization or resource type.
        status: `success`, `pass`, `warn`, `error`, `fail` or `skipped`.
        seconds: how long it took.
    """

    name: str
    kind: str
    status: str
    seconds: float


@dataclass
class DbtProject:
    """A dbt project on disk that is run against one environment.

    Args:
        folder: with dbt_project.yml and profiles.yml.
        environment: of the dbt process.
        console: to show progress on.
        nodes: what was run so far, in the order of ending.
    """

    folder: Path
    environment: Mapping[str, str]
    console: Console
    nodes: list[NodeRun] = field(default_factory=list)

    @property
    def manifest(self) -> Path:
        """Where dbt wrote its manifest."""
        return self.folder / "target" / "manifest.json"

    def run(self, *arguments: str) -> None:
        """Run a dbt command, such as `build`, and show each node as it ends.

        Raises:
            CliError: dbt failed; what it said has been shown before.
        """
        command = [
            sys.executable,
            "-m",
            "dbt.cli.main",
            "--log-format",
            "json",
            "--no-use-colors",
            *arguments,
        ]
        command += ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        said: list[str] = []
        errors: list[str] = []
        with (
            self.console.status(f"dbt {arguments[0]}") as status,
            _process(command, self.folder, self._environment()) as process,
        ):
            for line in process.stdout or ():
                event = _event(line)
                if event is None:
                    said.append(line.rstrip())
                else:
                    self._show(event, status)
                    message = str(event["info"]["msg"]).strip()
                    (errors if event["info"]["level"] == "error" else said).append(message)
            code = process.wait()
        if code != 0:
            self._fail(arguments[0], errors or said)

    def _environment(self) -> Mapping[str, str]:
        """The environment, which says whether a person looks on: dbt itself sees a pipe only."""
        return {**self.environment, "TTY_COMPATIBLE": "1"} if self.console.is_terminal else self.environment

    def _show(self, event: Mapping[str, Any], status: Status) -> None:
        info, data = event["info"], event.get("data", {})
        message = str(info["msg"]).strip()
        node = data.get("node_info") or {}
        if info["name"] == "LogStartLine":
            status.update(f"{node['node_name']} [dim]{node['materialized']}[/]")
        elif info["name"] in _NEWS:
            status.update(f"[dim]{escape(message)}[/]")
            if not self.console.is_terminal:
                self.console.print(f"    [dim]{escape(message)}[/]")
        elif info["name"].startswith("Log") and info["name"].endswith("Result") and node:
            self._node_ended(node, float(data.get("execution_time") or 0))

    def _node_ended(self, node: Mapping[str, Any], seconds: float) -> None:
        kind = node["materialized"] if node["resource_type"] == "model" else node["resource_type"]
        run = NodeRun(node["node_name"], kind, node["node_status"], seconds)
        self.nodes.append(run)
        if run.kind not in _UNEVENTFUL or run.status in ("fail", "error", "warn"):
            mark = _DONE.get(run.status, "[red]✘[/]")
            self.console.print(f"  {mark} {run.name} [dim]{run.kind}, {run.seconds:.1f} s[/]")

    def _fail(self, command: str, said: list[str]) -> None:
        self.console.print("[dim]What dbt said:[/]")
        for line in filter(None, said[-40:]):
            self.console.print(f"  {escape(line)}", soft_wrap=True)
        raise CliError(
            f"`dbt {command}` failed in {self.folder}.",
            why="See dbt's own words above.",
            next_step=f"All of it is in {self.folder / 'logs' / 'dbt.log'}.",
        )


def _event(line: str) -> Mapping[str, Any] | None:
    try:
        event = json.loads(line)
    except json.JSONDecodeError:
        return None
    return event if isinstance(event, dict) and "info" in event else None


@contextmanager
def _process(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """A process in a session of its own, ended with all its children when the block is left early."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    for stop in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is not None:
            break
        os.killpg(process.pid, stop)
        deadline = time.monotonic() + _STOP_TIMEOUT
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
    if process.stdout:
        process.stdout.close()
    process.wait()
