"""Payloads are filled at once, requests added while payloads wait for them, and no more than are used."""

from __future__ import annotations

import heapq
from collections import deque
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from udf.script import predict

ROW_BYTES = 250
MANY = 10**8


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


class Simulation:
    """A UDF that makes a payload after the other, and an endpoint that works on some requests at once.

    Args:
        fixed: Seconds that a request takes.
        row: Seconds more for each row.
        work: Seconds that the UDF has with a row.
        at_once: Requests that the endpoint works on at once.
        answer_bytes: Of each row.
    """

    def __init__(
        self,
        pace: Any,
        clock: Clock,
        fixed: float,
        row: float,
        *,
        work: float = 0.0,
        at_once: int = 1000,
        answer_bytes: int = 10,
    ) -> None:
        self.pace, self.clock = pace, clock
        self.fixed, self.row, self.work, self.at_once = fixed, row, work, at_once
        self.answer_bytes = answer_bytes
        self.made = 0.0
        self.slots = [0.0] * at_once
        self.ready: deque[tuple[float, int]] = deque()
        self.under_way: list[tuple[float, float, float, int]] = []

    def answer(self, throttled: bool = False) -> None:
        """Go on until one more request is answered."""
        while len(self.ready) + len(self.under_way) < self.pace.requests + predict.AHEAD:
            rows = self.pace.rows()
            self.made = max(self.made, self.clock.now) + self.work * rows
            self.pace.made(rows, self.work * rows)
            self.pace.sent(rows, rows * ROW_BYTES)
            self.ready.append((self.made, rows))
            self._send()
        self._send()
        ended, sent, waited, rows = heapq.heappop(self.under_way)
        self.clock.now = max(self.clock.now, ended)
        piece = predict.Piece(pd.DataFrame(), pa.table({"a": pa.nulls(rows)}), 1, 0)
        size = rows * self.answer_bytes
        self.pace.answered(predict.Answer(piece, [], size, ended - sent, waited, throttled))

    def _send(self) -> None:
        while self.ready and len(self.under_way) < self.pace.requests:
            made, rows = self.ready.popleft()
            sent = max(made, self.clock.now)
            begins = max(sent, heapq.heappop(self.slots))
            ended = begins + self.fixed + self.row * rows
            heapq.heappush(self.slots, ended)
            heapq.heappush(self.under_way, (ended, sent, max(0.0, self.clock.now - made), rows))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(predict, "time", clock)
    return clock


def full() -> int:
    return int(predict.MAX_BODY_BYTES * 0.985 / ROW_BYTES)


def test_payloads_are_full_after_two_answers(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=2e-6)
    assert pace.rows() == predict.FIRST_ROWS
    while clock.now < 0.15:
        simulation.answer()
    assert pace.rows() == full()


@pytest.mark.parametrize(("work", "needed"), [(5e-6, 2.2), (2e-6, 5.4), (1e-6, 10.8)])
def test_as_many_requests_as_the_udf_can_use(clock: Clock, work: float, needed: float) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=work)
    settled = set()
    for number in range(400):
        simulation.answer()
        if number > 100:
            settled.add(pace.requests)
    assert min(settled) >= needed - 0.4
    assert max(settled) <= needed + 1


def test_an_endpoint_that_is_quicker_than_the_udf_gets_one_request_at_a_time(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-6, work=1e-5)
    for _ in range(30):
        simulation.answer()
    assert (pace.rows(), pace.requests) == (full(), 1)


def test_requests_that_are_no_longer_needed_are_taken_away(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=1e-7)
    for _ in range(200):
        simulation.answer()
    assert pace.requests == predict.MOST_REQUESTS
    simulation.work = 5e-6
    for _ in range(100):
        simulation.answer()
    assert pace.requests in (2, 3)


def test_requests_that_would_only_queue_up_are_not_added(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=1e-7, at_once=4)
    for _ in range(300):
        simulation.answer()
    assert 4 <= pace.requests <= 8


def test_the_number_is_found_with_the_first_full_answers(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=1e-6)
    while pace.rows() < full():
        simulation.answer()
    for _ in range(2 * predict.FIRST_REQUESTS):
        simulation.answer()
    assert pace.requests in (10, 11)


def test_a_moment_in_which_nothing_goes_on_takes_no_requests_away(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=2e-6)
    for _ in range(100):
        simulation.answer()
    settled = pace.requests
    clock.now += 0.5
    for _ in range(60):
        simulation.answer()
        assert pace.requests >= settled


def test_an_endpoint_that_becomes_slower_gets_more_requests(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, work=2e-6)
    for _ in range(100):
        simulation.answer()
    assert pace.requests in (5, 6)
    simulation.row *= 2
    for _ in range(300):
        simulation.answer()
    assert pace.requests in (10, 11)


def test_requests_to_a_slow_model_take_two_seconds_at_most(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.0, 2e-3)
    for _ in range(40):
        simulation.answer()
    assert pace.rows() * 2e-3 <= predict.LONGEST_REQUEST


def test_a_small_group_is_shared_out_over_several_requests(clock: Clock) -> None:
    pace = predict.Pace(20_000)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    for _ in range(10):
        simulation.answer()
    assert pace.rows() == 20_000 // 8


def test_throttling_fills_payloads_even_of_a_small_group(clock: Clock) -> None:
    pace = predict.Pace(20_000)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    simulation.answer()
    simulation.answer(throttled=True)
    assert pace.rows() == full()


def test_long_answers_make_payloads_small(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "MAX_BODY_BYTES", 100_000)
    pace = predict.Pace(MANY)
    simulation = Simulation(pace, clock, 0.02, 1e-5, answer_bytes=1_000)
    for _ in range(20):
        simulation.answer()
    assert pace.rows() == 80


def test_what_a_model_could_not_take_at_once_it_is_not_sent_again(clock: Clock) -> None:
    pace = predict.Pace(MANY)
    piece = predict.Piece(pd.DataFrame(), pa.table({"a": pa.nulls(500)}), 1, 0)
    pace.sent(500, 500 * ROW_BYTES)
    for _ in range(5):
        pace.answered(predict.Answer(piece, [], 5_000, 0.1, 0.0, False, at_once=125))
    assert pace.rows() == 125
