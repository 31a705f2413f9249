"""Endpoints that fail on creation and on update, and what comes after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    Deployment,
    EndpointConfig,
    EndpointError,
    Owner,
    Removed,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    roll_back_endpoint,
    start_training,
    teardown,
    watch_endpoint,
    watch_training,
)

from .conftest import CONFIG, QUERY, FaultySandbox

NO_CAPACITY = "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error."


@pytest.fixture(scope="module")
def jobs(own_sandbox: FaultySandbox, database: pyexasol.ExaConnection) -> tuple[TrainingJob, TrainingJob]:
    """Two completed jobs, the older one first."""
    session = own_sandbox.session()
    owner = Owner("faults", "endpoints", "model.faults.risk")
    done = []
    for config in (CONFIG, replace(CONFIG, objective="F1")):
        job = start_training(session, database, query=QUERY, name="risk", config=config, owner=owner)
        done.append(list(watch_training(session, job.job_name))[-1].job)
        assert done[-1].status == "Completed", done[-1].failure_reason
    return done[0], done[1]


@pytest.fixture
def session(faulty: FaultySandbox) -> AwsSession:
    return faulty.session()


@pytest.fixture
def deployed(
    session: AwsSession, faulty: FaultySandbox, jobs: tuple[TrainingJob, TrainingJob], owner: Owner
) -> Iterator[Deployment]:
    """An endpoint that serves the older job."""
    first = deploy(session, jobs[0], owner)
    yield settled(session, first)
    faulty.let()
    delete_endpoint(session, first.endpoint_name, owner)


def deploy(session: AwsSession, job: TrainingJob, owner: Owner, **options: object) -> Deployment:
    config = EndpointConfig(**options)  # type: ignore[arg-type]
    return deploy_endpoint(session, job, name="risk", config=config, owner=owner)


def settled(session: AwsSession, deployment: Deployment) -> Deployment:
    """What the endpoint serves once it is settled.

    Raises:
        EndpointError: It is not what was deployed.
    """
    wanted = deployment.endpoint_config_name
    return list(watch_endpoint(session, deployment.endpoint_name, wanted=wanted))[-1]


def test_a_failed_update_leaves_the_old_model_serving_and_is_an_error(
    session: AwsSession,
    faulty: FaultySandbox,
    deployed: Deployment,
    jobs: tuple[TrainingJob, TrainingJob],
    owner: Owner,
) -> None:
    older, newer = jobs
    faulty.let({"fault": "fail", "actions": ["endpoint:Update"], "reason": "The container did not pass."})
    update = deploy(session, newer, owner)
    seen: list[Deployment] = []
    with pytest.raises(EndpointError) as failed:
        seen.extend(watch_endpoint(session, update.endpoint_name, wanted=update.endpoint_config_name))

    assert f"goes on serving job {older.job_name}" in failed.value.what
    assert f"to job {newer.job_name} failed" in failed.value.what
    assert failed.value.why == "The container did not pass."
    names = [f"{one.kind} {one.name}" for one in left(session, owner)]
    assert names == [
        f"endpoint {deployed.endpoint_name}",
        f"endpoint configuration {deployed.endpoint_config_name}",
        f"model {deployed.model_name}",
    ]

    faulty.let()
    again = settled(session, deploy(session, newer, owner))
    assert (again.status, again.job_name) == ("InService", newer.job_name)


def left(session: AwsSession, owner: Owner) -> list[Removed]:
    """All that was made in AWS."""
    return teardown(session, project=owner.project, target=owner.target, dry_run=True)


def test_an_endpoint_that_fails_on_creation_is_replaced_by_the_next_run(
    session: AwsSession, faulty: FaultySandbox, jobs: tuple[TrainingJob, TrainingJob], owner: Owner
) -> None:
    faulty.let({"fault": "fail", "actions": ["endpoint:Create"], "reason": NO_CAPACITY})
    created = deploy(session, jobs[0], owner)
    with pytest.raises(EndpointError, match="it is Failed") as failed:
        settled(session, created)
    assert failed.value.why == NO_CAPACITY
    assert "no free capacity for ml.m5.large" in str(failed.value.hint)

    faulty.let()
    again = deploy(session, jobs[0], owner)
    try:
        assert again.changed
        assert settled(session, again).status == "InService"
    finally:
        delete_endpoint(session, created.endpoint_name, owner)
    assert not left(session, owner)


@pytest.mark.parametrize("action", ["sagemaker:CreateEndpoint", "sagemaker:CreateEndpointConfig"])
def test_a_quota_that_is_used_up_says_what_to_do_and_leaves_nothing(
    session: AwsSession,
    faulty: FaultySandbox,
    jobs: tuple[TrainingJob, TrainingJob],
    owner: Owner,
    action: str,
) -> None:
    faulty.let({"fault": "capacity", "actions": [action]})
    with pytest.raises(EndpointError) as refused:
        deploy(session, jobs[0], owner)

    assert refused.value.aws_code == "ResourceLimitExceeded"
    assert "Service Quotas" in str(refused.value.hint)
    faulty.let()
    assert not left(session, owner)


def test_an_update_under_way_is_found_and_not_sent_again(
    session: AwsSession, deployed: Deployment, jobs: tuple[TrainingJob, TrainingJob], owner: Owner
) -> None:
    first = deploy(session, jobs[1], owner)
    second = deploy(session, jobs[1], owner)

    assert first.changed
    assert not second.changed
    assert second.endpoint_config_name == first.endpoint_config_name
    assert settled(session, second).job_name == jobs[1].job_name


def test_a_rollback_lasts_until_another_job_is_asked_for(
    session: AwsSession, deployed: Deployment, jobs: tuple[TrainingJob, TrainingJob], owner: Owner
) -> None:
    older, newer = jobs
    settled(session, deploy(session, newer, owner))
    back = roll_back_endpoint(
        session,
        deployed=[older.job_name, newer.job_name],
        name="risk",
        config=EndpointConfig(),
        owner=owner,
    )
    after = settled(session, back)
    assert (after.job_name, after.rolled_back_from) == (older.job_name, newer.job_name)

    kept = deploy(session, newer, owner)
    assert not kept.changed
    assert (kept.job_name, kept.rolled_back_from) == (older.job_name, newer.job_name)
    bigger = settled(session, deploy(session, newer, owner, instance_count=2))
    assert (bigger.job_name, bigger.instance_count) == (older.job_name, 2)
    with pytest.raises(EndpointError, match="no job before"):
        roll_back_endpoint(
            session, deployed=[older.job_name], name="risk", config=EndpointConfig(), owner=owner
        )

    forward = deploy_endpoint(session, newer, name="risk", config=EndpointConfig(), owner=owner, release=True)
    released = settled(session, forward)
    assert (released.job_name, released.rolled_back_from) == (newer.job_name, None)
