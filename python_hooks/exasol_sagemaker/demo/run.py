"""The demo from start to end."""

import shlex
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import boto3
import pyexasol
from pyexasol.data_types import convert_websocket_to_python
from rich.console import Console

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo import report
from exasol_sagemaker.demo.dbt_run import DbtProject
from exasol_sagemaker.demo.lineage import read_lineage
from exasol_sagemaker.demo.sandbox import Sandbox, down_command, private_sandbox
from exasol_sagemaker.demo.scores import fetch_scored_rows, score, spread
from exasol_sagemaker.demo.subject import Subject

SHOWN_ROWS = 10
_STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Phases:
    """Seconds by phase, in the order of their beginning."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time of a block."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - started


@contextmanager
def stopped_once() -> Iterator[None]:
    """Make Ctrl-C, SIGTERM and SIGHUP a KeyboardInterrupt, once: the cleaning up is not interrupted again."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in _STOPPED_BY:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in _STOPPED_BY}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_demo(subject: Subject, console: Console, *, home: Path, project: Path, keep: bool) -> None:
    """Load, train, deploy, predict and show, on a sandbox of its own.

    Args:
        subject: what it is about.
        console: where to show it.
        home: folder of the sandbox.
        project: folder for the dbt project.
        keep: leave the sandbox running.

    Raises:
        CliError: a step failed; the sandbox is stopped unless it is to be kept.
        KeyboardInterrupt: it was interrupted; the sandbox is stopped.
    """
    phases = Phases()
    with stopped_once(), ExitStack() as stack:
        with phases.phase("sandbox"), console.status("Starting the sandbox"):
            sandbox = stack.enter_context(private_sandbox(home, keep=keep))
        aws_url = sandbox.variables["AWS_ENDPOINT_URL"]
        console.print(f"[green]✔[/] sandbox: Exasol at {sandbox.address}, AWS at {aws_url}")

        loading = console.status(f"Loading {subject.rows:,} rows")
        with phases.phase("load"), loading, connect(sandbox) as database:
            subject.create(database)
        console.print(f"[green]✔[/] {subject.rows:,} rows in {subject.schema}.{subject.table}")

        console.print(f"[green]✔[/] dbt project in {project}; dbt build:")
        subject.write(project)
        dbt = DbtProject(project, sandbox.environment(), console)
        with phases.phase("dbt"):
            dbt.run("build")
        _show(console, sandbox, subject, dbt, phases)
        report.show_next(console, _next_steps(sandbox, project, keep))


def _show(console: Console, sandbox: Sandbox, subject: Subject, dbt: DbtProject, phases: Phases) -> None:
    lineage = read_lineage(dbt.manifest)
    with connect(sandbox) as database:
        job = _newest_job(database, lineage.relation(subject.model))
        rows = fetch_scored_rows(
            database,
            predictions=lineage.relation(subject.predictions),
            examples=subject.relation,
            key=subject.key,
            target=subject.target,
            classes=job["problem_type"] != "Regression",
        )
    report.show_job(console, job, _candidates(sandbox, job["job_name"]))
    report.show_predictions(
        console,
        spread(rows, SHOWN_ROWS),
        key=subject.key,
        target=subject.target,
        total=len(rows),
        scores=score(rows, job["problem_type"]),
        held_out=subject.held_out,
    )
    report.show_lineage(console, lineage.life_cycle(subject.model))
    seconds = {node.name: node.seconds for node in dbt.nodes}
    steps = _by_step(phases, dbt, subject.predictions)
    report.show_phases(console, steps, len(rows) / seconds[subject.predictions])


def _by_step(phases: Phases, dbt: DbtProject, predictions: str) -> dict[str, float]:
    """The phases, with dbt's time split by the steps of the life cycle."""
    steps = {
        "autopilot_model": "export and start of training",
        "sagemaker_endpoint": "training and deployment",
        "prediction_udf": "prediction function",
    }
    split = dict.fromkeys([*steps.values(), "predictions"], 0.0)
    for node in dbt.nodes:
        step = "predictions" if node.name == predictions else steps.get(node.kind)
        if step:
            split[step] += node.seconds
    others = phases.seconds["dbt"] - sum(split.values())
    return {
        "start of the sandbox": phases.seconds["sandbox"],
        "load": phases.seconds["load"],
        **split,
        "other models, tests and dbt itself": others,
    }


@contextmanager
def connect(sandbox: Sandbox) -> Iterator[pyexasol.ExaConnection]:
    """A connection to the sandbox's database that gives numbers and dates as Python's own.

    Raises:
        CliError: the database refused the connection or what was done with it.
    """
    try:
        with pyexasol.connect(
            dsn=sandbox.variables["EXASOL_DSN"],
            user=sandbox.variables["EXASOL_USER"],
            password=sandbox.variables["EXASOL_PASSWORD"],
            fetch_mapper=convert_websocket_to_python,
        ) as database:
            yield database
    except pyexasol.ExaError as error:
        raise CliError(
            "The sandbox's database refused a step of the demo.",
            why=error.message,
            next_step=f"Look into the log in {sandbox.home}.",
        ) from error


def _newest_job(database: pyexasol.ExaConnection, relation: str) -> dict[str, Any]:
    statement = database.execute(f"select * from {relation} order by created_at desc limit 1")
    names = [name.lower() for name in statement.column_names()]
    return dict(zip(names, statement.fetchone(), strict=True))


def _candidates(sandbox: Sandbox, job_name: str) -> list[Mapping[str, Any]]:
    client = boto3.client(
        "sagemaker",
        endpoint_url=sandbox.variables["AWS_ENDPOINT_URL"],
        region_name=sandbox.variables["AWS_REGION"],
        aws_access_key_id=sandbox.variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=sandbox.variables["AWS_SECRET_ACCESS_KEY"],
    )
    pages = client.get_paginator("list_candidates_for_auto_ml_job").paginate(AutoMLJobName=job_name)
    return [candidate for page in pages for candidate in page["Candidates"]]


def _next_steps(sandbox: Sandbox, project: Path, keep: bool) -> dict[str, str]:
    steps = {}
    scripts = Path(sys.executable).parent
    if shutil.which("exasol-sagemaker") != str(scripts / "exasol-sagemaker"):
        steps[f". {shlex.quote(str(scripts / 'activate'))}"] = "the environment of these commands"
    if not keep:
        return steps | {
            "exasol-sagemaker demo --keep": "the same, and the sandbox stays for you to look around",
            "exasol-sagemaker demo --data FILE.csv --target COLUMN --key COLUMN": "with your own data",
            "exasol-sagemaker init my_project": "a dbt project of your own to start from",
        }
    home = shlex.quote(str(sandbox.home))
    return steps | {
        f'eval "$(exasol-sagemaker sandbox env --home {home})"': "the way into the sandbox, which runs on",
        f"cd {shlex.quote(str(project))}": "the dbt project",
        "dbt build": "again: nothing has changed, so no job is started",
        "dbt build --full-refresh": "trains anew",
        "dbt run-operation exasol_sagemaker.teardown": "removes endpoint, model, function and objects",
        down_command(sandbox.home): "stops the sandbox; its data go with it",
    }
