"""Credentials of a CONNECTION: static and temporary keys, of one call and not of the process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pyexasol
import pytest

from exasol_sagemaker.errors import ConfigurationError, ConnectionObjectError
from exasol_sagemaker.in_database.credentials import aws_session
from exasol_sandbox.state import SandboxState

from .conftest import Connect, Project, analyst_of

ADDRESS = "https://bucket.s3.eu-central-1.amazonaws.com"


class Exa:
    """An `exa` with one connection."""

    meta = None

    def __init__(self, address: str = ADDRESS, user: str = "AKIA", password: str = "secret") -> None:
        self.asked: list[str] = []
        self._connection = SimpleNamespace(address=address, user=user, password=password)

    def get_connection(self, name: str) -> Any:
        self.asked.append(name)
        return self._connection


def session(exa: Exa, **options: Any) -> Any:
    return aws_session(exa, **({"connection": "aws", "region": "eu-central-1", "node": "test"} | options))


def test_static_keys_are_read() -> None:
    credentials = session(Exa()).credentials()
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("AKIA", "secret", None)


def test_a_session_token_stands_behind_the_secret() -> None:
    token = "FwoGZ/+a=="
    credentials = session(Exa(password=f"secret;sse_type=AES256;session_token={token}")).credentials()
    assert (credentials.secret_key, credentials.token) == ("secret", token)


def test_the_process_keeps_its_environment() -> None:
    before = dict(os.environ)
    session(Exa()).credentials()
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("given", "asked"), [("aws_conn", "AWS_CONN"), ('"aws Conn"', "aws Conn"), ('"a""b"', 'a"b')]
)
def test_a_name_is_read_as_in_sql(given: str, asked: str) -> None:
    exa = Exa()
    session(exa, connection=given)
    assert exa.asked == [asked]


@pytest.mark.parametrize(
    "address",
    [
        "https://bucket.s3.eu-central-1.amazonaws.com",
        "https://bucket.s3-eu-central-1.amazonaws.com/",
        "https://bucket.s3.amazonaws.com",
        "https://bucket.s3.cn-north-1.amazonaws.com.cn",
        "s3://bucket",
    ],
)
def test_every_form_of_a_buckets_address_is_known(address: str) -> None:
    assert session(Exa(address)).settings.s3_uri == "s3://bucket"


def test_a_bucket_with_dots_in_its_name() -> None:
    assert (
        session(Exa("https://my.own.bucket.s3.eu-central-1.amazonaws.com")).settings.bucket == "my.own.bucket"
    )


@pytest.mark.parametrize("region", [None, "", 5, "Frankfurt", "eu-central-1; x"])
def test_what_is_no_region_is_refused(region: Any) -> None:
    with pytest.raises(ConfigurationError, match="not an AWS region"):
        session(Exa(), region=region)


def test_no_error_has_the_secret() -> None:
    with pytest.raises(ConnectionObjectError) as raised:
        session(Exa("https://example.com", password="top-secret"))
    assert "top-secret" not in str(raised.value)


def test_temporary_credentials_train_and_poll(
    exasol: pyexasol.ExaConnection,
    credit: str,
    sandbox: SandboxState,
    aws: Callable[..., Any],
) -> None:
    keys = aws("sts").get_session_token()["Credentials"]
    exasol.execute(
        f"CREATE OR REPLACE CONNECTION TEMPORARY_KEY TO 's3://{sandbox.bucket}' USER '{keys['AccessKeyId']}' "
        f"IDENTIFIED BY '{keys['SecretAccessKey']};session_token={keys['SessionToken']}'"
    )
    job = f"Temporary{uuid4().hex[:8]}"
    arguments = {
        "job_name": job,
        "aws_credentials_connection_name": "TEMPORARY_KEY",
        "aws_region": sandbox.aws_region,
        "iam_sagemaker_role": sandbox.role_arn,
        "s3_bucket_uri": f"s3://{sandbox.bucket}",
        "s3_output_path": "temporary",
        "input_schema_name": "CREDIT",
        "input_table_or_view_name": "TRAIN",
        "target_attribute_name": "TARGET",
    }
    exasol.execute(f"EXECUTE SCRIPT SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT('{json.dumps(arguments)}')")
    poll = f"SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS('{job}', 'TEMPORARY_KEY', '{sandbox.aws_region}')"
    assert exasol.execute(f"EXECUTE SCRIPT {poll}").fetchall()[0][0] in {"InProgress", "Completed"}
    aws("sagemaker").stop_auto_ml_job(AutoMLJobName=job)


def test_a_token_that_is_not_valid_is_refused(
    exasol: pyexasol.ExaConnection, sandbox: SandboxState, aws: Callable[..., Any]
) -> None:
    keys = aws("sts").get_session_token()["Credentials"]
    exasol.execute(
        f"CREATE OR REPLACE CONNECTION WITHOUT_TOKEN TO 's3://{sandbox.bucket}' "
        f"USER '{keys['AccessKeyId']}' IDENTIFIED BY '{keys['SecretAccessKey']}'"
    )
    with pytest.raises(pyexasol.ExaQueryError, match="AWS does not know these credentials") as raised:
        exasol.execute(
            "EXECUTE SCRIPT SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS"
            f"('J', 'WITHOUT_TOKEN', '{sandbox.aws_region}')"
        )
    assert keys["SecretAccessKey"] not in raised.value.message


def test_an_analyst_may_train_who_cannot_read_the_secret(
    exasol: pyexasol.ExaConnection,
    open_connection: Connect,
    project: Project,
    credit: str,
    connection_name: str,
    sandbox: SandboxState,
    aws: Callable[..., Any],
) -> None:
    job = f"Analyst{uuid4().hex[:8]}"
    arguments = {
        "job_name": job,
        "aws_credentials_connection_name": connection_name,
        "aws_region": sandbox.aws_region,
        "iam_sagemaker_role": sandbox.role_arn,
        "s3_bucket_uri": f"s3://{sandbox.bucket}",
        "s3_output_path": "analyst",
        "input_schema_name": "CREDIT",
        "input_table_or_view_name": "TRAIN",
        "target_attribute_name": "TARGET",
    }
    with analyst_of(exasol, open_connection, project) as analyst:
        user = analyst.execute("SELECT CURRENT_USER").fetchval()
        exasol.execute(f"GRANT SELECT ON {credit} TO {user}")
        analyst.execute(f"EXECUTE SCRIPT SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT('{json.dumps(arguments)}')")
        aws("sagemaker").stop_auto_ml_job(AutoMLJobName=job)
        row = f"SELECT SCRIPT_USER FROM SME_METADATA_AUTOPILOT_JOBS WHERE JOB_NAME = '{job}'"
        assert analyst.execute(row).fetchval() == user
        exasol.execute(f"GRANT CREATE SCHEMA, CREATE SCRIPT TO {user}")
        own = f"OWN_{uuid4().hex[:8].upper()}"
        analyst.execute(f"CREATE SCHEMA {own}")
        analyst.execute(
            f"CREATE PYTHON3 SCALAR SCRIPT {own}.F() RETURNS VARCHAR(200) AS\n"
            f"def run(ctx):\n    return exa.get_connection('{connection_name}').password\n"
        )
        with pytest.raises(pyexasol.ExaQueryError, match="get_connection"):
            analyst.execute(f"SELECT {own}.F()")
