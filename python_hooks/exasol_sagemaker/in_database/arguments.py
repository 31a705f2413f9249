"""The JSON that SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT is called with, read and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from exasol_sagemaker.errors import ConfigurationError, ExasolSageMakerError
from exasol_sagemaker.in_database.keys import SCRIPT, check_keys, shown
from exasol_sagemaker.job import TrainingConfig
from exasol_sagemaker.naming import check_job_name
from exasol_sagemaker.settings import split_s3_uri
from exasol_sagemaker.training_checks import check_config

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Arguments:
    """What a call asks for.

    Attributes:
        job_name: Of the Autopilot job.
        connection: Exasol CONNECTION with the AWS credentials, as it was given.
        region: AWS region.
        role_arn: Execution role.
        bucket_uri: `s3_bucket_uri` as it was given.
        output_path: `s3_output_path` as it was given.
        schema: Schema of the training data, as it was given.
        table: Table or view of the training data, as it was given.
        config: What to train. Its target is as it was given: not yet found among the columns.
    """

    job_name: str
    connection: str
    region: str
    role_arn: str
    bucket_uri: str
    output_path: str
    schema: str
    table: str
    config: TrainingConfig

    @property
    def s3_uri(self) -> str:
        """Where data and artifacts of the job lie: `<bucket>/<path>`, without a slash at its end."""
        bucket, prefix = split_s3_uri(self.bucket_uri)
        parts = (part for part in (prefix, self.output_path.strip("/")) if part)
        return "/".join([f"s3://{bucket}", *parts])


def read_arguments(text: str | None) -> Arguments:
    """Read and check the JSON.

    Raises:
        ConfigurationError: It is malformed, or what it says cannot be; names the key and what to do.
    """
    values = check_keys(_parsed(text))
    with _about("job_name"):
        check_job_name(values["job_name"])
    check_region(values["aws_region"], node=f"{SCRIPT}, key aws_region")
    _check_role("iam_sagemaker_role", values["iam_sagemaker_role"])
    if "emr_serverless_execution_role_arn" in values:
        _check_role("emr_serverless_execution_role_arn", values["emr_serverless_execution_role_arn"])
    with _about("s3_bucket_uri"):
        split_s3_uri(values["s3_bucket_uri"])
    _check_path(values["s3_output_path"])
    _check_together(values)
    config = TrainingConfig(
        target_column=values["target_attribute_name"],
        problem_type=values.get("problem_type"),
        objective=_objective(values.get("objective")),
        mode=values.get("mode"),
        max_candidates=values.get("max_candidates"),
        max_runtime_seconds=values.get("max_runtime_for_automl_job_in_seconds"),
        max_runtime_per_training_job_seconds=values.get("max_runtime_per_training_job_in_seconds"),
        algorithms=tuple(values.get("algorithms", ())),
        validation_fraction=values.get("validation_fraction"),
        sample_weight_column=values.get("sample_weight_attribute_name"),
        tags=values.get("tags", {}),
        feature_specification_s3_uri=values.get("feature_specification_s3_uri"),
        candidate_definitions_only=values.get("generate_candidate_definitions_only"),
        output_kms_key=values.get("output_kms_key_id"),
        volume_kms_key=values.get("volume_kms_key_id"),
        encrypt_traffic=values.get("enable_inter_container_traffic_encryption"),
        security_groups=tuple(values.get("vpc_security_group_ids", ())),
        subnets=tuple(values.get("vpc_subnets", ())),
        emr_serverless_role_arn=values.get("emr_serverless_execution_role_arn"),
    )
    return Arguments(
        job_name=values["job_name"],
        connection=values["aws_credentials_connection_name"],
        region=values["aws_region"],
        role_arn=values["iam_sagemaker_role"],
        bucket_uri=values["s3_bucket_uri"],
        output_path=values["s3_output_path"],
        schema=values["input_schema_name"],
        table=values["input_table_or_view_name"],
        config=check_config(config, node=SCRIPT),
    )


def check_region(region: Any, *, node: str) -> str:
    """`region`, if it may be the name of one.

    Raises:
        ConfigurationError: It is not.
    """
    if not isinstance(region, str) or not _REGION.fullmatch(region):
        raise ConfigurationError(
            f"{shown(region)} is not an AWS region", node=node, hint="It looks like eu-central-1."
        )
    return region


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        values = json.loads(text or "", object_pairs_hook=_without_doubles)
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            "The argument is not valid JSON",
            node=SCRIPT,
            why=f"line {error.lineno}, column {error.colno}: {error.msg}, near {_near(error)}",
            hint="Keys and texts stand in double quotes, with a comma between two keys and none after the "
            "last; a single quote is written twice in SQL.",
        ) from None
    if not isinstance(values, dict):
        raise ConfigurationError(
            f"The argument is {shown(values)}, where a JSON object is expected",
            node=SCRIPT,
            hint='Write it as in {"job_name": "...", ...}.',
        )
    return values


def _near(error: json.JSONDecodeError) -> str:
    return repr(error.doc[max(0, error.pos - 15) : error.pos + 15]) if error.doc else "the beginning"


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise ConfigurationError(
            f"The JSON has {', '.join(doubled)} more than once",
            node=SCRIPT,
            hint="Remove all but one of them.",
        )
    return values


def _objective(value: Any) -> str | None:
    """The metric's name: as such, or in the form of the API, as an object or as a text with its JSON."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            value = {}
    if isinstance(value, dict):
        name = value.get("MetricName")
        if set(value) != {"MetricName"} or not isinstance(name, str):
            raise ConfigurationError(
                "The key 'objective' is an object without a MetricName, or with more than that",
                node=SCRIPT,
                hint='Write it as in "objective": "F1", or {"MetricName": "F1"}.',
            )
        return name
    return str(value) if value is not None else None


def _check_role(key: str, value: str) -> None:
    if not _ROLE.fullmatch(value):
        raise ConfigurationError(
            f"The key {key!r} is {shown(value)}, which is not the ARN of an IAM role",
            node=SCRIPT,
            hint="It looks like arn:aws:iam::123456789012:role/name.",
        )


def _check_path(path: str) -> None:
    if _CONTROL.search(path) or "//" in path.strip("/") or not path.strip("/"):
        raise ConfigurationError(
            f"The key 's3_output_path' is {shown(path)}, which cannot be a prefix of keys in S3",
            node=SCRIPT,
            hint="It looks like path/to/training, without the bucket.",
        )


def _check_together(values: dict[str, Any]) -> None:
    vpc = [key for key in ("vpc_security_group_ids", "vpc_subnets") if key in values]
    if len(vpc) == 1:
        raise ConfigurationError(
            f"The key {vpc[0]!r} is given alone",
            node=SCRIPT,
            hint="A VPC needs both vpc_security_group_ids and vpc_subnets.",
        )


@contextmanager
def _about(key: str) -> Iterator[None]:
    """Within this block errors name the key that they are about."""
    try:
        yield
    except ExasolSageMakerError as error:
        error.node = f"{SCRIPT}, key {key}"
        raise
