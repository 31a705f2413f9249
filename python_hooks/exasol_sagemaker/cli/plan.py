"""`exasol-sagemaker plan`: what a run would start, change and delete, without doing it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape

from exasol_sagemaker.cli.errors import CliError

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

KINDS = ("autopilot_model", "sagemaker_endpoint", "batch_prediction", "forecast")

_MARK = "exasol_sagemaker plan "
_COLOURS = {"keep": "dim", "fail": "red", "start": "green", "create": "green"}


@click.command(short_help="What a run would start, change and delete.")
@click.option("--select", "-s", multiple=True, help="Nodes, as dbt run has it; may be repeated.")
@click.option("--exclude", multiple=True, help="Nodes to leave out; may be repeated.")
@click.option("--full-refresh", is_flag=True, help="As a run with --full-refresh.")
@click.option("--target", "-t", help="Target of the profile.")
@click.option("--vars", "variables", help="Variables of the project, in YAML.")
@click.option("--project-dir", type=click.Path(), help="Folder of the project.  [default: this one]")
@click.option("--profiles-dir", type=click.Path(), help="Folder of profiles.yml.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plan(
    select: tuple[str, ...],
    exclude: tuple[str, ...],
    full_refresh: bool,
    as_json: bool,
    **options: str | None,
) -> None:
    """Say which training and transform jobs a dbt run would start, and which endpoints it would change.

    Nothing is sent to AWS or to the database but reads. Data are looked at as they are now: what a run
    would build upstream is not. Exits with 1 if a node would fail.
    """
    names = {"target": "--target", "variables": "--vars", "project_dir": "--project-dir"}
    names["profiles_dir"] = "--profiles-dir"
    common = [part for key, value in options.items() if value for part in (names[key], str(value))]
    chosen = [term for group in select for term in group.split()] or ["*"]
    selection = [f"{term},config.materialized:{kind}" for term in chosen for kind in KINDS]
    arguments = ["compile", *common, *(part for term in selection for part in ("--select", term))]
    arguments += [part for term in exclude for part in ("--exclude", term)]
    compiled = _dbt(arguments, [])
    queries = {
        one.node.unique_id: one.node.compiled_code
        for one in compiled.result or ()
        if one.node.config.materialized in KINDS
    }
    steps: list[dict[str, Any]] = []
    if queries:
        said: list[str] = []
        content = json.dumps({"queries": queries, "full_refresh": full_refresh})
        _dbt(["run-operation", "exasol_sagemaker.plan", *common, "--args", content], said)
        steps = json.loads(next(line for line in said if line.startswith(_MARK)).removeprefix(_MARK))
    if as_json:
        click.echo(json.dumps(steps, indent=2, ensure_ascii=False))
    else:
        _show(steps)
    if any(step["action"] == "fail" for step in steps):
        raise click.exceptions.Exit(1)


def _dbt(arguments: list[str], said: list[str]) -> dbtRunnerResult:
    """Run a dbt command in this process, and note what its macros log.

    What dbt prints is shown only if it fails: it prints compiled queries even when it is told to be quiet.

    Raises:
        CliError: dbt failed; it has said why.
    """
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(callbacks=[lambda event: said.append(str(event.info.msg))])
    printed = io.StringIO()
    with redirect_stdout(printed):
        result = runner.invoke(["--quiet", "--no-use-colors", *arguments])
    if not result.success:
        click.echo(printed.getvalue(), err=True, nl=False)
        raise CliError(
            f"dbt {arguments[0]} failed, so there is no plan.",
            why=str(result.exception).strip() if result.exception else "dbt has said above.",
            next_step="mend that, and plan again",
        )
    return result


def _show(steps: list[dict[str, Any]]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not steps:
        console.print("No node that works in AWS is selected.")
        return
    for step in steps:
        colour = _COLOURS.get(step["action"], "yellow")
        name = f" {step['name']}" if step["name"] else ""
        console.print(
            f"[{colour}]{step['action']:8}[/]{step['node'].split('.', 2)[-1]} "
            f"[dim]{step['kind']}[/]{name}: {escape(step['reason'])}"
        )
        for gone in step["deletes"]:
            console.print(f"        [dim]then deletes {escape(gone)}[/]")
    changes = [step for step in steps if step["action"] not in {"keep", "fail"}]
    failing = sum(step["action"] == "fail" for step in steps)
    started = sum(step["action"] == "start" for step in steps)
    console.print(
        f"\nNodes that start jobs: {started}. Endpoints to create or change: {len(changes) - started}. "
        f"Nodes that would fail: {failing}."
    )
