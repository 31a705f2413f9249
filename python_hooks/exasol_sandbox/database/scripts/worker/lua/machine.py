"""One virtual machine for Lua: runs a scripting program, or a UDF over its share of the groups."""

from __future__ import annotations

import socket

from .. import wire
from ..limits import limit_memory
from ..task import Task
from . import scripting
from .udf import LuaUdf

_INTERPRETER = 256 * 1024**2
"""Bytes beyond the script's own memory, so that Lua reports the lack of it before the system does."""


def run(channel: socket.socket) -> None:
    """Take a job from `channel`, do it, and report."""
    job = wire.receive_json(channel, wire.JOB)
    limit_memory(job["meta"]["memory_limit"] + _INTERPRETER)
    if "path" in job:
        task = Task(channel, job)
        task.report(LuaUdf(task).work)
    else:
        scripting.run(channel, job)
