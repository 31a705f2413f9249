"""The JSON of SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT: what is taken, and what the error says otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exasol_sagemaker.autopilot import OBJECTIVES
from exasol_sagemaker.errors import ConfigurationError, TrainingDataError
from exasol_sagemaker.in_database.arguments import read_arguments
from exasol_sagemaker.in_database.keys import KEYS
from exasol_sagemaker.in_database.training import find_table
from exasol_sagemaker.job import TrainingConfig

REQUIRED = {
    "job_name": "CreditRisk",
    "aws_credentials_connection_name": "AWS",
    "aws_region": "eu-central-1",
    "iam_sagemaker_role": "arn:aws:iam::123456789012:role/sagemaker",
    "s3_bucket_uri": "s3://bucket",
    "s3_output_path": "a/path",
    "input_schema_name": "CREDIT",
    "input_table_or_view_name": "TRAIN",
    "target_attribute_name": "TARGET",
}


def read(**values: Any) -> TrainingConfig:
    return read_arguments(json.dumps(REQUIRED | values)).config


def error(text: str | None = None, **values: Any) -> str:
    with pytest.raises(ConfigurationError) as raised:
        read_arguments(json.dumps(REQUIRED | values) if text is None else text)
    return str(raised.value)


def test_the_required_keys_are_enough() -> None:
    arguments = read_arguments(json.dumps(REQUIRED))
    assert arguments.config == TrainingConfig(target_column="TARGET")
    assert arguments.s3_uri == "s3://bucket/a/path"


def test_every_option_of_autopilot_has_a_key() -> None:
    config = read(
        problem_type="BinaryClassification",
        objective="AUC",
        max_runtime_for_automl_job_in_seconds=3600,
        max_candidates=10,
        max_runtime_per_training_job_in_seconds=600,
        mode="ENSEMBLING",
        algorithms=["lightgbm", "xgboost"],
        validation_fraction=0.3,
        sample_weight_attribute_name="WEIGHT",
        feature_specification_s3_uri="s3://bucket/features.json",
        generate_candidate_definitions_only=True,
        output_kms_key_id="key-1",
        volume_kms_key_id="key-2",
        enable_inter_container_traffic_encryption=True,
        vpc_security_group_ids=["sg-1"],
        vpc_subnets=["subnet-1", "subnet-2"],
        emr_serverless_execution_role_arn="arn:aws:iam::123456789012:role/emr",
        tags={"team": "risk"},
    )
    unset = TrainingConfig(target_column="TARGET")
    same = [name for name in vars(unset) if getattr(config, name) == getattr(unset, name)]
    # Features are columns here, and a file in S3 there.
    assert same == ["target_column", "features", "feature_types"]
    assert config.subnets == ("subnet-1", "subnet-2")


@pytest.mark.parametrize(
    "objective", ["F1", {"MetricName": "F1"}, '{"MetricName": "F1"}'], ids=["name", "object", "text of it"]
)
def test_the_objective_is_a_name_or_what_the_extension_takes(objective: Any) -> None:
    assert read(problem_type="BinaryClassification", objective=objective).objective == "F1"


@pytest.mark.parametrize("nothing", [None, "", {}, []])
def test_null_and_empty_optional_values_count_as_absent(nothing: Any) -> None:
    assert read(problem_type=nothing, objective=nothing, max_candidates=nothing, tags=nothing) == read()


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("nothing", ["absent", None, ""])
def test_each_required_key_is_named_when_it_is_missing(key: str, nothing: str | None) -> None:
    values = {name: value for name, value in REQUIRED.items() if name != key}
    text = json.dumps(values if nothing == "absent" else values | {key: nothing})
    assert f"lacks the required key {key}" in error(text)


def test_all_missing_keys_are_named_at_once() -> None:
    message = error("{}")
    assert all(key in message for key in REQUIRED)


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("max_candidate", "max_candidates"),
        ("Problem_Type", "problem_type"),
        ("max_runtime_for_automl_job", "max_runtime_for_automl_job_in_seconds"),
        ("vpc_subnet", "vpc_subnets"),
        ("tag", "tags"),
    ],
)
def test_an_unknown_key_is_answered_with_the_closest_known_one(unknown: str, meant: str) -> None:
    message = error(**{unknown: 1})
    assert f"There is no key {unknown!r}" in message
    assert f"Did you mean {meant!r}?" in message


def test_a_key_that_is_like_none_is_answered_with_all_of_them() -> None:
    assert all(key in error(zzz=1) for key in KEYS)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "line 1, column 1"),
        ("{", "line 1, column 2"),
        ('{"job_name": "a",\n "aws_region": }', "line 2, column 16"),
        ("{'job_name': 'a'}", "double quotes"),
        ('{"job_name": "a",}', "none after the last"),
        ('["job_name"]', "where a JSON object is expected"),
        ('"job_name"', "where a JSON object is expected"),
        ('{"job_name": "a", "job_name": "b"}', "has job_name more than once"),
    ],
)
def test_malformed_json_is_pointed_at(text: str, part: str) -> None:
    assert part in error(text)


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("job_name", 5, "where a text is expected"),
        ("job_name", "a" * 33, "at most 32"),
        ("job_name", "credit_risk", "letters, digits and hyphens"),
        ("job_name", "-credit", "beginning and ending"),
        ("aws_region", "Frankfurt", "It looks like eu-central-1"),
        ("iam_sagemaker_role", "sagemaker", "ARN of an IAM role"),
        ("s3_bucket_uri", "bucket", "s3://bucket/prefix"),
        ("s3_bucket_uri", "s3://B", "s3://bucket/prefix"),
        ("s3_output_path", "a//b", "prefix of keys"),
        ("s3_output_path", "a\nb", "prefix of keys"),
        ("problem_type", "Binary", "Did you mean 'BinaryClassification'?"),
        ("objective", 3, "a text or an object"),
        ("objective", {"Metric": "F1"}, "MetricName"),
        ("max_candidates", "10", "where a whole number is expected"),
        ("max_candidates", 1.5, "where a whole number is expected"),
        ("max_candidates", True, "where a whole number is expected"),
        ("max_candidates", 0, "from 1 to 750"),
        ("max_candidates", 751, "from 1 to 750"),
        ("max_runtime_for_automl_job_in_seconds", 0, "at least 1"),
        ("max_runtime_per_training_job_in_seconds", -1, "at least 1"),
        ("mode", "ensemble", "Did you mean 'ENSEMBLING'?"),
        ("algorithms", "xgboost", "a list of texts"),
        ("algorithms", [1], "a list of texts"),
        ("validation_fraction", 1.5, "between 0 and 1"),
        ("tags", {"a": 1}, "an object of texts"),
        ("tags", {"exasol-sagemaker:project": "x"}, "reserved"),
        ("vpc_subnets", ["subnet-1"], "needs both"),
        ("enable_inter_container_traffic_encryption", "yes", "true or false"),
        ("emr_serverless_execution_role_arn", "emr", "ARN of an IAM role"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_key(key: str, value: Any, part: str) -> None:
    message = error(**{key: value})
    assert key in message.lower()
    assert part in message


@pytest.mark.parametrize("problem_type", OBJECTIVES)
def test_an_objective_of_another_problem_type_is_refused(problem_type: str) -> None:
    other = "R2" if problem_type != "Regression" else "F1"
    message = error(problem_type=problem_type, objective=other)
    assert other in message
    assert OBJECTIVES[problem_type][0] in message


COLUMNS = [["credit", "train", "x", "DOUBLE"], ["CREDIT", "TRAIN", "X", "DOUBLE"]]


@pytest.mark.parametrize(
    ("schema", "table", "found"),
    [("credit", "train", "credit"), ("CREDIT", "TRAIN", "CREDIT"), ("Credit", "Train", "CREDIT")],
)
def test_a_table_is_found_as_it_is_written_else_in_upper_case(schema: str, table: str, found: str) -> None:
    arguments = read_arguments(
        json.dumps(REQUIRED | {"input_schema_name": schema, "input_table_or_view_name": table})
    )
    assert find_table(arguments, COLUMNS, []).schema == found


def test_a_table_that_is_not_there_is_answered_with_the_closest_one() -> None:
    arguments = read_arguments(json.dumps(REQUIRED | {"input_table_or_view_name": "TRIAN"}))
    with pytest.raises(TrainingDataError, match="Did you mean TRAIN") as raised:
        find_table(arguments, [], ["OTHER", "TRAIN"])
    assert "key input_table_or_view_name" in str(raised.value)


def test_a_schema_that_cannot_be_seen_is_said_to_be_so() -> None:
    with pytest.raises(TrainingDataError, match="key input_schema_name"):
        find_table(read_arguments(json.dumps(REQUIRED)), [], [])


def test_tables_that_differ_in_case_only_are_not_guessed_at() -> None:
    arguments = read_arguments(json.dumps(REQUIRED | {"input_schema_name": "Credit"}))
    columns = [["cREDIT", "TRAIN", "X", "DOUBLE"], ["credit", "TRAIN", "X", "DOUBLE"]]
    with pytest.raises(TrainingDataError, match="Write the name as the database has it"):
        find_table(arguments, columns, [])
