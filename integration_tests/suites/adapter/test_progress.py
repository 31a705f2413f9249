"""What is said while something is waited for."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from dbt_common.events.base_types import BaseEvent, msg_from_base_event
from dbt_common.events.functions import msg_to_json

from dbt.adapters.exasol_sagemaker import progress, training_progress
from dbt.adapters.exasol_sagemaker.training_progress import HEARTBEAT_SECONDS, TrainingLines, somebody_reads
from exasol_sagemaker import TrainingProgress

from .test_rows import DEPLOYMENT, JOB

RUNNING = replace(JOB, status="InProgress", ended_at=None)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[BaseEvent]:
    fired: list[BaseEvent] = []
    monkeypatch.setattr(training_progress, "fire_event", fired.append)
    return fired


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def look(phase: str, done: int = 0, best: float | None = None, seconds: float = 1) -> TrainingProgress:
    return TrainingProgress(RUNNING, phase, done, 10, best, seconds)


def several(count: int, phase: str, done: int = 0, ended: int = 0) -> list[TrainingProgress]:
    return [
        replace(
            look(phase, done, seconds=483),
            job=replace(JOB if number < ended else RUNNING, job_name=f"model-{number}"),
        )
        for number in range(count)
    ]


def messages(events: list[BaseEvent]) -> list[str]:
    return [event.message() for event in events]


def test_a_line_when_there_is_news_and_none_when_there_is_not(events: list[BaseEvent]) -> None:
    lines = TrainingLines(talkative=True)
    for state in (
        look("Starting", 0, None, 1),
        look("Starting", 0, None, 6),
        look("ModelTuning", 3, 0.7421, 130),
        look("ModelTuning", 3, 0.7421, 140),
        TrainingProgress(JOB, "Completed", 10, 10, 0.75, 3720),
        TrainingProgress(JOB, "Completed", 10, 10, 0.75, 3720),
    ):
        lines.show([state])

    assert messages(events) == [
        "job credit-risk-1a2b3c4d: Starting, 0 of 10 candidates, 1s",
        "job credit-risk-1a2b3c4d: ModelTuning, 3 of 10 candidates, best AUC 0.7421, 2m 10s",
        "job credit-risk-1a2b3c4d: Completed, 10 of 10 candidates, best AUC 0.7500, 1h 2m",
    ]


def test_where_nobody_reads_along_candidates_are_no_news(events: list[BaseEvent]) -> None:
    lines = TrainingLines(talkative=False)
    for done in range(5):
        lines.show([look("ModelTuning", done)])

    assert len(events) == 1


def test_a_sign_of_life_every_five_minutes(events: list[BaseEvent]) -> None:
    clock = Clock()
    lines = TrainingLines(talkative=True, clock=clock)
    for seconds in range(0, 1201, 10):
        clock.seconds = seconds
        lines.show([look("ModelTuning", 3, 0.7, seconds)])

    assert len(events) == 1 + 1200 // HEARTBEAT_SECONDS


def test_many_jobs_share_a_line(events: list[BaseEvent]) -> None:
    clock = Clock()
    lines = TrainingLines(talkative=True, clock=clock)
    lines.show(several(20, "FeatureEngineering"))
    clock.seconds = 5
    lines.show(several(20, "ModelTuning", done=1))
    clock.seconds = 20
    lines.show(several(20, "ModelTuning", done=2, ended=1))

    assert messages(events) == [
        "20 jobs: 20 FeatureEngineering, 8m 3s",
        "job model-0: Completed, 2 of 10 candidates, 8m 3s",
        "20 jobs: 1 ended, 19 ModelTuning (38 candidates), 8m 3s",
    ]


def test_a_machine_reads_fields(events: list[BaseEvent]) -> None:
    TrainingLines(talkative=True).show([look("ModelTuning", 0, None, 130)])

    line: dict[str, Any] = json.loads(msg_to_json(msg_from_base_event(events[0])))
    assert line["info"]["name"] == "TrainingProgressed"
    assert line["data"] == {
        "msg": "job credit-risk-1a2b3c4d: ModelTuning, 0 of 10 candidates, 2m 10s",
        "job_name": "credit-risk-1a2b3c4d",
        "status": "InProgress",
        "phase": "ModelTuning",
        "candidates_done": 0,
        "max_candidates": 10,
        "objective": "AUC",
        "elapsed_seconds": 130.0,
    }


def test_an_endpoint_says_its_status_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(progress, "say", said.append)
    creating = replace(DEPLOYMENT, status="Creating")

    def watched() -> Iterator[Any]:
        yield from (creating, creating, DEPLOYMENT)

    seen: list[Any] = []
    progress.follow_endpoint(watched(), seen)
    assert seen == [creating, creating, DEPLOYMENT]
    assert said == ["endpoint credit-risk: Creating", "endpoint credit-risk: InService"]


@pytest.mark.parametrize(
    ("variables", "reads"),
    [({}, False), ({"TTY_COMPATIBLE": "1"}, True), ({"TTY_COMPATIBLE": "1", "CI": "true"}, False)],
)
def test_somebody_reads_a_pipe_only_if_it_is_said_to_end_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], reads: bool
) -> None:
    for name in ("CI", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert somebody_reads() is reads
