"""The profile: dbt-exasol's settings and the `sagemaker:` block."""

from typing import Any

import pytest
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker.connections import ExasolSageMakerConnectionManager
from dbt.adapters.exasol_sagemaker.credentials import ExasolSageMakerCredentials
from exasol_sagemaker import Guards

DATABASE = {"dsn": "localhost:8563", "user": "sys", "password": "hush", "dbname": "exasol", "schema": "dev"}
ROLE = "arn:aws:iam::123456789012:role/sagemaker"


def credentials(sagemaker: Any = None) -> ExasolSageMakerCredentials:
    profile = {**DATABASE, **({} if sagemaker is None else {"sagemaker": sagemaker})}
    data = ExasolSageMakerCredentials.translate_aliases(profile)
    ExasolSageMakerCredentials.validate(data)
    return ExasolSageMakerCredentials.from_dict(data)


def test_a_profile_without_the_block_is_plain_dbt_exasol() -> None:
    assert credentials().sagemaker is None


def test_the_block_becomes_the_hook_modules_settings() -> None:
    settings = credentials(
        {"s3_uri": "s3://bucket/credit", "role_arn": ROLE, "region": "eu-central-1", "transport": "client"}
    ).sagemaker.settings()

    assert settings.bucket == "bucket"
    assert settings.prefix == "credit"
    assert settings.role_arn == ROLE
    assert settings.region == "eu-central-1"
    assert settings.transport == "client"
    assert settings.connection == "SAGEMAKER_AWS"


def test_empty_texts_of_unset_variables_count_as_absent() -> None:
    settings = credentials(
        {"s3_uri": "s3://bucket", "role_arn": "", "endpoint_url": "", "transport": "", "connection": ""}
    ).sagemaker.settings()

    assert settings.role_arn is None
    assert settings.endpoint_url is None
    assert settings.transport == "auto"
    assert settings.connection == "SAGEMAKER_AWS"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"s3_uri": "s3://bucket", "regoin": "eu-central-1"}, "Did you mean `region`?"),
        ({"s3_uri": "s3://bucket", "nonsense": "x"}, "Known are: assume_role_arn, connection"),
        ({"s3_uri": "s3://bucket", "aws_secret_access_key": "hush"}, "do not belong into profiles.yml"),
        ({"s3_uri": "s3://bucket", "session_token": "hush"}, "do not belong into profiles.yml"),
        ({"region": "eu-central-1"}, "`sagemaker: s3_uri` is missing"),
        ({"s3_uri": ""}, "`sagemaker: s3_uri` is missing"),
        ({"s3_uri": "https://bucket"}, "is not an S3 URI"),
        ({"s3_uri": "s3://bucket", "transport": "pigeon"}, "transport 'pigeon' does not exist"),
        ({"s3_uri": "s3://bucket", "role_arn": "sagemaker"}, "is not the ARN of an IAM role"),
        ({"s3_uri": "s3://bucket", "region": 7}, "has to be text, not 7"),
        ("s3://bucket", "has to be a block of settings"),
    ],
)
def test_what_cannot_be_right_is_refused(block: Any, message: str) -> None:
    with pytest.raises(DbtRuntimeError) as refused:
        credentials(block)

    assert message in str(refused.value)
    assert "hush" not in str(refused.value)


def test_debug_shows_the_block_and_no_password() -> None:
    shown = dict(credentials({"s3_uri": "s3://bucket", "region": "eu-central-1"}).connection_info())

    assert shown["sagemaker"]["region"] == "eu-central-1"
    assert "hush" not in str(shown)


def test_a_fingerprint_in_the_dsn_replaces_the_check_of_the_certificates_authority() -> None:
    pinned = credentials()
    pinned.dsn = "localhost/135A1D2DCE102DE866F58267521F4232153545A075DC85F8F7596F57E588A181:8563"

    assert ExasolSageMakerConnectionManager._build_ssl_options(pinned) is None
    assert ExasolSageMakerConnectionManager._build_ssl_options(credentials()) is not None


def test_guards_become_the_hook_modules() -> None:
    guards = {"max_concurrent_jobs": 4, "allowed_instance_types": ["ml.m5.large"]}
    settings = credentials({"s3_uri": "s3://bucket", "guards": guards}).sagemaker.settings()

    assert settings.guards == Guards(max_concurrent_jobs=4, allowed_instance_types=("ml.m5.large",))
    assert credentials({"s3_uri": "s3://bucket"}).sagemaker.settings().guards == Guards()


@pytest.mark.parametrize(
    ("guards", "message"),
    [
        ({"max_concurent_jobs": 4}, "Did you mean `max_concurrent_jobs`?"),
        ({"max_concurrent_jobs": "4"}, "max_concurrent_jobs cannot be '4'"),
        (4, "`guards:` has to be a block"),
    ],
)
def test_guards_that_cannot_be_are_refused(guards: Any, message: str) -> None:
    with pytest.raises(DbtRuntimeError) as refused:
        credentials({"s3_uri": "s3://bucket", "guards": guards})

    assert message in str(refused.value)
