"""Models, endpoint configurations and endpoints that answer."""

from __future__ import annotations

import ast
import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import joblib
import pytest
from botocore.exceptions import ClientError

from exasol_sandbox.aws.tabular.csv_table import read_rows

from .conftest import ALL, Autopilot, Rows, loan_rows, predict, price_rows, to_csv, unique_name


def features(rows: Rows) -> Rows:
    return [row[:-1] for row in rows]


def artifact(autopilot: Autopilot, container: dict[str, Any]) -> Any:
    bucket, _, key = container["ModelDataUrl"].removeprefix("s3://").partition("/")
    packed = autopilot.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        member = archive.extractfile("model.joblib")
        assert member is not None
        return joblib.load(io.BytesIO(member.read()))


@pytest.fixture(scope="module")
def plain_endpoint(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> str:
    """The ensemble as Autopilot proposes it."""
    return autopilot.deploy(ensemble_job["BestCandidate"]["InferenceContainers"])


def test_an_ensemble_is_one_container_and_its_endpoint_answers_as_its_model(
    autopilot: Autopilot, ensemble_job: dict[str, Any], ensemble_endpoint: str
) -> None:
    [container] = ensemble_job["BestCandidate"]["InferenceContainers"]
    rows = features(loan_rows(300, seed=9))
    model = artifact(autopilot, container)
    scores = model.predictor.scores(
        model.encoder.encode(read_rows(to_csv(rows), model.encoder.columns, header=False))
    )
    answers = autopilot.invoke(ensemble_endpoint, rows)
    assert [ast.literal_eval(answer[2]) for answer in answers] == scores.tolist()


def test_an_ensembles_probability_is_that_of_the_predicted_label(
    autopilot: Autopilot, ensemble_endpoint: str
) -> None:
    for label, probability, probabilities, labels in autopilot.invoke(
        ensemble_endpoint, features(loan_rows(50))
    ):
        assert ast.literal_eval(labels) == ["0", "1"]
        assert float(probability) == max(ast.literal_eval(probabilities))
        assert ast.literal_eval(probabilities)[int(label)] == float(probability)


def test_a_tuned_classifier_is_three_containers_with_the_second_labels_probability(
    autopilot: Autopilot, tuned_job: dict[str, Any], tuned_endpoint: str
) -> None:
    assert len(tuned_job["BestCandidate"]["InferenceContainers"]) == 3
    answers = autopilot.invoke(tuned_endpoint, features(loan_rows(50)))
    assert {answer[0] for answer in answers} == {"bad", "good"}
    for label, probability, probabilities, labels in answers:
        assert ast.literal_eval(labels) == ["bad", "good"]
        assert float(probability) == ast.literal_eval(probabilities)[1]
        assert (label == "good") == (float(probability) > 0.5)


def test_the_model_predicts_rows_that_training_never_saw(autopilot: Autopilot, tuned_endpoint: str) -> None:
    rows = loan_rows(1000, seed=99)
    scores = [float(answer[1]) for answer in autopilot.invoke(tuned_endpoint, features(rows))]
    positive = [score for score, row in zip(scores, rows, strict=True) if row[-1] == "1"]
    negative = [score for score, row in zip(scores, rows, strict=True) if row[-1] == "0"]
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    assert wins / (len(positive) * len(negative)) > 0.75


def test_a_tuned_regression_is_two_containers_and_answers_one_number_a_line(
    autopilot: Autopilot, price_job: dict[str, Any]
) -> None:
    containers = price_job["BestCandidate"]["InferenceContainers"]
    assert len(containers) == 2
    rows = price_rows(200)
    answers = predict(autopilot.load(price_job), features(rows))
    assert {len(answer) for answer in answers} == {1}
    errors = [abs(float(answer[0]) - float(row[-1])) for answer, row in zip(answers, rows, strict=True)]
    assert sum(errors) / len(errors) < 20


def test_without_an_output_setting_only_the_label_comes_back(
    autopilot: Autopilot, plain_endpoint: str
) -> None:
    answers = autopilot.invoke(plain_endpoint, features(loan_rows(60)))
    assert {tuple(answer) for answer in answers} == {("0",), ("1",)}


def test_json_lines_on_request(autopilot: Autopilot, ensemble_endpoint: str) -> None:
    answer = autopilot.runtime.invoke_endpoint(
        EndpointName=ensemble_endpoint,
        Body=to_csv(features(loan_rows(2))),
        ContentType="text/csv",
        Accept="application/jsonlines",
    )
    lines = [json.loads(line) for line in answer["Body"].read().splitlines()]
    assert [set(line) for line in lines] == [set(ALL.split(","))] * 2


@pytest.mark.parametrize(
    "row",
    [
        ["", "", "", "", ""],
        ["forty", "Atlantis", "2024-02-31", "1e400", "x" * 5000],
        ["40", 'quote " comma , \n line', "9999-12-31", "-0.0", "naïve ✓"],
    ],
    ids=["nulls", "unseen and invalid", "odd text"],
)
def test_odd_values_are_predicted(autopilot: Autopilot, ensemble_endpoint: str, row: list[str]) -> None:
    [answer] = autopilot.invoke(ensemble_endpoint, [row])
    assert answer[0] in {"0", "1"}


def test_a_wrong_number_of_columns_is_a_model_error(autopilot: Autopilot, ensemble_endpoint: str) -> None:
    with pytest.raises(autopilot.runtime.exceptions.ModelError) as refused:
        autopilot.invoke(ensemble_endpoint, [["1", "2"]])
    assert refused.value.response["OriginalStatusCode"] == 400
    assert "5 columns" in refused.value.response["OriginalMessage"]


def test_a_body_over_the_limit_is_refused(autopilot: Autopilot, ensemble_endpoint: str) -> None:
    with pytest.raises(ClientError) as refused:
        autopilot.runtime.invoke_endpoint(EndpointName=ensemble_endpoint, Body=b"1" * 6_291_457)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_an_absent_endpoint(autopilot: Autopilot) -> None:
    with pytest.raises(ClientError, match=r"ValidationError.*Endpoint absent of account \d{12} not found"):
        autopilot.invoke("absent", [["1"]])
    with pytest.raises(ClientError, match='Could not find endpoint "arn:aws:sagemaker:'):
        autopilot.sagemaker.describe_endpoint(EndpointName="absent")


def test_an_endpoint_whose_artifact_is_gone_fails_with_the_reason(
    autopilot: Autopilot, ensemble_job: dict[str, Any]
) -> None:
    [container] = ensemble_job["BestCandidate"]["InferenceContainers"]
    missing = {**container, "ModelDataUrl": f"s3://{autopilot.bucket}/absent/model.tar.gz"}
    name, config = unique_name("broken"), autopilot.create_config(autopilot.create_model([missing]))
    autopilot.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    endpoint = autopilot.settled(name)
    assert endpoint["EndpointStatus"] == "Failed"
    assert "absent/model.tar.gz" in endpoint["FailureReason"]


def test_containers_whose_outputs_do_not_fit_fail_with_the_reason(
    autopilot: Autopilot, tuned_job: dict[str, Any]
) -> None:
    containers = [dict(c) for c in tuned_job["BestCandidate"]["InferenceContainers"]]
    containers[2]["Environment"] = {
        **containers[2]["Environment"],
        "SAGEMAKER_INFERENCE_INPUT": "probability",
    }
    name, config = unique_name("unfit"), autopilot.create_config(autopilot.create_model(containers))
    autopilot.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    assert "SAGEMAKER_INFERENCE_INPUT" in autopilot.settled(name)["FailureReason"]


def test_the_old_model_serves_until_the_new_one_is_up(
    autopilot: Autopilot, ensemble_job: dict[str, Any]
) -> None:
    containers = ensemble_job["BestCandidate"]["InferenceContainers"]
    name = autopilot.deploy(containers, "predicted_label")
    config = autopilot.create_config(autopilot.create_model(containers, "probability,predicted_label"))
    autopilot.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    widths = []
    while autopilot.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"] == "Updating":
        widths.append(len(autopilot.invoke(name, features(loan_rows(1)))[0]))
    assert widths
    assert set(widths[:1]) == {1}
    assert len(autopilot.invoke(name, features(loan_rows(1)))[0]) == 2
    assert autopilot.sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"] == config


def test_an_update_that_cannot_start_leaves_the_old_model_serving(
    autopilot: Autopilot, ensemble_job: dict[str, Any], plain_endpoint: str
) -> None:
    [container] = ensemble_job["BestCandidate"]["InferenceContainers"]
    missing = {**container, "ModelDataUrl": f"s3://{autopilot.bucket}/absent/model.tar.gz"}
    config = autopilot.create_config(autopilot.create_model([missing]))
    autopilot.sagemaker.update_endpoint(EndpointName=plain_endpoint, EndpointConfigName=config)
    endpoint = autopilot.settled(plain_endpoint)
    assert (endpoint["EndpointStatus"], "absent" in endpoint["FailureReason"]) == ("InService", True)
    assert autopilot.invoke(plain_endpoint, features(loan_rows(1)))


def test_all_three_are_deleted_apart(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> None:
    client, name = autopilot.sagemaker, unique_name("gone")
    model = autopilot.create_model(ensemble_job["BestCandidate"]["InferenceContainers"])
    config = autopilot.create_config(model)
    client.create_endpoint(EndpointName=name, EndpointConfigName=config)
    client.delete_model(ModelName=model)
    client.delete_endpoint_config(EndpointConfigName=config)
    assert autopilot.settled(name)["EndpointStatus"] == "InService"
    client.delete_endpoint(EndpointName=name)
    with pytest.raises(ClientError, match="Could not find endpoint"):
        client.describe_endpoint(EndpointName=name)
    assert client.list_endpoints(NameContains=name)["Endpoints"] == []
    assert client.list_models(NameContains=model)["Models"] == []


def test_a_taken_name_is_refused(
    autopilot: Autopilot, ensemble_job: dict[str, Any], ensemble_endpoint: str
) -> None:
    config = autopilot.sagemaker.describe_endpoint(EndpointName=ensemble_endpoint)["EndpointConfigName"]
    with pytest.raises(ClientError, match="Cannot create already existing endpoint"):
        autopilot.sagemaker.create_endpoint(EndpointName=ensemble_endpoint, EndpointConfigName=config)


def test_an_instance_type_that_does_not_exist(autopilot: Autopilot, aws: Callable[..., Any]) -> None:
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.absent", "InitialInstanceCount": 1}
    with pytest.raises(ClientError, match="enum value set"):
        autopilot.sagemaker.create_endpoint_config(
            EndpointConfigName=unique_name("config"), ProductionVariants=[variant]
        )
