"""Settings are checked when they are made."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from exasol_sagemaker import ConfigurationError, SageMakerSettings
from exasol_sagemaker.settings import split_s3_uri


@pytest.mark.parametrize(
    ("uri", "parts"),
    [
        ("s3://bucket", ("bucket", "")),
        ("s3://bucket/", ("bucket", "")),
        ("s3://my-bucket.x/a/b/", ("my-bucket.x", "a/b")),
    ],
)
def test_an_s3_uri_is_bucket_and_prefix(uri: str, parts: tuple[str, str]) -> None:
    assert split_s3_uri(uri) == parts


@pytest.mark.parametrize("uri", ["", "bucket/x", "https://bucket/x", "s3://", "s3://UPPER/x", "s3://a"])
def test_what_is_no_s3_uri_is_refused(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="is not an S3 URI"):
        SageMakerSettings(s3_uri=uri)


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ({"transport": "fast"}, "transport 'fast' does not exist"),
        ({"role_arn": "my-role"}, "role_arn 'my-role' is not the ARN"),
        ({"assume_role_arn": "arn:aws:iam::1:role/x"}, "assume_role_arn"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: dict[str, Any], what: str) -> None:
    with pytest.raises(ConfigurationError, match=what):
        SageMakerSettings(s3_uri="s3://bucket", **setting)


def test_settings_from_the_environment_need_a_bucket() -> None:
    with pytest.raises(ConfigurationError, match="SAGEMAKER_S3_URI is not set"):
        SageMakerSettings.from_environment({})
    settings = SageMakerSettings.from_environment({"SAGEMAKER_S3_URI": "s3://bucket/x"})
    assert (settings.bucket, settings.prefix, settings.transport) == ("bucket", "x", "auto")


def test_importing_the_module_loads_no_client_library() -> None:
    code = (
        "import sys, exasol_sagemaker; print({'boto3', 'botocore', 'pyexasol', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
