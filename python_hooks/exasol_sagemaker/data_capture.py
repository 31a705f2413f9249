"""Data capture: where an endpoint's requests and answers are kept, and which of them are old."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from exasol_sagemaker import naming, s3
from exasol_sagemaker.endpoint import DataCapture, EndpointConfig
from exasol_sagemaker.errors import ConfigurationError, aws_errors
from exasol_sagemaker.lifetime import aws_now
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.settings import split_s3_uri

FOLDER = "data-capture"


@dataclass(frozen=True)
class CapturedFiles:
    """Files of captured requests and answers of one node's endpoint.

    Attributes:
        uri: Their prefix, ending in a slash.
        keys: S3 keys of the files.
        size: Their bytes.
    """

    uri: str
    keys: tuple[str, ...]
    size: int


def capture_location(aws: AwsSession, name: str, owner: Owner) -> str:
    """S3 prefix of what a node's endpoint captures, within what teardown deletes: no slash at its end.

    SageMaker adds `/<endpoint>/<variant>/<yyyy>/<mm>/<dd>/<hh>/<file>.jsonl`.
    """
    home = naming.target_prefix(aws.settings.s3_uri, owner.project, owner.target)
    return f"{home}{naming.shorten(name, naming.NAME_LIMIT)}/{FOLDER}"


def capture_request(capture: DataCapture, uri: str) -> dict[str, Any]:
    """DataCaptureConfig of CreateEndpointConfig.

    Content types have to be listed: what is not is kept in base64 (API reference, DataCaptureConfig).
    """
    modes = [mode for mode, wanted in (("Input", capture.input), ("Output", capture.output)) if wanted]
    request: dict[str, Any] = {
        "EnableCapture": True,
        "InitialSamplingPercentage": capture.percentage,
        "DestinationS3Uri": uri,
        "CaptureOptions": [{"CaptureMode": mode} for mode in modes],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json", "application/jsonlines"],
        },
    }
    if capture.kms_key is not None:
        request["KmsKeyId"] = capture.kms_key
    return request


def check_capture(config: EndpointConfig, node: str) -> None:
    """See that SageMaker would take the configuration's data capture.

    Raises:
        ConfigurationError: It would not.
    """
    capture = config.data_capture
    if capture is None:
        return
    if not 1 <= capture.percentage <= 100:
        raise ConfigurationError(
            f"percentage {capture.percentage} of `data_capture` is out of range",
            node=node,
            hint="Use 1 to 100, or leave `data_capture` out to capture nothing.",
        )
    if not (capture.input or capture.output):
        raise ConfigurationError(
            "`data_capture` captures neither input nor output",
            node=node,
            hint="Set `input` or `output` to true, or leave `data_capture` out.",
        )
    if config.serverless is not None:
        raise ConfigurationError(
            "A serverless endpoint captures no data",
            node=node,
            why="SageMaker excludes data capture from serverless inference.",
            hint="Leave out `serverless` or `data_capture`.",
        )


def find_old_captures(
    aws: AwsSession, *, project: str, target: str, older_than: timedelta
) -> list[CapturedFiles]:
    """Captured files of one target of a project that are older than this, by the clock of S3.

    Raises:
        AwsError: S3 refused to list them.
    """
    home = naming.target_prefix(aws.settings.s3_uri, project, target)
    bucket, prefix = split_s3_uri(home)
    prefix = f"{prefix}/" if prefix else ""
    found: dict[str, CapturedFiles] = {}
    with aws_errors(f"Objects under {home} could not be listed"):
        for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            now = aws_now(page)
            for item in page.get("Contents", []):
                node, _, rest = item["Key"][len(prefix) :].partition("/")
                if not rest.startswith(f"{FOLDER}/") or now - item["LastModified"] <= older_than:
                    continue
                uri = f"s3://{bucket}/{prefix}{node}/{FOLDER}/"
                known = found.get(uri) or CapturedFiles(uri, (), 0)
                found[uri] = replace(known, keys=(*known.keys, item["Key"]), size=known.size + item["Size"])
    return list(found.values())


def delete_captures(aws: AwsSession, files: CapturedFiles) -> None:
    """Delete these files, and no others beside them.

    Raises:
        AwsError: Some could not be deleted.
    """
    s3.delete_objects(aws, split_s3_uri(files.uri)[0], files.keys)
