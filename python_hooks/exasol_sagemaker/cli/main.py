"""Entry of the command line: `exasol-sagemaker`."""

from importlib.metadata import version as installed_version

import click

from exasol_sagemaker.cli.group import LazyGroup

DISTRIBUTION = "dbt-exasol-sagemaker"


@click.group(
    cls=LazyGroup,
    lazy_commands={
        "demo": "exasol_sagemaker.cli.demo:demo",
        "endpoints": "exasol_sagemaker.cli.endpoints:endpoints",
        "garbage": "exasol_sagemaker.cli.garbage:garbage",
        "iam": "exasol_sagemaker.cli.iam:iam",
        "init": "exasol_sagemaker.cli.init:init",
        "plan": "exasol_sagemaker.cli.plan:plan",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(installed_version(DISTRIBUTION), prog_name="exasol-sagemaker")
def cli() -> None:
    """Train, deploy and query SageMaker Autopilot models with dbt on Exasol."""


@cli.command(short_help="Show versions.")
def version() -> None:
    """Show the versions of this and of what it works with."""
    for name in (DISTRIBUTION, "dbt-core", "dbt-exasol", "pyexasol", "boto3"):
        click.echo(f"{name} {installed_version(name)}")


def main() -> None:
    """Run the command line and exit with its code: 0 done, 1 failed, 2 used wrongly, 130 interrupted."""
    cli()
