"""The listener of the sandbox's AWS."""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import threading
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, make_server

from exasol_sandbox.aws.account import AwsAccount
from exasol_sandbox.aws.application import AwsApplication
from exasol_sandbox.aws.autoscaling.scaling import AutoScaling
from exasol_sandbox.aws.bootstrap import create_account, new_account
from exasol_sandbox.aws.faults import Faults
from exasol_sandbox.aws.files import write_atomically
from exasol_sandbox.aws.gate.identity import Identities
from exasol_sandbox.aws.moto_services import MotoServices
from exasol_sandbox.aws.object_store import ObjectStore
from exasol_sandbox.aws.request_handler import RequestHandler
from exasol_sandbox.aws.sagemaker.models import SageMaker


class AwsServer:
    """Serves S3, IAM, STS, SageMaker and its autoscaling over HTTP on one port, from threads of this process.

    Args:
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        data_dir: Folder that keeps objects, jobs and endpoints over a restart; in memory without.
        region: Region of the account.
        faults: What is to go wrong.

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
        faults: Faults | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.data_dir = data_dir
        self.region = region
        self._faults = faults or Faults()
        self._account = self._load_account()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._scratch: Path | None = None
        self._moto: MotoServices | None = None
        self._sage_maker: SageMaker | None = None
        self._scaling: AutoScaling | None = None

    @property
    def endpoint_url(self) -> str:
        """Address for `AWS_ENDPOINT_URL`; valid after `start`."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Binds the port and answers from now on; returns at once."""
        listener = _bind(self.host, self.port)
        self.port = listener.getsockname()[1]
        self._scratch = Path(tempfile.mkdtemp(prefix="exasol-sandbox-aws-"))
        self._moto = MotoServices(self._account.account_id)
        identities = Identities(self._account.account_id)
        objects = ObjectStore(self._moto, self.data_dir / "s3" if self.data_dir else None)
        objects.restore()
        create_account(self._account, identities, self._moto)
        objects.keep_buckets()
        self._sage_maker = SageMaker(
            identities,
            self._moto,
            self.endpoint_url,
            self._scratch,
            self.data_dir / "sagemaker" if self.data_dir else None,
            self._faults,
        )
        self._scaling = AutoScaling(
            identities, self._sage_maker, self.data_dir / "autoscaling" if self.data_dir else None
        )
        application = AwsApplication(
            identities, self._moto, objects, self._sage_maker, self._faults, self._scaling
        )
        with listener:
            self._server = make_server(
                self.host,
                self.port,
                application,
                threaded=True,
                request_handler=RequestHandler,
                fd=listener.fileno(),
            )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, name="aws", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends listening and every training and serving process."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None
        if self._scaling is not None:
            self._scaling.close()
        if self._sage_maker is not None:
            self._sage_maker.close()
        if self._moto is not None:
            self._moto.forget()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def bootstrap(self) -> AwsAccount:
        """User, role and bucket that exist from the start; the same again after a restart with a data
        folder.
        """
        return self._account

    def _load_account(self) -> AwsAccount:
        if self.data_dir is None:
            return new_account(self.region)
        path = self.data_dir / "account.json"
        if path.exists():
            return AwsAccount(**json.loads(path.read_text()))
        account = new_account(self.region)
        write_atomically(path, json.dumps(vars(account)).encode())
        return account


def _bind(host: str, port: int) -> socket.socket:
    """Listens before anything else is set up: werkzeug would end the whole process when the address is
    taken.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
