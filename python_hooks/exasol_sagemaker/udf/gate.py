"""Lets requests go: so many under way, and so many a second once the endpoint has throttled."""

from __future__ import annotations

import random
import threading
import time
from collections import deque

from exasol_sagemaker.udf.pace import Pace

LONGEST_PAUSE = 20.0
_WINDOW = 2.0


class Gate:
    """Requests go through `enter` and `leave`. Used by several threads at once.

    How many may be under way is the pace's matter. The rate is this class's: the first refusal sets it to
    that of the answers that came meanwhile. From then on each answer adds to it, about one a second each
    second, and a refusal takes away a twentieth or, if far less was answered, up to a third.
    """

    def __init__(self, pace: Pace) -> None:
        self.rate = 0.0
        self.given_up = False
        self._pace = pace
        self._changed = threading.Condition()
        self._under_way = 0
        self._turn = 0.0
        self._lowered = 0.0
        self._answers: deque[float] = deque(maxlen=64)

    def enter(self) -> tuple[float, float]:
        """Wait until one more may go; gives when that was, and the seconds waited for another to end."""
        waited = 0.0
        with self._changed:
            while not self.given_up:
                now = time.monotonic()
                if self._under_way >= self._pace.requests:
                    self._changed.wait()
                    waited += time.monotonic() - now
                elif now < self._turn:
                    self._changed.wait(self._turn - now)
                else:
                    break
            self._under_way += 1
            now = time.monotonic()
            if self.rate:
                # A turn that was missed may be caught up with; more of them would be a burst.
                self._turn = max(self._turn, now - 1 / self.rate) + 1 / self.rate
        return now, waited

    def leave(self) -> None:
        """A request has ended."""
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def wake(self) -> None:
        """More may be under way than before."""
        with self._changed:
            self._changed.notify_all()

    def give_up(self) -> None:
        """Nobody waits any longer."""
        with self._changed:
            self.given_up = True
            self._changed.notify_all()

    def answered(self) -> None:
        """The endpoint has answered."""
        with self._changed:
            self._answers.append(time.monotonic())
            if self.rate:
                # Steps of a low rate would be too large, those of a high one too small.
                self.rate += max(0.004 * self.rate, min(1 / self.rate, 0.01 * self.rate))

    def refused(self, entered: float) -> None:
        """The endpoint has throttled a request that went at this time."""
        with self._changed:
            if entered < self._lowered:
                # It went at a rate that has been lowered since.
                return
            now = self._lowered = time.monotonic()
            recent = [moment for moment in self._answers if moment > now - _WINDOW]
            measured = len(recent) / (now - recent[0]) if len(recent) > 3 else 0.0
            if self.rate:
                self.rate = min(max(measured, 0.7 * self.rate), 0.95 * self.rate)
            else:
                self.rate = measured

    def pause(self, attempt: int, busy: bool) -> float:
        """Seconds until a request that has failed so often is made again, at random."""
        first = 1 / self.rate if busy and self.rate else 0.2
        return random.uniform(0.5, 1.0) * min(LONGEST_PAUSE, first * 2.0 ** min(attempt - 1, 10))  # noqa: S311

    def wait(self, seconds: float) -> None:
        """Wait, but no longer once given up."""
        with self._changed:
            self._wait_until(time.monotonic() + seconds)

    def _wait_until(self, moment: float) -> None:
        while not self.given_up and time.monotonic() < moment:
            self._changed.wait(moment - time.monotonic())
