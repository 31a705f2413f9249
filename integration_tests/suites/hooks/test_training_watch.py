"""Many jobs, one poller. SageMaker is played here: an hour passes in a moment, and calls are counted."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

import pytest

from exasol_sagemaker import (
    AwsSession,
    Pause,
    SageMakerSettings,
    TrainingJob,
    TrainingJobError,
    TrainingWatch,
    WaitInterruptedError,
)

HOUR = 3600.0
# A clock that is days off: it must not matter that AWS's differs from ours.
CREATED = datetime(2020, 1, 1, tzinfo=timezone.utc)


class SageMaker:
    """Autopilot jobs that run for a time, as the four calls of the watch see them."""

    meta = SimpleNamespace()

    def __init__(self, runs: dict[str, float]) -> None:
        self.runs = runs
        self.now = 0.0
        self.calls: Counter[str] = Counter()
        self.fail_next: list[Exception] = []

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def status(self, name: str) -> str:
        return "Completed" if self.now >= self.runs[name] else "InProgress"

    def _summary(self, name: str) -> dict[str, Any]:
        phase = self.status(name) if self.status(name) == "Completed" else "ModelTuning"
        return {
            "AutoMLJobName": name,
            "AutoMLJobStatus": self.status(name),
            "AutoMLJobSecondaryStatus": phase,
            "CreationTime": CREATED,
        }

    def get_paginator(self, call: str) -> Any:
        return SimpleNamespace(paginate=getattr(self, f"_{call}"))

    def _list_auto_ml_jobs(self, **request: Any) -> Iterator[dict[str, Any]]:
        assert request["CreationTimeAfter"] <= CREATED
        names = sorted(self.runs)
        for start in range(0, len(names), request["PaginationConfig"]["PageSize"]):
            self.calls["ListAutoMLJobs"] += 1
            if self.fail_next:
                raise self.fail_next.pop()
            yield {"AutoMLJobSummaries": [self._summary(name) for name in names[start : start + 100]]}

    def _list_candidates_for_auto_ml_job(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.calls["ListCandidatesForAutoMLJob"] += 1
        assert request["AutoMLJobName"] in self.runs
        yield {"Candidates": []}

    def describe_auto_ml_job_v2(self, **request: Any) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        self.calls["DescribeAutoMLJobV2"] += 1
        name = request["AutoMLJobName"]
        if name not in self.runs:
            raise ClientError(
                {"Error": {"Code": "ResourceNotFound", "Message": "not found"}}, "DescribeAutoMLJobV2"
            )
        end = {"EndTime": CREATED + timedelta(seconds=self.runs[name])}
        return {
            **self._summary(name),
            **(end if self.status(name) == "Completed" else {}),
            "AutoMLJobArn": f"arn:aws:sagemaker:eu-central-1:123456789012:automl-job/{name}",
        }


def watch_of(sagemaker: SageMaker, **options: Any) -> TrainingWatch:
    aws = AwsSession(SageMakerSettings(region="eu-central-1", s3_uri="s3://bucket"))
    aws._clients["sagemaker"] = sagemaker
    return TrainingWatch(aws, **{"pause": sagemaker.pause, "clock": lambda: sagemaker.now, **options})


def job(name: str) -> TrainingJob:
    return cast(
        TrainingJob,
        TrainingJob(
            **{
                **dict.fromkeys(TrainingJob.__dataclass_fields__),
                "job_name": name,
                "status": "InProgress",
                "secondary_status": "Starting",
                "created_at": CREATED,
                "age_seconds": 0.0,
            }
        ),
    )


def calls_for(count: int) -> Counter[str]:
    sagemaker = SageMaker({f"model-{number:02}": HOUR for number in range(count)})
    watch = watch_of(sagemaker)
    for name in sagemaker.runs:
        watch.add(job(name))
    for name in sagemaker.runs:
        last = list(watch.follow(name))[-1]
        assert {one.job.job_name for one in last} == set(sagemaker.runs)
        assert watch.progress(name).job.status == "Completed"
        assert watch.progress(name).elapsed_seconds == HOUR
    return sagemaker.calls


def test_calls_to_aws_grow_with_time_and_not_with_jobs() -> None:
    one, twenty = calls_for(1), calls_for(20)

    assert one["ListAutoMLJobs"] == twenty["ListAutoMLJobs"]
    assert sum(twenty.values()) < 2 * sum(one.values())


def test_only_pages_that_hold_a_watched_job_are_read() -> None:
    sagemaker = SageMaker({f"somebody-{number:03}": HOUR for number in range(500)})
    sagemaker.runs["a-model"] = 10.0
    list(watch_of(sagemaker).follow("a-model"))

    looks = sagemaker.calls["ListAutoMLJobs"]
    assert looks == sagemaker.calls["ListCandidatesForAutoMLJob"]


def test_four_threads_that_wait_look_as_often_as_one() -> None:
    sagemaker = SageMaker({f"model-{number}": 60.0 for number in range(4)})
    watch = watch_of(sagemaker)
    for name in sagemaker.runs:
        watch.add(job(name))
    threads = [threading.Thread(target=lambda name=name: list(watch.follow(name))) for name in sagemaker.runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)

    assert not any(thread.is_alive() for thread in threads)
    assert sagemaker.calls["ListAutoMLJobs"] == calls_of_one_for(60.0)


def calls_of_one_for(seconds: float) -> int:
    sagemaker = SageMaker({"model": seconds})
    watch = watch_of(sagemaker)
    watch.add(job("model"))
    list(watch.follow("model"))
    return sagemaker.calls["ListAutoMLJobs"]


def test_throttling_is_waited_out() -> None:
    from botocore.exceptions import ClientError

    sagemaker = SageMaker({"model": 20.0})
    sagemaker.fail_next = [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow"}}, "ListAutoMLJobs")
    ] * 5
    watch = watch_of(sagemaker)
    list(watch.follow("model"))

    assert watch.progress("model").job.ended


def test_a_job_that_is_not_there() -> None:
    with pytest.raises(TrainingJobError, match="no Autopilot job 'other'"):
        next(watch_of(SageMaker({"model": 1.0})).follow("other"))


def test_an_interrupt_reaches_all_who_wait() -> None:
    pause = Pause()
    watch = watch_of(SageMaker({"one": HOUR, "two": HOUR}), pause=pause)
    ends: list[Exception] = []

    def wait(name: str) -> None:
        try:
            list(watch.follow(name))
        except WaitInterruptedError as error:
            ends.append(error)

    threads = [threading.Thread(target=wait, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    pause.interrupt()
    for thread in threads:
        thread.join(timeout=300)

    assert len(ends) == 2
