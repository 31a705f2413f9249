"""The listener of the sandbox's AWS."""

from __future__ import annotations

from pathlib import Path

from exasol_sandbox.aws.account import AwsAccount


class AwsServer:
    """Serves S3, IAM, STS and SageMaker over HTTP on one port, from threads of this process.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        data_dir: Folder that keeps objects, jobs and endpoints over a restart; in memory without.
        region: Region of the account.

    Raises:
        OSError: From `start`, when the address is taken.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        data_dir: Path | None = None,
        *,
        region: str = "eu-central-1",
    ) -> None:
        self.host = host
        self.port = port
        self.data_dir = data_dir
        self.region = region

    @property
    def endpoint_url(self) -> str:
        """Address for `AWS_ENDPOINT_URL`; valid after `start`."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Binds the port and answers from now on; returns at once."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ends listening and every training and serving process."""
        raise NotImplementedError

    def bootstrap(self) -> AwsAccount:
        """Creates user, role and bucket, or finds those of an earlier run; valid after `start`."""
        raise NotImplementedError
