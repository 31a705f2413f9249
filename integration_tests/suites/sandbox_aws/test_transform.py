"""Batch transform jobs over objects in S3."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from exasol_sandbox.aws.transform.inputs import InputsError, find_objects

from .batch import Batch
from .conftest import ALL, Autopilot, Rows, from_csv, loan_rows, predict, to_csv

FEATURES = [row[:-1] for row in loan_rows(400, seed=5)]
KEYED = [[f"k{number}", *row] for number, row in enumerate(FEATURES)]
JOINED = {"InputFilter": "$[1:]", "JoinSource": "Input", "OutputFilter": "$[0,-4:]"}


@pytest.fixture(scope="module")
def batch(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> Batch:
    model = autopilot.create_model(ensemble_job["BestCandidate"]["InferenceContainers"], ALL)
    return Batch(autopilot, model, autopilot.load(ensemble_job, ALL))


@pytest.fixture(scope="module")
def answers(batch: Batch) -> Rows:
    """What the model answers to each row."""
    return predict(batch.pipeline, FEATURES)


def test_a_job_answers_as_the_model_does_object_for_object(batch: Batch, answers: Rows) -> None:
    found = batch.run({"a.csv": to_csv(FEATURES[:250]), "deeper/b.csv": to_csv(FEATURES[250:])})
    assert from_csv(found["a.csv.out"]) == answers[:250]
    assert from_csv(found["deeper/b.csv.out"]) == answers[250:]
    assert len(found) == 2


def test_objects_are_spread_over_instances_and_payloads_run_side_by_side(batch: Batch, answers: Rows) -> None:
    many = [row for row in KEYED for _ in range(60)]
    found = batch.run(
        {f"part_{number}.csv": to_csv(many[number::3]) for number in range(3)},
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


def test_keys_are_filtered_from_the_input_and_joined_to_the_output(batch: Batch, answers: Rows) -> None:
    found = batch.transform(to_csv(KEYED), processing=JOINED, BatchStrategy="MultiRecord")
    assert from_csv(found) == [[key, *answer] for (key, *_), answer in zip(KEYED, answers, strict=True)]


def test_joined_columns_keep_their_text_with_quotes_separators_and_gaps(batch: Batch, answers: Rows) -> None:
    rows = [*FEATURES[:9], ['"', 'Köln, the "old" one', "", " 1e3 ", "007" * 900_000]]
    joined = from_csv(batch.transform(to_csv(rows), processing={"JoinSource": "Input"}))
    assert [row[:5] for row in joined] == rows
    assert [row[5:] for row in joined[:9]] == answers[:9]


def test_one_record_a_request_gives_the_same_answers(batch: Batch, answers: Rows) -> None:
    assert from_csv(batch.transform(to_csv(FEATURES[:20]), BatchStrategy="SingleRecord")) == answers[:20]


def test_an_object_that_is_not_split_may_have_line_breaks(batch: Batch, answers: Rows) -> None:
    rows = [[*FEATURES[0][:4], "a note of\ntwo lines"], *FEATURES[1:5]]
    found = batch.transform(to_csv(rows), input={"SplitType": "None"}, output={"AssembleWith": "None"})
    assert from_csv(found)[1:] == answers[1:5]


def test_gzip_is_unpacked_when_the_request_says_so(batch: Batch, answers: Rows) -> None:
    packed = gzip.compress(to_csv(FEATURES[:30]))
    assert from_csv(batch.transform(packed, input={"CompressionType": "Gzip"})) == answers[:30]


def test_an_empty_object_has_an_empty_output(batch: Batch) -> None:
    assert batch.transform(b"") == b""


def test_a_header_is_a_record_like_any_other(batch: Batch) -> None:
    assert (
        len(from_csv(batch.transform(to_csv(FEATURES[:3], ["AGE", "CITY", "SINCE", "AMOUNT", "NOTE"])))) == 4
    )


def test_a_prefix_may_end_within_a_name(batch: Batch) -> None:
    name = batch.put({"part_1.csv": b"1", "deep/part_2.csv": b"22", "part_3/x.csv": b"", "part_4/": b""})
    root = f"s3://{batch.autopilot.bucket}/{name}"
    found = find_objects(batch.autopilot.files, batch.request(name, source={"S3Uri": f"{root}/in/part_"}))
    assert [(entry.output, entry.size) for entry in found] == [
        (f"{root}/out/part_1.csv.out", 1),
        (f"{root}/out/part_3/x.csv.out", 0),
    ]


def test_a_manifest_names_the_objects(batch: Batch) -> None:
    name = batch.put({"a/1.csv": b"1", "a/2.csv": b"1"})
    root = f"s3://{batch.autopilot.bucket}/{name}"
    batch.put({"m": json.dumps([{"prefix": f"{root}/in/"}, "a/2.csv"]).encode(), "n": b"[]"}, name)
    source = {"S3DataType": "ManifestFile", "S3Uri": f"{root}/in/m"}
    found = find_objects(batch.autopilot.files, batch.request(name, source=source))
    assert [(entry.uri, entry.output) for entry in found] == [
        (f"{root}/in/a/2.csv", f"{root}/out/a/2.csv.out")
    ]
    with pytest.raises(InputsError, match="must be a list"):
        find_objects(batch.autopilot.files, batch.request(name, source={**source, "S3Uri": f"{root}/in/n"}))


def test_the_jobs_environment_decides_what_the_model_answers(batch: Batch) -> None:
    found = batch.run(
        {"a.csv": to_csv(FEATURES[:5])},
        Environment={"SAGEMAKER_INFERENCE_OUTPUT": "probability,predicted_label"},
        output={"Accept": "application/jsonlines"},
    )
    lines = [json.loads(line) for line in found["a.csv.out"].splitlines()]
    assert [list(line) for line in lines] == [["probability", "predicted_label"]] * 5


def test_a_stopped_job_is_stopped_and_stays_so(batch: Batch) -> None:
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
