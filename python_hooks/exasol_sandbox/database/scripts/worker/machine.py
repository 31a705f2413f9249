"""One virtual machine: runs one script over its share of the groups, then ends."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import wire
from .columns import UdfColumn
from .context import Context
from .environment import Exa, Metadata
from .failures import CLEANING_UP, PARSING, RUNNING, SINGLE_CALL, DataFailure, ScriptFailure, failure
from .limits import limit_memory
from .output import Output
from .rows import Rows

_PAIR = struct.Struct("=qq")


def run(channel: socket.socket) -> None:
    """Take a job from `channel`, do it, and report."""
    job = wire.receive_json(channel, wire.JOB)
    try:
        answer = Machine(channel, job).work()
    except ScriptFailure as error:
        wire.send_json(channel, wire.FAILED, {"text": error.text})
    except DataFailure as error:
        wire.send_json(channel, wire.FAILED, {"text": error.text, "sql_code": error.sql_code})
    else:
        wire.send_json(channel, wire.DONE, answer)


class Machine:
    """A script with its job, its namespace and its channel to the database."""

    def __init__(self, channel: socket.socket, job: dict[str, Any]) -> None:
        self._channel = channel
        self._job = job
        self._inputs = [UdfColumn.of(fields) for fields in self._job["inputs"]]
        self._outputs = [UdfColumn.of(fields) for fields in self._job["outputs"]]
        self._namespace: dict[str, Any] = {}

    def work(self) -> dict[str, Any]:
        """Do the job. Returns what is to be reported."""
        limit_memory(self._job["meta"]["memory_limit"])
        self._load()
        if self._job["single_call"]:
            return {"result": self._single_call(self._job["single_call"])}
        self._run()
        self._clean_up()
        return {}

    def _load(self) -> None:
        meta = Metadata(self._job["meta"], self._inputs, self._outputs)
        name = self._job["meta"]["script_name"]
        # Without a name of its own, as in Exasol's container: what a script defines then belongs to a module
        # that Python can find, which dataclasses need.
        self._namespace = {"exa": Exa(meta, self._ask)}
        try:
            exec(compile(self._job["meta"]["script_code"], name, "exec"), self._namespace)  # noqa: S102
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
        is_set = self._job["meta"]["input_type"] == "SET"
        emits = self._job["meta"]["output_type"] == "EMIT"
        ranges = self._ranges()
        output = Output(self._outputs, not (is_set and emits), self._deliver)
        rows = Rows(self._job["path"], self._inputs)
        context = Context.of(self._inputs, rows, output, is_set, emits)
        function = self._namespace.get("run")
        if function is None:
            raise ScriptFailure(
                f"{RUNNING}: RuntimeError: F-UDF-CL-SL-PYTHON-1110: function 'run' is not defined"
            )
        try:
            for source, first, count in ranges if is_set else _single_rows(ranges):
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

    def _ranges(self) -> Iterator[tuple[int, int, int]]:
        pairs = Path(self._job["groups"]).read_bytes()
        return ((first, first, count) for first, count in _PAIR.iter_unpack(pairs))

    def _deliver(self, batch: pa.RecordBatch) -> None:
        wire.send(self._channel, wire.ROWS, memoryview(batch.serialize()))

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        wire.send_json(self._channel, wire.REQUEST, request)
        return wire.receive_json(self._channel, wire.ANSWER)


def _single_rows(ranges: Iterator[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    for _, first, count in ranges:
        for row in range(first, first + count):
            yield row, row, 1
