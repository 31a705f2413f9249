"""Which columns a model is trained on, and what they are taken for.

Source: API reference, TabularJobConfig, FeatureSpecificationS3Uri.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from exasol_sagemaker.columns import Column
from exasol_sagemaker.errors import ConfigurationError

if TYPE_CHECKING:
    from exasol_sagemaker.job import JobConfig

Config = TypeVar("Config", bound="JobConfig")

FEATURE_TYPES = ("numeric", "categorical", "text", "datetime")
SEQUENCE = "sequence"

_NO_NUMBERS = ("DATE", "TIMESTAMP", "BOOLEAN")
_NO_TIMES = ("DECIMAL", "DOUBLE", "BOOLEAN")


def check_feature_options(config: JobConfig, types: Sequence[str], *, node: str) -> None:
    """See that features and their types can be, before any column is known.

    Args:
        types: What a feature may be.

    Raises:
        ConfigurationError: They cannot.
    """
    if config.feature_specification_s3_uri and (config.features or config.feature_types):
        raise ConfigurationError(
            "features and a feature specification are both given",
            node=node,
            hint="Use features and feature_types, or a file of your own, not both.",
        )
    for column, kind in config.feature_types.items():
        if kind not in types:
            near = get_close_matches(kind.lower(), types, n=1, cutoff=0.5)
            raise ConfigurationError(
                f"The column {column} cannot be of type {kind!r}",
                node=node,
                hint=(f"Did you mean {near[0]}? " if near else "") + f"Valid ones are: {', '.join(types)}.",
            )


def chosen_columns(
    columns: Sequence[Column], names: Sequence[str], kept: Sequence[str]
) -> tuple[Column, ...]:
    """The columns of these names, and those that are kept anyway, in the query's order; all without names."""
    if not names:
        return tuple(columns)
    wanted = {name.upper() for name in (*names, *kept)}
    return tuple(column for column in columns if column.name.upper() in wanted)


def resolve_features(columns: Sequence[Column], target: Column, config: Config, *, node: str) -> Config:
    """The configuration with the names of features as the query has them.

    Raises:
        ConfigurationError: A feature is not in the query, is the target, or cannot be of its type.
    """
    by_name = {column.name.upper(): column for column in columns}
    features = tuple(_feature(by_name, name, target, node).name for name in config.features)
    types = {}
    for name, kind in config.feature_types.items():
        column = _feature(by_name, name, target, node)
        if features and column.name not in features:
            raise ConfigurationError(
                f"feature_types names {column.name}, which is not among the features",
                node=node,
                hint="Add it to features, or take its type away.",
            )
        unfit = {"numeric": _NO_NUMBERS, "datetime": _NO_TIMES}.get(kind, ())
        if column.type.startswith(unfit):
            raise ConfigurationError(
                f"{column.name} cannot be of type {kind}: it is a {column.type}",
                node=node,
                hint="Give it another type, or cast it in the training query.",
            )
        types[column.name] = kind
    return replace(config, features=features, feature_types=types)


def feature_specification(config: JobConfig) -> str | None:
    """The JSON that FeatureSpecificationS3Uri leads to; None where there is nothing to say."""
    content: dict[str, object] = {}
    if config.features:
        content["FeatureAttributeNames"] = list(config.features)
    if config.feature_types:
        content["FeatureDataTypes"] = dict(config.feature_types)
    return json.dumps(content, ensure_ascii=False) if content else None


def _feature(by_name: dict[str, Column], name: str, target: Column, node: str) -> Column:
    column = by_name.get(name.upper())
    if column is None:
        near = get_close_matches(name.upper(), by_name, n=1, cutoff=0.6)
        raise ConfigurationError(
            f"The feature {name!r} is not in the training query",
            node=node,
            hint=f"Did you mean {by_name[near[0]].name!r}?"
            if near
            else f"Its columns are {', '.join(one.name for one in by_name.values())}.",
        )
    if column == target:
        raise ConfigurationError(
            f"The target {column.name} is named as a feature",
            node=node,
            hint="Take it out: a model cannot read what it is to predict.",
        )
    return column
