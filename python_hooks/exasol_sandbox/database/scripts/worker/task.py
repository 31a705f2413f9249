"""What a UDF's process is told to do, and its way to the database, whatever its language."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from . import wire
from .columns import UdfColumn
from .failures import DataFailure, ScriptFailure

_PAIR = struct.Struct("=qq")


class Task:
    """A UDF's share of a call.

    Args:
        channel: the way to the database.
        job: what `scripts.jobs.message` wrote.

    Attributes:
        job: the job.
        inputs: the script's input columns.
        outputs: its output columns.
    """

    def __init__(self, channel: socket.socket, job: dict[str, Any]) -> None:
        self._channel = channel
        self.job = job
        self.inputs = [UdfColumn.of(fields) for fields in job["inputs"]]
        self.outputs = [UdfColumn.of(fields) for fields in job["outputs"]]

    @property
    def is_set(self) -> bool:
        """Whether `run` is called per group, not per row."""
        return bool(self.job["meta"]["input_type"] == "SET")

    @property
    def emits(self) -> bool:
        """Whether the script emits rows, instead of returning a value."""
        return bool(self.job["meta"]["output_type"] == "EMIT")

    def calls(self) -> Iterator[tuple[int, int, int]]:
        """For each call of `run`: number of its source, first row, and number of rows."""
        pairs = Path(self.job["groups"]).read_bytes()
        for first, count in _PAIR.iter_unpack(pairs):
            if self.is_set:
                yield first, first, count
            else:
                for row in range(first, first + count):
                    yield row, row, 1

    def deliver(self, batch: pa.RecordBatch) -> None:
        """Send emitted rows."""
        wire.send(self._channel, wire.ROWS, memoryview(batch.serialize()))

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The database's answer to a request."""
        wire.send_json(self._channel, wire.REQUEST, request)
        return wire.receive_json(self._channel, wire.ANSWER)

    def report(self, work: Callable[[], dict[str, Any]]) -> None:
        """Do the work, and tell the database how it ended."""
        try:
            answer = work()
        except ScriptFailure as error:
            wire.send_json(self._channel, wire.FAILED, {"text": error.text})
        except DataFailure as error:
            wire.send_json(self._channel, wire.FAILED, {"text": error.text, "sql_code": error.sql_code})
        else:
            wire.send_json(self._channel, wire.DONE, answer)
