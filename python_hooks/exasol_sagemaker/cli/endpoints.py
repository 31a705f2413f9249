"""`exasol-sagemaker endpoints`: what runs and costs, and what nobody needs any more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Column, Table

from exasol_sagemaker.cli.aws_options import aws_options, session_of

if TYPE_CHECKING:
    from exasol_sagemaker.endpoint_list import OwnEndpoint

_STYLES = {"InService": "green", "Failed": "red", "OutOfService": "red", "UpdateRollbackFailed": "red"}


@click.group(short_help="Endpoints of this package: what runs, and what is past its ttl.")
def endpoints() -> None:
    """Endpoints that carry this package's tags, in one account and region. Others are never touched.

    Region and credentials come from a dbt profile, or from AWS's environment variables.
    """


def _limits(command: Callable[..., Any]) -> Callable[..., Any]:
    only_project = click.option("--only-project", help="Only what this dbt project made.")
    only_target = click.option("--only-target", help="Only what this dbt target made.")
    return only_project(only_target(command))


@endpoints.command("list", short_help="State, age, job, time to live and drift.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line instead of a table.")
@_limits
@aws_options
def list_command(
    as_json: bool, only_project: str | None, only_target: str | None, **options: str | None
) -> None:
    """List endpoints with state, age, job, time to live, and what others did to them."""
    from exasol_sagemaker.endpoint_list import list_own_endpoints

    aws = session_of(**options)
    found = list(list_own_endpoints(aws, project=only_project, target=only_target))
    if as_json:
        for one in found:
            click.echo(json.dumps(_as_json(one)))
        return
    console = Console(highlight=False)
    if not found:
        console.print(f"No endpoints of this package in {aws.region}.")
        return
    # Names are there to be copied: never cut.
    names = [Column(title, overflow="fold") for title in ("endpoint", "job")]
    table = Table(names[0], "state", names[1], "on", "age", "ttl", box=None, pad_edge=False)
    for one in found:
        state = f"[{_STYLES.get(one.status, 'yellow')}]{one.status}[/]"
        table.add_row(one.name, state, one.job_name or "?", _hosts(one), _age(one), _ttl(one))
    console.print(table)
    for one in found:
        for sentence in _remarks(one):
            console.print(f"[yellow]{one.name}[/]: {sentence}", soft_wrap=True)


@endpoints.command(short_help="Delete what is past its ttl.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@_limits
@aws_options
def prune(dry_run: bool, only_project: str | None, only_target: str | None, **options: str | None) -> None:
    """Delete endpoints that are past their `ttl`, with their configurations and models."""
    from exasol_sagemaker.endpoint_list import prune_endpoints

    aws = session_of(**options)
    console = Console(highlight=False, soft_wrap=True)
    nothing = True
    for removed in prune_endpoints(aws, project=only_project, target=only_target, dry_run=dry_run):
        nothing = False
        console.print(f"{removed.kind} {removed.name}: {removed.action}")
    if nothing:
        console.print("Nothing is past its ttl.")


def _hosts(one: OwnEndpoint) -> str:
    if not one.instance_type:
        return "serverless"
    limits = f" ({one.autoscaling.min_instances}-{one.autoscaling.max_instances})" if one.autoscaling else ""
    return f"{one.instance_count}{limits} x {one.instance_type}"


def _age(one: OwnEndpoint) -> str:
    return _span(one.seen_at - one.created_at)


def _ttl(one: OwnEndpoint) -> str:
    if one.expires_at is None:
        return ""
    left = one.expires_at - one.seen_at
    return f"{_span(left)} left" if left > timedelta(0) else f"[red]{_span(-left)} over[/]"


def _span(length: timedelta) -> str:
    """A time as `3d 4h`, `4h 5m` or `5m`."""
    minutes = int(length.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days}d {hours}h"
    return f"{hours}h {minutes % 60}m" if hours else f"{minutes}m"


def _remarks(one: OwnEndpoint) -> list[str]:
    found = [sentence.removeprefix(f"endpoint {one.name} ") for sentence in one.drift]
    if one.rolled_back_from:
        found.append(f"was rolled back from {one.rolled_back_from}")
    if one.failure_reason:
        found.append(one.failure_reason)
    return found


def _as_json(one: OwnEndpoint) -> dict[str, Any]:
    return {
        "endpoint_name": one.name,
        "project": one.owner.project,
        "target": one.owner.target,
        "node": one.owner.node,
        "status": one.status,
        "job_name": one.job_name,
        "instance_type": one.instance_type,
        "instance_count": one.instance_count,
        "autoscaling": str(one.autoscaling) if one.autoscaling else None,
        "created_at": one.created_at.isoformat(),
        "deployed_at": one.deployed_at.isoformat(),
        "expires_at": one.expires_at.isoformat() if one.expires_at else None,
        "expired": one.expired,
        "rolled_back_from": one.rolled_back_from,
        "drift": list(one.drift),
        "failure_reason": one.failure_reason,
    }
