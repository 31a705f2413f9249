"""Subconnections: several connections of one session, each with its share of a result.

https://github.com/exasol/websocket-api/blob/master/docs/WebsocketAPIV4.md
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyexasol
import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.parallel import Parallel
from exasol_sandbox.database.server import ExasolServer
from exasol_sandbox.database.tls import ensure_certificate

_NODES = 3
_PASSWORD = "of this test"
Numbers = Callable[[int], str]


class Subconnection(pyexasol.ExaConnection):
    """pyexasol with the login of a subconnection; `client_name` holds the token and the session."""

    def _login_password(self) -> dict[str, Any]:
        token, _, session = self.options["client_name"].partition("@")
        answer = self.req({"command": "subLogin", "protocolVersion": 4})
        return {
            "username": self.options["user"],
            "password": self._encrypt_password(answer["responseData"]["publicKeyPem"]),
            "token": int(token),
            **({"sessionId": int(session)} if session else {}),
        }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExasolServer]:
    """A database of three nodes."""
    database = Database(nodes=_NODES, password=_PASSWORD)
    server = ExasolServer(database, ensure_certificate(tmp_path_factory.mktemp("certificate")), port=0)
    server.start()
    yield server
    server.stop()
    database.close()


@pytest.fixture
def main(server: ExasolServer) -> Iterator[pyexasol.ExaConnection]:
    with pyexasol.connect(
        dsn=f"127.0.0.1:{server.port}", user="sys", password=_PASSWORD, encryption=False
    ) as connection:
        connection.execute("DROP SCHEMA IF EXISTS S CASCADE")
        connection.execute("CREATE SCHEMA S")
        yield connection


def _opened(main: pyexasol.ExaConnection, wanted: int) -> dict[str, Any]:
    request = {"command": "enterParallel", "hostIp": "127.0.0.1", "numRequestedConnections": wanted}
    answer: dict[str, Any] = main.req(request)["responseData"]
    return answer


def _join(address: str, token: str, **options: Any) -> Subconnection:
    login = {"dsn": address, "user": "sys", "password": _PASSWORD, "encryption": False}
    return Subconnection(**(login | options), client_name=token)


@pytest.fixture
def all_of(main: pyexasol.ExaConnection) -> Iterator[Callable[..., list[Any]]]:
    """Does something on all subconnections at once: `all_of(work)` calls `work(connection, position)`."""
    opened = _opened(main, _NODES)
    token = f"{opened['token']}@{main.session_id()}"
    with ThreadPoolExecutor(_NODES) as pool:
        joined = list(pool.map(lambda node: _join(node, token), opened["nodes"]))

        def do(work: Callable[[Subconnection, int], Any]) -> list[Any]:
            return list(pool.map(work, joined, range(_NODES)))

        yield do
        for connection in joined:
            connection.close()


def _share(connection: Subconnection, handle: int) -> tuple[int, int, list[int]]:
    """Offset and number of rows of a share, and its rows as `fetch` gives them, a few at a time."""
    header = connection.req({"command": "getResultSetHeader", "resultSetHandles": [handle]})
    offset = connection.req({"command": "getOffset", "resultSetHandle": handle})
    expected = header["responseData"]["results"][0]["resultSet"]["numRows"]
    rows: list[int] = []
    while len(rows) < expected:
        request = {"command": "fetch", "resultSetHandle": handle, "numBytes": 3000}
        rows += connection.req(request | {"startPosition": len(rows)})["responseData"]["data"][0]
    return offset["responseData"]["rowOffset"], expected, rows


def test_there_are_as_many_as_nodes_and_they_are_told_where_to_connect(
    main: pyexasol.ExaConnection, server: ExasolServer
) -> None:
    opened = _opened(main, 1000)

    assert opened["numOpenConnections"] == _NODES
    assert opened["nodes"] == [f"127.0.0.1:{server.port}"] * _NODES
    assert 0 < opened["token"] < 2**53


def test_version_four_asks_by_another_name(main: pyexasol.ExaConnection) -> None:
    answer = main.req({"command": "requestParallelConnections", "numRequestedConnections": 2})

    assert sorted(answer["responseData"]) == ["numOpenConnections", "token"]
    assert answer["responseData"]["numOpenConnections"] == 2


def test_each_fetches_its_share_of_a_result(
    main: pyexasol.ExaConnection, all_of: Callable[..., list[Any]], numbers: Numbers
) -> None:
    statement = main.execute(f"SELECT I FROM ({numbers(10_000)}) ORDER BY I")

    shares = sorted(all_of(lambda connection, _: _share(connection, statement.result_set_handle)))

    assert [offset for offset, _, _ in shares] == [0, 3333, 6666]
    assert [row for _, _, rows in shares for row in rows] == list(range(1, 10_001))
    assert statement.fetchall() == [(number,) for number in range(1, 10_001)]


def test_what_all_execute_is_executed_once_and_shared(
    main: pyexasol.ExaConnection, all_of: Callable[..., list[Any]], numbers: Numbers
) -> None:
    main.execute("CREATE TABLE T (I INT)")

    counts = all_of(lambda connection, _: connection.execute(f"INSERT INTO T {numbers(10)}").rowcount())
    rows = all_of(lambda connection, _: connection.execute("SELECT I FROM T ORDER BY I").fetchcol())

    assert counts == [10] * _NODES
    assert sorted(rows) == [[1, 2, 3], [4, 5, 6], [7, 8, 9, 10]]
    assert all_of(lambda connection, _: connection.session_id()) == [main.session_id()] * _NODES


def test_each_inserts_rows_of_its_own_into_the_transaction_of_the_session(
    main: pyexasol.ExaConnection, all_of: Callable[..., list[Any]]
) -> None:
    main.execute("CREATE TABLE T (I INT, N INT)")
    main.set_autocommit(False)

    def load(connection: Subconnection, position: int) -> int:
        statement = connection.cls_statement(connection, "INSERT INTO T VALUES (?, ?)", prepare=True)
        for number in range(position + 1):
            statement.execute_prepared([(row, position) for row in range(100 * number, 100 * (number + 1))])
        return int(statement.rowcount())

    assert all_of(load) == [100] * _NODES
    query = "SELECT N, COUNT(*), COUNT(DISTINCT I) FROM T GROUP BY N ORDER BY N"
    assert main.execute(query).fetchall() == [(0, 100, 100), (1, 200, 200), (2, 300, 300)]
    main.rollback()
    assert main.execute("SELECT COUNT(*) FROM T").fetchval() == 0


def test_an_error_is_an_error_for_all(all_of: Callable[..., list[Any]]) -> None:
    def failing(connection: Subconnection, _: int) -> str:
        with pytest.raises(pyexasol.ExaQueryError) as failure:
            connection.execute("SELECT X FROM NOWHERE")
        return str(failure.value.code)

    assert all_of(failing) == ["42000"] * _NODES


def test_different_statements_cannot_run_in_parallel(all_of: Callable[..., list[Any]]) -> None:
    def differing(connection: Subconnection, position: int) -> str:
        with pytest.raises(pyexasol.ExaQueryError) as failure:
            connection.execute(f"SELECT {position}")
        return str(failure.value.message)

    messages = all_of(differing)
    assert {message.partition(" (Session")[0] for message in messages} == {
        "Different commands were sent on the subconnections."
    }


def test_a_share_that_was_closed_is_gone_for_them_but_not_for_the_session(
    main: pyexasol.ExaConnection, all_of: Callable[..., list[Any]], numbers: Numbers
) -> None:
    statement = main.execute(numbers(2000))
    handle = statement.result_set_handle

    all_of(lambda connection, _: connection.req({"command": "closeResultSet", "resultSetHandles": [handle]}))

    def fetch(connection: Subconnection, _: int) -> str:
        with pytest.raises(pyexasol.ExaRequestError, match="Invalid result set handle"):
            request = {"command": "fetch", "resultSetHandle": handle, "numBytes": 10}
            connection.req(request | {"startPosition": 0})
        return "refused"

    assert all_of(fetch) == ["refused"] * _NODES
    assert len(statement.fetchall()) == 2000


def test_zero_ends_them(main: pyexasol.ExaConnection, all_of: Callable[..., list[Any]]) -> None:
    assert _opened(main, 0) == {"numOpenConnections": 0, "token": 0, "nodes": []}

    def use(connection: Subconnection, _: int) -> bool:
        with pytest.raises(pyexasol.ExaError):
            connection.execute("SELECT 1")
        return True

    assert all_of(use) == [True] * _NODES
    assert main.execute("SELECT 1").fetchval() == 1


@pytest.mark.parametrize("wrong", ["token", "session", "password"])
def test_who_does_not_know_all_stays_out(main: pyexasol.ExaConnection, wrong: str) -> None:
    opened = _opened(main, 1)
    token = opened["token"] + (wrong == "token")
    session = int(main.session_id()) + (wrong == "session")

    with pytest.raises(pyexasol.ExaAuthError):
        _join(
            opened["nodes"][0],
            f"{token}@{session}",
            password="another" if wrong == "password" else _PASSWORD,
        )


def test_who_waits_for_the_others_in_vain_gets_an_error() -> None:
    parallel = Parallel(main=None, size=2, patience=0.1)  # type: ignore[arg-type]

    with pytest.raises(ExasolError, match="not all of 2 subconnections have logged in"):
        parallel.join(lambda: None)


def test_when_one_is_gone_the_others_do_not_wait_for_it(main: pyexasol.ExaConnection) -> None:
    opened = _opened(main, 2)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda node: _join(node, str(opened["token"])), opened["nodes"])
        waiting = pool.submit(first.execute, "SELECT 1")
        threading.Event().wait(0.05)
        second._ws.close()

        with pytest.raises(pyexasol.ExaQueryError, match="was not sent on all 2 subconnections"):
            waiting.result(timeout=10)
