"""How many rows a request takes, and how many requests are under way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from exasol_sagemaker.udf.context import CONFIG
from exasol_sagemaker.udf.in_flight import FIRST_REQUESTS, InFlight

if TYPE_CHECKING:
    from exasol_sagemaker.udf.endpoint import Answer


# InvokeEndpoint takes 6,291,456 bytes; its answers are held to the same.
MAX_BODY_BYTES = 6 * 1024 * 1024 - 16 * 1024
FIRST_ROWS = 500
# A group that full payloads would make fewer of is shared out over so many.
LEAST_REQUESTS = 8
LONGEST_REQUEST = 2.0
GROWTH = 64
# Payloads that are made while all requests that may be are under way.
AHEAD = 2


def body_limit() -> int:
    """Bytes that a request may have, and an answer."""
    return int(CONFIG.get("max_body_bytes", MAX_BODY_BYTES))


class Pace:
    """How many rows go into a request, and how many requests are under way.

    Each answer allows payloads GROWTH times as large as its own, up to what a body, an answer and
    LONGEST_REQUEST have room for. Payloads of that size tell how many requests are to be under way.
    """

    def __init__(self, group_rows: int, first_rows: int = FIRST_ROWS) -> None:
        self.requests = FIRST_REQUESTS
        self.share = max(first_rows, -(-group_rows // LEAST_REQUESTS))
        self.first = first_rows
        self.wanted = first_rows
        self.at_once = math.inf
        self.body_bytes = 0.0
        self.answer_bytes = 0.0
        self.row_seconds = 0.0
        self._measured = 0
        self._in_flight = InFlight()

    def rows(self) -> int:
        """How many rows to read for the next request."""
        return max(1, int(min(self.share, self.wanted, self.at_once, self._most())))

    def _most(self) -> float:
        most = float(self.first)
        if self.body_bytes and self.answer_bytes:
            most = min(body_limit() * 0.985 / self.body_bytes, body_limit() * 0.8 / self.answer_bytes)
            # The first answer's rows seem dear, since the fixed part of a request is in them.
            longest = LONGEST_REQUEST if self._measured > self.first else 3 * LONGEST_REQUEST
            most = min(most, longest / self.row_seconds)
        elif self.body_bytes:
            most = min(most, body_limit() * 0.9 / self.body_bytes)
        return most

    def sent(self, rows: int, size: int) -> None:
        """A payload was made: of so many rows and bytes."""
        self.body_bytes = max(size / rows, self.body_bytes * 0.98 + size / rows * 0.02)

    def made(self, rows: int, seconds: float) -> None:
        """The worker has taken so long for the rows of a payload, and for what goes on beside them."""
        self._in_flight.made(rows, seconds)

    def answered(self, answer: Answer) -> None:
        """An answer came: rows and requests are set anew."""
        rows = answer.piece.rows
        seconds = max(answer.seconds, 1e-3)
        self.answer_bytes = max(answer.size / rows, self.answer_bytes * 0.9)
        if rows > 2 * self._measured:
            # The fixed part of a request weighs less now.
            self._measured, self.row_seconds = rows, seconds / rows
        elif 2 * rows > self.rows():
            self.row_seconds += (seconds / rows - self.row_seconds) / self.requests
        self.wanted = max(self.wanted, GROWTH * rows)
        if answer.at_once < rows:
            self.at_once = answer.at_once
        if answer.throttled:
            # Requests are what is counted: full ones carry the most.
            self.share = self.wanted = 2**31
        if 2 * rows > self.rows():
            self._in_flight.answered(rows, seconds, answer.waited)
            self.requests = self._in_flight.requests
