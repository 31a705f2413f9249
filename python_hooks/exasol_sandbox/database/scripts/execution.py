"""One call of a UDF, run on virtual machines side by side."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from exasol_sandbox.database.errors import QUERY_ABORTED, SCRIPT_FAILED, ExasolError
from exasol_sandbox.database.scripts import jobs
from exasol_sandbox.database.scripts.input_file import Indexes
from exasol_sandbox.database.scripts.jobs import Job
from exasol_sandbox.database.scripts.machines import Machine, MachineError, Machines
from exasol_sandbox.database.scripts.services import answer
from exasol_sandbox.database.scripts.worker import wire
from exasol_sandbox.database.scripts.worker.output import schema

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

_LOOK_UP_SECONDS = 0.1


class Call:
    """Runs a job on machines, serves their requests, and writes what they emit into one file.

    Args:
        session: the session that runs the query.
        machines: where machines come from.
        job: the script and its columns.
        deadline: `time.monotonic()` at which the query's time is up; None for no limit.
    """

    def __init__(self, session: Session, machines: Machines, job: Job, deadline: float | None) -> None:
        self._session = session
        self._machines = machines
        self._job = job
        self._deadline = deadline
        self._running: dict[socket.socket, Machine] = {}
        self._report: dict[str, Any] = {}

    def run(self, rows: Path, shares: list[tuple[int, Indexes]], emitted: Path) -> int:
        """Run the script over all groups.

        Args:
            rows: the input file; more files are put beside it.
            shares: for each machine its node and its groups.
            emitted: the Arrow file to write; its schema is `worker.output.schema`.

        Returns:
            The number of emitted rows.
        """
        numbered = not (self._job.is_set and self._job.emits)
        described = schema(self._job.udf_outputs(), numbered)
        messages = []
        for number, (node, groups) in enumerate(shares):
            file = rows.with_name(f"groups-{number}")
            file.write_bytes(groups.tobytes())
            messages.append(self._message(str(rows), str(file), node=node, machine=number))
        count = 0
        with pa.OSFile(str(emitted), "wb") as sink, pa.ipc.new_file(sink, described) as writer:
            for batch in self._batches(messages, described):
                writer.write_batch(batch)
                count += batch.num_rows
        return count

    def single_call(self, function: str) -> Any:
        """What the script's function of that name returns; None if it has none."""
        for _ in self._batches([self._message("", "", single_call=function)], pa.schema([])):
            raise AssertionError("a single call emits no rows")
        return self._report.get("result")

    def _message(
        self, rows: str, groups: str, *, node: int = 0, machine: int = 0, single_call: str | None = None
    ) -> dict[str, Any]:
        return jobs.message(
            self._session,
            self._job,
            rows,
            groups,
            node=node,
            machine=machine,
            memory_limit=self._machines.memory_limit,
            single_call=single_call,
        )

    def _batches(self, messages: list[dict[str, Any]], described: pa.Schema) -> Iterator[pa.RecordBatch]:
        with selectors.DefaultSelector() as selector:
            try:
                for message in messages:
                    machine = self._machines.start()
                    self._running[machine.channel] = machine
                    selector.register(machine.channel, selectors.EVENT_READ)
                    self._tell(machine.channel, wire.JOB, message)
                while self._running:
                    for channel in self._ready(selector):
                        batch = self._receive(selector, channel, described)
                        if batch is not None:
                            yield batch
            except MachineError as error:
                raise ExasolError(SCRIPT_FAILED, f"VM error: {error}") from error
            finally:
                for machine in self._running.values():
                    self._machines.stop(machine)

    def _ready(self, selector: selectors.BaseSelector) -> list[socket.socket]:
        while True:
            self._check()
            ready = selector.select(_LOOK_UP_SECONDS)
            if ready:
                return [key.fileobj for key, _ in ready if isinstance(key.fileobj, socket.socket)]

    def _check(self) -> None:
        self._session.check_abort()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            raise ExasolError(QUERY_ABORTED, "Query terminated because timeout has been reached.")

    def _remaining(self) -> float | None:
        return None if self._deadline is None else max(self._deadline - time.monotonic(), 0.001)

    def _receive(
        self, selector: selectors.BaseSelector, channel: socket.socket, described: pa.Schema
    ) -> pa.RecordBatch | None:
        try:
            channel.settimeout(self._remaining())
            kind, payload = wire.receive(channel)
        except (EOFError, ConnectionResetError):
            raise self._crashed() from None
        except TimeoutError:
            self._check()
            raise
        if kind == wire.ROWS:
            return pa.ipc.read_record_batch(pa.py_buffer(payload), described)
        content = json.loads(payload)
        if kind == wire.REQUEST:
            self._tell(channel, wire.ANSWER, answer(self._session, self._job.script, content))
        elif kind == wire.FAILED:
            raise _failure(content)
        else:
            self._report = content
            selector.unregister(channel)
            self._machines.stop(self._running.pop(channel))
        return None

    def _tell(self, channel: socket.socket, kind: bytes, content: dict[str, Any]) -> None:
        try:
            wire.send_json(channel, kind, content)
        except (BrokenPipeError, ConnectionResetError):
            raise self._crashed() from None

    def _crashed(self) -> ExasolError:
        script, limit = self._job.script, self._machines.memory_limit >> 20
        return ExasolError(
            SCRIPT_FAILED,
            f"VM error: Internal error: VM crashed: the process of script {script.schema}.{script.name} "
            f"ended without a word; it exited, was killed, or needed more than {limit} MiB",
        )


def _failure(content: dict[str, Any]) -> ExasolError:
    if "sql_code" in content:
        return ExasolError(content["sql_code"], content["text"])
    return ExasolError(SCRIPT_FAILED, f"VM error: {content['text']}")
