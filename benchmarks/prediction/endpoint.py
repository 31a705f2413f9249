"""An endpoint to measure against: `python -m benchmarks.prediction.endpoint` serves, and prints its address.

A process of its own with a thread for each connection. It takes InvokeEndpoint over HTTP/1.1 with keep-alive,
waits as the endpoint's name says, and answers each line of CSV with a function of that line: an entry of a
small table, chosen by the sum of the line's bytes. It shares the machine with what is measured, so it is made
to need little of it. `GET /` tells its processor seconds and counts, so that a run can say whether it was the
limit.

Names: `f20000-r10-a1-p0-t0` waits 20,000 µs a request and 10 µs a row, answers 1 field a row, works on any
number of requests at once (p: at most so many) and lets through any number a second (t: so many).
"""

from __future__ import annotations

import json
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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


def answers(fields: int) -> NDArray[np.bytes_]:
    """The 1,024 lines that an endpoint answers with, all as long as each other."""
    lines = []
    for number in range(1024):
        share = f"{number / 1024:.10f}"
        label = "yes" if number >= 512 else "no"
        best = f"{max(number, 1024 - number) / 1024:.10f}"
        lines.append(
            {
                1: f"{share}\n",
                2: f"{label:>3},{best}\n",
                4: f'{label:>3},{best},"[{1 - number / 1024:.10f}, {share}]",{LABELS}\n',
            }[fields].encode()
        )
    return np.array(lines)


TABLES = {fields: answers(fields) for fields in (1, 2, 4)}


def answer(body: memoryview, fields: int) -> tuple[memoryview, int]:
    """A line for each line, chosen by the sum of its bytes, and how many there are."""
    characters = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    starts = np.concatenate([[0], ends[:-1] + 1])
    sums = np.add.reduceat(characters, starts, dtype=np.uint32)
    return memoryview(TABLES[fields][sums & 1023]).cast("B"), len(ends)


@dataclass
class State:
    """What one endpoint has under way, and has left to let through.

    Attributes:
        slots: For as many requests as it works on at once.
        tokens: Requests that it lets through now.
        filled: When these were counted.
        served: Requests that were answered.
        refused: Requests that were not let through.
        rows: That were answered.
        worked: Seconds that requests were worked on, added up.
    """

    slots: threading.Semaphore
    tokens: float
    filled: float = field(default_factory=time.monotonic)
    served: int = 0
    refused: int = 0
    rows: int = 0
    worked: float = 0.0

    def takes(self, rate: int) -> bool:
        """Whether one more request is let through: a bucket that holds a tenth of a second's worth."""
        if not rate:
            return True
        now = time.monotonic()
        self.tokens = min(rate / 10, self.tokens + (now - self.filled) * rate)
        self.filled = now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        return True


class Server(socketserver.ThreadingTCPServer):
    """Serves endpoints of any behaviour; each has a state of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.states: dict[str, State] = {}
        self.lock = threading.Lock()

    def invoke(self, name: str, body: memoryview) -> tuple[bytes, bytes, memoryview]:
        """Status, further headers and body."""
        behaviour = Behaviour.from_name(name)
        with self.lock:
            if name not in self.states:
                slots = threading.Semaphore(behaviour.parallel or 10_000)
                self.states[name] = State(slots, behaviour.throttle / 10)
            state = self.states[name]
            taken = state.takes(behaviour.throttle)
        if not taken:
            refusal = b"x-amzn-ErrorType: ThrottlingException\r\n"
            return b"400 Bad Request", refusal, memoryview(b'{"message": "Rate exceeded"}')
        with state.slots:
            started = time.monotonic()
            content, rows = answer(body, behaviour.fields)
            seconds = (behaviour.fixed + behaviour.row * rows) / 1e6
            # The answer's own making is part of the time that it takes.
            time.sleep(max(0.0, seconds - (time.monotonic() - started)))
            ended = time.monotonic()
        with self.lock:
            state.served += 1
            state.rows += rows
            state.worked += ended - started
        return b"200 OK", b"", content

    def statistics(self) -> bytes:
        """Processor seconds, and counts by endpoint."""
        with self.lock:
            counts = {
                name: {key: value for key, value in vars(one).items() if key != "slots"}
                for name, one in self.states.items()
            }
        return json.dumps({"cpu": time.process_time(), "endpoints": counts}).encode()


class Connection(socketserver.BaseRequestHandler):
    """All requests of one connection. Bodies are read into one buffer, which is used again."""

    server: Server

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buffer = memoryview(bytearray(2**23))
        filled = 0
        while True:
            while (end := bytes(buffer[: min(filled, 2**16)]).find(b"\r\n\r\n")) < 0:
                if not (count := self.request.recv_into(buffer[filled:])):
                    return
                filled += count
            head = bytes(buffer[: end + 4])
            length = 0
            for line in head.split(b"\r\n"):
                if line[:15].lower() == b"content-length:":
                    length = int(line[15:])
            while filled < len(head) + length:
                if not (count := self.request.recv_into(buffer[filled : len(head) + length])):
                    return
                filled += count
            method, path = head.split(b" ", 2)[:2]
            body = buffer[len(head) : len(head) + length]
            if method == b"GET":
                status, extra, content = b"200 OK", b"", memoryview(self.server.statistics())
            else:
                status, extra, content = self.server.invoke(path.decode().split("/")[2], body)
            filled = 0
            headers = b"Content-Type: text/csv\r\nx-amzn-RequestId: bench\r\n%bContent-Length: %d\r\n\r\n"
            self.request.sendall(b"HTTP/1.1 %b\r\n" % status + headers % (extra, len(content)))
            self.request.sendall(content)


def _serve() -> None:
    with Server() as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


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
    _serve()
