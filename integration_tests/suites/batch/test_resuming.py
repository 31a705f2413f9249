"""Transform jobs are found again, done again if they failed, and leave nothing. Tests follow one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pyexasol
import pytest

from batch.conftest import SCHEMA, quick
from exasol_sagemaker import (
    AwsSession,
    BatchPlan,
    BatchPredictionError,
    Owner,
    finish_batch,
    load_predictions,
    require_transformed,
    s3,
    start_transforms,
    teardown,
    watch_transforms,
)

Plan = Callable[..., BatchPlan]


@pytest.fixture(scope="module")
def owner() -> Owner:
    return Owner(project=f"project {uuid4().hex[:8]}", target="test", node="model.batch.risk_predictions")


def load(session: AwsSession, database: pyexasol.ExaConnection, plan: BatchPlan) -> list[tuple[object, ...]]:
    loaded = load_predictions(session, database, plan, schema=SCHEMA, staging="RESUMED")
    return database.execute(loaded.query).fetchall()


def rewrite(session: AwsSession, plan: BatchPlan, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of what the transform job wrote."""
    (transform,) = plan.transforms
    ((uri, _),) = s3.list_objects(session, transform.output_s3_uri)
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    lines = session.s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines(keepends=True)
    session.s3.put_object(Bucket=bucket, Key=key, Body=b"".join(change(lines)))


def test_a_stopped_job_is_an_error_and_done_again(
    session: AwsSession, database: pyexasol.ExaConnection, plan: Plan, transform: Callable[..., BatchPlan]
) -> None:
    started = start_transforms(session, database, plan())
    (first,) = started.transforms
    session.sagemaker.stop_transform_job(TransformJobName=first.name)
    ended = list(watch_transforms(session, started, sleep=quick))[-1]
    assert ended.ended
    with pytest.raises(BatchPredictionError, match=f"{first.name} is Stopped"):
        require_transformed(ended)

    (second,) = transform(plan()).transforms
    assert second.name == f"{first.name}-2"
    assert second.status == "Completed"


def test_a_completed_job_is_found_and_not_paid_for_again(
    plan: Plan, transform: Callable[..., BatchPlan]
) -> None:
    (found,) = transform(plan(instance_type="ml.m5.4xlarge")).transforms
    assert found.name.endswith("-2")
    assert not found.started


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1:], "answered 399 of 400 rows"),
        (lambda lines: [lines[1], *lines[1:]], "predicted more than once"),
        (lambda lines: [b"-" + lines[5], *lines[:5], *lines[6:]], "1 keys are not predicted"),
    ],
)
def test_an_answer_that_lacks_doubles_or_swaps_a_row_is_refused(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    plan: Plan,
    transform: Callable[..., BatchPlan],
    change: Callable[[list[bytes]], list[bytes]],
    said: str,
) -> None:
    done = transform(plan())
    kept: list[list[bytes]] = []
    rewrite(session, done, lambda lines: kept.append(lines) or change(lines))
    with pytest.raises(BatchPredictionError, match=said):
        load(session, database, done)
    rewrite(session, done, lambda _: kept[0])
    assert len(load(session, database, done)) == 400


def test_a_last_line_without_an_end_is_a_row_too(
    session: AwsSession, database: pyexasol.ExaConnection, plan: Plan, transform: Callable[..., BatchPlan]
) -> None:
    done = transform(plan())
    rewrite(session, done, lambda lines: [*lines[:-1], lines[-1].rstrip(b"\n")])
    assert len(load(session, database, done)) == 400


def test_nothing_is_left_when_it_is_finished(
    session: AwsSession, plan: Plan, transform: Callable[..., BatchPlan]
) -> None:
    done = transform(plan())
    (used,) = done.transforms
    assert any(s3.list_objects(session, used.output_s3_uri))
    finish_batch(session, replace(done, config=replace(done.config, keep_files=True)))
    assert any(s3.list_objects(session, used.output_s3_uri))
    assert not session.sagemaker.list_models(NameContains=done.model_name)["Models"]
    finish_batch(session, done)
    assert not any(s3.list_objects(session, used.output_s3_uri))


def test_teardown_stops_what_runs(
    session: AwsSession, database: pyexasol.ExaConnection, plan: Plan, owner: Owner
) -> None:
    started = start_transforms(session, database, plan())
    (running,) = started.transforms
    removed = teardown(session, project=owner.project, target=owner.target, sleep=quick)
    actions = {(item.kind, item.name): item.action for item in removed}
    assert actions[("transform job", running.name)] == "stopped"
    assert actions[("model", started.model_name)] == "deleted"
    assert not any(s3.list_objects(session, running.output_s3_uri.rpartition("out/")[0]))
