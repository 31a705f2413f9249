"""Batch transform jobs over objects in S3."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest

from .conftest import ALL, Autopilot, Rows, from_csv, loan_rows, to_csv, unique_name

FEATURES = [row[:-1] for row in loan_rows(400, seed=5)]
KEYED = [[f"k{number}", *row] for number, row in enumerate(FEATURES)]
JOINED = {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-4:]"}


class Batch:
    """Puts objects, runs jobs on them and reads what came out."""

    def __init__(self, autopilot: Autopilot, model: str) -> None:
        self.autopilot = autopilot
        self.model = model

    def put(self, objects: dict[str, bytes], name: str | None = None) -> str:
        name = name or unique_name("transform")
        for key, data in objects.items():
            self.autopilot.s3.put_object(Bucket=self.autopilot.bucket, Key=f"{name}/in/{key}", Body=data)
        return name

    def request(
        self, name: str, *, processing: dict[str, str] | None = None, **changes: Any
    ) -> dict[str, Any]:
        root = f"s3://{self.autopilot.bucket}/{name}"
        source = {"S3DataType": "S3Prefix", "S3Uri": f"{root}/in/", **changes.pop("source", {})}
        return {
            "TransformJobName": name,
            "ModelName": self.model,
            "TransformInput": {
                "DataSource": {"S3DataSource": source},
                "ContentType": "text/csv",
                "SplitType": "Line",
                **changes.pop("input", {}),
            },
            "TransformOutput": {
                "S3OutputPath": f"{root}/out",
                "Accept": "text/csv",
                "AssembleWith": "Line",
                **changes.pop("output", {}),
            },
            "TransformResources": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                **changes.pop("resources", {}),
            },
            **({"DataProcessing": processing} if processing else {}),
            **changes,
        }

    def start(self, objects: dict[str, bytes], **changes: Any) -> str:
        name = self.put(objects)
        self.autopilot.sagemaker.create_transform_job(**self.request(name, **changes))
        return name

    def wait(self, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.autopilot.sagemaker.describe_transform_job(TransformJobName=name)
            if job["TransformJobStatus"] in {"Completed", "Failed", "Stopped"}:
                return job
            time.sleep(0.05)
        raise AssertionError(f"{name} did not end")

    def outputs(self, name: str) -> dict[str, bytes]:
        listed = self.autopilot.s3.list_objects_v2(Bucket=self.autopilot.bucket, Prefix=f"{name}/out/")
        return {
            entry["Key"].removeprefix(f"{name}/out/"): self.autopilot.s3.get_object(
                Bucket=self.autopilot.bucket, Key=entry["Key"]
            )["Body"].read()
            for entry in listed.get("Contents", [])
        }

    def run(self, objects: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
        name = self.start(objects, **changes)
        job = self.wait(name)
        assert job["TransformJobStatus"] == "Completed", job.get("FailureReason")
        return self.outputs(name)


@pytest.fixture(scope="module")
def batch(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> Batch:
    return Batch(autopilot, autopilot.create_model(ensemble_job["BestCandidate"]["InferenceContainers"], ALL))


@pytest.fixture(scope="module")
def answers(autopilot: Autopilot, ensemble_endpoint: str) -> Rows:
    """What an endpoint of the same model answers."""
    return autopilot.invoke(ensemble_endpoint, FEATURES)


def test_a_job_answers_as_the_endpoint_does_object_for_object(batch: Batch, answers: Rows) -> None:
    found = batch.run({"a.csv": to_csv(FEATURES[:250]), "deeper/b.csv": to_csv(FEATURES[250:])})
    assert from_csv(found["a.csv.out"]) == answers[:250]
    assert from_csv(found["deeper/b.csv.out"]) == answers[250:]
    assert len(found) == 2


def test_keys_are_filtered_from_the_input_and_joined_to_the_output(batch: Batch, answers: Rows) -> None:
    found = batch.run({"a.csv": to_csv(KEYED)}, processing=JOINED, BatchStrategy="MultiRecord")
    assert from_csv(found["a.csv.out"]) == [
        [key, *answer] for (key, *_), answer in zip(KEYED, answers, strict=True)
    ]


def test_joined_columns_keep_their_text_with_quotes_separators_and_gaps(batch: Batch, answers: Rows) -> None:
    rows = [*FEATURES[:9], ['"', 'Köln, the "old" one', "", " 1e3 ", "007"]]
    found = batch.run({"a.csv": to_csv(rows)}, processing={"JoinSource": "Input"})
    joined = from_csv(found["a.csv.out"])
    assert [row[:5] for row in joined] == rows
    assert [row[5:] for row in joined[:9]] == answers[:9]


def test_objects_are_spread_over_instances_and_payloads_run_side_by_side(batch: Batch, answers: Rows) -> None:
    many = [row for row in KEYED for _ in range(60)]
    parts = {f"part_{number}.csv": to_csv(many[number::3]) for number in range(3)}
    found = batch.run(
        parts,
        processing={**JOINED, "OutputFilter": "$[0,-4]"},
        resources={"InstanceCount": 2},
        MaxConcurrentTransforms=4,
        MaxPayloadInMB=1,
    )
    labels = {row[0]: answer[0] for row, answer in zip(KEYED, answers, strict=True)}
    for number in range(3):
        assert from_csv(found[f"part_{number}.csv.out"]) == [
            [row[0], labels[row[0]]] for row in many[number::3]
        ]


def test_one_record_a_request_gives_the_same_answers(batch: Batch, answers: Rows) -> None:
    found = batch.run({"a.csv": to_csv(FEATURES[:20])}, BatchStrategy="SingleRecord")
    assert from_csv(found["a.csv.out"]) == answers[:20]


def test_an_object_that_is_not_split_is_one_request(batch: Batch, answers: Rows) -> None:
    rows = [[*FEATURES[0][:4], "a note of\ntwo lines"], *FEATURES[1:5]]
    found = batch.run({"a.csv": to_csv(rows)}, input={"SplitType": "None"}, output={"AssembleWith": "None"})
    assert from_csv(found["a.csv.out"])[1:] == answers[1:5]


def test_gzip_manifest_prefix_of_names_and_empty_objects(batch: Batch, answers: Rows) -> None:
    data = to_csv(FEATURES[:30])
    packed = batch.start({"a.csv.gz": gzip.compress(data)}, input={"CompressionType": "Gzip"})
    name = batch.put({"part_1.csv": data, "part_2.csv": b"", "other.csv": b"not,this,one\n"})
    root = f"s3://{batch.autopilot.bucket}/{name}"
    batch.autopilot.sagemaker.create_transform_job(
        **batch.request(name, source={"S3Uri": f"{root}/in/part_"})
    )
    manifest = json.dumps([{"prefix": f"{root}/in/"}, "part_1.csv"]).encode()
    listed = batch.put({"x.manifest": manifest})
    uri = f"s3://{batch.autopilot.bucket}/{listed}/in/x.manifest"
    batch.autopilot.sagemaker.create_transform_job(
        **batch.request(listed, source={"S3DataType": "ManifestFile", "S3Uri": uri})
    )
    for job in (packed, name, listed):
        assert batch.wait(job)["TransformJobStatus"] == "Completed"
    assert from_csv(batch.outputs(packed)["a.csv.gz.out"]) == answers[:30]
    found = batch.outputs(name)
    assert (set(found), found["part_2.csv.out"]) == ({"part_1.csv.out", "part_2.csv.out"}, b"")
    assert list(batch.outputs(listed)) == ["part_1.csv.out"]


def test_the_jobs_environment_decides_what_the_model_answers(batch: Batch) -> None:
    found = batch.run(
        {"a.csv": to_csv(FEATURES[:5])},
        Environment={"SAGEMAKER_INFERENCE_OUTPUT": "probability,predicted_label"},
        output={"Accept": "application/jsonlines"},
    )
    lines = [json.loads(line) for line in found["a.csv.out"].splitlines()]
    assert [list(line) for line in lines] == [["probability", "predicted_label"]] * 5


@pytest.mark.parametrize(
    ("data", "changes", "reason"),
    [
        (to_csv(FEATURES[:3]) + b"1,2\n", {}, "ClientError: {uri}, lines 1 to 4: The body is no CSV"),
        (to_csv([["AGE", "CITY"]]), {}, "the model's 5 columns"),
        (
            b'1,2,3,4,"cut\nin two"\n',
            {"BatchStrategy": "SingleRecord"},
            "line 1: a quoted value is cut in two",
        ),
        (b'k,1,2,3,4,"cut\nin two"\n', {"processing": JOINED}, "a value contains a line break"),
        (b"k,1,2\n", {"processing": {"OutputFilter": "$[9]"}, "input": {}}, "columns"),
        (to_csv(FEATURES), {"processing": {"OutputFilter": "$[9]"}}, "index 9 is outside of a record with 4"),
        (to_csv(FEATURES).decode().encode("utf-16"), {"processing": JOINED}, "UTF-8"),
        (b"1" * 1_100_000, {"MaxPayloadInMB": 1}, "line 1 is longer than the 1048576 bytes"),
        (b"1\n" * 600_000, {"MaxPayloadInMB": 1, "input": {"SplitType": "None"}}, "MaxPayloadInMB allows"),
        (b"no gzip", {"input": {"CompressionType": "Gzip"}}, "ClientError"),
        (to_csv(FEATURES), {"input": {"ContentType": "application/json"}}, "send text/csv"),
        (
            to_csv(FEATURES),
            {"Environment": {"SAGEMAKER_INFERENCE_OUTPUT": "nonsense"}},
            "SAGEMAKER_INFERENCE_OUTPUT asks for nonsense",
        ),
    ],
    ids=lambda value: None if isinstance(value, bytes | dict) else value[:30],
)
def test_a_record_that_cannot_be_transformed_fails_the_job(
    batch: Batch, data: bytes, changes: dict[str, Any], reason: str
) -> None:
    name = batch.start({"a.csv": data}, **changes)
    job = batch.wait(name)
    assert job["TransformJobStatus"] == "Failed"
    uri = f"s3://{batch.autopilot.bucket}/{name}/in/a.csv"
    assert reason.replace("{uri}", uri) in job["FailureReason"]
    assert batch.outputs(name) == {}


def test_the_good_objects_of_a_failed_job_are_whole_and_the_bad_ones_absent(
    batch: Batch, answers: Rows
) -> None:
    name = batch.start({"bad.csv": to_csv(FEATURES[:30]) + b"1\n", "good.csv": to_csv(FEATURES[:30])})
    assert batch.wait(name)["TransformJobStatus"] == "Failed"
    found = batch.outputs(name)
    assert list(found) == ["good.csv.out"]
    assert from_csv(found["good.csv.out"]) == answers[:30]


def test_a_stopped_job_is_stopped_and_a_finished_one_stays(batch: Batch) -> None:
    client = batch.autopilot.sagemaker
    name = batch.start({"a.csv": to_csv(FEATURES * 100)}, BatchStrategy="SingleRecord")
    client.stop_transform_job(TransformJobName=name)
    assert client.describe_transform_job(TransformJobName=name)["TransformJobStatus"] in {
        "Stopping",
        "Stopped",
    }
    assert batch.wait(name)["TransformJobStatus"] == "Stopped"
    assert batch.outputs(name) == {}
    client.stop_transform_job(TransformJobName=name)
    assert batch.wait(name)["TransformJobStatus"] == "Stopped"
