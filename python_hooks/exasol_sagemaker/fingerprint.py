"""One digest of what a model is made of: owner, query, data and configuration."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from exasol_sagemaker.ownership import Owner

if TYPE_CHECKING:
    from exasol_sagemaker.job import TrainingConfig
    from exasol_sagemaker.training_data import TrainingData

_VERSION = 1
# Options that are younger than fingerprints: unset they must not change any.
_LATER = (
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


def fingerprint(owner: Owner, data: TrainingData, config: TrainingConfig) -> str:
    """SHA-256, in hex, over everything that decides what a training gives.

    Tags are left out: they change no model. The owner is in it, so that two targets never share a job that
    one of them may tear down.
    """
    settings = asdict(config)
    settings.pop("tags")
    settings = {name: value for name, value in settings.items() if value or name not in _LATER}
    content = {
        "version": _VERSION,
        "owner": asdict(owner),
        "query": query_digest(data.query),
        "columns": [asdict(column) for column in data.columns],
        "row_count": data.row_count,
        "checksum": data.checksum,
        "config": settings,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
