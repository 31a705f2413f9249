"""An endpoint to measure against: `python -m benchmarks.prediction.endpoint` serves, and prints its address.

A process of its own with one event loop. It takes InvokeEndpoint over HTTP/1.1 with keep-alive, waits as the
endpoint's name says, and answers each line of CSV with a function of that line: an entry of a small table,
chosen by the line's CRC. `GET /` tells its processor seconds and counts, so that a run can say whether it was
the limit.

Names: `f20000-r10-a1-p0-t0` waits 20,000 µs a request and 10 µs a row, answers 1 field a row, works on any
number of requests at once (p: at most so many) and lets through any number a second (t: so many).
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LABELS = "\"['no', 'yes']\""


@dataclass(frozen=True)
class Behaviour:
    """How an endpoint behaves.

    Attributes:
        fixed: Microseconds a request takes.
        row: Microseconds more that each row takes.
        fields: 1 for a number, 2 for label and probability, 4 for those, the probabilities and the labels.
        parallel: Requests that it works on at once; 0 for any number.
        throttle: Requests that it lets through in a second; 0 for any number.
    """

    fixed: int
    row: int
    fields: int = 1
    parallel: int = 0
    throttle: int = 0

    @property
    def name(self) -> str:
        """The endpoint's name that asks for this behaviour."""
        return f"f{self.fixed}-r{self.row}-a{self.fields}-p{self.parallel}-t{self.throttle}"

    @classmethod
    def from_name(cls, name: str) -> Behaviour:
        """What `name` asks for."""
        return cls(*(int(part[1:]) for part in name.split("-")))


def answers(fields: int) -> list[bytes]:
    """The 1,024 lines that an endpoint answers with."""
    lines = []
    for number in range(1024):
        share = number / 1024
        label = "yes" if number >= 512 else "no"
        lines.append(
            {
                1: f"{share!r}",
                2: f"{label},{max(share, 1 - share)!r}",
                4: f'{label},{max(share, 1 - share)!r},"[{1 - share!r}, {share!r}]",{LABELS}',
            }[fields].encode()
        )
    return lines


TABLES = {fields: answers(fields) for fields in (1, 2, 4)}


def answer(body: bytes, fields: int) -> bytes:
    """A line for each line."""
    table = TABLES[fields]
    return b"\n".join([table[crc & 1023] for crc in map(zlib.crc32, body.splitlines())])


@dataclass
class State:
    """What one endpoint has under way, and has left to let through."""

    slots: asyncio.Semaphore | None
    tokens: float
    filled: float = field(default_factory=time.monotonic)
    served: int = 0
    refused: int = 0
    rows: int = 0
    bytes: int = 0

    def takes(self, rate: int) -> bool:
        """Whether one more request is let through: a bucket that holds a tenth of a second's worth."""
        if not rate:
            return True
        now = time.monotonic()
        self.tokens = min(rate / 10, self.tokens + (now - self.filled) * rate)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Server:
    """Serves endpoints of any behaviour; each has a state of its own."""

    def __init__(self) -> None:
        self.states: dict[str, State] = {}

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """All requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.split(b"\r\n"):
                    if line[:15].lower() == b"content-length:":
                        length = int(line[15:])
                body = await reader.readexactly(length)
                method, path = head.split(b" ", 2)[:2]
                if method == b"GET":
                    status, extra, content = 200, b"", self.statistics()
                else:
                    status, extra, content = await self.invoke(path.decode().split("/")[2], body)
                del body
                writer.write(
                    b"HTTP/1.1 %d X\r\nContent-Type: text/csv\r\nx-amzn-RequestId: bench\r\n%b"
                    b"Content-Length: %d\r\n\r\n" % (status, extra, len(content))
                )
                writer.write(content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def invoke(self, name: str, body: bytes) -> tuple[int, bytes, bytes]:
        """Status, further headers and body."""
        behaviour = Behaviour.from_name(name)
        state = self.states.get(name)
        if state is None:
            slots = asyncio.Semaphore(behaviour.parallel) if behaviour.parallel else None
            state = self.states[name] = State(slots, behaviour.throttle / 10)
        if not state.takes(behaviour.throttle):
            state.refused += 1
            return 400, b"x-amzn-ErrorType: ThrottlingException\r\n", b'{"message": "Rate exceeded"}'
        if state.slots:
            async with state.slots:
                return await self.work(behaviour, state, body)
        return await self.work(behaviour, state, body)

    async def work(self, behaviour: Behaviour, state: State, body: bytes) -> tuple[int, bytes, bytes]:
        """Answer after the time that it takes; the answer's own making is part of that."""
        started = time.monotonic()
        content = answer(body, behaviour.fields)
        rows = content.count(b"\n") + 1
        seconds = (behaviour.fixed + behaviour.row * rows) / 1e6
        await asyncio.sleep(seconds - (time.monotonic() - started))
        state.served += 1
        state.rows += rows
        state.bytes += len(body)
        return 200, b"", content

    def statistics(self) -> bytes:
        """Processor seconds, and counts by endpoint."""
        counts = {
            name: {"served": one.served, "refused": one.refused, "rows": one.rows, "bytes": one.bytes}
            for name, one in self.states.items()
        }
        return json.dumps({"cpu": time.process_time(), "endpoints": counts}).encode()


async def _serve() -> None:
    server = await asyncio.start_server(Server().connection, "127.0.0.1", 0, limit=2**23)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


@contextmanager
def endpoint() -> Iterator[str]:
    """Serve in a process of its own; gives its URL."""
    process = subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True)
    if process.stdout is None:
        raise RuntimeError("the endpoint's output is not there")
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def statistics(url: str) -> dict[str, object]:
    """What the endpoint at `url` has done so far."""
    with urllib.request.urlopen(url) as response:
        found: dict[str, object] = json.load(response)
        return found


if __name__ == "__main__":
    asyncio.run(_serve())
