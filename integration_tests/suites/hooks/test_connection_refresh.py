"""A CONNECTION is written when its credentials are others or would end too soon, and else left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    ConnectionObjectError,
    CredentialsError,
    SageMakerSettings,
    create_connection,
    refresh_connection,
)
from exasol_sagemaker.connection import connection_state
from exasol_sagemaker.connection_comment import ConnectionState, comment_text, read_comment
from exasol_sagemaker.transport import choose_transport
from exasol_sandbox.state import SandboxState
from hooks.conftest import Place, keyed_session

HOUR = timedelta(hours=1)


@pytest.fixture
def name(database: pyexasol.ExaConnection) -> Iterator[str]:
    found = f"REFRESHED_{uuid4().hex[:8].upper()}"
    yield found
    database.execute(f"DROP CONNECTION IF EXISTS {found}")


@pytest.fixture
def statements(database: pyexasol.ExaConnection, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is sent, but for its literals."""
    sent: list[str] = []
    plain = database.cls_statement

    def record(connection: pyexasol.ExaConnection, query: str, *args: Any, **options: Any) -> Any:
        sent.append(" ".join(query.split()[:2]))
        return plain(connection, query, *args, **options)

    monkeypatch.setattr(database, "cls_statement", record)
    return sent


def temporary_session(session: AwsSession, settings: SageMakerSettings, seconds: int) -> AwsSession:
    """A session with credentials that renew themselves and end after so many seconds, as those of SSO."""
    from botocore.credentials import RefreshableCredentials
    from botocore.session import get_session

    def fetch() -> dict[str, str]:
        found = session.sts.get_session_token(DurationSeconds=seconds)["Credentials"]
        return {
            "access_key": found["AccessKeyId"],
            "secret_key": found["SecretAccessKey"],
            "token": found["SessionToken"],
            "expiry_time": found["Expiration"].isoformat(),
        }

    core = get_session()
    core._credentials = RefreshableCredentials.create_from_metadata(  # type: ignore[attr-defined]
        metadata=fetch(), refresh_using=fetch, method="test"
    )
    return AwsSession(settings, boto3.session.Session(botocore_session=core, region_name=settings.region))


def test_static_keys_are_written_once(
    session: AwsSession, database: pyexasol.ExaConnection, name: str, statements: list[str]
) -> None:
    first = refresh_connection(session, database, name)
    assert (first.action, first.expires_at) == ("created", None)
    assert statements == ["SELECT CONNECTION_COMMENT", "CREATE OR", "COMMENT ON"]
    statements.clear()
    assert refresh_connection(session, database, name).action == "kept"
    assert statements == ["SELECT CONNECTION_COMMENT"]


def test_another_key_replaces_the_one_before(
    session: AwsSession, place: Place, database: pyexasol.ExaConnection, name: str
) -> None:
    refresh_connection(session, database, name)
    user = f"rotated-{uuid4().hex[:8]}"
    session.iam.create_user(UserName=user)
    key = session.iam.create_access_key(UserName=user)["AccessKey"]
    rotated = keyed_session(place.settings, key["AccessKeyId"], key["SecretAccessKey"])
    assert refresh_connection(rotated, database, name).action == "refreshed"
    assert refresh_connection(rotated, database, name).action == "kept"


def test_temporary_credentials_are_kept_as_long_as_they_last_for_a_run(
    session: AwsSession, place: Place, database: pyexasol.ExaConnection, name: str
) -> None:
    def fresh() -> AwsSession:
        return temporary_session(session, place.settings, 7_200)

    created = refresh_connection(fresh(), database, name, valid_for=HOUR)
    assert created.expires_at is not None
    assert created.expires_at > datetime.now(timezone.utc) + HOUR
    # Another process has other keys of the same source: the database's still do.
    assert refresh_connection(fresh(), database, name, valid_for=HOUR).action == "kept"
    assert refresh_connection(fresh(), database, name, valid_for=3 * HOUR).action == "refreshed"


def test_what_somebody_else_made_is_taken_over(
    session: AwsSession, database: pyexasol.ExaConnection, name: str
) -> None:
    database.execute(f"CREATE CONNECTION {name} TO 'https://elsewhere' USER 'u' IDENTIFIED BY 'p'")
    database.execute(f"COMMENT ON CONNECTION {name} IS 'mine'")
    assert refresh_connection(session, database, name).action == "refreshed"
    assert (connection_state(database, name) or ConnectionState()).ours


def test_by_hand_it_is_always_written(
    session: AwsSession, database: pyexasol.ExaConnection, name: str, statements: list[str]
) -> None:
    create_connection(session, database, name)
    statements.clear()
    assert create_connection(session, database, name).action == "refreshed"
    assert "ALTER CONNECTION" in statements


