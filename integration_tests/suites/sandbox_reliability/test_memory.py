"""What the server takes of memory, and gives back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState, read_state

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads Linux's /proc")

_MEBIBYTE = 2**20
_SESSIONS = 50
_ROUNDS = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxState]:
    """A sandbox whose memory nobody else's tests use."""
    home = tmp_path_factory.mktemp("sandbox")
    module = [sys.executable, "-m", "exasol_sandbox"]
    ports = ["--exasol-port", "0", "--aws-port", "0"]
    subprocess.run([*module, "up", "--background", "--home", home, *ports], check=True, capture_output=True)
    state = read_state(home)
    assert state is not None
    yield state
    subprocess.run([*module, "down", "--home", home], check=True, capture_output=True)


def _connect(server: SandboxState) -> pyexasol.ExaConnection:
    return pyexasol.connect(
        dsn=server.dsn,
        user=server.user,
        password=server.password,
        fetch_size_bytes=5 * _MEBIBYTE,
        # Fifty at once on a busy machine may wait for each other.
        connection_timeout=120,
        socket_timeout=120,
    )


def _memory(server: SandboxState, kind: str) -> float:
    """`VmRSS` (now) or `VmHWM` (the most since `_forget_peak`) of the server in MiB."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith(kind):
            return int(line.split()[1]) / 1024
    raise AssertionError(kind)


def _forget_peak(server: SandboxState) -> None:
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


def _numbers(count: int) -> str:
    digits = "(VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)"
    places = range(len(str(count)) - 1)
    value = " + ".join(f"D{place}.D * {10**place}" for place in places)
    return f"SELECT {value} AS I FROM " + ", ".join(f"{digits} AS D{place}(D)" for place in places)


def test_a_result_of_a_million_rows_is_not_held_in_memory(server: SandboxState) -> None:
    with _connect(server) as exasol:
        query = "SELECT I, RPAD('some text ' || I, 250, 'x') AS T FROM ({})"
        sum(1 for _ in exasol.execute(query.format(_numbers(100_000))))
        before = _memory(server, "VmRSS")
        _forget_peak(server)

        rows = sum(1 for _ in exasol.execute(query.format(_numbers(1_000_000))))

        grown = _memory(server, "VmHWM") - before
        print(f"grown by {grown:.0f} MiB over {before:.0f} MiB")

    assert rows == 1_000_000
    assert grown < 64


def test_fifty_sessions_at_once_leave_nothing_behind(server: SandboxState) -> None:
    with _connect(server) as exasol:
        exasol.execute("CREATE SCHEMA s")
        exasol.execute("CREATE TABLE s.shared (i INT, t VARCHAR(50))")
        exasol.execute("INSERT INTO s.shared SELECT I, 'text ' || I FROM (" + _numbers(1000) + ")")

    def session(number: int) -> int:
        with _connect(server) as exasol:
            table = f"S.OWN_{number}"
            exasol.execute(f"CREATE OR REPLACE TABLE {table} (i INT, t VARCHAR(50))")
            exasol.import_from_iterable(((n, "x" * 40) for n in range(200)), ("S", f"OWN_{number}"))
            exasol.execute(f"UPDATE {table} SET i = i + 1")
            with pytest.raises(pyexasol.ExaQueryError):
                exasol.execute("SELECT 1/0")
            found = exasol.execute(f"SELECT COUNT(*) FROM s.shared JOIN {table} USING (i)").fetchval()
            exasol.execute(f"DROP TABLE {table}")
            return int(found)

    def round_of_all() -> list[int]:
        return list(pool.map(session, range(_SESSIONS)))

    with ThreadPoolExecutor(_SESSIONS) as pool:
        # What is made once, such as DuckDB's buffers and a thread's arena, is no leak.
        round_of_all()
        before = _memory(server, "VmRSS")
        for _ in range(_ROUNDS):
            assert round_of_all() == [200] * _SESSIONS
    after = _memory(server, "VmRSS")
    print(f"{before:.0f} MiB before, {after:.0f} MiB after")

    with _connect(server) as exasol:
        assert exasol.execute("SELECT COUNT(*) FROM EXA_ALL_SESSIONS").fetchval() == 1
    assert after < before * 1.1
