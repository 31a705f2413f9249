"""Statements that take their time: heartbeat, abort, timeout, and a client that leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyexasol
import pytest

Connect = Callable[..., pyexasol.ExaConnection]

# More than a second on any machine of today, and far from done when it is aborted.
_HEAVY = (
    "SELECT COUNT(*) FROM (SELECT LEVEL AS I FROM DUAL CONNECT BY LEVEL <= 100000) A, "
    "(SELECT LEVEL AS I FROM DUAL CONNECT BY LEVEL <= {}) B WHERE MOD(A.I * B.I, 7) = 3"
)


def test_a_client_whose_patience_is_shorter_than_the_statement_gets_its_answer(connect: Connect) -> None:
    connection = connect(socket_timeout=2)

    assert connection.execute(_HEAVY.format(20000)).fetchval() > 0


def test_a_statement_can_be_aborted_from_another_thread(exasol: pyexasol.ExaConnection) -> None:
    threading.Timer(0.5, exasol.abort_query).start()

    with pytest.raises(pyexasol.ExaQueryAbortError, match="Client requested execution abort"):
        exasol.execute(_HEAVY.format(100_000_000))

    assert exasol.execute("SELECT 1").fetchval() == 1


def test_a_statement_ends_at_the_sessions_timeout(exasol: pyexasol.ExaConnection) -> None:
    exasol.set_attr({"queryTimeout": 1})

    with pytest.raises(pyexasol.ExaQueryTimeoutError, match="timeout has been reached"):
        exasol.execute(_HEAVY.format(100_000_000))

    assert exasol.execute("SELECT 1").fetchval() == 1


def test_an_abort_when_nothing_runs_changes_nothing(exasol: pyexasol.ExaConnection) -> None:
    exasol.abort_query()

    assert exasol.execute("SELECT 1").fetchval() == 1
