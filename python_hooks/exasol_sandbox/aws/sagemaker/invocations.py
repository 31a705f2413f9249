"""How often endpoints were asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

_SECONDS = 60


class Invocations:
    """Counts requests of each variant by the second, for a minute.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], Counter[int]] = {}

    def add(self, endpoint_arn: str, variant: str) -> None:
        """Counts one request."""
        second = int(self._clock())
        with self._lock:
            counts = self._counts.setdefault((endpoint_arn, variant), Counter())
            counts[second] += 1
            for old in [one for one in counts if one <= second - _SECONDS]:
                del counts[old]

    def last_minute(self, endpoint_arn: str, variant: str) -> int:
        """How many there were in the last sixty seconds."""
        begin = int(self._clock()) - _SECONDS
        with self._lock:
            counts = self._counts.get((endpoint_arn, variant), Counter())
            return sum(number for second, number in counts.items() if second > begin)
