"""Clients that open a tunnel for IMPORT or EXPORT and then do nothing."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState

_GREETING = struct.pack("<iii", 0x02212102, 1, 1)
_WIDE = "SELECT 'x' || K.KEYWORD, RPAD('y', 1000, 'y') FROM EXA_SQL_KEYWORDS K, EXA_SQL_KEYWORDS L"
_STATEMENTS = {
    "import that waits for the file": "IMPORT INTO t FROM CSV AT 'http://{address}' FILE '000.csv'",
    "import that waits for TLS": "IMPORT INTO t FROM CSV AT 'https://{address}' FILE '000.csv'",
    "export that waits for room": "EXPORT (" + _WIDE + ") INTO CSV AT 'http://{address}' FILE '000.csv'",
    "export that waits for the receipt": "EXPORT t INTO CSV AT 'http://{address}' FILE '000.csv'",
}


@pytest.fixture
def silent_tunnel(sandbox: SandboxState) -> Iterator[str]:
    """The address of a client that never says a word."""
    with socket.create_connection((sandbox.exasol_host, sandbox.exasol_port)) as tunnel:
        tunnel.sendall(_GREETING)
        _, port, host = struct.unpack("<ii16s", tunnel.recv(24, socket.MSG_WAITALL))
        yield f"{host.rstrip(bytes(1)).decode()}:{port}"


@pytest.fixture
def table(exasol: pyexasol.ExaConnection, schema: str) -> str:
    exasol.execute("CREATE TABLE t (i INT)")
    exasol.execute("INSERT INTO t VALUES 1")
    return f"{schema}.T"


@pytest.mark.parametrize("statement", _STATEMENTS.values(), ids=_STATEMENTS)
def test_it_can_be_aborted_and_the_session_goes_on(
    exasol: pyexasol.ExaConnection, table: str, silent_tunnel: str, statement: str
) -> None:
    timer = threading.Timer(1, exasol.abort_query)
    timer.start()

    with pytest.raises(pyexasol.ExaQueryAbortError):
        exasol.execute(statement.format(address=silent_tunnel))

    timer.join()
    assert exasol.execute(f"SELECT COUNT(*) FROM {table}").fetchval() == 1


@pytest.mark.parametrize("statement", _STATEMENTS.values(), ids=_STATEMENTS)
def test_it_ends_at_the_query_timeout(
    connect: Callable[..., pyexasol.ExaConnection],
    schema: str,
    table: str,
    silent_tunnel: str,
    statement: str,
) -> None:
    impatient = connect(query_timeout=1, schema=schema)

    with pytest.raises(pyexasol.ExaQueryTimeoutError):
        impatient.execute(statement.format(address=silent_tunnel))

    assert impatient.execute(f"SELECT COUNT(*) FROM {table}").fetchval() == 1
