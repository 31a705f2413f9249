"""The sandbox: an Exasol server and an AWS server in one process."""

from __future__ import annotations

import errno
import os
import secrets
from ipaddress import IPv4Address
from pathlib import Path

from exasol_sandbox.aws.faults import FILE_NAME as FAULTS_FILE
from exasol_sandbox.aws.faults import Faults
from exasol_sandbox.aws.server import AwsServer
from exasol_sandbox.database.database import Database
from exasol_sandbox.database.server import ExasolServer
from exasol_sandbox.database.tls import ensure_certificate
from exasol_sandbox.state import LOOPBACK, HomeLock, SandboxState, read_state, write_state
from exasol_sandbox.tokens import tokens_of

DEFAULT_EXASOL_PORT = 8563
DEFAULT_AWS_PORT = 8583
_USER = "sys"
_EVERYWHERE = str(IPv4Address(0))


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the message says why and what to do."""


class Sandbox:
    """Both servers, from `start` to `stop`.

    Args:
        home: folder for state, certificate and log; made if it is absent, readable by its owner only.
        data_dir: folder that keeps database and objects over a restart; None keeps them in memory.
        exasol_port: port of the database; 0 takes a free one.
        aws_port: port of AWS; 0 takes a free one.
        nodes: nodes of the database cluster, as `NPROC()` and EXPORT see them.
        host: IPv4 address that both listen on; 0.0.0.0 for all of the machine's.
    """

    def __init__(
        self,
        home: Path,
        data_dir: Path | None = None,
        exasol_port: int = DEFAULT_EXASOL_PORT,
        aws_port: int = DEFAULT_AWS_PORT,
        nodes: int = 1,
        host: str = LOOPBACK,
    ) -> None:
        self._home = home
        self._data_dir = data_dir
        self._exasol_port = exasol_port
        self._aws_port = aws_port
        self._nodes = nodes
        self._host = host
        self._lock = HomeLock(home)
        self._aws: AwsServer | None = None
        self._database: Database | None = None
        self._server: ExasolServer | None = None

    def start(self) -> SandboxState:
        """Starts both servers and writes `state.json`; returns when both answer.

        Raises:
            SandboxError: another sandbox runs in this home, or a port is taken.
        """
        self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._lock.acquire():
            raise SandboxError(f"a sandbox is already running in {self._home}")
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends connections, training and serving processes, and both servers."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._aws is not None:
            self._aws.stop()
            self._aws = None
        self._lock.release()

    def _start(self) -> SandboxState:
        earlier = read_state(self._home)
        password = earlier.password if earlier else secrets.token_urlsafe(12)
        certificate = ensure_certificate(self._home)
        faults = Faults(self._home / FAULTS_FILE)
        aws = AwsServer(self._host, self._aws_port, _below(self._data_dir, "aws"), faults=faults)
        try:
            aws.start()
        except OSError as error:
            raise _explained(error, "AWS", self._aws_port, "--aws-port") from error
        self._aws = aws
        account = aws.bootstrap()
        self._database = Database(
            _below(self._data_dir, "database"),
            self._nodes,
            aws.endpoint_url,
            password=password,
            tokens=tokens_of(self._home),
        )
        server = ExasolServer(self._database, certificate, self._host, self._exasol_port)
        try:
            server.start()
        except OSError as error:
            raise _explained(error, "Exasol", self._exasol_port, "--exasol-port") from error
        self._server = server
        # Clients on this machine find a server that listens everywhere on loopback.
        host = LOOPBACK if self._host == _EVERYWHERE else self._host
        state = SandboxState(
            pid=os.getpid(),
            dsn=f"{host}/{certificate.fingerprint}:{server.port}",
            user=_USER,
            password=password,
            exasol_host=host,
            exasol_port=server.port,
            fingerprint=certificate.fingerprint,
            certificate=str(certificate.certificate_file.resolve()),
            aws_endpoint_url=f"http://{host}:{aws.port}",
            aws_region=account.region,
            aws_access_key_id=account.access_key_id,
            aws_secret_access_key=account.secret_access_key,
            role_arn=account.role_arn,
            bucket=account.bucket,
            nodes=self._nodes,
            data_dir=str(self._data_dir) if self._data_dir else None,
        )
        write_state(self._home, state)
        return state


def _below(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    (folder / name).mkdir(parents=True, exist_ok=True)
    return folder / name


def _explained(error: OSError, what: str, port: int, option: str) -> SandboxError:
    if error.errno == errno.EADDRINUSE:
        return SandboxError(
            f"port {port}, which the sandbox's {what} would listen on, is taken by another program: "
            f"stop that program, or let the sandbox take a free port with {option} 0"
        )
    return SandboxError(f"the sandbox's {what} cannot listen on port {port}: {error}")
