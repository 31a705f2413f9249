"""`exasol-sagemaker garbage`: S3 objects of jobs that nothing refers to any more."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from exasol_sagemaker.cli.aws_options import aws_options, session_of
from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.cli.settings import project_profile


@click.command(short_help="Delete S3 objects of jobs that nothing refers to any more.")
@click.option(
    "--older-than",
    default="30 days",
    show_default=True,
    help="Age of a job's youngest object, of a file, of an upload.",
)
@click.option(
    "--keep-newest",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="Completed jobs of each model to keep.",
)
@click.option("--project", help="dbt project that made them.  [default: that of ./dbt_project.yml]")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@aws_options
def garbage(
    older_than: str, keep_newest: int, project: str | None, dry_run: bool, **options: str | None
) -> None:
    """Delete training data, artifacts and batch files of one dbt target's old jobs, captured data, and
    unfinished uploads.

    A job's objects stay while it runs, while a SageMaker model is made of them, and while it is among the
    newest completed ones of its model. To keep what the tables in the database refer to as well, use
    `dbt run-operation exasol_sagemaker.collect_garbage`.
    """
    from exasol_sagemaker.garbage import collect_garbage
    from exasol_sagemaker.retraining import parse_duration

    target = options["target"]
    project = project or _project_name()
    if project is None or target is None:
        raise CliError(
            "It is not said whose objects to look at.",
            why="Objects lie by dbt project and target.",
            next_step="give --project and --target",
        )
    if options["profile"] is None and project_profile() is None:
        options["target"] = None
    age = parse_duration(older_than)
    aws = session_of(**options)
    console = Console(highlight=False, soft_wrap=True)
    found = False
    for piece in collect_garbage(
        aws, project=project, target=target, older_than=age, keep_newest=keep_newest, dry_run=dry_run
    ):
        found = True
        console.print(str(piece))
    if not found:
        console.print("There is no garbage.")


def _project_name() -> str | None:
    import yaml

    path = Path("dbt_project.yml")
    content = yaml.safe_load(path.read_text()) if path.is_file() else None
    return content.get("name") if isinstance(content, dict) else None
