"""Payloads are filled first, then requests added; throttling takes requests away and fills payloads."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from udf.script import predict

ROW_BYTES = 250


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


class Simulation:
    """An endpoint that takes some time a request and a row, and queues what it cannot work on at once."""

    def __init__(
        self, pace: predict.Pace, clock: Clock, fixed: float, row: float, at_once: int = 1000
    ) -> None:
        self.pace, self.clock = pace, clock
        self.fixed, self.row, self.at_once = fixed, row, at_once

    def round(self, *, work: float = 0.0, throttled: bool = False) -> None:
        """As many answers as requests are under way; `work` is the seconds the UDF has with a payload."""
        requests, rows = self.pace.requests, self.pace.rows()
        seconds = (self.fixed + self.row * rows) * max(1.0, requests / self.at_once)
        taken = max(seconds, work * requests)
        self.clock.now += taken
        self.pace.idle += taken - work * requests
        for _ in range(requests):
            self.pace.sent(rows, rows * ROW_BYTES)
            piece = predict.Piece(pd.DataFrame(), pa.table({"a": pa.nulls(rows)}), 1, 0)
            self.pace.answered(predict.Answer(piece, [], rows * 10, seconds, throttled))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(predict, "time", clock)
    return clock


def test_payloads_are_filled_before_requests_are_added(clock: Clock) -> None:
    pace = predict.Pace(10**7)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    seen = []
    for _ in range(30):
        simulation.round()
        seen.append((pace.rows(), pace.requests))
    full = int(predict.MAX_BODY_BYTES * 0.985 / ROW_BYTES)
    assert pace.rows() == full
    assert all(requests == predict.FIRST_REQUESTS for rows, requests in seen if rows < full)
    assert pace.requests == predict.MOST_REQUESTS


def test_an_endpoint_that_is_quicker_than_the_udf_gets_no_more_requests(clock: Clock) -> None:
    pace = predict.Pace(10**7)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    for _ in range(30):
        simulation.round(work=0.05)
    assert (pace.rows(), pace.requests) == (predict.FIRST_ROWS, 1)


def test_requests_that_are_no_longer_needed_are_taken_away(clock: Clock) -> None:
    pace = predict.Pace(10**7)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    for _ in range(30):
        simulation.round()
    for _ in range(30):
        simulation.round(work=0.1)
    assert pace.requests == 3


def test_requests_that_would_only_queue_up_are_not_added(clock: Clock) -> None:
    pace = predict.Pace(10**7)
    simulation = Simulation(pace, clock, 0.02, 1e-5, at_once=4)
    for _ in range(60):
        simulation.round()
    assert 4 <= pace.requests <= 7


def test_requests_to_a_slow_model_take_two_seconds_at_most(clock: Clock) -> None:
    pace = predict.Pace(10**7)
    simulation = Simulation(pace, clock, 0.0, 2e-3)
    for _ in range(20):
        simulation.round()
    assert pace.rows() * 2e-3 <= predict.LONGEST_REQUEST


def test_throttling_takes_requests_away_and_fills_payloads(clock: Clock) -> None:
    pace = predict.Pace(10**5)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    for _ in range(30):
        simulation.round()
    before = pace.requests
    simulation.round(throttled=True)
    assert pace.requests == before * 2 // 3
    assert pace.rows() == int(predict.MAX_BODY_BYTES * 0.985 / ROW_BYTES)
    simulation.round()
    assert pace.requests == before * 2 // 3 + 1


def test_one_request_is_always_under_way(clock: Clock) -> None:
    pace = predict.Pace(10**5)
    simulation = Simulation(pace, clock, 0.02, 1e-5)
    for _ in range(10):
        simulation.round(throttled=True)
    assert pace.requests == 1


def test_long_answers_make_payloads_small(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "MAX_BODY_BYTES", 100_000)
    pace = predict.Pace(10**7)
    pace.sent(100, 1_000)
    piece = predict.Piece(pd.DataFrame(), pa.table({"a": pa.nulls(100)}), 1, 0)
    for _ in range(20):
        pace.idle = 1e9
        pace.answered(predict.Answer(piece, [], 100 * 1_000, 0.1, False))
    assert pace.rows() == 80
