"""Sessions while AWS is waited for."""

import multiprocessing
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker import connections
from dbt.adapters.exasol_sagemaker.connections import ExasolSageMakerConnectionManager
from dbt.adapters.exasol_sagemaker.credentials import ExasolSageMakerCredentials
from exasol_sandbox.state import SandboxState


@pytest.fixture
def manager(sandbox: SandboxState) -> Iterator[ExasolSageMakerConnectionManager]:
    credentials = ExasolSageMakerCredentials(
        dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password, database="exasol", schema="dev"
    )
    profile = SimpleNamespace(credentials=credentials, threads=1)
    manager = ExasolSageMakerConnectionManager(profile, multiprocessing.get_context("spawn"))
    manager.set_connection_name("model.credit.risk")
    yield manager
    manager.cleanup_all()
    manager.cleanup_pool()


def test_what_comes_after_a_wait_works_though_the_session_has_died(
    manager: ExasolSageMakerConnectionManager,
) -> None:
    before = manager.fetch_rows("select current_session as it")

    with manager.released():
        (idle,) = manager._get_pool()[manager._get_pool_key(manager.profile.credentials)]
        idle.close()

    after = manager.fetch_rows("select current_session as it")
    assert before != after
    assert manager.get_thread_connection().name == "model.credit.risk"


def test_a_transaction_that_was_open_is_open_again(manager: ExasolSageMakerConnectionManager) -> None:
    manager.begin()

    with manager.released():
        assert not manager.get_thread_connection().transaction_open

    assert manager.get_thread_connection().transaction_open
    manager.commit()


def test_rows_come_by_lower_case_name_with_the_drivers_values(
    manager: ExasolSageMakerConnectionManager,
) -> None:
    rows = manager.fetch_rows("select '1' as TARGET, 'true' as JOB, cast(null as varchar(3)) as NOTHING")

    assert rows == [{"target": "1", "job": "true", "nothing": None}]


class Collisions:
    """The driver's execute, which collides with another transaction a number of times first."""

    def __init__(self, execute: Callable[[str], object], times: int) -> None:
        self._execute = execute
        self.left = times

    def __call__(self, sql: str) -> object:
        if self.left:
            self.left -= 1
            self._execute("select * from no_such_table where 'GlobalTransactionRollback' = ''")
        return self._execute(sql)


def test_a_statement_that_collides_is_sent_again(
    manager: ExasolSageMakerConnectionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_COLLISION", "NO_SUCH_TABLE")
    handle = manager.get_thread_connection().handle
    collisions = Collisions(handle.execute, 2)
    monkeypatch.setattr(handle, "execute", collisions)
    manager.begin()

    assert manager.fetch_rows("select 1 as it") == [{"it": 1}]
    assert collisions.left == 0
    assert manager.get_thread_connection().transaction_open


def test_a_statement_that_always_collides_is_an_error_in_the_end(
    manager: ExasolSageMakerConnectionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_COLLISION", "NO_SUCH_TABLE")
    handle = manager.get_thread_connection().handle
    monkeypatch.setattr(handle, "execute", Collisions(handle.execute, 1_000))
    monkeypatch.setattr(connections.time, "sleep", lambda seconds: None)

    with pytest.raises(DbtRuntimeError, match="NO_SUCH_TABLE"):
        manager.fetch_rows("select 1 as it")


def test_another_error_is_told_at_once(
    manager: ExasolSageMakerConnectionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections.time, "sleep", lambda seconds: pytest.fail("waited"))

    with pytest.raises(DbtRuntimeError, match="NO_SUCH_TABLE"):
        manager.fetch_rows("select * from no_such_table")
