"""The prediction UDF against the extension's and a bare client, in four workers, over 5 million rows."""

from __future__ import annotations

import os
import statistics

from benchmarks.harness import MEBIBYTES, RATE, RATIO, Figure
from benchmarks.prediction.endpoint import Behaviour, endpoint
from benchmarks.prediction.runs import Run, bare, extensions, ours

REPEATS = 3
ROWS = 1_500_000
THROTTLED_ROWS = 800_000
EXTENSION_ROWS = 3_000
SHORT_TEXT = 12
LONG_TEXT = 200
MEMORY_ROWS = 5_000_000
QUICK_START = Behaviour(20_000, 10)
QUICK_ROWS = Behaviour(100_000, 2)
THROTTLED = Behaviour(20_000, 10, throttle=20)
TWO_AT_ONCE = Behaviour(20_000, 10, parallel=2)


def run() -> list[Figure]:
    """All figures, on one endpoint process."""
    with endpoint() as url:
        figures = _against_the_extension(url, "20 ms + 10 µs a row", QUICK_START)
        figures += _against_the_extension(url, "100 ms + 2 µs a row", QUICK_ROWS)
        figures += _throttled(url)
        figures += _four_workers(url)
        figures += _memory(url)
    return figures


def _against_the_extension(url: str, name: str, behaviour: Behaviour) -> list[Figure]:
    """The three take turns, so that a busy moment hits all alike."""
    mine, theirs, ceilings = [], [], []
    for _ in range(REPEATS):
        mine.append(ours(url, behaviour, ROWS, SHORT_TEXT))
        theirs.append(extensions(url, behaviour, EXTENSION_ROWS, SHORT_TEXT))
        ceilings.append(bare(url, behaviour, ROWS, SHORT_TEXT, mine[-1]))
    rate, other, ceiling = (_median([one.rate for one in runs]) for runs in (mine, theirs, ceilings))
    shares = [one.rate / most.rate for one, most in zip(mine, ceilings, strict=True)]
    sizes = ", ".join(f"{one.of_first('requests')} x {one.of_first('payload'):,}" for one in mine)
    return [
        Figure(f"{name}: one worker", rate, RATE, note=_note(mine)),
        Figure(f"{name}: the extension's UDF", other, RATE, note="batch size 100"),
        Figure(f"{name}: against the extension", rate / other, RATIO, 25.0, True),
        Figure(
            f"{name}: against a bare client",
            _median(shares),
            RATIO,
            0.75,
            True,
            f"it: {ceiling:,.0f} rows/s with the requests x rows that the UDF settled at: {sizes}",
        ),
    ]


def _throttled(url: str) -> list[Figure]:
    """Few rows fit a payload if texts are long; with short ones the UDF reaches its own limit first."""
    figures = []
    for name, text in (("long texts", LONG_TEXT), ("short texts", SHORT_TEXT)):
        mine = [ours(url, THROTTLED, THROTTLED_ROWS, text) for _ in range(REPEATS)]
        theirs = extensions(url, THROTTLED, EXTENSION_ROWS, text)
        possible = THROTTLED.throttle * max(one.of_first("payload") for one in mine)
        rate = _median([one.rate for one in mine])
        target = 0.9 if text == LONG_TEXT else None
        refused = sum(one.refused for one in mine)
        failure = theirs.of_first("failure")
        figures += [
            Figure(
                f"20 requests/s, {name}: share of what is let through",
                rate / possible,
                RATIO,
                target,
                True,
                f"{rate:,.0f} of {possible:,.0f} rows/s; {refused} refusals, no failed query; {_note(mine)}",
            ),
            Figure(
                f"20 requests/s, {name}: the extension's UDF",
                theirs.rate,
                RATE,
                note=failure or "no failure",
            ),
        ]
    return figures


def _four_workers(url: str) -> list[Figure]:
    """On an endpoint that works on any number of requests at once, and on one that works on two."""
    figures = []
    for name, behaviour in (("any number at once", QUICK_START), ("two at once", TWO_AT_ONCE)):
        one, four = [], []
        for _ in range(REPEATS):
            one.append(ours(url, behaviour, ROWS, SHORT_TEXT))
            four.append(ours(url, behaviour, ROWS, SHORT_TEXT, workers=4))
        single, together = (_median([run.rate for run in runs]) for runs in (one, four))
        figures += [
            Figure(f"endpoint for {name}: one worker", single, RATE, note=_limit(one[-1], behaviour)),
            Figure(f"endpoint for {name}: four workers", together, RATE, note=_limit(four[-1], behaviour)),
            Figure(f"endpoint for {name}: four against one", together / single, RATIO),
            *([_places(four, behaviour)] if behaviour.parallel else []),
        ]
    return figures


def _places(runs: list[Run], behaviour: Behaviour) -> Figure:
    shares = [run.endpoint_worked / run.seconds / behaviour.parallel for run in runs]
    return Figure(
        f"endpoint for {behaviour.parallel} at once, four workers: share of its time that it works",
        _median(shares),
        RATIO,
        0.85,
        True,
        "above it the endpoint is the limit, not the UDF",
    )


def _limit(run: Run, behaviour: Behaviour) -> str:
    """What was busy all the time: the endpoint's places, this machine's cores, or neither."""
    workers = sum(float(one["cpu"]) for one in run.workers) / run.seconds
    cores = (
        f"cores: workers {workers:.2f}, endpoint {run.endpoint_cpu / run.seconds:.2f}, "
        f"all that runs here {run.cores_busy:.2f} of {os.cpu_count()}"
    )
    at_work = run.endpoint_worked / run.seconds
    if behaviour.parallel:
        share = at_work / behaviour.parallel
        cores = f"the endpoint's {behaviour.parallel} places were busy {share:.0%} of the time; {cores}"
        if share > 0.85:
            return f"limit: the endpoint; {cores}"
    else:
        cores = f"the endpoint worked on {at_work:.1f} requests; {cores}"
    if run.cores_busy > 0.9 * (os.cpu_count() or 1):
        return f"limit: this machine's processors; {cores}"
    return f"limit: the UDF; {cores}"


def _memory(url: str) -> list[Figure]:
    """Resident memory over 5 million rows: its peak, and what it grew from the second fifth to the last."""
    done = ours(url, QUICK_ROWS, MEMORY_ROWS, SHORT_TEXT)
    samples = [size / 2**20 for size in done.of_first("memory")]
    fifth = len(samples) // 5
    growth = _median(samples[-fifth:]) - _median(samples[fifth : 2 * fifth])
    return [
        Figure(
            "5 million rows: peak memory of a worker",
            done.of_first("peak") / 2**20,
            MEBIBYTES,
            400.0,
            note=f"{done.rate:,.0f} rows/s; the rows that the benchmark gives are in it",
        ),
        Figure("5 million rows: growth from the second fifth to the last", growth, MEBIBYTES, 40.0),
    ]


def _note(runs: list[Run]) -> str:
    rates = ", ".join(f"{one.rate:,.0f}" for one in runs)
    cpu = _median([one.of_first("cpu") / one.rows * 1e6 for one in runs])
    return f"{rates}; {cpu:.1f} µs of processor a row"


def _median(values: list[float]) -> float:
    return statistics.median(values)
