"""Ask again and again: quickly at first, then slower, and through throttling."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from exasol_sagemaker.errors import ExasolSageMakerError

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


def polls(look: Callable[[], _State], *, sleep: Callable[[float], None] = time.sleep) -> Iterator[_State]:
    """What `look` sees, for as long as the caller asks; it sleeps between two looks.

    Throttling and lost connections, after boto3's own retries, are waited out.

    Raises:
        ExasolSageMakerError: `look` failed for another reason, or ten times in a row.
    """
    elapsed = 0.0
    failures = 0
    while True:
        try:
            state = look()
        except ExasolSageMakerError as error:
            failures += 1
            if error.aws_code not in _PASSING or failures >= _FAILURES_IN_A_ROW:
                raise
            log.warning("waiting on after %s (%d in a row)", error.aws_code, failures)
        else:
            failures = 0
            yield state
        pause = delay(elapsed)
        elapsed += pause
        sleep(pause)
