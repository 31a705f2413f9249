"""What a terminal shows while models are trained: lines when there is news, and few of them."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from dbt_common.events.functions import fire_event

from dbt.adapters.exasol_sagemaker.events import TrainingOverview, TrainingProgressed
from dbt.adapters.exasol_sagemaker.progress import duration
from exasol_sagemaker.job import TrainingProgress

HEARTBEAT_SECONDS = 300.0
OVERVIEW_SECONDS = 15.0
JOBS_IN_FULL = 3

_News = tuple[object, ...]


def somebody_reads() -> bool:
    """Whether a person looks on: a terminal, or what rich takes for one, and no CI."""
    terminal = sys.stdout.isatty() or os.environ.get("TTY_COMPATIBLE") == "1"
    return terminal and not os.environ.get("CI")


class TrainingLines:
    """Says how the jobs of a run get on; one for all threads, so that nothing is said twice.

    Up to JOBS_IN_FULL jobs that run have a line each when their phase, candidates or best value change; of
    more there is one line for all together. Every job has a line when it has ended. Where nobody reads along,
    candidates are no news.

    Args:
        talkative: Whether candidates are news, see somebody_reads().
        clock: Seconds that pass.
    """

    def __init__(self, *, talkative: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._talkative = talkative
        self._clock = clock
        self._lock = threading.Lock()
        self._shown: dict[str, _News] = {}
        self._shown_at: dict[str, float] = {}
        self._overview: _News = ()
        self._overview_at: float | None = None

    def show(self, states: Sequence[TrainingProgress]) -> None:
        """Say what is new since the last call."""
        with self._lock:
            running = [one for one in states if not one.job.ended]
            for one in states:
                if one.job.ended or len(running) <= JOBS_IN_FULL:
                    self._show_job(one)
            if len(running) > JOBS_IN_FULL:
                self._show_overview(states, running)

    def _show_job(self, state: TrainingProgress) -> None:
        name = state.job.job_name
        news: _News = (state.job.status, state.phase)
        if self._talkative:
            news = (*news, state.candidates_done, state.best_value)
        if state.job.ended:
            news = ("ended",)
        heartbeat = self._clock() - self._shown_at.get(name, 0.0) >= HEARTBEAT_SECONDS
        if news == self._shown.get(name) and (state.job.ended or not heartbeat):
            return
        fire_event(
            TrainingProgressed(
                msg=training_line(state),
                job_name=name,
                status=state.job.status,
                phase=state.phase,
                candidates_done=state.candidates_done,
                max_candidates=state.max_candidates,
                objective=state.job.objective,
                best_value=state.best_value,
                elapsed_seconds=state.elapsed_seconds,
            )
        )
        self._shown[name] = news
        self._shown_at[name] = self._clock()

    def _show_overview(self, states: Sequence[TrainingProgress], running: Sequence[TrainingProgress]) -> None:
        now = self._clock()
        phases = Counter(one.phase or one.job.status for one in running)
        news: _News = (len(states) - len(running), *sorted(phases.items()))
        since = float("inf") if self._overview_at is None else now - self._overview_at
        if since < (OVERVIEW_SECONDS if news != self._overview else HEARTBEAT_SECONDS):
            return
        completed = sum(one.job.status == "Completed" for one in states)
        fire_event(
            TrainingOverview(
                msg=overview_line(states, phases),
                jobs=len(states),
                running=len(running),
                completed=completed,
                failed=len(states) - len(running) - completed,
                elapsed_seconds=max(one.elapsed_seconds for one in running),
            )
        )
        self._overview, self._overview_at = news, now


def training_line(progress: TrainingProgress) -> str:
    """`job credit-risk-1a2b3c4d: ModelTuning, 3 of 10 candidates, best AUC 0.7421, 2m 10s`."""
    job = progress.job
    parts = [job.status if job.ended else progress.phase or job.status]
    limit = f" of {progress.max_candidates}" if progress.max_candidates else ""
    if progress.candidates_done or progress.max_candidates:
        parts.append(f"{progress.candidates_done}{limit} candidates")
    if progress.best_value is not None:
        parts.append(f"best {job.objective or 'objective'} {progress.best_value:.4f}")
    parts.append(duration(progress.elapsed_seconds))
    return f"job {job.job_name}: {', '.join(parts)}"


def overview_line(states: Sequence[TrainingProgress], phases: Counter[str]) -> str:
    """`20 jobs: 3 ended, 12 ModelTuning (41 candidates), 5 FeatureEngineering, 8m 3s`."""
    running = [one for one in states if not one.job.ended]
    parts = [f"{len(states) - len(running)} ended"] if len(running) < len(states) else []
    for phase, count in phases.most_common():
        done = sum(one.candidates_done for one in running if (one.phase or one.job.status) == phase)
        parts.append(f"{count} {phase}" + (f" ({done} candidates)" if done else ""))
    parts.append(duration(max(one.elapsed_seconds for one in running)))
    return f"{len(states)} jobs: {', '.join(parts)}"
