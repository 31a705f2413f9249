"""Several client processes, each with a tunnel of its own, in one statement."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyexasol
import pytest
from pyexasol import callback

from exasol_sandbox.state import SandboxState

_WORKERS = 3
_ROWS = 30_000


@pytest.fixture
def table(exasol: pyexasol.ExaConnection, schema: str) -> str:
    exasol.execute("CREATE TABLE T (I INT, W INT)")
    return "T"


def _transports(sandbox: SandboxState) -> list[pyexasol.ExaHTTPTransportWrapper]:
    return [
        pyexasol.http_transport(sandbox.exasol_host, sandbox.exasol_port, encryption=True)
        for _ in range(_WORKERS)
    ]


def test_parallel_import_takes_the_rows_of_all(
    sandbox: SandboxState, exasol: pyexasol.ExaConnection, table: str
) -> None:
    transports = _transports(sandbox)
    rows = [[(number, worker) for number in range(_ROWS)] for worker in range(_WORKERS)]

    with ThreadPoolExecutor(_WORKERS) as pool:
        sent = [
            pool.submit(transport.import_from_callback, callback.import_from_iterable, share)
            for transport, share in zip(transports, rows, strict=True)
        ]
        exasol.import_parallel([transport.exa_address for transport in transports], table)
        for future in sent:
            future.result(timeout=30)

    assert exasol.last_statement().rowcount() == _ROWS * _WORKERS
    assert exasol.execute("SELECT W, COUNT(*) FROM T GROUP BY W ORDER BY W").fetchall() == [
        (worker, _ROWS) for worker in range(_WORKERS)
    ]


def test_parallel_export_gives_every_worker_a_share(
    sandbox: SandboxState, exasol: pyexasol.ExaConnection, table: str
) -> None:
    exasol.import_from_iterable(((number, 0) for number in range(_ROWS)), table)
    transports = _transports(sandbox)

    with ThreadPoolExecutor(_WORKERS) as pool:
        shares = [
            pool.submit(transport.export_to_callback, callback.export_to_list, None)
            for transport in transports
        ]
        exasol.export_parallel([transport.exa_address for transport in transports], "SELECT I FROM T")
        received = [future.result(timeout=30) for future in shares]

    assert all(received)
    assert sorted(int(row[0]) for share in received for row in share) == list(range(_ROWS))


def test_a_key_that_is_not_the_clients_ends_the_transfer(
    sandbox: SandboxState, exasol: pyexasol.ExaConnection, table: str
) -> None:
    transport = _transports(sandbox)[0]
    address = transport.exa_address.split("/")[0]

    with pytest.raises(pyexasol.ExaQueryError, match="public key does not match"):
        exasol.execute(f"EXPORT T INTO CSV AT 'https://{address}' PUBLIC KEY 'sha256//AAAA' FILE '000.csv'")

    transport.http_thread.terminate()
    transport.http_thread.join()


def test_an_address_that_nobody_waits_at_is_an_error(exasol: pyexasol.ExaConnection, table: str) -> None:
    with pytest.raises(pyexasol.ExaQueryError, match=r"ETL-5105.*http://127.0.0.1:1/000.csv") as failure:
        exasol.execute("IMPORT INTO T FROM CSV AT 'http://127.0.0.1:1' FILE '000.csv'")

    assert failure.value.code == "42636"
