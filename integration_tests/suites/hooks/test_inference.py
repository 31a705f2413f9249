"""What an Autopilot model is asked to answer with, by the SageMaker Python SDK's rule."""

from __future__ import annotations

from typing import Any

from exasol_sagemaker.inference import response_keys, with_probabilities


def container(supported: str | None = None) -> dict[str, Any]:
    environment = {} if supported is None else {"SAGEMAKER_INFERENCE_SUPPORTED": supported}
    return {"Image": "i", "ModelDataUrl": "s3://b/m", "Environment": environment}


def test_each_container_is_asked_for_what_it_supports_and_told_what_comes_in() -> None:
    pipeline = [
        container(),
        container("predicted_label,probabilities,probability"),
        container("predicted_label,probability,labels,probabilities"),
    ]
    asked, keys = with_probabilities(pipeline, "BinaryClassification")
    assert asked[0] == pipeline[0]
    assert (
        asked[1]["Environment"]["SAGEMAKER_INFERENCE_OUTPUT"] == "predicted_label,probability,probabilities"
    )
    assert asked[2]["Environment"]["SAGEMAKER_INFERENCE_INPUT"] == "predicted_label,probability,probabilities"
    assert keys == ("predicted_label", "probability", "probabilities", "labels")
    assert response_keys(asked) == keys
    assert "SAGEMAKER_INFERENCE_OUTPUT" not in pipeline[2]["Environment"]


def test_only_what_the_last_container_supports_comes_back() -> None:
    asked, keys = with_probabilities([container("labels, predicted_label")], "MulticlassClassification")
    assert keys == ("predicted_label", "labels")
    assert "SAGEMAKER_INFERENCE_INPUT" not in asked[0]["Environment"]


def test_a_regression_is_left_as_it_is() -> None:
    pipeline = [container("predicted_label,probability")]
    assert with_probabilities(pipeline, "Regression") == (pipeline, ())


def test_a_model_that_supports_nothing_answers_with_the_bare_label() -> None:
    pipeline = [container("predicted_label,probability"), container()]
    assert with_probabilities(pipeline, "BinaryClassification") == (pipeline, ())
