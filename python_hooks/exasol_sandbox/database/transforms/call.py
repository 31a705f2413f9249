"""A function call on its way to DuckDB."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlglot import exp

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.transforms.typed import Typed

if TYPE_CHECKING:
    from exasol_sandbox.database.transforms.context import Context
    from exasol_sandbox.database.transforms.expressions import ExpressionTranslator


class Call:
    """A call of one of Exasol's functions.

    Attributes:
        name: the function's name in upper case.
        node: the call in the parsed statement.
        translator: what translates its arguments.
    """

    def __init__(self, name: str, node: exp.Expr, translator: ExpressionTranslator) -> None:
        self.name = name
        self.node = node
        self.translator = translator

    @property
    def context(self) -> Context:
        """What is known about the session."""
        return self.translator.context

    @cached_property
    def nodes(self) -> list[exp.Expr]:
        """The arguments as they were parsed."""
        return list(self.node.expressions)

    @cached_property
    def args(self) -> list[Typed]:
        """The translated arguments."""
        return [self.translator(node) for node in self.nodes]

    @property
    def star(self) -> bool:
        """Whether the only argument is `*`."""
        return len(self.nodes) == 1 and isinstance(self.nodes[0], exp.Star)

    def expect(self, least: int, most: int | None = None) -> list[Typed]:
        """The arguments, if there are as many as the function takes.

        Raises:
            ExasolError: there are fewer or more.
        """
        most = least if most is None else most
        if not least <= len(self.nodes) <= most:
            raise ExasolError(
                SYNTAX_OR_ACCESS,
                f"wrong number of arguments for function {self.name} ({len(self.nodes)}, expected "
                + (str(least) if least == most else f"{least} to {most}")
                + ")",
            )
        return self.args

    def constant_text(self, index: int) -> str | None:
        """The text of an argument that is a string literal; None if it is something else."""
        if index >= len(self.nodes):
            return None
        node = self.nodes[index]
        return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None

    def refuse(self, what: str) -> ExasolError:
        """The error for a form of the function that the sandbox does not have."""
        return unsupported(f"{self.name} {what}")
