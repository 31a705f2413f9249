"""What AWS refuses or breaks before a job runs: it says what to do, and leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ExasolSageMakerError,
    ExportError,
    Owner,
    TrainingJobError,
    s3,
    start_training,
    teardown,
    watch_training,
)

from .conftest import CONFIG, QUERY, FaultySandbox
from .test_requests import resources

TRANSPORTS = pytest.mark.parametrize("transport", ["client", "native"])
# Several files by native transport, and several parts of one by the client's.
LARGE = (
    "SELECT A.*, B.ID AS OTHER FROM FAULTS.APPLICATIONS A CROSS JOIN FAULTS.APPLICATIONS B WHERE B.ID < 300"
)


@pytest.fixture
def session(faulty: FaultySandbox, owner: Owner) -> Iterator[AwsSession]:
    session = faulty.session()
    yield session
    faulty.let()
    teardown(session, project=owner.project, target=owner.target)


def train(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner, query: str = QUERY, **options: Any
) -> Any:
    return start_training(session, database, query=query, name="risk", config=CONFIG, owner=owner, **options)


def by(session: AwsSession, transport: str) -> AwsSession:
    return AwsSession(replace(session.settings, transport=transport), session.boto3_session)


def unfinished(session: AwsSession) -> list[str]:
    """Uploads in parts that nobody ended: they cost, and no listing shows them."""
    found = session.s3.list_multipart_uploads(Bucket=session.settings.bucket)
    return [one["Key"] for one in found.get("Uploads", [])]


def left(session: AwsSession, owner: Owner) -> list[str]:
    """Jobs of an owner, and objects of anybody that are not of a job."""
    planned = teardown(session, project=owner.project, target=owner.target, dry_run=True)
    return [f"{item.kind} {item.name}" for item in planned] + unfinished(session)


def test_no_capacity_for_a_job(
    faulty: FaultySandbox, session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    faulty.let({"fault": "capacity", "actions": ["sagemaker:CreateAutoMLJobV2"]})
    with pytest.raises(TrainingJobError) as caught:
        train(session, database, owner)

    assert caught.value.aws_code == "ResourceLimitExceeded"
    assert "Service Quotas" in str(caught.value)
    assert left(session, owner) == []


@TRANSPORTS
@pytest.mark.parametrize("written", [0, 2])
def test_an_export_that_breaks_starts_no_job_and_leaves_nothing(
    faulty: FaultySandbox,
    session: AwsSession,
    database: pyexasol.ExaConnection,
    owner: Owner,
    transport: str,
    written: int,
) -> None:
    faulty.let({"fault": "denied", "actions": ["s3:PutObject"], "after": written})
    with pytest.raises(ExportError) as caught:
        train(by(session, transport), database, owner, LARGE)

    assert caught.value.node == owner.node
    assert "s3:PutObject" in str(caught.value) or transport == "native"
    assert left(session, owner) == []
    assert database.execute("SELECT 1").fetchval() == 1


def test_a_file_that_vanishes_from_an_export_is_noticed(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    """Whatever the database says: a job starts only on files that are in S3."""
    listed = s3.list_objects
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(s3, "list_objects", lambda aws, uri: list(listed(aws, uri))[:0])
        with pytest.raises(ExportError, match="nothing of it is in"):
            train(session, database, owner)

    assert [one for one in left(session, owner) if "job" in one.partition(" s3:")[0]] == []


def test_what_may_not_be_read_is_not_taken_for_absent(
    faulty: FaultySandbox, session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    job = train(session, database, owner)
    assert list(watch_training(session, job.job_name))[-1].job.status == "Completed"
    faulty.let({"fault": "denied", "actions": ["s3:GetObject"]})

    with pytest.raises(ExasolSageMakerError, match="s3:GetObject"):
        train(session, database, owner)

    faulty.let()
    jobs = [one for one in resources(session, owner) if "job" in one.partition(" s3:")[0]]
    assert jobs == [f"training job {job.job_name}"]
    assert train(session, database, owner).job_name == job.job_name


def test_slow_answers_are_waited_for(
    faulty: FaultySandbox, session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    faulty.let({"fault": "slow", "actions": ["s3:*", "sagemaker:*"], "seconds": 0.3})
    job = train(session, database, owner)

    assert job.started
    assert list(watch_training(session, job.job_name))[-1].job.status == "Completed"


@pytest.mark.parametrize(("fault", "status"), [("fail", "Failed"), ("stop", "Stopped")])
def test_a_job_that_ends_without_a_model_is_tried_again(
    faulty: FaultySandbox,
    session: AwsSession,
    database: pyexasol.ExaConnection,
    owner: Owner,
    fault: str,
    status: str,
) -> None:
    faulty.let({"fault": fault, "actions": ["job:Train"], "reason": "Out of memory.", "times": 1})
    first = train(session, database, owner)
    ended = list(watch_training(session, first.job_name))[-1].job
    second = train(session, database, owner)

    assert ended.status == status
    assert ended.failure_reason == ("Out of memory." if fault == "fail" else None)
    assert second.started
    assert second.job_name == f"{first.job_name}-2"
    assert list(watch_training(session, second.job_name))[-1].job.status == "Completed"
