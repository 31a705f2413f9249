"""How many rows a request takes, and how many requests are under way."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exasol_sagemaker.udf.endpoint import Answer


# InvokeEndpoint takes 6,291,456 bytes; its answers are held to the same.
MAX_BODY_BYTES = 6 * 1024 * 1024 - 16 * 1024
FIRST_ROWS = 500
FIRST_REQUESTS = 2
MOST_REQUESTS = 16
LONGEST_REQUEST = 2.0


class Pace:
    """How many rows go into a request, and how many requests are under way.

    As long as the UDF waits for the endpoint, payloads grow, up to what a body, an answer and
    LONGEST_REQUEST have room for; then requests are added, one a round, until the UDF has no time left or
    they only queue up at the endpoint; they are taken away again when they are no longer needed. Throttling
    takes a third of the requests away at once and asks for full payloads: requests are what is counted.
    """

    def __init__(self, group_rows: int) -> None:
        self.requests = FIRST_REQUESTS
        self.share = max(500, -(-group_rows // (4 * FIRST_REQUESTS)))
        self.wanted = FIRST_ROWS
        self.body_bytes = 0.0
        self.answer_bytes = 0.0
        self.row_seconds = 0.0
        self.quickest = float("inf")
        self.idle = 0.0
        self._answers = 0
        self._throttled = False
        self._since = time.monotonic()

    def rows(self) -> int:
        """How many rows to read for the next request."""
        return max(1, min(self.share, self.wanted, self._most()))

    def _most(self) -> int:
        most = float(FIRST_ROWS)
        if self.body_bytes and self.answer_bytes:
            most = min(MAX_BODY_BYTES * 0.985 / self.body_bytes, MAX_BODY_BYTES * 0.8 / self.answer_bytes)
            most = min(most, LONGEST_REQUEST / self.row_seconds)
        elif self.body_bytes:
            most = min(most, MAX_BODY_BYTES * 0.9 / self.body_bytes)
        return int(most)

    def sent(self, rows: int, size: int) -> None:
        """A payload was made: of so many rows and bytes."""
        self.body_bytes = max(size / rows, self.body_bytes * 0.98 + size / rows * 0.02)

    def answered(self, answer: Answer) -> None:
        """An answer came; once a round, an answer for each request, rows and requests are set anew."""
        rows = answer.piece.rows
        self.answer_bytes = max(answer.size / rows, self.answer_bytes * 0.9)
        seconds = max(answer.seconds, 1e-3) / rows
        if not self.row_seconds:
            self.row_seconds = seconds
        elif 2 * rows > self.rows():
            self.row_seconds += (seconds - self.row_seconds) / self.requests
        self._throttled |= answer.throttled
        self._answers += 1
        if self._answers < self.requests:
            return
        if self.requests <= FIRST_REQUESTS:
            # So few do not stand in each other's way: should it be slower than it was, then that is its pace.
            self.quickest *= 1.1
        self.quickest = min(self.quickest, self.row_seconds)
        now = time.monotonic()
        waiting = self.idle > 0.15 * (now - self._since)
        # As many requests as can be made while one is answered keep the UDF at work (Little's law); a little
        # less does nearly so, and is easier on the endpoint.
        work = max(1e-4, (now - self._since - self.idle) / self._answers)
        needed = min(MOST_REQUESTS, math.ceil(self.row_seconds * rows / work - 0.3))
        if self._throttled:
            self.requests = max(1, self.requests * 2 // 3)
            self.share = self.wanted = self._most()
        elif waiting and self.wanted < min(self.share, self._most()):
            self.wanted *= 4
        elif self.requests < needed and self.row_seconds < 1.5 * self.quickest:
            self.requests += 1
        elif self.requests > needed or self.row_seconds > 3 * self.quickest:
            self.requests = max(1, self.requests - 1)
        self._answers, self._throttled, self._since, self.idle = 0, False, now, 0.0
