"""Fixtures of all suites: one sandbox a pytest process, and clients for it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pyexasol
import pytest
from dbt_common import behavior_flags
from exasol_server import ExasolServer
from hypothesis import HealthCheck, settings
from target import Target, account_target, sandbox_target

from exasol_sandbox.state import SandboxState, read_state

pytest_plugins = ["conformance_report"]

# How long an example takes says nothing on a loaded machine. CI tries the same examples each time, so that a
# red run is the change's; at a desk they are new each time.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--exasol",
        action="store_true",
        help="run on the Exasol of EXASOL_DSN, EXASOL_USER and EXASOL_PASSWORD instead of a sandbox",
    )
    parser.addoption(
        "--aws",
        action="store_true",
        help="build projects in the AWS account that boto3 finds, which costs money; see docs/real-aws.md",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that none is left to one process at the end.

    What looks into the sandbox itself cannot run on another Exasol.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if not config.getoption("--exasol"):
        return
    inside = {"sandbox", "aws", "aws_env", "database"}
    unfit = [
        item
        for item in items
        if item.get_closest_marker("sandbox_only") or inside & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=unfit)
    items[:] = [item for item in items if item not in unfit]


def pytest_collection_finish() -> None:
    """What all tests share is not looked through again at each garbage collection."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """The libraries that count what they leave behind find it all gone."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def quick_behavior_flags() -> Iterator[None]:
    """The same source of a dbt adapter's behavior flags, without a look at every source file on the stack.

    dbt looks for it for each flag of each adapter that it makes, a quarter of the time of a run in pytest.
    """

    def source() -> str:
        frame = sys._getframe(1)
        while frame.f_back and frame.f_globals["__name__"] == behavior_flags.__name__:
            frame = frame.f_back
        return str(frame.f_globals["__name__"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(behavior_flags.BehaviorFlagRendered, "_default_source", staticmethod(source))
        yield


def _sandbox_command(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "exasol_sandbox", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxState]:
    """A sandbox on free ports, in memory, for the whole run."""
    home = tmp_path_factory.mktemp("sandbox")
    _sandbox_command("up", "--background", "--home", str(home), "--exasol-port", "0", "--aws-port", "0")
    try:
        state = read_state(home)
        assert state is not None
        yield state
    finally:
        _sandbox_command("down", "--home", str(home))


@pytest.fixture(scope="session")
def exasol_server(request: pytest.FixtureRequest) -> ExasolServer:
    """The sandbox, or with --exasol the Exasol that the environment names."""
    if request.config.getoption("--exasol"):
        environment = os.environ
        return ExasolServer(
            environment["EXASOL_DSN"],
            environment["EXASOL_USER"],
            environment["EXASOL_PASSWORD"],
            is_sandbox=False,
            certificate=environment.get("WEBSOCKET_CLIENT_CA_BUNDLE"),
        )
    # Asked for by name, so that tests on any Exasol do not seem to need the sandbox.
    state: SandboxState = request.getfixturevalue("sandbox")
    return ExasolServer(state.dsn, state.user, state.password, is_sandbox=True, certificate=state.certificate)


@pytest.fixture
def connect(exasol_server: ExasolServer) -> Iterator[Callable[..., pyexasol.ExaConnection]]:
    """Opens pyexasol connections as the server's user; takes pyexasol's options."""
    opened: list[pyexasol.ExaConnection] = []

    def connect(**options: Any) -> pyexasol.ExaConnection:
        defaults = {"dsn": exasol_server.dsn, "user": exasol_server.user, "password": exasol_server.password}
        connection = pyexasol.connect(**(defaults | options))
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        if not connection.is_closed:
            connection.close()


@pytest.fixture
def exasol(connect: Callable[..., pyexasol.ExaConnection]) -> pyexasol.ExaConnection:
    """A fresh connection, encrypted and verified."""
    return connect()


@pytest.fixture
def schema(exasol: pyexasol.ExaConnection) -> Iterator[str]:
    """A schema of the test's own, open in `exasol`."""
    name = f"TEST_{uuid4().hex[:12].upper()}"
    exasol.execute(f"CREATE SCHEMA {name}")
    yield name
    if not exasol.is_closed:
        exasol.rollback()
        exasol.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


@pytest.fixture
def aws_env(sandbox: SandboxState, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The sandbox's addresses and keys as environment variables of this process; returns them too."""
    variables = sandbox.environment()
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Where projects are built: the sandbox, or with --aws a real account."""
    if request.config.getoption("--aws"):
        with account_target(tmp_path_factory.mktemp("database")) as account:
            yield account
    else:
        yield sandbox_target(request.getfixturevalue("sandbox"))


@pytest.fixture(scope="session")
def aws(target: Target) -> Callable[..., Any]:
    """Makes boto3 clients of the target's AWS: `aws("s3")`."""
    return target.client
