"""One virtual machine: runs one Python script over its share of the groups, then ends."""

from __future__ import annotations

import socket
from typing import Any

from . import wire
from .context import Context
from .environment import Exa, Metadata
from .failures import CLEANING_UP, PARSING, RUNNING, SINGLE_CALL, DataFailure, ScriptFailure, failure
from .limits import limit_memory
from .output import Output
from .rows import Rows
from .task import Task


def run(channel: socket.socket) -> None:
    """Take a job from `channel`, do it, and report."""
    task = Task(channel, wire.receive_json(channel, wire.JOB))
    task.report(Machine(task).work)


class Machine:
    """A script with its task and its namespace."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._meta: dict[str, Any] = task.job["meta"]
        self._namespace: dict[str, Any] = {}

    def work(self) -> dict[str, Any]:
        """Do the job. Returns what is to be reported."""
        limit_memory(self._meta["memory_limit"])
        self._load()
        if self._task.job["single_call"]:
            return {"result": self._single_call(self._task.job["single_call"])}
        self._run()
        self._clean_up()
        return {}

    def _load(self) -> None:
        meta = Metadata(self._meta, self._task.inputs, self._task.outputs)
        # Without a name of its own, as in Exasol's container: what a script defines then belongs to a module
        # that Python can find, which dataclasses need.
        self._namespace = {"exa": Exa(meta, self._task.ask)}
        code, name = self._meta["script_code"], self._meta["script_name"]
        try:
            exec(compile(code, name, "exec"), self._namespace)  # noqa: S102
        except BaseException as error:
            raise failure(PARSING, "F-UDF-CL-SL-PYTHON-1122", "Exception while parsing UDF", error) from error

    def _single_call(self, name: str) -> Any:
        function = self._namespace.get(name)
        if function is None:
            return None
        try:
            return function()
        except BaseException as error:
            raise failure(
                SINGLE_CALL, "F-UDF-CL-SL-PYTHON-1118", f"Exception during singleCall {name}", error
            ) from error

    def _run(self) -> None:
        task = self._task
        is_set, emits = task.is_set, task.emits
        output = Output(task.outputs, not (is_set and emits), task.deliver)
        rows = Rows(task.job["path"], task.inputs)
        context = Context.of(task.inputs, rows, output, is_set, emits)
        function = self._namespace.get("run")
        if function is None:
            raise ScriptFailure(
                f"{RUNNING}: RuntimeError: F-UDF-CL-SL-PYTHON-1110: function 'run' is not defined"
            )
        try:
            for source, first, count in task.calls():
                output.source = source
                context._enter(first, count)
                result = function(context)
                if not emits:
                    output.add((result,))
            output.flush()
        except DataFailure:
            raise
        except BaseException as error:
            raise failure(RUNNING, "F-UDF-CL-SL-PYTHON-1114", "Exception during run", error) from error

    def _clean_up(self) -> None:
        function = self._namespace.get("cleanup")
        if function is None:
            return
        try:
            function()
        except BaseException as error:
            raise failure(
                CLEANING_UP, "F-UDF-CL-SL-PYTHON-1109", "Exception during cleanup", error
            ) from error
