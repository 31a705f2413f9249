"""How many rows a request takes, and how many requests are under way."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from exasol_sagemaker.udf.context import CONFIG

if TYPE_CHECKING:
    from exasol_sagemaker.udf.endpoint import Answer


# InvokeEndpoint takes 6,291,456 bytes; its answers are held to the same.
MAX_BODY_BYTES = 6 * 1024 * 1024 - 16 * 1024
FIRST_ROWS = 500
FIRST_REQUESTS = 2
MOST_REQUESTS = 16
LONGEST_REQUEST = 2.0
# Payloads that are made while all requests that may be are under way.
AHEAD = 2


def body_limit() -> int:
    """Bytes that a request may have, and an answer."""
    return int(CONFIG.get("max_body_bytes", MAX_BODY_BYTES))


class Pace:
    """How many rows go into a request, and how many requests are under way.

    Each answer allows payloads eight times as large as its own, up to what a body, an answer and
    LONGEST_REQUEST have room for. If payloads wait for a request to end, two more requests are tried, and
    one, once they were too many. They stay if more rows are answered a second; else they only queue up, at
    the endpoint or for this machine's processors, and are taken away again, as are those that go unused.
    """

    def __init__(self, group_rows: int, first_rows: int = FIRST_ROWS) -> None:
        self.requests = FIRST_REQUESTS
        self.share = max(first_rows, -(-group_rows // (4 * FIRST_REQUESTS)))
        self.first = first_rows
        self.wanted = first_rows
        self.at_once = math.inf
        self.body_bytes = 0.0
        self.answer_bytes = 0.0
        self.row_seconds = 0.0
        self.quickest = math.inf
        self._step = AHEAD
        self._before: tuple[int, float] | None = None
        self._rounds = 0
        self._answers = 0
        self._rows = 0
        self._waited = self._asked = 0.0
        self._since = time.monotonic()

    def rows(self) -> int:
        """How many rows to read for the next request."""
        return max(1, int(min(self.share, self.wanted, self.at_once, self._most())))

    def _most(self) -> float:
        most = float(self.first)
        if self.body_bytes and self.answer_bytes:
            most = min(body_limit() * 0.985 / self.body_bytes, body_limit() * 0.8 / self.answer_bytes)
            most = min(most, LONGEST_REQUEST / self.row_seconds)
        elif self.body_bytes:
            most = min(most, body_limit() * 0.9 / self.body_bytes)
        return most

    def sent(self, rows: int, size: int) -> None:
        """A payload was made: of so many rows and bytes."""
        self.body_bytes = max(size / rows, self.body_bytes * 0.98 + size / rows * 0.02)

    def answered(self, answer: Answer) -> None:
        """An answer came: rows are set anew, and once a round, an answer for each request, requests."""
        rows = answer.piece.rows
        seconds = max(answer.seconds, 1e-3)
        self.answer_bytes = max(answer.size / rows, self.answer_bytes * 0.9)
        if not self.row_seconds:
            self.row_seconds = seconds / rows
        elif 2 * rows > self.rows():
            self.row_seconds += (seconds / rows - self.row_seconds) / self.requests
        self.wanted = max(self.wanted, 8 * rows)
        if answer.at_once < rows:
            self.at_once = answer.at_once
        if answer.throttled:
            # Requests are what is counted: full ones carry the most.
            self.share = self.wanted = 2**31
        self._answers += 1
        self._rows += rows
        self._asked += seconds
        self._waited += answer.waited
        if self._answers >= self.requests:
            self._end_round()

    def _end_round(self) -> None:
        now = time.monotonic()
        if self.requests <= FIRST_REQUESTS:
            # So few do not stand in each other's way: should it be slower than it was, then that is its pace.
            self.quickest *= 1.1
        row_seconds = self._asked / self._rows
        rate = self._rows / max(1e-4, now - self._since)
        self.quickest = min(self.quickest, row_seconds)
        # By Little's law: how many were under way, on average.
        used = self._asked / max(1e-4, now - self._since)
        self._rounds += 1
        if self._before is not None:
            self._judge(rate)
        elif row_seconds > 2 * self.quickest:
            self._step = 1
            fewer = self.requests * 2 // 3 if row_seconds > 3 * self.quickest else self.requests - 1
            self.requests = max(1, fewer)
        elif self._waited > 0.5 * self._asked / self.requests:
            # They wait for more than half of the time from one request's end to the next one's.
            rested = self._step > 1 or self._rounds > 8
            if row_seconds < 1.5 * self.quickest and rested and self.requests < MOST_REQUESTS:
                self._before, self._rounds = (self.requests, rate), 0
                self.requests = min(MOST_REQUESTS, self.requests + self._step)
        elif used < self.requests - 1:
            self._step = 1
            self.requests = max(1, math.ceil(used))
        self._answers, self._rows, self._waited, self._asked, self._since = 0, 0, 0.0, 0.0, now

    def _judge(self, rate: float) -> None:
        """In the second round with more requests: whether a quarter of what they might bring has come."""
        if self._before is None or self._rounds < 2:
            return
        requests, before = self._before
        if rate < before * (1 + 0.25 * (self.requests / requests - 1)):
            self.requests, self._step = requests, 1
        self._before, self._rounds = None, 0 if self._step == 1 else 9
