"""Guards: what a target may spend at most, checked before anything is exported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Guards,
    JobSlots,
    Owner,
    describe_training,
    start_training,
    stop_training,
    teardown,
)
from exasol_sagemaker.guards import check_instances, check_runtime, limited_runtime

from .conftest import CONFIG, QUERY, Place, keyed_session


@pytest.mark.parametrize(
    "guards",
    [
        {"max_concurrent_jobs": 0},
        {"max_runtime_seconds": "3600"},
        {"max_endpoint_instances": True},
        {"allowed_instance_types": "ml.m5.large"},
        {"allowed_instance_types": ("m5.large",)},
    ],
)
def test_a_guard_that_cannot_be(guards: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"The guard {next(iter(guards))} cannot be"):
        Guards(**guards)


def test_a_longer_job_than_allowed_is_refused() -> None:
    guards = Guards(max_runtime_seconds=600)

    check_runtime(guards, replace(CONFIG, max_runtime_seconds=600), node="n")
    with pytest.raises(ConfigurationError, match="max_runtime_seconds allows 600") as refused:
        check_runtime(guards, replace(CONFIG, max_runtime_seconds=601), node="n")

    assert "change `guards: max_runtime_seconds`" in str(refused.value)


def test_a_job_without_a_limit_gets_the_longest_allowed() -> None:
    assert limited_runtime(Guards(max_runtime_seconds=600), CONFIG).max_runtime_seconds == 600
    own = replace(CONFIG, max_runtime_seconds=60)
    assert limited_runtime(Guards(max_runtime_seconds=600), own) == own


def test_instances_must_be_of_an_allowed_type_and_not_too_many() -> None:
    guards = Guards(max_endpoint_instances=2, allowed_instance_types=("ml.m5.large", "ml.c5.large"))

    check_instances(guards, "ml.c5.large", 2, node="n")
    with pytest.raises(ConfigurationError, match="max_endpoint_instances allows 2"):
        check_instances(guards, "ml.c5.large", 3, node="n")
    with pytest.raises(ConfigurationError, match=r"allowed_instance_types allows ml\.m5\.large, ml\.c5"):
        check_instances(guards, "ml.p4d.24xlarge", 1, node="n")


def test_another_job_waits_until_one_has_ended(
    place: Place, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    settings = replace(place.settings, guards=Guards(max_concurrent_jobs=1, max_runtime_seconds=77))
    session = keyed_session(settings, place.key_id, place.secret)
    slots = JobSlots(session)
    config = replace(CONFIG, max_candidates=500)

    def start(name: str, **options: Any) -> Any:
        return start_training(
            session, database, query=QUERY, name=name, config=config, owner=owner, slots=slots, **options
        )

    first = start("first")
    waited: list[str] = []

    def stop_the_first(_seconds: float) -> None:
        waited.append(describe_training(session, first.job_name).status)
        stop_training(session, first.job_name, owner)

    second = start("second", sleep=stop_the_first)
    described = session.sagemaker.describe_auto_ml_job_v2(AutoMLJobName=second.job_name)
    ended = describe_training(session, first.job_name).status
    teardown(session, project=owner.project, target=owner.target)

    assert waited[0] == "InProgress"
    assert (second.started, ended) == (True, "Stopped")
    tabular = described["AutoMLProblemTypeConfig"]["TabularJobConfig"]
    assert tabular["CompletionCriteria"]["MaxAutoMLJobRuntimeInSeconds"] == 77


def test_jobs_of_another_target_take_no_slot(session: AwsSession, place: Place, owner: Owner) -> None:
    settings = replace(place.settings, guards=Guards(max_concurrent_jobs=1))
    slots = JobSlots(keyed_session(settings, place.key_id, place.secret))

    assert slots.take("mine", owner)
    assert not slots.take("mine-too", owner)
    slots.give_back("mine")
    assert slots.take("mine-too", owner)
