"""Where the sandbox listens."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState, read_state

# Linux answers on all of 127.0.0.0/8, so this stands for any address but the one that is listened on.
_ELSEWHERE = "127.0.0.2"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")


def _ports(state: SandboxState) -> list[int]:
    return [state.exasol_port, urlsplit(state.aws_endpoint_url).port or 0]


def test_it_listens_on_loopback_unless_told_otherwise(sandbox: SandboxState) -> None:
    for port in _ports(sandbox):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((_ELSEWHERE, port)).close()


def test_told_so_it_listens_everywhere_and_warns(tmp_path: Path) -> None:
    module = [sys.executable, "-m", "exasol_sandbox"]
    options = ["--background", "--exasol-port", "0", "--aws-port", "0", "--host", "0.0.0.0"]
    up = subprocess.run(
        [*module, "up", "--home", tmp_path, *options], capture_output=True, text=True, check=True
    )
    try:
        state = read_state(tmp_path)
        assert state is not None
        for port in _ports(state):
            socket.create_connection((_ELSEWHERE, port)).close()
        dsn = state.dsn.replace("127.0.0.1", _ELSEWHERE)
        with pyexasol.connect(dsn=dsn, user=state.user, password=state.password) as exasol:
            assert [node["ipaddr"] for node in exasol.get_nodes()] == [_ELSEWHERE]
    finally:
        subprocess.run([*module, "down", "--home", tmp_path], check=True, capture_output=True)

    assert "Warning: the sandbox listens on 0.0.0.0" in up.stderr
    assert "127.0.0.1" in up.stdout
