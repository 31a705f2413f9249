"""The file that FeatureSpecificationS3Uri leads to: which columns to learn from, and what they are.

Source: API reference, TabularJobConfig.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.tabular.columns import to_numbers
from exasol_sandbox.aws.tabular.features import FeatureChoice
from exasol_sandbox.aws.training.errors import DatasetError

TYPES = ("numeric", "categorical", "text", "datetime")
_NAMES, _TYPES = "FeatureAttributeNames", "FeatureDataTypes"


def read_choice(s3: S3Files, config: dict[str, Any], features: pa.Table) -> FeatureChoice:
    """Reads and checks the feature specification of a job, if there is one.

    Args:
        config: The TabularJobConfig.
        features: The columns that there are, without target and weight.

    Raises:
        DatasetError: With what Autopilot would refuse, and what the sandbox does not support.
        S3Error: When the file cannot be read.
    """
    uri = config.get("FeatureSpecificationS3Uri")
    if not uri:
        return FeatureChoice()
    names, types = _parse(uri, s3.read(uri))
    known = features.column_names
    for label, given in ((_NAMES, names if names is not None else []), (_TYPES, list(types))):
        absent = sorted(set(given) - set(known))
        if absent:
            raise DatasetError(f"{label} has {absent[0]!r}, which is the target or not in the dataset.")
    if names is not None and (len(set(names)) < len(names) or not names):
        raise DatasetError(f"{_NAMES} must have names, and each of them once.")
    outside = sorted(set(types) - set(known if names is None else names))
    if outside:
        raise DatasetError(f"{_TYPES} has {outside[0]!r}, which is not in {_NAMES}.")
    unknown = sorted({kind for kind in types.values() if kind not in TYPES})
    if unknown:
        raise DatasetError(
            f"The sandbox does not support the data type {unknown[0]!r}; it has {', '.join(TYPES)}."
        )
    for name, kind in types.items():
        if kind == "numeric" and np.isnan(to_numbers(features.column(name))).all():
            raise DatasetError(f"The column {name!r} is to be numeric and holds no number.")
    return FeatureChoice(None if names is None else frozenset(names), types)


def _parse(uri: str, data: bytes) -> tuple[list[str] | None, dict[str, str]]:
    try:
        content = json.loads(data)
    except ValueError as error:
        raise DatasetError(f"The feature specification {uri} is not valid JSON: {error}.") from error
    if not isinstance(content, dict) or set(content) - {_NAMES, _TYPES}:
        raise DatasetError(f"The feature specification {uri} must be an object of {_NAMES} and {_TYPES}.")
    names, types = content.get(_NAMES), content.get(_TYPES, {})
    if not (names is None or (isinstance(names, list) and all(isinstance(one, str) for one in names))):
        raise DatasetError(f"{_NAMES} must be a list of column names.")
    if not (isinstance(types, dict) and all(isinstance(one, str) for one in types.values())):
        raise DatasetError(f"{_TYPES} must give each column a type.")
    return names, types
