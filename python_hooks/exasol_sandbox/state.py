"""What a running sandbox tells its clients: `state.json` in its home folder."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO

DEFAULT_HOME = Path("~/.exasol-sandbox")
LOOPBACK = "127.0.0.1"
_STATE_FILE = "state.json"
_LOCK_FILE = "sandbox.lock"


@dataclass(frozen=True)
class SandboxState:
    """Addresses and credentials of a sandbox.

    Attributes:
        pid: of the process; valid while `is_running` says so.
        dsn: host, fingerprint of the certificate, and port, as Exasol's drivers take them.
        user: Exasol user.
        password: that user's.
        exasol_host: where the database listens.
        exasol_port: its port.
        fingerprint: SHA-256 of the certificate, in hex digits.
        certificate: PEM file of the certificate.
        aws_endpoint_url: for `AWS_ENDPOINT_URL`.
        aws_region: region of bucket and SageMaker resources.
        aws_access_key_id: of the bootstrap user.
        aws_secret_access_key: that user's.
        role_arn: execution role that SageMaker may assume.
        bucket: name of the bucket that exists from the start.
        nodes: of the database cluster.
        data_dir: folder that keeps the data; None in memory.
    """

    pid: int
    dsn: str
    user: str
    password: str = field(repr=False)
    exasol_host: str
    exasol_port: int
    fingerprint: str
    certificate: str
    aws_endpoint_url: str
    aws_region: str
    aws_access_key_id: str
    aws_secret_access_key: str = field(repr=False)
    role_arn: str
    bucket: str
    nodes: int = 1
    data_dir: str | None = None

    @property
    def s3_uri(self) -> str:
        """The bucket as a URI."""
        return f"s3://{self.bucket}"

    def environment(self) -> dict[str, str]:
        """The same under the names that the clients read from their environment."""
        return {
            "EXASOL_DSN": self.dsn,
            "EXASOL_USER": self.user,
            "EXASOL_PASSWORD": self.password,
            # With this, clients that verify certificates (dbt-exasol by default) trust the sandbox's.
            "WEBSOCKET_CLIENT_CA_BUNDLE": self.certificate,
            "AWS_ENDPOINT_URL": self.aws_endpoint_url,
            "AWS_REGION": self.aws_region,
            "AWS_DEFAULT_REGION": self.aws_region,
            "AWS_ACCESS_KEY_ID": self.aws_access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.aws_secret_access_key,
            "SAGEMAKER_ROLE_ARN": self.role_arn,
            "SAGEMAKER_S3_URI": self.s3_uri,
        }


def write_state(home: Path, state: SandboxState) -> Path:
    """Puts `state.json` in place, readable by its owner only."""
    target = home / _STATE_FILE
    draft = home / f"{_STATE_FILE}.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(state), file, indent=2)
    draft.replace(target)
    return target


def read_state(home: Path) -> SandboxState | None:
    """The state of the sandbox that runs in `home` or ran there last; None without one, or if it is
    unreadable.
    """
    try:
        kept = json.loads((home / _STATE_FILE).read_text())
        return SandboxState(**{name.name: kept[name.name] for name in fields(SandboxState)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


class HomeLock:
    """The right to run a sandbox in a home folder; a process that dies loses it, however it dies."""

    def __init__(self, home: Path) -> None:
        self._path = home / _LOCK_FILE
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """Whether this process may run a sandbox here."""
        file = self._path.open("a")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Gives the right back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def is_running(home: Path) -> bool:
    """Whether another process runs a sandbox in `home`."""
    if not home.is_dir():
        return False
    lock = HomeLock(home)
    free = lock.acquire()
    lock.release()
    return not free
