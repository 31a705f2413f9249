"""Waiting: often at first, then less often, and through throttling."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest

from exasol_sagemaker import AwsError
from exasol_sagemaker.polling import delay, polls


def throttled(times: int) -> Callable[[], str]:
    left = iter(range(times))

    def look() -> str:
        if next(left, None) is not None:
            raise AwsError("It failed", aws_code="ThrottlingException")
        return "seen"

    return look


def test_the_pause_grows_with_the_time_waited_and_is_bounded() -> None:
    pauses: list[float] = []
    list(islice(polls(lambda: 1, sleep=pauses.append), 200))
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.5, 30.0)
    assert delay(60) == 6


def test_throttling_is_waited_out() -> None:
    assert next(polls(throttled(9), sleep=lambda seconds: None)) == "seen"


def test_throttling_without_end_is_an_error() -> None:
    with pytest.raises(AwsError):
        next(polls(throttled(10), sleep=lambda seconds: None))


def test_another_error_is_not_waited_out() -> None:
    def look() -> str:
        raise AwsError("It failed", aws_code="AccessDeniedException")

    with pytest.raises(AwsError):
        next(polls(look, sleep=lambda seconds: pytest.fail("waited")))
