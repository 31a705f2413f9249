"""Calls to AWS while jobs are waited for over an hour: 20 against one.

SageMaker's answers and the clock are played here, so that an hour passes in a moment; what asks is the real
TrainingWatch, as four threads' worth of dbt nodes use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.harness import RATIO, Figure
from exasol_sagemaker import AwsSession, SageMakerSettings, TrainingWatch, describe_training

HOUR = 3600.0
JOBS = 20
CREATED = datetime(2024, 1, 1, tzinfo=timezone.utc)


@dataclass
class PlayedSageMaker:
    """Jobs that all end after an hour, and a count of the calls about them.

    Attributes:
        names: of the jobs.
        now: seconds since they were created.
        calls: how often each call came.
    """

    names: list[str]
    now: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def describe_auto_ml_job_v2(self, **request: Any) -> dict[str, Any]:
        """One job."""
        self.calls["DescribeAutoMLJobV2"] += 1
        return self._job(request["AutoMLJobName"])

    def get_paginator(self, call: str) -> Any:
        """The pages of a list call."""
        pages = {"list_auto_ml_jobs": self._jobs, "list_candidates_for_auto_ml_job": self._candidates}
        return SimpleNamespace(paginate=pages[call])

    def _jobs(self, **_: Any) -> Iterator[dict[str, Any]]:
        self.calls["ListAutoMLJobs"] += 1
        yield {"AutoMLJobSummaries": [self._job(name) for name in self.names]}

    def _candidates(self, **_: Any) -> Iterator[dict[str, Any]]:
        self.calls["ListCandidatesForAutoMLJob"] += 1
        yield {"Candidates": []}

    def _job(self, name: str) -> dict[str, Any]:
        ended = self.now >= HOUR
        return {
            "AutoMLJobName": name,
            "AutoMLJobArn": f"arn:aws:sagemaker:eu-central-1:123456789012:automl-job/{name}",
            "AutoMLJobStatus": "Completed" if ended else "InProgress",
            "AutoMLJobSecondaryStatus": "Completed" if ended else "ModelTuning",
            "CreationTime": CREATED,
            **({"EndTime": CREATED + timedelta(hours=1)} if ended else {}),
        }


def run() -> list[Figure]:
    """Wait for one job, then for all."""
    one, many = calls_for(1), calls_for(JOBS)
    note = "; ".join(
        f"{count} job{'s' * (count > 1)}: " + ", ".join(f"{number} {name}" for name, number in calls.items())
        for count, calls in ((1, one), (JOBS, many))
    )
    ratio = sum(many.values()) / sum(one.values())
    return [Figure(f"calls to AWS in an hour, {JOBS} jobs against one", ratio, RATIO, 2, note=note)]


def calls_for(count: int) -> Counter[str]:
    """Calls until the last of so many jobs has ended, without those that started them."""
    played = PlayedSageMaker([f"model-{number:02}" for number in range(count)])
    aws = AwsSession(SageMakerSettings(region="eu-central-1", s3_uri="s3://bucket"))
    aws._clients["sagemaker"] = cast(Any, played)
    watch = TrainingWatch(aws, pause=played.pause, clock=lambda: played.now)
    for name in played.names:
        watch.add(describe_training(aws, name))
    played.calls.clear()
    for name in played.names:
        list(watch.follow(name))
    return played.calls
