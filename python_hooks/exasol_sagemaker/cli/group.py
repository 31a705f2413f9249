"""A click group that loads its commands when they are asked for, and finds more of them by entry point."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import click

from exasol_sagemaker.cli.errors import CliError
from exasol_sagemaker.errors import ExasolSageMakerError

ENTRY_POINT_GROUP = "exasol_sagemaker.commands"


class LazyGroup(click.Group):
    """Commands by where they live: ours as `module:attribute`, others' from the entry point group.

    A command's module is imported when the command is run or listed: each keeps its heavy imports inside
    functions.
    """

    def __init__(self, *args: object, lazy_commands: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._lazy_commands = lazy_commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our commands and those of the entry points, sorted."""
        return sorted({*super().list_commands(ctx), *self._lazy_commands, *self._contributed()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name in self._lazy_commands:
            module, _, attribute = self._lazy_commands[cmd_name].partition(":")
            command: click.Command = getattr(import_module(module), attribute)
            return command
        contributed = self._contributed().get(cmd_name)
        if contributed is None:
            return super().get_command(ctx, cmd_name)
        try:
            return contributed.load()  # type: ignore[no-any-return]
        except ModuleNotFoundError as error:
            return _unavailable(cmd_name, error)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; errors that a user can act on, and a missing extra, become messages."""
        try:
            return super().invoke(ctx)
        except ExasolSageMakerError as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            raise missing_extra(ctx.invoked_subcommand or "this command", error) from error

    @staticmethod
    def _contributed() -> dict[str, EntryPoint]:
        return {found.name: found for found in entry_points(group=ENTRY_POINT_GROUP)}


def missing_extra(command: str, error: ModuleNotFoundError) -> CliError:
    """The message for a command whose libraries are not installed."""
    return CliError(
        f"`exasol-sagemaker {command}` cannot run: the Python module {error.name!r} is not installed.",
        why="The sandbox and the demo need libraries that a plain install leaves out.",
        next_step="pip install 'dbt-exasol-sagemaker[sandbox]'",
    )


def _unavailable(name: str, error: ModuleNotFoundError) -> click.Command:
    def refuse() -> None:
        raise missing_extra(name, error)

    return click.Command(
        name,
        callback=refuse,
        short_help="(needs: pip install 'dbt-exasol-sagemaker[sandbox]')",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        add_help_option=False,
    )
