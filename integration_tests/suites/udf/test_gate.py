"""Requests are let through at the rate that a throttling endpoint takes, and all of them in the end."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from udf.script import predict


class Clock:
    """Time goes by when a gate waits."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


class Bucket:
    """Lets through `rate` requests a second, two at once at most."""

    def __init__(self, rate: float) -> None:
        self.rate, self.tokens, self.filled = rate, 2.0, 0.0
        self.passed = self.refused = 0

    def takes(self, now: float) -> bool:
        self.tokens = min(2.0, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        self.passed += 1
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(predict, "time", clock)
    return clock


def gate_of_one_thread(clock: Clock) -> Any:
    gate = predict.Gate(predict.Pace(10**6))

    def wait(seconds: float | None = None) -> None:
        assert seconds is not None, "a single thread waits for itself"
        clock.now += seconds

    gate._changed.wait = wait
    return gate


def ask(gate: Any, clock: Clock, bucket: Bucket, seconds: float) -> None:
    """One request until it is let through, by itself."""
    attempt = 0
    while True:
        attempt += 1
        entered, _ = gate.enter()
        passed = bucket.takes(clock.now)
        if passed:
            clock.now += seconds
            gate.answered()
        else:
            gate.refused(entered)
        gate.leave()
        if passed:
            return
        gate.wait(gate.pause(attempt, True))


@pytest.mark.parametrize("rate", [2.0, 20.0, 200.0])
def test_nearly_all_that_is_let_through_is_used(clock: Clock, rate: float) -> None:
    gate = gate_of_one_thread(clock)
    bucket = Bucket(rate)
    while clock.now < 20:
        ask(gate, clock, bucket, seconds=0.2 / rate)
    started, before = clock.now, bucket.passed
    while clock.now < started + 60:
        ask(gate, clock, bucket, seconds=0.2 / rate)
    assert bucket.passed - before > 0.9 * rate * 60
    assert bucket.refused < 0.25 * bucket.passed


def test_a_limit_that_is_lifted_is_noticed(clock: Clock) -> None:
    gate = gate_of_one_thread(clock)
    bucket = Bucket(5.0)
    while clock.now < 20:
        ask(gate, clock, bucket, seconds=0.01)
    assert gate.rate < 7
    bucket.rate = 40.0
    started = clock.now
    while clock.now < started + 60:
        ask(gate, clock, bucket, seconds=0.01)
    assert gate.rate > 30


def test_one_refusal_of_several_requests_lowers_the_rate_once(clock: Clock) -> None:
    gate = gate_of_one_thread(clock)
    gate.rate = 20.0
    entered = [0.0] * 5
    clock.now = 0.1
    for moment in entered:
        gate.refused(moment)
    assert gate.rate == pytest.approx(14.0)


def test_without_throttling_nothing_waits_but_for_a_slot(clock: Clock) -> None:
    gate = gate_of_one_thread(clock)
    for _ in range(100):
        assert gate.enter() == (0.0, 0.0)
        gate.answered()
        gate.leave()


def test_no_more_than_the_pace_says_are_under_way() -> None:
    pace = predict.Pace(10**6)
    pace.requests = 3
    gate = predict.Gate(pace)
    entered: list[int] = []
    threads = [threading.Thread(target=lambda: (gate.enter(), entered.append(1))) for _ in range(5)]
    for thread in threads:
        thread.start()
    while len(entered) < 3:
        time.sleep(0.001)
    assert [thread.is_alive() for thread in threads].count(True) == 2
    gate.leave()
    pace.requests = 4
    gate.wake()
    for thread in threads:
        thread.join(300)
    assert len(entered) == 5


def test_once_given_up_nobody_waits() -> None:
    pace = predict.Pace(10**6)
    pace.requests = 0
    gate = predict.Gate(pace)
    threads = [threading.Thread(target=gate.enter), threading.Thread(target=gate.wait, args=(1000,))]
    for thread in threads:
        thread.start()
    gate.give_up()
    for thread in threads:
        thread.join(300)
    assert not any(thread.is_alive() for thread in threads)
