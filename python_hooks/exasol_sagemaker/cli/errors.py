"""What a user of the command line sees when something cannot be done."""

from typing import IO, Any

import click
from rich.console import Console
from rich.text import Text


class CliError(click.ClickException):
    """Ends the command with exit code 1 and a short message: what failed, why, and what to do next.

    Args:
        what: one sentence on what could not be done.
        why: the reason, where `what` does not say it.
        next_step: what the user can do about it.
    """

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.why = why
        self.next_step = next_step

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to standard error, or to `file`."""
        console = Console(file=file, stderr=file is None, highlight=False, soft_wrap=True)
        console.print(Text.assemble(("Error: ", "bold red"), self.message))
        if self.why:
            console.print(Text.assemble(("  Why:  ", "bold"), self.why))
        if self.next_step:
            console.print(Text.assemble(("  Next: ", "bold"), self.next_step))

    def __str__(self) -> str:
        return "\n".join(part for part in (self.message, self.why, self.next_step) if part)
