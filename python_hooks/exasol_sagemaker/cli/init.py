"""`exasol-sagemaker init`: what a dbt project needs to use the package."""

import shlex
from pathlib import Path

import click
from rich.console import Console

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.demo.example import example_plan
from exasol_sagemaker.demo.project import render_project, write_project

PACKAGES, PROFILES, PROJECT = Path("packages.yml"), Path("profiles.yml"), Path("dbt_project.yml")


@click.command(short_help="Set up a dbt project.")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def init(directory: Path, force: bool) -> None:
    """Set up a dbt project in DIRECTORY, or add to the one that is there.

    Writes packages.yml with the dbt package that came with this installation, and profiles.yml with the
    targets sandbox, staging and prod. Where there is no dbt project yet, an example is written too.
    """
    plan = example_plan()
    existing = (directory / PROJECT).is_file()
    files = render_project(plan)
    if existing:
        files = {inside: files[inside] for inside in (PACKAGES, PROFILES)}
    _refuse_to_overwrite(directory, files, force, plan.package)
    write_project(directory, files)

    console = Console(highlight=False, soft_wrap=True)
    for inside in files:
        console.print(f"[green]wrote[/] {directory / inside}")
    console.print(_next_steps(directory, existing))


def _refuse_to_overwrite(directory: Path, files: dict[Path, str], force: bool, package: Path) -> None:
    there = [str(inside) for inside in files if (directory / inside).exists()]
    if not there or force:
        return
    hint = f" Or add `- local: {package}` to its packages by hand." if str(PACKAGES) in there else ""
    raise CliError(
        f"Nothing was written: {directory} already has {', '.join(there)}.",
        why="These files may hold your own settings.",
        next_step=f"exasol-sagemaker init {shlex.quote(str(directory))} --force overwrites them.{hint}",
    )


def _next_steps(directory: Path, existing: bool) -> str:
    steps = [
        f"cd {shlex.quote(str(directory))}" if directory != Path() else "",
        "exasol-sagemaker sandbox up --background",
        'eval "$(exasol-sagemaker sandbox env)"',
        "dbt deps",
        "dbt debug",
        "dbt build",
        "exasol-sagemaker sandbox down",
    ]
    note = "\nIn dbt_project.yml, set `profile: exasol_sagemaker`." if existing else ""
    return f"{note}\nNext, on the sandbox:\n" + "\n".join(f"  {step}" for step in steps if step)
