"""Serverless endpoints: one container, smaller bodies, a limit of requests at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import ALL, Autopilot, loan_rows, to_csv

ROWS = [row[:-1] for row in loan_rows(20)]
ONE_AT_ONCE = {"MemorySizeInMB": 2048, "MaxConcurrency": 1}


@pytest.fixture(scope="module")
def endpoint(autopilot: Autopilot, ensemble_job: dict[str, Any]) -> str:
    return autopilot.deploy(ensemble_job["BestCandidate"]["InferenceContainers"], ALL, serverless=ONE_AT_ONCE)


def test_it_answers_as_an_endpoint_with_instances(
    autopilot: Autopilot, endpoint: str, ensemble_endpoint: str
) -> None:
    assert autopilot.invoke(endpoint, ROWS) == autopilot.invoke(ensemble_endpoint, ROWS)
    (variant,) = autopilot.sagemaker.describe_endpoint(EndpointName=endpoint)["ProductionVariants"]
    assert variant["CurrentServerlessConfig"] == ONE_AT_ONCE
    assert "CurrentInstanceCount" not in variant


def test_a_body_may_have_4_mb(autopilot: Autopilot, endpoint: str) -> None:
    with pytest.raises(ClientError) as refused:
        autopilot.invoke(endpoint, [["1"] * 4] * 524_289)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_more_requests_at_once_than_allowed_are_throttled(
    autopilot: Autopilot, endpoint: str, aws: Any
) -> None:
    runtime = aws("sagemaker-runtime", config=Config(retries={"total_max_attempts": 1}))
    body = to_csv(ROWS * 1_000)

    def ask(_: int) -> str:
        try:
            runtime.invoke_endpoint(EndpointName=endpoint, Body=body, ContentType="text/csv")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "answered"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert set(answers) == {"answered", "ThrottlingException"}


def test_a_pipeline_of_containers_cannot_be_serverless(
    autopilot: Autopilot, tuned_job: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="inference pipeline"):
        autopilot.deploy(tuned_job["BestCandidate"]["InferenceContainers"], ALL, serverless=ONE_AT_ONCE)


def test_instances_cannot_become_serverless_and_serverless_explains_nothing(
    autopilot: Autopilot, ensemble_job: dict[str, Any], ensemble_endpoint: str
) -> None:
    model = autopilot.create_model(ensemble_job["BestCandidate"]["InferenceContainers"], ALL)
    config = autopilot.create_config(model, serverless=ONE_AT_ONCE)
    with pytest.raises(ClientError, match="cannot become serverless"):
        autopilot.sagemaker.update_endpoint(EndpointName=ensemble_endpoint, EndpointConfigName=config)
    shap = {"ShapConfig": {"ShapBaselineConfig": {"ShapBaseline": "1,2,3,4,5"}}}
    with pytest.raises(ClientError, match="ExplainerConfig"):
        autopilot.create_config(
            model, serverless=ONE_AT_ONCE, ExplainerConfig={"ClarifyExplainerConfig": shap}
        )
