"""Who may connect, and how: TLS with a pinned or a trusted certificate, plain, compressed; by password."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Callable

import pyexasol
import pytest
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_websocket

from exasol_sandbox.state import SandboxState

Connect = Callable[..., pyexasol.ExaConnection]


@pytest.fixture
def plain_dsn(sandbox: SandboxState) -> str:
    return f"{sandbox.exasol_host}:{sandbox.exasol_port}"


@pytest.fixture
def raw(plain_dsn: str) -> ClientConnection:
    with open_websocket(f"ws://{plain_dsn}", max_size=None) as websocket:
        yield websocket


def _ask(websocket: ClientConnection, message: object) -> dict[str, object]:
    websocket.send(message if isinstance(message, (str, bytes)) else json.dumps(message))
    answer: dict[str, object] = json.loads(websocket.recv(timeout=10))
    return answer


@pytest.mark.parametrize("compression", [False, True])
@pytest.mark.parametrize("encryption", [False, True])
def test_every_combination_of_encryption_and_compression(
    connect: Connect, sandbox: SandboxState, plain_dsn: str, encryption: bool, compression: bool
) -> None:
    dsn = sandbox.dsn if encryption else plain_dsn
    connection = connect(dsn=dsn, encryption=encryption, compression=compression)

    assert connection.execute("SELECT 1 + 1").fetchval() == 2


def test_a_client_that_trusts_the_certificate_file_verifies_it_by_the_usual_means(
    connect: Connect, sandbox: SandboxState, plain_dsn: str
) -> None:
    options = {"cert_reqs": ssl.CERT_REQUIRED, "ca_certs": sandbox.certificate}
    connection = connect(dsn=plain_dsn, websocket_sslopt=options)

    assert connection.execute("SELECT 1").fetchval() == 1


def test_a_client_that_does_not_know_the_certificate_refuses_it(
    connect: Connect, plain_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEBSOCKET_CLIENT_CA_BUNDLE", raising=False)
    with pytest.raises(pyexasol.ExaConnectionFailedError, match="CERTIFICATE_VERIFY_FAILED"):
        connect(dsn=plain_dsn)


def test_a_wrong_fingerprint_is_noticed_by_the_client(connect: Connect, sandbox: SandboxState) -> None:
    with pytest.raises(pyexasol.ExaConnectionFailedError, match="did not match"):
        connect(dsn=f"{sandbox.exasol_host}/{'0' * 64}:{sandbox.exasol_port}")


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"user": "nobody"}])
def test_wrong_user_or_password_is_refused_with_exasols_message(
    connect: Connect, wrong: dict[str, str]
) -> None:
    with pytest.raises(pyexasol.ExaAuthError) as refusal:
        connect(**wrong)

    assert refusal.value.code == "08004"
    assert refusal.value.message == "Connection exception - authentication failed."


@pytest.mark.parametrize(("requested", "agreed"), [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (9, 5)])
def test_the_protocol_version_is_the_highest_that_both_know(
    connect: Connect, requested: int, agreed: int
) -> None:
    assert connect(protocol_version=requested).protocol_version() == agreed


def test_sessions_have_ids_of_their_own(connect: Connect) -> None:
    first, second = connect(), connect()

    assert first.session_id() != second.session_id()
    assert first.execute("SELECT CURRENT_SESSION").fetchval() == first.session_id()


def test_the_login_tells_what_the_server_is(exasol: pyexasol.ExaConnection) -> None:
    assert exasol.login_info["productName"] == "EXASolution"
    assert re.fullmatch(r"\d+\.\d+\.\d+", exasol.login_info["releaseVersion"])


def test_attributes_can_be_read_and_set(exasol: pyexasol.ExaConnection) -> None:
    exasol.set_attr({"autocommit": False})

    assert exasol.attr["autocommit"] is False


def test_hosts_are_the_nodes_of_the_cluster(exasol: pyexasol.ExaConnection, sandbox: SandboxState) -> None:
    nodes = exasol.get_nodes()

    assert [node["ipaddr"] for node in nodes] == [sandbox.exasol_host] * sandbox.nodes
    assert len(exasol.get_nodes(pool_size=3)) == 3


def test_an_unknown_command_is_an_error_and_the_session_goes_on(exasol: pyexasol.ExaConnection) -> None:
    with pytest.raises(pyexasol.ExaRequestError, match="does not know the command 'dance'"):
        exasol.req({"command": "dance"})

    assert exasol.execute("SELECT 1").fetchval() == 1


def test_a_command_without_its_fields_is_an_error_and_the_session_goes_on(
    exasol: pyexasol.ExaConnection,
) -> None:
    with pytest.raises(pyexasol.ExaRequestError, match="fetch"):
        exasol.req({"command": "fetch"})

    assert exasol.execute("SELECT 1").fetchval() == 1


@pytest.mark.parametrize("message", ["{", "[1, 2]", b"\x00\xff", '"text"'])
def test_a_message_that_is_no_command_ends_that_connection_only(
    raw: ClientConnection, exasol: pyexasol.ExaConnection, message: str | bytes
) -> None:
    answer = _ask(raw, message)

    assert answer["status"] == "error"
    assert exasol.execute("SELECT 1").fetchval() == 1


def test_a_command_before_the_login_is_refused(raw: ClientConnection) -> None:
    answer = _ask(raw, {"command": "execute", "sqlText": "SELECT 1"})

    assert answer["status"] == "error"
    assert "login" in str(answer["exception"])


def test_an_oversized_message_ends_that_connection_only(
    raw: ClientConnection, exasol: pyexasol.ExaConnection
) -> None:
    import websockets

    with pytest.raises((websockets.ConnectionClosed, ConnectionError)):
        raw.send(b"x" * (129 * 1024 * 1024))
        raw.recv(timeout=10)

    assert exasol.execute("SELECT 1").fetchval() == 1


@pytest.mark.parametrize(
    "first_bytes", [b"", b"HELO", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01junk", b"\x02\x21"]
)
def test_strangers_and_half_open_sockets_do_no_harm(
    sandbox: SandboxState, exasol: pyexasol.ExaConnection, first_bytes: bytes
) -> None:
    with socket.create_connection((sandbox.exasol_host, sandbox.exasol_port)) as stranger:
        stranger.sendall(first_bytes)

        assert exasol.execute("SELECT 1").fetchval() == 1


def test_a_client_that_vanishes_leaves_no_session(connect: Connect, exasol: pyexasol.ExaConnection) -> None:
    vanishing = connect()
    session_id = vanishing.session_id()
    vanishing._ws.sock.close()
    vanishing.is_closed = True

    sessions = None
    for _ in range(100):
        sessions = exasol.execute(
            f"SELECT COUNT(*) FROM EXA_ALL_SESSIONS WHERE SESSION_ID = {session_id}"
        ).fetchval()
        if not sessions:
            break
    assert sessions == 0
