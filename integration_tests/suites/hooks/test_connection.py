"""The CONNECTION gets the session's credentials, and nobody else sees them."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import pyexasol
import pytest

from exasol_sagemaker import AwsSession, ConnectionObjectError, connection_exists, create_connection
from exasol_sagemaker.connection import bucket_address, stored_name
from exasol_sandbox.state import SandboxState
from hooks.conftest import Place


def test_names_are_upper_case_unless_quoted() -> None:
    assert [stored_name(name) for name in ("aws", "Aws", '"Aws"')] == ["AWS", "AWS", "Aws"]


def test_it_is_created_and_refreshed(session: AwsSession, database: pyexasol.ExaConnection) -> None:
    assert not connection_exists(database, "fresh_one")
    create_connection(session, database, "fresh_one")
    create_connection(session, database, "fresh_one")
    assert connection_exists(database, "FRESH_ONE")


def test_it_points_at_the_bucket(session: AwsSession) -> None:
    settings = session.settings
    assert bucket_address(session) == f"https://{settings.bucket}.s3.{settings.region}.amazonaws.com"


def test_the_secret_is_in_no_log(
    session: AwsSession, sandbox: SandboxState, place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with pyexasol.connect(
        dsn=sandbox.dsn, user=sandbox.user, password=sandbox.password, debug=True, debug_logdir=str(tmp_path)
    ) as connection:
        create_connection(session, connection, "LOGGED")
        connection.execute("SELECT 1")
        logged = "".join(path.read_text() for path in tmp_path.iterdir())
        assert "SELECT 1" in logged
        assert place.secret not in logged
        assert place.secret not in str(vars(connection.last_statement()))
    assert place.secret not in caplog.text


def test_the_secret_is_in_no_error_even_if_the_database_quotes_the_statement(
    session: AwsSession, place: Place
) -> None:
    options = {"verbose_error": False}

    def refuse(database: SimpleNamespace, statement: str, **_: object) -> SimpleNamespace:
        if statement.startswith("SELECT"):
            return SimpleNamespace(fetchall=list)
        database.last_stmt.query = statement
        raise pyexasol.ExaQueryError(SimpleNamespace(options=options), statement, "42500", statement)

    database = SimpleNamespace(
        logger=logging.getLogger("quiet"), last_stmt=SimpleNamespace(query=""), cls_statement=refuse
    )
    with pytest.raises(ConnectionObjectError) as caught:
        create_connection(session, database, "FORBIDDEN")
    error = caught.value
    assert "42500" in str(error)
    assert "CREATE CONNECTION" in (error.hint or "")
    assert place.secret not in f"{error!r} {error} {error.__cause__!r} {vars(error)} {database.last_stmt}"
    assert error.__suppress_context__
