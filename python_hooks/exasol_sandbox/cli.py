"""The command group `sandbox`: up, status, down, env."""

from __future__ import annotations

import ipaddress
import shlex
import signal
import threading
from pathlib import Path
from typing import IO

import click

from exasol_sandbox.state import DEFAULT_HOME, LOOPBACK, SandboxState, is_running, read_state

_EXPOSED = (
    "the sandbox listens on {host}, where other machines may reach it. It is made for tests: its AWS speaks "
    "HTTP without encryption, and what its scripts do runs as your user."
)

_home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_HOME,
    show_default=True,
    help="Folder for the sandbox's state, certificate and log.",
)


@click.group(short_help="An Exasol and an AWS on this machine.")
def sandbox() -> None:
    """An Exasol database and an AWS account on this machine, to learn and to test with."""


@sandbox.command()
@_home_option
@click.option("--background", is_flag=True, help="Return when the sandbox answers, and leave it running.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that keeps tables, objects and jobs over a restart; without it they are kept in memory.",
)
@click.option(
    "--exasol-port",
    type=click.IntRange(0, 65535),
    default=8563,
    show_default=True,
    help="Port of the database; 0 takes a free one.",
)
@click.option(
    "--aws-port",
    type=click.IntRange(0, 65535),
    default=8583,
    show_default=True,
    help="Port of AWS; 0 takes a free one.",
)
@click.option(
    "--nodes", type=click.IntRange(1, 64), default=1, show_default=True, help="Nodes of the database cluster."
)
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="Address to listen on; any other than loopback lets others in.",
)
def up(
    home: Path,
    background: bool,
    data_dir: Path | None,
    exasol_port: int,
    aws_port: int,
    nodes: int,
    host: str,
) -> None:
    """Start the sandbox."""
    from exasol_sandbox.background import NoAnswer, StartFailed, running_state, start_in_background

    home = home.expanduser().resolve()
    try:
        running = running_state(home)
    except NoAnswer as error:
        raise click.ClickException(str(error)) from error
    if running is not None:
        click.echo(f"The sandbox in {home} is already running.")
        _summarise(home, running)
        return
    if data_dir is not None:
        data_dir = data_dir.expanduser().resolve()
    if not _is_loopback(host):
        click.echo(f"Warning: {_EXPOSED.format(host=host)}", err=True)
    if background:
        try:
            state = start_in_background(
                home, data_dir=data_dir, exasol_port=exasol_port, aws_port=aws_port, nodes=nodes, host=host
            )
        except StartFailed as error:
            raise click.ClickException(str(error)) from error
        _summarise(home, state)
        return
    _run(home, data_dir, exasol_port, aws_port, nodes, host)


@sandbox.command()
@_home_option
def status(home: Path) -> None:
    """Say whether the sandbox is running, and where. Exits with 1 if it is not."""
    home = home.expanduser().resolve()
    state = _running_state(home)
    if state is None:
        click.echo(f"No sandbox is running in {home}. Start it with: exasol-sagemaker sandbox up")
        raise SystemExit(1)
    _summarise(home, state)


@sandbox.command()
@_home_option
def down(home: Path) -> None:
    """Stop the sandbox."""
    from exasol_sandbox.background import StopFailed, stop

    home = home.expanduser().resolve()
    if _running_state(home) is None:
        click.echo(f"No sandbox is running in {home}.")
        return
    try:
        stop(home)
    except StopFailed as error:
        raise click.ClickException(str(error)) from error
    click.echo("The sandbox has stopped.")


@sandbox.command(short_help="Print the variables that clients need.")
@_home_option
def env(home: Path) -> None:
    """Print the variables that clients need, for: eval "$(exasol-sagemaker sandbox env)"."""
    home = home.expanduser().resolve()
    state = _running_state(home)
    if state is None:
        raise click.ClickException(
            f"no sandbox is running in {home}; start it with: exasol-sagemaker sandbox up"
        )
    for name, value in state.environment().items():
        click.echo(f"export {name}={shlex.quote(value)}")


@sandbox.command()
@_home_option
@click.argument("subject")
@click.option(
    "--refresh", is_flag=True, help="A refresh token (30 days) instead of an access token (1 hour)."
)
def token(home: Path, subject: str, refresh: bool) -> None:
    """Print a token by which the user with that OpenID subject logs in.

    CREATE USER … IDENTIFIED BY OPENID SUBJECT '…' makes such a user.
    """
    from exasol_sandbox.tokens import tokens_of

    home = home.expanduser().resolve()
    if _running_state(home) is None:
        raise click.ClickException(
            f"no sandbox is running in {home}; start it with: exasol-sagemaker sandbox up"
        )
    click.echo(tokens_of(home).issue(subject, "refresh" if refresh else "access"))


@sandbox.command(short_help="Let things go wrong in its AWS.")
@_home_option
@click.argument("rules", type=click.File("r"), required=False)
@click.option("--clear", is_flag=True, help="Let nothing go wrong any more.")
def faults(home: Path, rules: IO[str] | None, clear: bool) -> None:
    """Let things go wrong in the sandbox's AWS, as a JSON file RULES says (- for standard input).

    Without RULES it prints those in force. docs/sandbox.md describes them.
    """
    from exasol_sandbox.aws.faults import FILE_NAME, FaultRuleError, read_rules

    file = home.expanduser().resolve() / FILE_NAME
    if clear:
        file.unlink(missing_ok=True)
    elif rules is not None:
        text = rules.read()
        try:
            read_rules(text)
        except FaultRuleError as error:
            raise click.ClickException(str(error)) from error
        file.write_text(text)
    elif file.exists():
        click.echo(file.read_text().rstrip())
    else:
        click.echo("No faults.")


def _running_state(home: Path) -> SandboxState | None:
    return read_state(home) if is_running(home) else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _run(home: Path, data_dir: Path | None, exasol_port: int, aws_port: int, nodes: int, host: str) -> None:
    from exasol_sandbox.sandbox import Sandbox, SandboxError

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    box = Sandbox(home, data_dir, exasol_port, aws_port, nodes, host)
    try:
        state = box.start()
    except SandboxError as error:
        raise click.ClickException(str(error)) from error
    try:
        _summarise(home, state)
        click.echo("Stop it with Ctrl-C.")
        stopping.wait()
    finally:
        box.stop()


def _summarise(home: Path, state: SandboxState) -> None:
    click.echo(f"Exasol   {state.dsn}, user {state.user}")
    click.echo(f"AWS      {state.aws_endpoint_url}, region {state.aws_region}, bucket {state.bucket}")
    click.echo(f"State    {home / 'state.json'} (with the passwords), process {state.pid}")
    click.echo('Use it   eval "$(exasol-sagemaker sandbox env' + _home_argument(home) + ')"')


def _home_argument(home: Path) -> str:
    return "" if home == DEFAULT_HOME.expanduser() else f" --home {shlex.quote(str(home))}"
