"""One virtual machine for Lua: runs one scripting program, then ends."""

from __future__ import annotations

import socket

from .. import wire
from ..limits import limit_memory
from . import scripting


def run(channel: socket.socket) -> None:
    """Take a job from `channel`, do it, and report."""
    job = wire.receive_json(channel, wire.JOB)
    limit_memory(job["memory_limit"] + _INTERPRETER)
    scripting.run(channel, job)


_INTERPRETER = 256 * 1024**2
"""Bytes beyond the script's own memory, so that Lua reports the lack of it before the system does."""
