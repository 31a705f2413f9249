"""What CreateTransformJob refuses beyond types and patterns.

Source of the rules: CreateTransformJob and DataProcessing in the SageMaker API reference, and "Associate
prediction results with input records" in the developer guide.
"""

from __future__ import annotations

from typing import Any

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.sagemaker.automl_job import FORECAST_IMAGE
from exasol_sandbox.aws.sagemaker.buckets import check_bucket
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.transform.json_path import JsonPathError, parse_column_path

UNSUPPORTED = ("DataCaptureConfig", "ExperimentConfig")
MAX_INSTANCES = 100
MAX_PAYLOAD_MB = 100
DEFAULT_PAYLOAD_MB = 6
CSV = "text/csv"


def check_request(sage_maker: SageMaker, region: str, request: dict[str, Any]) -> None:
    """Checks how the members of a request go together, and that its buckets exist where they must.

    Raises:
        AwsError: `ValidationException` with what is wrong and what the sandbox does not support.
    """
    for member in UNSUPPORTED:
        if request.get(member):
            raise validation_error(f"The sandbox does not support {member}; leave it out.")
    count = request["TransformResources"]["InstanceCount"]
    if count > MAX_INSTANCES:
        raise validation_error(f"InstanceCount may be at most {MAX_INSTANCES}, not {count}.")
    _check_payload(request)
    _check_input(request["TransformInput"])
    _check_data_processing(request)
    check_bucket(sage_maker, region, request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"])
    check_bucket(sage_maker, region, request["TransformOutput"]["S3OutputPath"])


def check_chunked(request: dict[str, Any], containers: list[dict[str, Any]]) -> None:
    """Checks that a model takes payloads of any size, if it is to get them.

    Raises:
        AwsError: `ValidationException` when it does not.
    """
    chunked = request.get("MaxPayloadInMB") == 0
    tag = FORECAST_IMAGE.rpartition(":")[2]
    if chunked and not all(container.get("Image", "").endswith(f":{tag}") for container in containers):
        raise validation_error(
            "The sandbox does not support MaxPayloadInMB 0 but for forecasts: its other models take no "
            "chunked requests. Give 1 to 100."
        )
    if chunked and request["TransformInput"].get("SplitType", "None") != "None":
        raise validation_error("MaxPayloadInMB 0 sends an object as a whole: leave SplitType out.")


def _check_payload(request: dict[str, Any]) -> None:
    payload = request.get("MaxPayloadInMB", DEFAULT_PAYLOAD_MB)
    if payload > MAX_PAYLOAD_MB:
        raise validation_error(f"MaxPayloadInMB may be at most {MAX_PAYLOAD_MB}, not {payload}.")
    concurrency = request.get("MaxConcurrentTransforms", 0)
    if concurrency * payload > MAX_PAYLOAD_MB:
        raise validation_error(
            f"MaxConcurrentTransforms * MaxPayloadInMB may be at most {MAX_PAYLOAD_MB} MB, not "
            f"{concurrency} * {payload}."
        )


def _check_input(transform_input: dict[str, Any]) -> None:
    split = transform_input.get("SplitType", "None")
    if split not in {"None", "Line"}:
        raise validation_error(f"The sandbox does not support SplitType {split}: take Line or None.")
    kind = transform_input["DataSource"]["S3DataSource"]["S3DataType"]
    if kind not in {"S3Prefix", "ManifestFile"}:
        raise validation_error(f"S3DataType {kind} is not supported here: take S3Prefix or ManifestFile.")


def _check_data_processing(request: dict[str, Any]) -> None:
    given = request.get("DataProcessing", {})
    for member in ("InputFilter", "OutputFilter"):
        try:
            parse_column_path(given.get(member, "$"))
        except JsonPathError as error:
            raise validation_error(f"Invalid {member}: {error}") from error
    filters = {given.get("InputFilter", "$"), given.get("OutputFilter", "$")}
    if filters == {"$"} and given.get("JoinSource", "None") == "None":
        return
    source, output = request["TransformInput"], request["TransformOutput"]
    if source.get("ContentType") != CSV or output.get("Accept") != CSV:
        raise validation_error(
            f"DataProcessing needs ContentType and Accept of the same kind; the sandbox has {CSV} only. "
            f"Set TransformInput.ContentType and TransformOutput.Accept to {CSV}."
        )
    if source.get("SplitType") != "Line" or output.get("AssembleWith") != "Line":
        raise validation_error(
            f"DataProcessing of {CSV} needs TransformInput.SplitType and TransformOutput.AssembleWith Line."
        )
