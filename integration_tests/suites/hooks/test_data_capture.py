"""Endpoints that keep what they are asked and what they answer."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    DataCapture,
    EndpointConfig,
    Owner,
    Serverless,
    TrainingJob,
    deploy_endpoint,
    describe_endpoint,
    teardown,
    watch_endpoint,
)
from exasol_sagemaker.data_capture import capture_request, find_old_captures
from exasol_sagemaker.garbage import collect_garbage
from exasol_sagemaker.s3 import list_objects
from exasol_sagemaker.settings import split_s3_uri

ROW = "1,F,100.00,2,clerk,true,1990-01-01,2020-01-01 00:00:00,0.5"
AT_ONCE = timedelta(seconds=-10)


def captured(session: AwsSession, uri: str) -> list[tuple[str, dict[str, Any]]]:
    """Keys and events below `uri`, as soon as there are any; SageMaker collects before it writes."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        found = []
        for one, _ in list_objects(session, f"{uri}/"):
            bucket, key = split_s3_uri(one)
            text = session.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
            found += [(one.removeprefix(f"{uri}/"), json.loads(line)) for line in text.splitlines()]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing was captured under {uri}")


def test_an_endpoint_keeps_what_it_is_asked_and_answers(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    config = EndpointConfig(data_capture=DataCapture())
    deployment = deploy_endpoint(session, trained, name="risk", config=config, owner=owner)
    try:
        list(watch_endpoint(session, deployment.endpoint_name))
        uri = deployment.capture_s3_uri
        assert uri is not None
        assert uri.startswith(session.settings.s3_uri)
        assert uri.endswith("/risk/data-capture")
        assert describe_endpoint(session, deployment.endpoint_name).capture_s3_uri == uri
        answer = session.runtime.invoke_endpoint(
            EndpointName=deployment.endpoint_name, Body=ROW, ContentType="text/csv", InferenceId="first"
        )
        answered = answer["Body"].read().decode()

        [(key, event)] = captured(session, uri)
        asked, told = event["captureData"]["endpointInput"], event["captureData"]["endpointOutput"]
        assert key.startswith(f"{deployment.endpoint_name}/AllTraffic/2")
        assert key.endswith(".jsonl")
        assert (asked["mode"], asked["encoding"], asked["data"]) == ("INPUT", "CSV", ROW)
        assert (told["mode"], told["data"]) == ("OUTPUT", answered)
        assert event["eventMetadata"]["inferenceId"] == "first"

        plain = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
        assert (plain.changed, plain.capture_s3_uri) == (True, None)
        list(watch_endpoint(session, deployment.endpoint_name))
    finally:
        teardown(session, project=owner.project, target=owner.target)
    assert not list(list_objects(session, f"{uri}/"))


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (EndpointConfig(data_capture=DataCapture(percentage=0)), "percentage 0 of `data_capture`"),
        (EndpointConfig(data_capture=DataCapture(percentage=101)), "out of range"),
        (EndpointConfig(data_capture=DataCapture(input=False, output=False)), "neither input nor output"),
        (EndpointConfig(data_capture=DataCapture(), serverless=Serverless()), "captures no data"),
    ],
)
def test_a_capture_that_sagemaker_would_refuse_is_refused_before_anything_is_made(
    session: AwsSession, trained: TrainingJob, owner: Owner, config: EndpointConfig, complaint: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        deploy_endpoint(session, trained, name="risk", config=config, owner=owner)
    assert complaint in str(refused.value)
    assert not teardown(session, project=owner.project, target=owner.target, dry_run=True)


def test_only_what_is_wanted_is_asked_for() -> None:
    request = capture_request(DataCapture(percentage=20, output=False, kms_key="alias/mine"), "s3://bucket/x")
    assert request["CaptureOptions"] == [{"CaptureMode": "Input"}]
    assert (request["InitialSamplingPercentage"], request["KmsKeyId"]) == (20, "alias/mine")


def test_captured_files_are_garbage_by_age_alone(session: AwsSession, owner: Owner) -> None:
    home = f"{session.settings.s3_uri}/{owner.project.replace(' ', '-')}/test/"
    bucket, prefix = split_s3_uri(home)
    keys = [f"{prefix}/risk/{key}" for key in ("data-capture/e/AllTraffic/2026/1.jsonl", "mine/data.csv")]
    for key in keys:
        session.s3.put_object(Bucket=bucket, Key=key, Body=b"1234")
    who = {"project": owner.project, "target": owner.target}

    assert not find_old_captures(session, **who, older_than=timedelta(days=1))
    dry = list(collect_garbage(session, **who, older_than=AT_ONCE, dry_run=True))
    assert [str(one) for one in dry] == [f"{home}risk/data-capture/: 1 objects, 0.0 MiB, would be deleted"]
    assert len(list(collect_garbage(session, **who, older_than=AT_ONCE))) == 1
    assert [uri for uri, _ in list_objects(session, home)] == [f"{home}risk/mine/data.csv"]


def test_an_unfinished_upload_is_aborted_when_it_is_old(session: AwsSession, owner: Owner) -> None:
    home = f"{session.settings.s3_uri}/{owner.project.replace(' ', '-')}/test/"
    bucket, prefix = split_s3_uri(home)
    key = f"{prefix}/risk/data.csv"
    upload = session.s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    session.s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"1234")
    who = {"project": owner.project, "target": owner.target}

    def left() -> list[str]:
        found = session.s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix)
        return [one["UploadId"] for one in found.get("Uploads", [])]

    assert not list(collect_garbage(session, **who, older_than=timedelta(minutes=5)))
    (dry,) = collect_garbage(session, **who, older_than=AT_ONCE, dry_run=True)
    assert str(dry) == f"{home}risk/data.csv: unfinished upload, would be aborted"
    assert left() == [upload]
    assert [one.action for one in collect_garbage(session, **who, older_than=AT_ONCE)] == ["aborted"]
    assert not left()
