"""What an Autopilot model is asked to answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exasol_sagemaker.autopilot import REGRESSION

RESPONSE_KEYS = ("predicted_label", "probability", "probabilities", "labels")

_SUPPORTED = "SAGEMAKER_INFERENCE_SUPPORTED"
_INPUT = "SAGEMAKER_INFERENCE_INPUT"
_OUTPUT = "SAGEMAKER_INFERENCE_OUTPUT"


def with_probabilities(
    containers: Sequence[Mapping[str, Any]], problem_type: str | None
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Containers that answer with label and probabilities, and the fields of their answers in order.

    Each container that lists what it supports is asked for those of RESPONSE_KEYS, and told what the one
    before it gives: the rule of the SageMaker Python SDK 2 (AutoML.validate_and_update_inference_response).
    A regression model, or one whose last container supports none of them, is left as it is and answers with
    the bare prediction.
    """
    plain = [{**container, "Environment": dict(container.get("Environment", {}))} for container in containers]
    if problem_type == REGRESSION or not plain or not _supported(plain[-1]):
        return plain, ()
    previous = ""
    for container in plain:
        output = ",".join(_supported(container))
        if output:
            container["Environment"][_OUTPUT] = output
            if previous:
                container["Environment"][_INPUT] = previous
        previous = output
    return plain, tuple(previous.split(","))


def response_keys(containers: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The fields that a deployed model's containers answer with; empty for a bare prediction."""
    output = containers[-1].get("Environment", {}).get(_OUTPUT, "") if containers else ""
    return tuple(key.strip() for key in output.split(",") if key.strip())


def _supported(container: Mapping[str, Any]) -> list[str]:
    listed = container.get("Environment", {}).get(_SUPPORTED, "")
    supported = {key.strip() for key in listed.split(",")}
    return [key for key in RESPONSE_KEYS if key in supported]
