"""A mistake of the sandbox is an error for the client that met it, who would wait for ever otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.parallel import ParallelConnections
from exasol_sandbox.database.protocol import Conversation


@pytest.fixture
def conversation() -> Iterator[Conversation]:
    database = Database(password="exasol")
    session = database.login("sys", "exasol")
    yield Conversation(session, (["127.0.0.1"], 8563), 3, ParallelConnections())
    session.close()
    database.close()


@pytest.mark.parametrize("mistake", [NameError, IndexError, RecursionError, AssertionError, RuntimeError])
def test_a_mistake_is_an_answer(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch, mistake: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise mistake("of ours")

    monkeypatch.setattr(conversation.session, "execute", fail)

    answer = json.loads(conversation.answer({"command": "execute", "sqlText": "SELECT 1"}, lambda: None))

    assert answer["status"] == "error"
    assert f"could not execute execute: {mistake.__name__}: of ours" in answer["exception"]["text"]
