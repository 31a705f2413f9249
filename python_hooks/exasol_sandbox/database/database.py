"""The database: one DuckDB instance, its users, and the sessions on it."""

from __future__ import annotations

from pathlib import Path

from exasol_sandbox.database.session import Session
from exasol_sandbox.database.tunnel import TunnelRegistry


class Database:
    """One Exasol database.

    Args:
        path: the folder to keep it in; None keeps it in memory only.
        nodes: what `NPROC()` answers and how many workers a UDF is spread over.
        aws: endpoint URL of the sandbox's AWS, which S3 URLs of IMPORT and EXPORT are sent to; None means that
            there is none.
        password: of the user SYS.

    Attributes:
        tunnels: the sockets of clients that wait for an IMPORT or EXPORT to use them.
    """

    def __init__(
        self, path: Path | None = None, nodes: int = 1, aws: str | None = None, *, password: str
    ) -> None:
        self.path = path
        self.nodes = nodes
        self.aws = aws
        self.tunnels = TunnelRegistry()
        self._password = password

    def login(self, user: str, password: str) -> Session:
        """A new session of `user`.

        Raises:
            ExasolError: user or password is wrong (08004).
        """
        raise NotImplementedError

    def sessions(self) -> list[Session]:
        """The open sessions."""
        raise NotImplementedError

    def close(self) -> None:
        """Close all sessions and the database."""
        raise NotImplementedError
