"""Wait for Autopilot jobs: one poller for all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from exasol_sagemaker.describe_job import describe_progress, describe_training
from exasol_sagemaker.errors import ExasolSageMakerError, TrainingJobError, aws_errors
from exasol_sagemaker.job import TrainingJob, TrainingProgress
from exasol_sagemaker.polling import Patience, delay
from exasol_sagemaker.session import AwsSession

DETAILS_PER_LOOK = 2

_PAGE = 100
_MARGIN = timedelta(seconds=2)


@dataclass
class _Watched:
    """A job with what is known of it; `detailed_at`: which look last asked for its candidates."""

    progress: TrainingProgress
    added_at: float
    detailed_at: int = 0
    error: ExasolSageMakerError | None = None

    @property
    def done(self) -> bool:
        return self.error is not None or self.progress.job.ended


class TrainingWatch:
    """Looks at all jobs of a process together, for any number of threads that wait for some of them.

    A look is one paged list call, whatever the number of jobs, and asks for the candidates of at most
    DETAILS_PER_LOOK of them; only a job that has ended is described in full, once. So calls to AWS grow with
    time, and not with jobs. There is no thread of its own: one of those that wait looks for all.

    Args:
        aws: Where the jobs run.
        pause: Sleeps for some seconds, see polling.Pause.
        clock: Seconds that pass; this machine's alone, never compared with AWS's.
    """

    def __init__(
        self,
        aws: AwsSession,
        *,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._aws = aws
        self._pause = pause
        self._clock = clock
        self._turn = threading.Condition()
        self._watched: dict[str, _Watched] = {}
        self._patience = Patience()
        self._looks = 0
        self._looked_at: float | None = None
        self._somebody_looks = False

    def add(self, job: TrainingJob) -> None:
        """Look at this job too from now on, also if nobody waits for it yet."""
        progress = TrainingProgress(
            job=job,
            phase=job.secondary_status,
            candidates_done=0,
            max_candidates=job.max_candidates,
            best_value=job.objective_value,
            elapsed_seconds=job.age_seconds,
        )
        with self._turn:
            known = self._watched.get(job.job_name)
            if known is None or known.done:
                self._watched[job.job_name] = _Watched(progress, self._clock())

    def follow(self, job_name: str) -> Iterator[tuple[TrainingProgress, ...]]:
        """All watched jobs as they are after each look, until the one of this name has ended.

        Throttling and lost connections are waited out for a while.

        Raises:
            TrainingJobError: There is no such job.
            WaitInterruptedError: The pause was interrupted.
        """
        with self._turn:
            known = job_name in self._watched
        if not known:
            self.add(describe_training(self._aws, job_name))
        while True:
            with self._turn:
                watched = self._watched[job_name]
                states = tuple(one.progress for one in self._watched.values())
            if watched.error is not None:
                raise watched.error
            yield states
            if watched.done:
                return
            self._await_look()

    @property
    def running(self) -> list[str]:
        """Names of the watched jobs that had not ended at the last look."""
        with self._turn:
            return [name for name, one in self._watched.items() if not one.done]

    def progress(self, job_name: str) -> TrainingProgress:
        """A watched job as it was at the last look."""
        with self._turn:
            return self._watched[job_name].progress

    def _await_look(self) -> None:
        """Look, if nobody else does; else wait until they have."""
        with self._turn:
            if self._somebody_looks:
                looks = self._looks
                self._turn.wait_for(lambda: self._looks > looks or not self._somebody_looks)
                return
            self._somebody_looks = True
            running = [one for one in self._watched.values() if not one.done]
        try:
            self._pause(self._until_due(running))
            self._look(running)
        finally:
            with self._turn:
                self._somebody_looks = False
                self._looks += 1
                self._turn.notify_all()

    def _until_due(self, running: Sequence[_Watched]) -> float:
        """Seconds until the next look: often while a job is young, at once if there was none yet."""
        if self._looked_at is None:
            return 0.0
        now = self._clock()
        youngest = min((now - one.added_at for one in running), default=0.0)
        return max(0.0, self._looked_at + delay(youngest) - now)

    def _look(self, running: Sequence[_Watched]) -> None:
        self._looked_at = self._clock()
        try:
            summaries = self._summaries(running)
            for one in running:
                self._update(one, summaries.get(one.progress.job.job_name))
            still = sorted((one for one in running if not one.done), key=lambda one: one.detailed_at)
            for one in still[:DETAILS_PER_LOOK]:
                elapsed = one.progress.elapsed_seconds
                one.progress = replace(
                    describe_progress(self._aws, one.progress.job), elapsed_seconds=elapsed
                )
                one.detailed_at = self._looks + 1
        except ExasolSageMakerError as error:
            self._patience.bear(error)
        else:
            self._patience.restore()

    def _summaries(self, running: Sequence[_Watched]) -> dict[str, Mapping[str, Any]]:
        """What ListAutoMLJobs says of these jobs; as few pages as hold them all."""
        wanted = {one.progress.job.job_name for one in running}
        oldest = min(one.progress.job.created_at for one in running)
        found: dict[str, Mapping[str, Any]] = {}
        with aws_errors("Autopilot jobs could not be listed", kind=TrainingJobError):
            pages = self._aws.sagemaker.get_paginator("list_auto_ml_jobs").paginate(
                CreationTimeAfter=oldest - _MARGIN,
                SortBy="CreationTime",
                SortOrder="Ascending",
                PaginationConfig={"PageSize": _PAGE},
            )
            for page in pages:
                for item in page["AutoMLJobSummaries"]:
                    if item["AutoMLJobName"] in wanted:
                        found[item["AutoMLJobName"]] = item
                if len(found) == len(wanted):
                    break
        return found

    def _update(self, one: _Watched, summary: Mapping[str, Any] | None) -> None:
        job = one.progress.job
        if summary is not None:
            seen = replace(
                job, status=summary["AutoMLJobStatus"], secondary_status=summary["AutoMLJobSecondaryStatus"]
            )
            if not seen.ended:
                one.progress = replace(
                    one.progress,
                    job=seen,
                    phase=seen.secondary_status,
                    elapsed_seconds=job.age_seconds + self._clock() - one.added_at,
                )
                return
        try:
            one.progress = describe_progress(self._aws, describe_training(self._aws, job.job_name))
        except TrainingJobError as error:
            if error.aws_code is not None:
                raise
            one.error = error


def watch_training(
    aws: AwsSession, job_name: str, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[TrainingProgress]:
    """Look at one job until it ends: often at first, then less and less often. The last item is final.

    Throttling and lost connections are waited out for a while.

    Raises:
        TrainingJobError: There is no such job.
    """
    watch = TrainingWatch(aws, pause=sleep)
    for _ in watch.follow(job_name):
        yield watch.progress(job_name)
