"""Login with OpenID tokens: of a user with an OpenID subject, over TLS, as an access or a refresh token."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pyexasol
import pytest
from cryptography.fernet import Fernet

from exasol_sandbox import tokens
from exasol_sandbox.state import SandboxState
from exasol_sandbox.tokens import Tokens

Connect = Callable[..., pyexasol.ExaConnection]
Issue = Callable[..., str]


@pytest.fixture
def issue(sandbox: SandboxState) -> Issue:
    """Runs `sandbox token`."""
    home = Path(sandbox.certificate).parent

    def issue(*arguments: str) -> str:
        command = [sys.executable, "-m", "exasol_sandbox", "token", "--home", str(home), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    return issue


@pytest.fixture
def subject(exasol: pyexasol.ExaConnection) -> Iterator[str]:
    """The subject of a user of the test's own, whose name is the same in upper case."""
    name = f"someone_{uuid4().hex[:8]}"
    exasol.execute(f"CREATE USER {name} IDENTIFIED BY OPENID SUBJECT '{name}'")
    exasol.execute(f"GRANT CREATE SESSION TO {name}")
    yield name
    exasol.execute(f"DROP USER {name}")


def test_an_access_token_logs_its_user_in(connect: Connect, issue: Issue, subject: str) -> None:
    connection = connect(access_token=issue(subject))

    assert connection.execute("SELECT CURRENT_USER").fetchval() == subject.upper()


def test_a_refresh_token_logs_its_user_in(connect: Connect, issue: Issue, subject: str) -> None:
    connection = connect(refresh_token=issue(subject, "--refresh"))

    assert connection.execute("SELECT CURRENT_USER").fetchval() == subject.upper()


def test_a_refresh_token_may_stand_in_place_of_the_password(
    connect: Connect, issue: Issue, subject: str
) -> None:
    connection = connect(user=subject, password=issue(subject, "--refresh"))

    assert connection.execute("SELECT CURRENT_USER").fetchval() == subject.upper()


def test_a_token_is_for_its_user_only(connect: Connect, issue: Issue, subject: str) -> None:
    with pytest.raises(pyexasol.ExaAuthError, match="authentication failed"):
        connect(user=subject, password=issue("another", "--refresh"))
    with pytest.raises(pyexasol.ExaRequestError, match="authentication failed"):
        connect(access_token=issue("another"))


def test_a_token_of_another_provider_is_refused(connect: Connect, subject: str) -> None:
    foreign = Tokens(Fernet.generate_key()).issue(subject)

    for token in (foreign, "no token"):
        with pytest.raises(pyexasol.ExaRequestError, match="not issued by this sandbox"):
            connect(access_token=token)


def test_a_token_of_the_other_kind_is_refused(connect: Connect, issue: Issue, subject: str) -> None:
    with pytest.raises(pyexasol.ExaRequestError, match="no access token"):
        connect(access_token=issue(subject, "--refresh"))


def test_an_expired_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Tokens(Fernet.generate_key())
    token = provider.issue("someone")
    assert provider.subject(token, "access") == "someone"

    now = tokens.time.time()
    monkeypatch.setattr(tokens.time, "time", lambda: now + tokens.LIFETIME_SECONDS["access"] + 1)

    with pytest.raises(tokens.TokenRefused, match="expired"):
        provider.subject(token, "access")


def test_a_password_logs_no_user_of_a_token_in(connect: Connect, subject: str) -> None:
    with pytest.raises(pyexasol.ExaAuthError, match="authentication failed"):
        connect(user=subject, password=subject)


def test_without_encryption_no_token_is_asked_for(
    connect: Connect, issue: Issue, sandbox: SandboxState, subject: str
) -> None:
    dsn = f"{sandbox.exasol_host}:{sandbox.exasol_port}"

    with pytest.raises(pyexasol.ExaRequestError, match="needs an encrypted connection"):
        connect(dsn=dsn, encryption=False, access_token=issue(subject))
