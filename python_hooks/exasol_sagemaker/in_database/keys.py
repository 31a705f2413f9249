"""The keys of SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT's JSON, and what their values must be.

The names down to `max_runtime_per_training_job_in_seconds` are those of Exasol's SageMaker Extension 0.11.7;
the others are options of CreateAutoMLJobV2 that it has no key for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from exasol_sagemaker.autopilot import MAX_CANDIDATES, MODES, PROBLEM_TYPES
from exasol_sagemaker.errors import ConfigurationError

SCRIPT = "SME_TRAIN_WITH_SAGEMAKER_AUTOPILOT"


@dataclass(frozen=True)
class Kind:
    """What a value must be: its name in errors, whether a JSON value is one, and an example."""

    name: str
    fits: Callable[[Any], bool]
    example: str


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _is_tags(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


TEXT = Kind("a text", lambda value: isinstance(value, str), '"text"')
WHOLE = Kind("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool), "10")
NUMBER = Kind(
    "a number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool), "0.2"
)
TRUTH = Kind("true or false", lambda value: isinstance(value, bool), "true")
TEXTS = Kind("a list of texts", _is_texts, '["a", "b"]')
TAGS = Kind("an object of texts", _is_tags, '{"name": "value"}')
OBJECTIVE = Kind(
    "a text or an object", lambda value: isinstance(value, (str, dict)), '"F1" or {"MetricName": "F1"}'
)


@dataclass(frozen=True)
class Key:
    """A key.

    Attributes:
        name: As it stands in the JSON.
        kind: What its value must be.
        required: Whether it must be there.
        one_of: The only values there are; empty for any.
        low: Least value of a number.
        high: Greatest value of a number; None for no limit.
    """

    name: str
    kind: Kind = TEXT
    required: bool = False
    one_of: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


KEYS = {
    key.name: key
    for key in (
        Key("job_name", required=True),
        Key("aws_credentials_connection_name", required=True),
        Key("aws_region", required=True),
        Key("iam_sagemaker_role", required=True),
        Key("s3_bucket_uri", required=True),
        Key("s3_output_path", required=True),
        Key("input_schema_name", required=True),
        Key("input_table_or_view_name", required=True),
        Key("target_attribute_name", required=True),
        Key("problem_type", one_of=PROBLEM_TYPES),
        Key("objective", OBJECTIVE),
        Key("max_runtime_for_automl_job_in_seconds", WHOLE, low=1),
        Key("max_candidates", WHOLE, low=1, high=MAX_CANDIDATES),
        Key("max_runtime_per_training_job_in_seconds", WHOLE, low=1),
        Key("mode", one_of=MODES),
        Key("algorithms", TEXTS),
        Key("validation_fraction", NUMBER),
        Key("sample_weight_attribute_name"),
        Key("feature_specification_s3_uri"),
        Key("generate_candidate_definitions_only", TRUTH),
        Key("output_kms_key_id"),
        Key("volume_kms_key_id"),
        Key("enable_inter_container_traffic_encryption", TRUTH),
        Key("vpc_security_group_ids", TEXTS),
        Key("vpc_subnets", TEXTS),
        Key("emr_serverless_execution_role_arn"),
        Key("tags", TAGS),
    )
}


def check_keys(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are given; null and empty texts count as absent.

    Raises:
        ConfigurationError: A key is unknown or missing, or its value is not what it must be.
    """
    for name in values:
        if name not in KEYS:
            raise ConfigurationError(
                f"There is no key {name!r}", node=SCRIPT, hint=_closest_key(name, values)
            )
    given = {name: value for name, value in values.items() if value is not None and value not in ("", [], {})}
    missing = [key.name for key in KEYS.values() if key.required and key.name not in given]
    if missing:
        raise ConfigurationError(
            f"The JSON lacks the required {'key' if len(missing) == 1 else 'keys'} {', '.join(missing)}",
            node=SCRIPT,
            hint=f'Add {"it" if len(missing) == 1 else "them"}, as in "{missing[0]}": "...".',
        )
    for name, value in given.items():
        _check_value(KEYS[name], value)
    return given


def _closest_key(name: str, values: Mapping[str, Any]) -> str:
    free = [one for one in KEYS if one not in values]
    close = get_close_matches(name.lower(), free, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"Known keys are: {', '.join(KEYS)}."


def _check_value(key: Key, value: Any) -> None:
    if not key.kind.fits(value):
        raise ConfigurationError(
            f"The key {key.name!r} is {shown(value)}, where {key.kind.name} is expected",
            node=SCRIPT,
            hint=f'Write it as in "{key.name}": {key.kind.example}.',
        )
    if key.one_of and value not in key.one_of:
        folded = {one.lower(): one for one in key.one_of}
        close = get_close_matches(value.lower(), list(folded), n=1, cutoff=0.4)
        guess = f"Did you mean {folded[close[0]]!r}? " if close else ""
        raise ConfigurationError(
            f"The key {key.name!r} cannot be {shown(value)}",
            node=SCRIPT,
            hint=f"{guess}Valid values are: {', '.join(key.one_of)}.",
        )
    if key.low is not None and (value < key.low or (key.high is not None and value > key.high)):
        limits = f"from {key.low} to {key.high}" if key.high is not None else f"of at least {key.low}"
        raise ConfigurationError(
            f"The key {key.name!r} is {value}, which is out of range",
            node=SCRIPT,
            hint=f"Use a whole number {limits}.",
        )


def shown(value: Any) -> str:
    """A value of the JSON as errors show it, cut if it is long."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
