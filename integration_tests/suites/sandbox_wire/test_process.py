"""`python -m exasol_sandbox`: up, status, env, down."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyexasol
import pytest

from exasol_sandbox.state import SandboxState, is_running, read_state

Done = subprocess.CompletedProcess[str]


def _run(*arguments: str | Path) -> Done:
    command = [sys.executable, "-m", "exasol_sandbox", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)


def _up(home: Path, *options: str) -> Done:
    return _run("up", "--background", "--home", home, "--exasol-port", "0", "--aws-port", "0", *options)


def _state(home: Path) -> SandboxState:
    state = read_state(home)
    assert state is not None
    return state


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    _run("down", "--home", tmp_path / "home")


def test_a_sandbox_goes_up_answers_and_goes_down(home: Path) -> None:
    assert _run("status", "--home", home).returncode == 1
    up = _up(home, "--nodes", "2")
    state = _state(home)
    again = _up(home)
    status = _run("status", "--home", home)
    with pyexasol.connect(dsn=state.dsn, user=state.user, password=state.password) as connection:
        nodes = connection.execute("SELECT NPROC()").fetchval()
    down = _run("down", "--home", home)

    assert (up.returncode, again.returncode, status.returncode, down.returncode) == (0, 0, 0, 0), up.stderr
    assert state.dsn in up.stdout
    assert "already running" in again.stdout
    assert state.aws_endpoint_url in status.stdout
    assert nodes == 2
    assert not is_running(home)
    for shown in (up, again, status, down):
        assert state.password not in shown.stdout + shown.stderr
        assert state.aws_secret_access_key not in shown.stdout + shown.stderr


def test_secrets_are_kept_from_others(sandbox: SandboxState) -> None:
    home = Path(sandbox.certificate).parent

    for name in ("state.json", "key.pem", "sandbox.log"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    log = (home / "sandbox.log").read_text()
    assert sandbox.password not in log + repr(sandbox)
    assert sandbox.aws_secret_access_key not in log + repr(sandbox)


def test_the_environment_can_be_read_by_a_shell(sandbox: SandboxState) -> None:
    printed = _run("env", "--home", Path(sandbox.certificate).parent).stdout

    script = (
        f'{printed}\nprintf "%s\\n" "$EXASOL_DSN" "$EXASOL_PASSWORD" "$AWS_ENDPOINT_URL" "$SAGEMAKER_S3_URI"'
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)

    expected = [sandbox.dsn, sandbox.password, sandbox.aws_endpoint_url, f"s3://{sandbox.bucket}"]
    assert done.stdout.splitlines() == expected


def test_a_sandbox_that_was_killed_can_be_started_again_with_the_same_password(home: Path) -> None:
    _up(home)
    before = _state(home)
    os.kill(before.pid, signal.SIGKILL)

    second = _up(home)

    assert second.returncode == 0, second.stderr
    after = _state(home)
    assert after.pid != before.pid
    assert (after.password, after.fingerprint) == (before.password, before.fingerprint)


def test_a_sandbox_that_is_about_to_die_is_not_taken_for_one_that_runs(home: Path) -> None:
    _up(home)
    before = _state(home)
    # A process that was killed while the machine is busy: it has its lock and its ports, and is silent.
    os.kill(before.pid, signal.SIGSTOP)
    killer = threading.Timer(1.0, os.kill, (before.pid, signal.SIGKILL))
    killer.start()

    second = _up(home)
    killer.join()

    assert second.returncode == 0, second.stderr
    assert _state(home).pid != before.pid


@pytest.mark.parametrize("option", ["--exasol-port", "--aws-port"])
def test_a_port_that_is_taken_is_named_with_the_way_out(home: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        failed = _up(home, option, str(port))

    assert failed.returncode == 1
    assert f"port {port}" in failed.stderr
    assert f"{option} 0" in failed.stderr
    assert not is_running(home)


def test_in_the_foreground_it_ends_with_the_signal_and_leaves_no_process(home: Path) -> None:
    command = [sys.executable, "-m", "exasol_sandbox", "up", "--home", str(home)]
    process = subprocess.Popen(
        [*command, "--exasol-port", "0", "--aws-port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C" in line:
            break
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=30) == 0
    process.stdout.close()
    assert not is_running(home)


def test_data_survive_in_a_data_folder(home: Path, tmp_path: Path) -> None:
    for statement in ("CREATE SCHEMA KEPT", "CREATE TABLE KEPT.T AS SELECT 42 AS I FROM DUAL"):
        if not is_running(home):
            assert _up(home, "--data-dir", str(tmp_path / "data")).returncode == 0
        state = _state(home)
        with pyexasol.connect(dsn=state.dsn, user=state.user, password=state.password) as connection:
            connection.execute(statement)
    _run("down", "--home", home)
    _up(home, "--data-dir", str(tmp_path / "data"))
    state = _state(home)

    with pyexasol.connect(dsn=state.dsn, user=state.user, password=state.password) as connection:
        assert connection.execute("SELECT I FROM KEPT.T").fetchval() == 42
