"""What a batch transform job refuses, when it is created and when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from exasol_sandbox.aws.transform.transformer import TransformError
from exasol_sandbox.state import SandboxState

from .batch import Batch
from .conftest import ALL, Autopilot, from_csv, loan_rows, predict, to_csv, unique_name
from .test_access import allow, client_with, new_user

FEATURES = [row[:-1] for row in loan_rows(100, seed=5)]
KEYED = {"InputFilter": "$[1:]", "JoinSource": "Input"}


@pytest.fixture(scope="module")
def batch(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> Batch:
    model = autopilot.create_model(ensemble_job["BestCandidate"]["InferenceContainers"], ALL)
    return Batch(autopilot, model, autopilot.load(ensemble_job, ALL))


@pytest.mark.parametrize(
    ("data", "changes", "reason"),
    [
        (
            to_csv(FEATURES[:3]) + b"1,2\n",
            {},
            r"^ClientError: s3://\S+/in/a.csv, lines 1 to 4: The body is no",
        ),
        (
            b'1,2,3,4,"cut\nin two"\n',
            {"BatchStrategy": "SingleRecord"},
            "line 1: a quoted value is cut in two",
        ),
        (b'k,1,2,3,4,"cut\nin two"\n', {"processing": KEYED}, "a value contains a line break"),
        (b"k,1,2,3,4,5\n\nk,1,2,3,4,5\n", {"processing": KEYED}, "line 2 of the payload is empty"),
        (to_csv(FEATURES), {"processing": {"OutputFilter": "$[9]"}}, "index 9 is outside of a record with 4"),
        (b"\xff,1\n", {"processing": KEYED}, "UTF-8"),
        (b"1" * 1_100_000, {"MaxPayloadInMB": 1}, "line 1 is longer than the 1048576 bytes"),
        (b"1\n" * 600_000, {"MaxPayloadInMB": 1, "input": {"SplitType": "None"}}, "MaxPayloadInMB allows"),
        (b"no gzip", {"input": {"CompressionType": "Gzip"}}, "^ClientError: .*gzip"),
        (to_csv(FEATURES), {"input": {"ContentType": "application/json"}}, "send text/csv"),
        (to_csv(FEATURES), {"output": {"Accept": "image/png"}}, "Accept image/png is not supported"),
    ],
    ids=[
        "ragged",
        "cut value",
        "line break",
        "empty line",
        "index",
        "encoding",
        "long record",
        "long object",
        "gzip",
        "type",
        "accept",
    ],
)
def test_a_record_that_cannot_be_transformed_leaves_no_output(
    batch: Batch, data: bytes, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TransformError, match=reason):
        batch.transform(data, **changes)


def test_a_bad_object_fails_the_job_and_the_good_ones_are_whole(batch: Batch) -> None:
    name = batch.start({"bad.csv": to_csv(FEATURES[:30]) + b"1\n", "good.csv": to_csv(FEATURES[:30])})
    job = batch.wait(name)
    assert job["TransformJobStatus"] == "Failed"
    assert f"s3://{batch.autopilot.bucket}/{name}/in/bad.csv, lines 1 to 31" in job["FailureReason"]
    found = batch.outputs(name)
    assert list(found) == ["good.csv.out"]
    assert from_csv(found["good.csv.out"]) == predict(batch.pipeline, FEATURES[:30])


def test_a_model_that_cannot_be_loaded_fails_the_job(batch: Batch) -> None:
    name = batch.start({"a.csv": b"1"}, Environment={"SAGEMAKER_INFERENCE_OUTPUT": "nonsense"})
    assert "SAGEMAKER_INFERENCE_OUTPUT asks for nonsense" in batch.wait(name)["FailureReason"]


def test_an_empty_prefix_fails_the_job(batch: Batch) -> None:
    job = batch.wait(batch.start({}))
    assert (job["TransformJobStatus"], "No S3 objects found" in job["FailureReason"]) == ("Failed", True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ModelName": "absent"}, "Could not find model .*model/absent"),
        ({"resources": {"InstanceType": "ml.absent"}}, "enum value set"),
        ({"resources": {"InstanceCount": 101}}, "InstanceCount may be at most 100"),
        ({"MaxPayloadInMB": 101}, "MaxPayloadInMB may be at most 100"),
        ({"MaxPayloadInMB": 0}, "sandbox does not support MaxPayloadInMB 0"),
        ({"MaxPayloadInMB": 20, "MaxConcurrentTransforms": 6}, "6 . 20"),
        ({"input": {"SplitType": "RecordIO"}}, "sandbox does not support SplitType RecordIO"),
        ({"source": {"S3DataType": "AugmentedManifestFile"}}, "take S3Prefix or ManifestFile"),
        ({"processing": {"InputFilter": "$.features"}}, "Invalid InputFilter: .*JSONPath for CSV"),
        ({"processing": KEYED, "output": {"AssembleWith": "None"}}, "AssembleWith Line"),
        ({"processing": KEYED, "output": {"Accept": "application/jsonlines"}}, "Accept to text/csv"),
        ({"output": {"S3OutputPath": "s3://no-bucket-of-that-name/x"}}, "does not exist"),
        ({"DataCaptureConfig": {"DestinationS3Uri": "s3://a/b"}}, "does not support DataCaptureConfig"),
        ({"Tags": [{"Key": "aws:own", "Value": "1"}]}, "aws:"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_a_bad_request_is_refused_and_leaves_nothing(
    batch: Batch, changes: dict[str, Any], reason: str
) -> None:
    name, client = unique_name("refused"), batch.autopilot.sagemaker
    with pytest.raises(ClientError, match=f"ValidationException.*{reason}"):
        client.create_transform_job(**batch.request(name, **changes))
    with pytest.raises(ClientError, match=f"Could not find requested job with name: {name}"):
        client.describe_transform_job(TransformJobName=name)


def test_jobs_are_named_once_listed_tagged_and_described(batch: Batch) -> None:
    client, prefix = batch.autopilot.sagemaker, unique_name("list")
    tags = [{"Key": "node", "Value": "n"}]
    for number in range(3):
        client.create_transform_job(**batch.request(f"{prefix}-{number}", Tags=tags))
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_transform_job(**batch.request(f"{prefix}-0"))
    pages = client.get_paginator("list_transform_jobs").paginate(
        NameContains=prefix, SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    names = [[job["TransformJobName"] for job in page["TransformJobSummaries"]] for page in pages]
    assert names == [[f"{prefix}-0", f"{prefix}-1"], [f"{prefix}-2"]]
    for number in range(3):
        batch.wait(f"{prefix}-{number}")
    failed = client.list_transform_jobs(NameContains=prefix, StatusEquals="Failed")["TransformJobSummaries"]
    assert [job["TransformJobName"] for job in failed] == [f"{prefix}-{number}" for number in (2, 1, 0)]
    assert client.list_tags(ResourceArn=failed[0]["TransformJobArn"])["Tags"] == tags
    described = client.describe_transform_job(TransformJobName=f"{prefix}-0")
    assert described["DataProcessing"] == {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
    assert described["TransformInput"]["CompressionType"] == "None"
    assert described["TransformEndTime"] >= described["CreationTime"]


def test_policies_name_the_job(batch: Batch, sandbox: SandboxState, aws: Callable[..., Any]) -> None:
    mine = f"arn:aws:sagemaker:{sandbox.aws_region}:*:transform-job/mine-*"
    keys = new_user(aws, allow("sagemaker:CreateTransformJob", "sagemaker:StopTransformJob", resource=mine))
    client = client_with(sandbox, "sagemaker", *keys)
    client.create_transform_job(**batch.request(unique_name("mine")))
    with pytest.raises(ClientError, match=r"AccessDeniedException.*sagemaker:CreateTransformJob"):
        client.create_transform_job(**batch.request(unique_name("other")))
    with pytest.raises(ClientError, match=r"AccessDeniedException.*sagemaker:AddTags"):
        client.create_transform_job(**batch.request(unique_name("mine"), Tags=[{"Key": "a", "Value": "b"}]))
