"""The process that virtual machines are forked from: it has imported what scripts usually import, and nothing
else.

So a script starts in milliseconds, and in a process that no other script has touched.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

Run = Callable[[socket.socket], None]

_LIBRARIES = {
    "python": ("numpy", "pandas", "pyarrow", "pyarrow.compute", "pyarrow.ipc", "boto3", "botocore.config"),
    "lua": (),
}
_MACHINES = {"python": f"{__package__}.machine", "lua": f"{__package__}.lua.machine"}


def serve(control: socket.socket, language: str) -> None:
    """Fork a machine for each request on `control`, until the sandbox closes it.

    A request is one byte: `F`, with the machine's end of its channel as file descriptor, is answered with the
    process id; `K` is followed by eight bytes of process id, which is killed if it is still a child of this
    process.

    Args:
        control: the way to the sandbox.
        language: of the scripts that the machines run: `python` or `lua`.
    """
    for name in _LIBRARIES[language]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    machine = importlib.import_module(_MACHINES[language])
    children: set[int] = set()
    wake, waker = socket.socketpair()
    waker.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(wake, selectors.EVENT_READ)
    control.sendall(b"R")
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if wake in ready:
            wake.recv(4096)
            _reap(children)
        if control in ready and not _answer(control, children, machine.run):
            break
    for child in children:
        os.kill(child, signal.SIGKILL)


def _answer(control: socket.socket, children: set[int], run: Run) -> bool:
    request, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if request == b"F":
        child = os.fork()
        if child == 0:
            _become_machine(control, descriptors[0], run)
        os.close(descriptors[0])
        children.add(child)
        control.sendall(child.to_bytes(8, "little"))
    elif request == b"K":
        child = int.from_bytes(control.recv(8, socket.MSG_WAITALL), "little")
        if child in children:
            os.kill(child, signal.SIGKILL)
    return bool(request)


def _reap(children: set[int]) -> None:
    while children:
        child, _ = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        children.discard(child)


def _become_machine(control: socket.socket, descriptor: int, run: Run) -> NoReturn:
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        channel = socket.socket(fileno=descriptor)
        run(channel)
        channel.shutdown(socket.SHUT_RDWR)
        status = 0
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # The sandbox has given the query up and closed its end.
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)
