"""Which Exasol the tests run on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ExasolServer:
    """The Exasol that the tests connect to.

    Attributes:
        is_sandbox: whether it is a sandbox that the tests started.
        certificate: PEM file to trust; None if the DSN says how to verify.
    """

    dsn: str
    user: str
    password: str = field(repr=False)
    is_sandbox: bool
    certificate: str | None = None
