"""The life cycle while AWS throttles, fails, resets connections and loses answers."""

from __future__ import annotations

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    EndpointConfig,
    Owner,
    deploy_endpoint,
    start_training,
    teardown,
    watch_endpoint,
    watch_training,
)

from .conftest import CONFIG, QUERY, FaultySandbox

ALL = ["s3:*", "sagemaker:*", "sts:*"]


def live(session: AwsSession, database: pyexasol.ExaConnection, owner: Owner) -> tuple[str, str]:
    """Train and deploy, as a run does; names of job and endpoint."""
    job = start_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=owner)
    done = list(watch_training(session, job.job_name))[-1].job
    assert done.status == "Completed", done.failure_reason
    deployment = deploy_endpoint(session, done, name="risk", config=EndpointConfig(), owner=owner)
    settled = list(watch_endpoint(session, deployment.endpoint_name))[-1]
    assert settled.status == "InService"
    assert settled.job_name == job.job_name
    return job.job_name, settled.endpoint_name


def resources(session: AwsSession, owner: Owner) -> list[str]:
    """All that was made and is there: `kind name`."""
    planned = teardown(session, project=owner.project, target=owner.target, dry_run=True)
    return sorted(f"{item.kind} {item.name}" for item in planned if "S3" not in item.kind)


@pytest.mark.parametrize("faults", [("throttle", "error"), ("reset", "lost_answer")])
def test_three_of_ten_requests_fail_and_the_life_cycle_does_not(
    faulty: FaultySandbox, database: pyexasol.ExaConnection, owner: Owner, faults: tuple[str, str]
) -> None:
    faulty.let(*({"fault": fault, "actions": ALL, "share": 0.15} for fault in faults))
    job_name, endpoint_name = live(faulty.session(), database, owner)
    faulty.let()
    session = faulty.session()
    found = resources(session, owner)
    teardown(session, project=owner.project, target=owner.target)

    assert [name for name in found if "job" in name] == [f"training job {job_name}"], found
    assert f"endpoint {endpoint_name}" in found


def test_an_answer_that_is_lost_makes_nothing_twice(
    faulty: FaultySandbox, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    created = ("CreateAutoMLJobV2", "CreateModel", "CreateEndpointConfig", "CreateEndpoint")
    faulty.let(
        {"fault": "lost_answer", "actions": ["s3:PutObject"], "times": 1},
        *({"fault": "lost_answer", "actions": [f"sagemaker:{name}"], "times": 1} for name in created),
    )
    session = faulty.session()
    live(session, database, owner)
    found = resources(session, owner)
    teardown(session, project=owner.project, target=owner.target)

    kinds = [name.rpartition(" ")[0] for name in found]
    assert sorted(kinds) == sorted(set(kinds)), found
