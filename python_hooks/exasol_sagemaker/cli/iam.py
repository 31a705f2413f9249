"""`exasol-sagemaker iam`: the execution role and the least-privilege policies."""

from __future__ import annotations

import click
from rich.console import Console

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.cli.settings import Options, load_settings, scope_of
from exasol_sagemaker.iam.policies import Bundle, least_privilege
from exasol_sagemaker.iam.rendering import RENDERERS, policy_name
from exasol_sagemaker.session import AwsSession

DEFAULT_NAME = "exasol-sagemaker"


@click.command(short_help="The execution role and the least-privilege policies.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(sorted(RENDERERS)),
    default="json",
    show_default=True,
    help="What to print.",
)
@click.option("--create", is_flag=True, help="Create them in AWS, or bring them up to date.")
@click.option("--yes", is_flag=True, help="With --create: do not ask.")
@click.option("--in-database-scripts", is_flag=True, help="The database's key also serves the SME_ scripts.")
@click.option("--name", default=DEFAULT_NAME, show_default=True, help="What the policies' names begin with.")
@click.option("--s3-uri", help="s3://bucket/prefix of data and models.")
@click.option("--role-arn", help="ARN of the execution role, there or to be created.")
@click.option("--account-id", help="AWS account.  [default: that of the role, or of the credentials]")
@click.option("--region", help="AWS region.")
@click.option("--name-prefix", help="What the names of jobs, models and endpoints begin with.")
@click.option("--profile", help="dbt profile to take all this from.  [default: that of ./dbt_project.yml]")
@click.option("--target", help="Target of the dbt profile.")
@click.option(
    "--profiles-dir", type=click.Path(file_okay=False, exists=True), help="Where profiles.yml lies."
)
def iam(
    format_: str,
    create: bool,
    yes: bool,
    in_database_scripts: bool,
    name: str,
    s3_uri: str | None,
    role_arn: str | None,
    account_id: str | None,
    region: str | None,
    name_prefix: str | None,
    profile: str | None,
    target: str | None,
    profiles_dir: str | None,
) -> None:
    """Print the policies for who runs dbt, for the database's key and for SageMaker's role.

    They reach one bucket prefix, names with one prefix, and one role. Settings are taken from the options,
    from the `sagemaker:` block of a dbt profile, or from SAGEMAKER_S3_URI, SAGEMAKER_ROLE_ARN and AWS_REGION.
    """
    if yes and not create:
        raise click.UsageError("--yes belongs to --create.")
    options = Options(s3_uri, role_arn, account_id, region, name_prefix, profile, target, profiles_dir)
    settings = load_settings(options)
    aws = AwsSession(settings)
    scope = scope_of(aws, options, default_role=f"{name}-execution")
    bundle = least_privilege(scope, in_database_scripts=in_database_scripts)
    if not scope.name_prefix:
        click.echo(
            f"note: without a name prefix the policies reach all jobs, models and endpoints of account "
            f"{scope.account_id} in {scope.region}; set `name_prefix` in the profile's sagemaker block.",
            err=True,
        )
    if create:
        _create(aws, bundle, name, ask=not yes)
    else:
        click.echo(RENDERERS[format_](bundle, name))


def _create(aws: AwsSession, bundle: Bundle, name: str, *, ask: bool) -> None:
    from exasol_sagemaker.iam.provisioning import apply, plan, policy_arn

    console = Console(highlight=False, soft_wrap=True)
    changes = plan(aws.iam, bundle, name)
    if not changes:
        console.print("Nothing to do: role and policies are as they should be.")
    else:
        console.print(f"In account {bundle.scope.account_id}:")
        for change in changes:
            console.print(f"  {change}")
        if ask and not click.confirm("Do this?"):
            raise CliError(
                "Nothing was changed.",
                why="It was not confirmed.",
                next_step="Run again, with --yes or without.",
            )
        for change in apply(aws.iam, bundle, name):
            console.print(f"[green]done[/] {change}")
    console.print("\nNext:")
    for policy in (bundle.dbt, bundle.database):
        console.print(f"  attach {policy_arn(bundle, name, policy)}\n    to {policy.title}")
    console.print(f"  set `role_arn: {bundle.scope.role_arn}` in the profile's sagemaker block")
    console.print(f"  ({policy_name(name, bundle.execution)} is attached to that role already)")
