"""Tags of SageMaker's resources."""

from __future__ import annotations

from dataclasses import dataclass, field

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.sagemaker.records import Record

MAX_TAGS = 50


@dataclass
class TagSet(Record):
    """The tags of one resource; `name` is the resource part of its ARN with dots for slashes."""

    tags: dict[str, str] = field(default_factory=dict)


def merge_tags(old: dict[str, str], new: list[dict[str, str]]) -> dict[str, str]:
    """Old tags with new ones added or replaced.

    Raises:
        AwsError: For duplicate keys, AWS's own keys, or more than 50 tags.
    """
    keys = [tag["Key"] for tag in new]
    if len(set(keys)) != len(keys):
        raise validation_error("Tag keys are not unique: each key may be given once.")
    if any(key.lower().startswith("aws:") for key in keys):
        raise validation_error("Tag keys must not start with 'aws:', which is AWS's own.")
    merged = {**old, **{tag["Key"]: tag["Value"] for tag in new}}
    if len(merged) > MAX_TAGS:
        raise validation_error(
            f"A resource may have at most {MAX_TAGS} tags; this one would have {len(merged)}."
        )
    return merged
