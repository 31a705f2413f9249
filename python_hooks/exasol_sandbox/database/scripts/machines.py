"""Virtual machines for UDFs: processes forked from one that has Python and its usual libraries ready."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from exasol_sandbox.database.scripts.worker import wire

DEFAULT_MEMORY_LIMIT = 4 * 1024**3
"""Bytes of data that one virtual machine may hold."""

_START_SECONDS = 60
_BOOTSTRAP = """
import importlib.util, sys
sys.path[:] = [entry for entry in sys.path if entry]
folder = sys.argv[1]
spec = importlib.util.spec_from_file_location(
    "exasol_udf", folder + "/__init__.py", submodule_search_locations=[folder]
)
package = sys.modules["exasol_udf"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
import socket
from exasol_udf.fork_server import serve
serve(socket.socket(fileno=int(sys.argv[2])), sys.argv[3])
"""
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "SSL_CERT_FILE", "TMPDIR", "TZ")


@dataclass
class Machine:
    """One virtual machine that waits for its job.

    Attributes:
        channel: the sandbox's end of the channel to it.
        process: its process id.
    """

    channel: socket.socket
    process: int


class MachineError(Exception):
    """No virtual machine could be started."""


class Machines:
    """Starts virtual machines for one interpreter and one database.

    The first machine waits for the interpreter and its imports; the others start in milliseconds.

    Args:
        aws: endpoint URL of the sandbox's AWS; scripts find it as AWS_ENDPOINT_URL.
        interpreter: the Python to run; it needs numpy, pandas and pyarrow, nothing of the sandbox.
        memory_limit: bytes that each machine may hold.
        language: of the scripts: `python`, or `lua`, for which the Python needs lupa.
    """

    def __init__(
        self,
        aws: str | None = None,
        interpreter: str = sys.executable,
        memory_limit: int = DEFAULT_MEMORY_LIMIT,
        language: str = "python",
    ) -> None:
        self._language = language
        self.memory_limit = memory_limit
        self._aws = aws
        self._interpreter = interpreter
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._home: str | None = None

    @property
    def running(self) -> bool:
        """Whether the process that machines are forked from has been started."""
        return self._server is not None

    def start(self) -> Machine:
        """A new machine.

        Raises:
            MachineError: the interpreter does not start or lacks a library.
        """
        with self._lock:
            control = self._ready_control()
            ours, theirs = socket.socketpair()
            try:
                socket.send_fds(control, [b"F"], [theirs.fileno()])
                process = int.from_bytes(_receive(control, 8), "little")
            except (OSError, EOFError) as error:
                ours.close()
                self._forget()
                raise MachineError("the process that UDFs are started from has died") from error
            finally:
                theirs.close()
        return Machine(ours, process)

    def stop(self, machine: Machine) -> None:
        """End a machine, whatever it is doing."""
        machine.channel.close()
        with self._lock:
            if self._control is not None:
                try:
                    self._control.sendall(b"K" + machine.process.to_bytes(8, "little"))
                except OSError:
                    self._forget()

    def close(self) -> None:
        """End all machines and the process that they were forked from."""
        with self._lock:
            self._forget()

    def _ready_control(self) -> socket.socket:
        if self._server is not None and self._server.poll() is not None:
            self._forget()
        if self._control is None:
            self._launch()
        assert self._control is not None  # noqa: S101
        return self._control

    def _launch(self) -> None:
        ours, theirs = socket.socketpair()
        self._home = tempfile.mkdtemp(prefix="exasol-udf-")
        try:
            with theirs:
                self._server = subprocess.Popen(
                    [
                        self._interpreter,
                        "-c",
                        _BOOTSTRAP,
                        str(Path(wire.__file__).parent),
                        str(theirs.fileno()),
                        self._language,
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment(self._home, self._aws),
                    cwd=self._home,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            ours.settimeout(_START_SECONDS)
            _receive(ours, 1)
            ours.settimeout(None)
        except (OSError, EOFError) as error:
            ours.close()
            self._forget()
            raise MachineError(
                f"{self._interpreter} cannot run Python UDFs: it does not start, or lacks one of "
                "numpy, pandas and pyarrow"
            ) from error
        self._control = ours

    def _forget(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            self._server.kill() if self._control is None else None
            try:
                self._server.wait(5)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
        self._control = self._server = self._home = None


def environment(home: str, aws: str | None) -> dict[str, str]:
    """The environment variables of a UDF: none of the caller's but those that a Python needs to start.

    AWS credentials, in variables or in the caller's home, stay out of reach: a script gets its own from a
    CONNECTION.
    """
    variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    variables |= {
        "HOME": home,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
        # One machine is one of several on the same cores.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # Threads would not survive the fork.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
    }
    if aws is not None:
        variables["AWS_ENDPOINT_URL"] = aws
    return variables


def _receive(control: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = control.recv(length - len(received))
        if not part:
            raise EOFError
        received += part
    return received
