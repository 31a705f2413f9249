"""`exasol-sagemaker demo`: the whole life cycle on a private sandbox."""

import shutil
import tempfile
from pathlib import Path

import click
from rich.console import Console

#: So that four of five are still the 500 that Autopilot wants.
MIN_ROWS = 700


@click.command(short_help="The whole life cycle on a private sandbox.")
@click.option(
    "--rows",
    type=click.IntRange(min=MIN_ROWS),
    default=50_000,
    show_default=True,
    help="Credit applications to generate.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Your own CSV file, with a header, instead of the generated data.",
)
@click.option("--target", help="Column of that file to predict.")
@click.option("--key", help="Column of that file that names a row.")
@click.option("--keep", is_flag=True, help="Leave the sandbox running, and the dbt project on disk.")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    help="Folder for the sandbox's state and log.  [default: a temporary one]",
)
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    help="Folder to write the dbt project to and keep it.  [default: a temporary one]",
)
@click.pass_context
def demo(
    ctx: click.Context,
    rows: int,
    data: Path | None,
    target: str | None,
    key: str | None,
    keep: bool,
    home: Path | None,
    project: Path | None,
) -> None:
    """Train, deploy and predict with dbt, from a table to predictions, on a private sandbox.

    Nothing is left running and no account is needed. A fifth of the rows is held out from training, and the
    predictions are made and judged on those.
    """
    _check_options(ctx, data, target, key, project)
    from exasol_sagemaker.demo.dataset import csv_dataset
    from exasol_sagemaker.demo.run import run_demo
    from exasol_sagemaker.demo.subject import credit_subject, csv_subject

    if data is not None and target is not None and key is not None:
        subject = csv_subject(csv_dataset(data, target=target, key=key))
    else:
        subject = credit_subject(rows)
    console = Console(highlight=False)
    base = None if home and project else Path(tempfile.mkdtemp(prefix="exasol-sagemaker-demo-"))
    home = home or Path(base or "", "sandbox")
    project = project or Path(base or "", "project")
    interrupted = False
    try:
        run_demo(subject, console, home=home, project=project, keep=keep)
    except KeyboardInterrupt:
        interrupted = True
        console.print("\nInterrupted. The sandbox is stopped; nothing is left running.")
    # After an error the folder stays: the logs that its message points to lie there.
    if base and (interrupted or not keep):
        shutil.rmtree(base)
    if interrupted:
        ctx.exit(130)


def _check_options(
    ctx: click.Context, data: Path | None, target: str | None, key: str | None, project: Path | None
) -> None:
    if data is None and (target or key):
        raise click.UsageError("--target and --key belong to --data FILE.csv.")
    if data is not None and not (target and key):
        raise click.UsageError(
            "--data needs --target COLUMN (to predict) and --key COLUMN (that names a row)."
        )
    if data is not None and ctx.get_parameter_source("rows") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("--rows is for the generated data; leave it out with --data.")
    if project is not None and project.is_dir() and any(project.iterdir()):
        raise click.UsageError(f"--project {project} is not empty.")
