"""One digest of what a model is made of: owner, query, data and configuration."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from exasol_sagemaker.ownership import Owner

if TYPE_CHECKING:
    from exasol_sagemaker.job import JobConfig
    from exasol_sagemaker.training_data import TrainingData

_VERSION = 1
# Options that are younger than fingerprints: unset they must not change any.
_LATER = (
    "features",
    "feature_types",
    "feature_specification_s3_uri",
    "candidate_definitions_only",
    "output_kms_key",
    "volume_kms_key",
    "encrypt_traffic",
    "security_groups",
    "subnets",
    "emr_serverless_role_arn",
)


def query_digest(query: str) -> str:
    """SHA-256 of the query's text, in hex."""
    return hashlib.sha256(query.strip().encode()).hexdigest()


def configuration(config: JobConfig) -> dict[str, Any]:
    """The options that decide what a training gives. Tags are left out: they change no model."""
    settings = asdict(config)
    settings.pop("tags")
    return {name: value for name, value in settings.items() if value or name not in _LATER}


def fingerprint(
    owner: Owner, data: TrainingData, config: JobConfig, validation: TrainingData | None = None
) -> str:
    """SHA-256, in hex, over everything that decides what a training gives.

    The owner is in it, so that two targets never share a job that one of them may tear down.
    """
    content = {
        "version": _VERSION,
        "owner": asdict(owner),
        **_data(data),
        "config": configuration(config),
        **({"validation": _data(validation)} if validation else {}),
    }
    return _sha256(content)


def inputs(data: TrainingData, config: JobConfig, validation: TrainingData | None = None) -> dict[str, Any]:
    """What a fingerprint is made of, part by part, so that it can be said later which of them has changed."""
    return {
        "query": query_digest(data.query),
        "data": _sha256([_data(one, query=False) for one in (data, validation) if one]),
        "config": json.loads(json.dumps(configuration(config))),
    }


def _data(data: TrainingData, *, query: bool = True) -> dict[str, Any]:
    return {
        **({"query": query_digest(data.query)} if query else {}),
        "columns": [asdict(column) for column in data.columns],
        "row_count": data.row_count,
        "checksum": data.checksum,
    }


def _sha256(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