def test_grants_are_those_of_the_list(
    session: AwsSession, database: pyexasol.ExaConnection, name: str, statements: list[str]
) -> None:
    for role in ("READERS", "WRITERS"):
        database.execute(f"DROP ROLE IF EXISTS {role}")
        database.execute(f"CREATE ROLE {role}")

    def grantees() -> set[str]:
        rows = database.execute(
            f"SELECT GRANTEE FROM EXA_DBA_CONNECTION_PRIVS WHERE GRANTED_CONNECTION = '{name}'"
        ).fetchall()
        return {row[0] for row in rows} - {"SYS"}

    assert refresh_connection(session, database, name, grants=["readers", "WRITERS"]).granted == (
        "READERS",
        "WRITERS",
    )
    assert grantees() == {"READERS", "WRITERS"}
    create_connection(session, database, name)
    assert grantees() == {"READERS", "WRITERS"}
    change = refresh_connection(session, database, name, grants=["readers"])
    assert (change.action, change.granted, change.revoked) == ("kept", (), ("WRITERS",))
    assert grantees() == {"READERS"}
    statements.clear()
    refresh_connection(session, database, name, grants=["readers"])
    assert statements == ["SELECT CONNECTION_COMMENT"]


def test_a_grantee_that_does_not_exist_and_a_text_for_a_list(
    session: AwsSession, database: pyexasol.ExaConnection, name: str
) -> None:
    with pytest.raises(ConnectionObjectError, match="NOBODY") as refused:
        refresh_connection(session, database, name, grants=["nobody"])
    assert "must exist" in str(refused.value)
    with pytest.raises(ConfigurationError, match=r"\['readers'\]"):
        refresh_connection(session, database, name, grants="readers")


def test_the_database_can_have_another_role_than_who_runs_dbt(
    session: AwsSession, place: Place, database: pyexasol.ExaConnection, name: str
) -> None:
    account = session.sts.get_caller_identity()["Account"]
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            }
        ],
    }
    role = session.iam.create_role(
        RoleName=f"for-database-{uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    settings = replace(place.settings, connection_role_arn=role)
    aws = keyed_session(settings, place.key_id, place.secret)
    created = refresh_connection(aws, database, name, valid_for=HOUR / 2)
    assert created.expires_at is not None
    assert refresh_connection(aws, database, name, valid_for=HOUR / 2).action == "kept"
    assert refresh_connection(session, database, name).action == "refreshed"

    absent = replace(place.settings, connection_role_arn=role + "-absent")
    with pytest.raises(CredentialsError, match="could not be assumed for the CONNECTION"):
        create_connection(keyed_session(absent, place.key_id, place.secret), database, name)


def test_the_database_can_have_the_keys_of_another_profile(
    place: Place,
    database: pyexasol.ExaConnection,
    name: str,
    sandbox: SandboxState,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shared = tmp_path / "credentials"
    shared.write_text("[exasol]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = of-profile\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(shared))
    settings = replace(place.settings, connection_profile_name="exasol")
    create_connection(keyed_session(settings, place.key_id, place.secret), database, name)
    rows = database.execute(
        f"SELECT USER_NAME FROM EXA_DBA_CONNECTIONS WHERE CONNECTION_NAME = '{name}'"
    ).fetchall()
    assert rows == [("AKIAPROFILE",)]
    missing = replace(place.settings, connection_profile_name="nobody")
    with pytest.raises(CredentialsError, match="nobody"):
        create_connection(keyed_session(missing, place.key_id, place.secret), database, name)


def test_native_transport_is_not_for_temporary_credentials(
    session: AwsSession, place: Place, database: pyexasol.ExaConnection, name: str
) -> None:
    amazon = AwsSession(replace(place.settings, endpoint_url=None, connection=name), session.boto3_session)
    assert "no CONNECTION" in choose_transport(amazon, database, "auto").reason
    create_connection(session, database, name)
    assert choose_transport(amazon, database, "auto").name == "native"
    create_connection(temporary_session(session, place.settings, 3_600), database, name)
    assert "temporary" in choose_transport(amazon, database, "auto").reason


@pytest.mark.parametrize("text", [None, "", "mine", comment_text(ConnectionState())[:-5]])
def test_other_comments_say_nothing(text: str | None) -> None:
    assert not read_comment(text).ours


def test_the_comment_says_all_but_secrets(
    session: AwsSession, place: Place, database: pyexasol.ExaConnection, name: str
) -> None:
    create_connection(session, database, name)
    text = database.execute(
        f"SELECT CONNECTION_COMMENT FROM EXA_ALL_CONNECTIONS WHERE CONNECTION_NAME = '{name}'"
    ).fetchall()[0][0]
    assert "dbt-exasol-sagemaker" in text
    assert place.secret not in text
    assert place.key_id not in text
