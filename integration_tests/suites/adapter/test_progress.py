"""What is said while something is waited for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dbt.adapters.exasol_sagemaker import progress
from exasol_sagemaker import TrainingProgress

from .test_rows import DEPLOYMENT, JOB

RUNNING = replace(JOB, status="InProgress", ended_at=None)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(progress, "say", lines.append)
    return lines


def look(phase: str, done: int, best: float | None, seconds: float) -> TrainingProgress:
    return TrainingProgress(RUNNING, phase, done, 10, best, seconds)


def test_a_line_when_there_is_news_and_none_when_there_is_not(said: list[str]) -> None:
    def watched() -> Iterator[TrainingProgress]:
        yield look("Starting", 0, None, 1)
        yield look("Starting", 0, None, 6)
        yield look("ModelTuning", 3, 0.7421, 130)
        yield look("ModelTuning", 3, 0.7421, 140)
        yield TrainingProgress(JOB, "Completed", 10, 10, 0.75, 3720)

    assert progress.follow_training(watched()) is JOB
    assert said == [
        "job credit-risk-1a2b3c4d: Starting, 0 of 10 candidates, 1s",
        "job credit-risk-1a2b3c4d: ModelTuning, 3 of 10 candidates, best AUC 0.7421, 2m 10s",
        "job credit-risk-1a2b3c4d: Completed, 10 of 10 candidates, best AUC 0.7500, 1h 2m",
    ]


def test_a_sign_of_life_every_five_minutes(said: list[str]) -> None:
    progress.follow_training(look("ModelTuning", 3, 0.7, seconds) for seconds in range(0, 1201, 10))

    assert len(said) == 5


def test_an_endpoint_says_its_status_once(said: list[str]) -> None:
    creating = replace(DEPLOYMENT, status="Creating")

    assert progress.follow_endpoint(iter([creating, creating, DEPLOYMENT])) is DEPLOYMENT
    assert said == ["endpoint credit-risk: Creating", "endpoint credit-risk: InService"]
