"""Whether a model is trained, and why: found without sending anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyexasol
import pytest

from exasol_sagemaker import AwsSession, Owner, Retraining, TrainingJob, decide_training

from .conftest import CONFIG, QUERY


@pytest.mark.parametrize(
    ("change", "trains", "reason"),
    [
        ({}, False, "nothing has changed"),
        ({"retrain": True}, True, "full refresh"),
        ({"policy": Retraining.parse("always")}, True, "`retrain` says so"),
        ({"policy": Retraining.parse("never"), "query": "SELECT 1"}, False, "`retrain` says so"),
        ({"query": f"{QUERY} AND ID <> 7"}, True, "changed: query, data (1200 → 1199 rows)"),
        ({"query": f"{QUERY} AND 1 = 1"}, True, "changed: query"),
        ({"config": replace(CONFIG, max_candidates=3)}, True, "changed: configuration (max_candidates)"),
        ({"config": replace(CONFIG, tags={"team": "risk"})}, False, "nothing has changed"),
        ({"name": "never_trained"}, True, "no usable job yet"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_why_a_model_is_trained_or_kept(
    session: AwsSession,
    database: pyexasol.ExaConnection,
    trained: TrainingJob,
    trained_by: Owner,
    change: dict[str, Any],
    trains: bool,
    reason: str,
) -> None:
    asked = {"query": QUERY, "name": "risk", "config": CONFIG, "owner": trained_by, **change}

    decision = decide_training(session, database, **asked)

    assert (decision.trains, decision.reason) == (trains, reason)
    assert (decision.job_name == trained.job_name) is not trains


def test_data_that_change_under_the_same_query_are_a_reason(
    session: AwsSession, database: pyexasol.ExaConnection, trained: TrainingJob, trained_by: Owner
) -> None:
    database.set_autocommit(False)
    try:
        database.execute("UPDATE HOOKS.APPLICATIONS SET INCOME = INCOME + 1 WHERE ID = 7")
        decision = decide_training(
            session, database, query=QUERY, name="risk", config=CONFIG, owner=trained_by
        )
    finally:
        database.rollback()
        database.set_autocommit(True)

    assert decision.reason == "changed: data"


def test_deciding_sends_nothing_but_reads(
    session: AwsSession, database: pyexasol.ExaConnection, owner: Owner
) -> None:
    sent: list[str] = []
    events = [client.meta.events for client in (session.sagemaker, session.s3)]
    note = lambda model, **_: sent.append(model.name)  # noqa: E731
    for one in events:
        one.register("before-call", note)
    try:
        decide_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=owner)
    finally:
        for one in events:
            one.unregister("before-call", note)

    assert sent
    assert [name for name in sent if not name.startswith(("List", "Describe", "Get", "Head"))] == []
