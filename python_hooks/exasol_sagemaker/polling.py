"""Ask again and again: quickly at first, then slower, and through throttling."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from exasol_sagemaker.errors import ExasolSageMakerError, WaitInterruptedError

_State = TypeVar("_State")

_SHORTEST = 0.5
_LONGEST = 30.0
_SHARE_OF_ELAPSED = 0.1
_FAILURES_IN_A_ROW = 10
_PASSING = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
        "InternalFailure",
        "InternalServerError",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "500",
        "503",
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "EndpointConnectionError",
        "ReadTimeoutError",
    }
)

log = logging.getLogger("exasol_sagemaker")


def delay(elapsed: float) -> float:
    """Seconds until the next look, after waiting for `elapsed` seconds: a tenth of it, within 0.5 to 30 s."""
    return min(_LONGEST, max(_SHORTEST, elapsed * _SHARE_OF_ELAPSED))


class Pause:
    """A sleep that another thread can end, for all who sleep by it: what Ctrl-C has to reach."""

    def __init__(self) -> None:
        self._interrupted = threading.Event()

    def __call__(self, seconds: float) -> None:
        """Sleep.

        Raises:
            WaitInterruptedError: interrupt() was called before or meanwhile.
        """
        if self._interrupted.wait(seconds):
            raise WaitInterruptedError(
                "The wait was interrupted",
                hint="What was started in AWS goes on. Run again to go on waiting for it.",
            )

    def interrupt(self) -> None:
        """End all waits, now and from now on."""
        self._interrupted.set()


class Patience:
    """How many failures in a row are waited out, after boto3's own retries."""

    def __init__(self) -> None:
        self._failures = 0

    def bear(self, error: ExasolSageMakerError) -> None:
        """Count a failure.

        Raises:
            ExasolSageMakerError: This one, if it does not pass by itself or is the tenth in a row.
        """
        self._failures += 1
        if error.aws_code not in _PASSING or self._failures >= _FAILURES_IN_A_ROW:
            raise error
        log.warning("waiting on after %s (%d in a row)", error.aws_code, self._failures)

    def restore(self) -> None:
        """Count from zero again: it worked."""
        self._failures = 0


def polls(look: Callable[[], _State], *, sleep: Callable[[float], None] = time.sleep) -> Iterator[_State]:
    """What `look` sees, for as long as the caller asks; it sleeps between two looks.

    Throttling and lost connections, after boto3's own retries, are waited out.

    Raises:
        ExasolSageMakerError: `look` failed for another reason, or ten times in a row.
    """
    elapsed = 0.0
    patience = Patience()
    while True:
        try:
            state = look()
        except ExasolSageMakerError as error:
            patience.bear(error)
        else:
            patience.restore()
            yield state
        pause = delay(elapsed)
        elapsed += pause
        sleep(pause)
