"""How many requests are under way."""

from __future__ import annotations

import math
import statistics
import time
from collections import deque

FIRST_REQUESTS = 4
MOST_REQUESTS = 16
_ROUND = 4
_PATIENT = 2


class InFlight:
    """As many requests as keep their maker busy, by Little's law, and no more than the endpoint takes.

    A row that takes L seconds to be answered and P seconds to be made needs L / P of its like under way. L is
    the quickest answer, so that a queue at the endpoint does not ask for more requests, which would make it
    longer. P is the mean of the last payloads, in which a disturbed one counts for three times the median at
    most. So many are taken at once. Then, a round being an answer for each request:

    - Seconds that requests took, divided by those that went by, is how many were under way. What the median
      of five rounds did not use is taken away. More are added, up to L / P, if payloads wait for more than
      half of the time between two answers in two rounds: once some were taken away, one, and ever later.
    - If answers take half as long again for three rounds, there may be a queue, and fewer are tried: rows
      that are answered in a second times L, and one. They stay if as many rows are answered as before. If
      not, there is no queue: the endpoint is slower than it was, and L is taken anew.
    """

    def __init__(self) -> None:
        self.requests = FIRST_REQUESTS
        self._limit = MOST_REQUESTS
        self._made: deque[tuple[int, float]] = deque(maxlen=16)
        self._start(0)

    def _start(self, rows: int) -> None:
        """Forget what was measured: payloads are of another size now."""
        self._size = rows
        self._quickest = math.inf
        self._used: deque[float] = deque(maxlen=5)
        self._before: tuple[int, float] | None = None
        self._rounds = self._slow = self._short = self._rest = 0
        self._patience = _PATIENT
        self._next_round()

    def _next_round(self) -> None:
        self._seconds: list[float] = []
        self._rows = 0
        self._waited = 0.0
        self._since = time.monotonic()

    def made(self, rows: int, seconds: float) -> None:
        """A payload was made: of so many rows, in so many seconds."""
        self._made.append((rows, seconds))

    def answered(self, rows: int, seconds: float, waited: float) -> None:
        """A payload was answered, after it had waited until another request ended."""
        if not self._size / 2 < rows < self._size * 2:
            self._start(rows)
        self._seconds.append(seconds)
        self._rows += rows
        self._waited += waited
        self._quickest = min(self._quickest, seconds / rows)
        if len(self._seconds) >= max(_ROUND, self.requests):
            self._end_round()
            self._next_round()
        if not self._rounds:
            # The first payloads take longer, so that fewer than at first would be taken too soon.
            self.requests = max(self.requests, self._wanted())

    def _wanted(self) -> int:
        """Requests by Little's law."""
        each = [seconds / rows for rows, seconds in self._made if 2 * rows > self._size]
        if not each:
            return self.requests
        most = 3 * statistics.median(each)
        wanted = self._quickest / max(1e-9, statistics.fmean(min(most, one) for one in each))
        return min(_whole(wanted), self._limit)

    def _end_round(self) -> None:
        passed = max(1e-4, time.monotonic() - self._since)
        rate = self._rows / passed
        slowness = statistics.median(self._seconds) * len(self._seconds) / self._rows / self._quickest
        self._rounds += 1
        if self._before is not None:
            self._judge(rate)
            return
        if self.requests <= 2:
            # So few do not stand in each other's way: should it be slower than it was, then that is its pace.
            self._quickest *= min(slowness, 1.1)
        self._slow = self._slow + 1 if slowness > 1.5 else 0
        useful = math.ceil(rate * self._quickest) + 1
        if self._slow >= 3 and useful < self.requests:
            self._before = self.requests, rate
            self._limit = useful
            self._change(useful)
            return
        if self._rounds >= 16:
            self._limit, self._rounds = min(MOST_REQUESTS, self._limit + 1), 1
        self._adjust(sum(self._seconds) / passed, self._waited > 0.5 * sum(self._seconds) / self.requests)

    def _adjust(self, used: float, short: bool) -> None:
        """Fewer if rounds did not use them, one more if payloads wait."""
        if short:
            self._used.clear()
        else:
            self._used.append(used)
        self._short = self._short + 1 if short else 0
        self._rest -= 1
        full = len(self._used) == self._used.maxlen
        if full and (needed := _whole(statistics.median(self._used))) < self.requests:
            self._rest = self._patience
            self._patience = min(32, 2 * self._patience)
            self._change(needed)
        elif self._short >= 2 and self._rest <= 0 and self.requests < (wanted := self._wanted()):
            self._change(wanted if self._patience == _PATIENT else self.requests + 1)

    def _judge(self, rate: float) -> None:
        """In the second round with fewer requests: whether less than half of what they might cost is lost."""
        if self._before is None or self._rounds < 3:
            return
        requests, before = self._before
        self._before = None
        if rate < before * (1 + self.requests / requests) / 2:
            self._limit = MOST_REQUESTS
            self._quickest = min(self._seconds) * len(self._seconds) / self._rows
            self._change(requests)

    def _change(self, requests: int) -> None:
        self.requests = requests
        self._rounds = 1
        self._slow = self._short = 0
        self._used.clear()


def _whole(requests: float) -> int:
    """Rounded up, but for 0.4 of a request, or an eighth of all: a request for that would hardly be used."""
    return max(1, math.ceil(requests - min(0.4, requests / 8)))
