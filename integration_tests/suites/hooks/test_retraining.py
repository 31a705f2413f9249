"""When a model is trained again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Owner,
    Retraining,
    TrainingJob,
    start_training,
    teardown,
)

from .conftest import CONFIG, QUERY

DAY = 86_400.0


@pytest.mark.parametrize(
    ("value", "age", "keeps", "demands"),
    [
        ("on_change", 400 * DAY, False, False),
        ("always", 0.0, False, True),
        ("never", 400 * DAY, True, False),
        ({"every": "7 days"}, 6.9 * DAY, True, False),
        ({"every": "7 days"}, 7.0 * DAY, False, True),
        ({"every": "1 week"}, 7.0 * DAY, False, True),
        ({"every": "12 hours"}, 0.4 * DAY, True, False),
    ],
)
def test_what_a_policy_says_of_a_job(value: Any, age: float, keeps: bool, demands: bool) -> None:
    policy = Retraining.parse(value)

    assert (policy.keeps(age), policy.demands(age)) == (keeps, demands)


@pytest.mark.parametrize("value", ["sometimes", 7, {"every": "7"}, {"every": "0 days"}, {"after": "7 days"}])
def test_what_is_no_policy(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot be|no duration"):
        Retraining.parse(value)


OTHER_QUERY = f"{QUERY} AND ID <> 7"


def start(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner, query: str, policy: Retraining
) -> TrainingJob:
    return start_training(
        session, database, query=query, name="risk", config=CONFIG, owner=owner, policy=policy
    )


def test_never_keeps_the_job_whatever_changes(
    session: AwsSession, database: pyexasol.ExaConnection, trained: TrainingJob, trained_by: Owner
) -> None:
    kept = start(session, database, trained_by, OTHER_QUERY, Retraining.parse("never"))

    assert (kept.job_name, kept.started) == (trained.job_name, False)
    assert "is kept, as `retrain` says" in kept.notes[0]


def test_never_does_not_keep_what_somebody_else_trained(
    session: AwsSession, database: pyexasol.ExaConnection, trained: TrainingJob, owner: Owner
) -> None:
    started = start(session, database, owner, QUERY, Retraining.parse("never"))
    teardown(session, project=owner.project, target=owner.target)

    assert started.started
    assert started.job_name != trained.job_name


def test_a_job_that_is_too_old_is_trained_again_with_nothing_changed(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    old = replace(Retraining.parse({"every": "1 minute"}), at_age=timedelta(0))
    first = start(session, database, owner, QUERY, old)
    second = start(session, database, owner, QUERY, old)
    young = start(session, database, owner, OTHER_QUERY, Retraining.parse({"every": "1 day"}))
    teardown(session, project=owner.project, target=owner.target)

    assert second.job_name == f"{first.job_name}-2"
    assert (young.job_name, young.started) == (second.job_name, False)
