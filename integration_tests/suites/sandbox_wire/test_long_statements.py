"""Statements that take their time: heartbeat, abort, timeout, and a client that leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyexasol
import pytest

Connect = Callable[..., pyexasol.ExaConnection]

Heavy = Callable[[int], str]


def test_a_client_whose_patience_is_shorter_than_the_statement_gets_its_answer(
    connect: Connect, heavy: Heavy
) -> None:
    connection = connect()
    connection.set_attr({"feedbackInterval": 0.2})
    connection._ws.settimeout(1)

    assert connection.execute(heavy(7)).fetchval() > 0


def test_a_statement_can_be_aborted_from_another_thread(exasol: pyexasol.ExaConnection, heavy: Heavy) -> None:
    threading.Timer(0.5, exasol.abort_query).start()

    with pytest.raises(pyexasol.ExaQueryAbortError, match="Client requested execution abort"):
        exasol.execute(heavy(14))

    assert exasol.execute("SELECT 1").fetchval() == 1


def test_a_statement_ends_at_the_sessions_timeout(exasol: pyexasol.ExaConnection, heavy: Heavy) -> None:
    exasol.set_attr({"queryTimeout": 1})

    with pytest.raises(pyexasol.ExaQueryTimeoutError, match="timeout has been reached"):
        exasol.execute(heavy(14))

    assert exasol.execute("SELECT 1").fetchval() == 1


def test_an_abort_when_nothing_runs_changes_nothing(exasol: pyexasol.ExaConnection) -> None:
    exasol.abort_query()

    assert exasol.execute("SELECT 1").fetchval() == 1
