"""What must be right before data are exported and money is spent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from exasol_sagemaker.autopilot import (
    ALGORITHMS,
    BINARY,
    DEFAULT_OBJECTIVE,
    FORECASTING,
    MAX_CANDIDATES,
    MIN_ROWS,
    MODES,
    MULTICLASS,
    OBJECTIVES,
    PROBLEM_TYPES,
    REGRESSION,
)
from exasol_sagemaker.columns import Column
from exasol_sagemaker.errors import ConfigurationError, TrainingDataError
from exasol_sagemaker.feature_checks import FEATURE_TYPES, SEQUENCE, check_feature_options
from exasol_sagemaker.option_checks import check_shared_options, in_range, one_of

if TYPE_CHECKING:
    from exasol_sagemaker.job import TrainingConfig
    from exasol_sagemaker.training_data import TrainingData

_SAMPLE_WEIGHT_NAME = re.compile(r"[a-zA-Z0-9_-]{1,256}")
_NUMERIC = ("DECIMAL", "DOUBLE")
_UNTRAINABLE = ("GEOMETRY", "INTERVAL")


def check_config(config: TrainingConfig, *, node: str) -> TrainingConfig:
    """The configuration with defaults that AWS wants spelled out.

    Raises:
        ConfigurationError: A value is out of range or does not fit another one.
    """
    if not config.target_column:
        raise ConfigurationError(
            "No target column is given", node=node, hint="Set target_column to the column to predict."
        )
    one_of("problem_type", config.problem_type, (*PROBLEM_TYPES, FORECASTING), node=node)
    if config.problem_type == FORECASTING:
        raise ConfigurationError(
            f"A TrainingConfig is for tables, and {FORECASTING} is not",
            node=node,
            hint="Use a ForecastingConfig.",
        )
    one_of("mode", config.mode, MODES, node=node)
    in_range("max_candidates", config.max_candidates, 1, MAX_CANDIDATES, node=node)
    fraction = config.validation_fraction
    if fraction is not None and not 0 < fraction < 1:
        raise ConfigurationError(
            f"validation_fraction {fraction} is out of range", node=node, hint="Use a value between 0 and 1."
        )
    _check_algorithms(config, node)
    types = FEATURE_TYPES if config.mode == "ENSEMBLING" else (*FEATURE_TYPES, SEQUENCE)
    check_feature_options(config, types, node=node)
    check_shared_options(config, node=node)
    return _check_objective(config, node)


def find_column(columns: Sequence[Column], name: str, *, role: str, node: str) -> Column:
    """The column of that name: exactly, else without regard to case.

    Raises:
        TrainingDataError: There is none.
    """
    for column in columns:
        if column.name == name:
            return column
    folded = [column for column in columns if column.name.upper() == name.upper()]
    if len(folded) == 1:
        return folded[0]
    names = [column.name for column in columns]
    close = get_close_matches(name.upper(), [one.upper() for one in names], n=1, cutoff=0.6)
    nearest = [one for one in names if close and one.upper() == close[0]]
    raise TrainingDataError(
        f"The {role} column {name!r} is not in the training query",
        node=node,
        why=f"Its columns are {', '.join(names)}.",
        hint=(
            f"Did you mean {nearest[0]!r}?"
            if nearest
            else f"Add it to the query, or name another {role} column."
        ),
    )


def check_names(columns: Sequence[Column], *, node: str) -> None:
    """See that a CSV file can hold these columns.

    Raises:
        TrainingDataError: Names differ only in case, or a type cannot be trained on.
    """
    doubled = [
        name for name, count in Counter(column.name.upper() for column in columns).items() if count > 1
    ]
    if doubled:
        names = [column.name for column in columns if column.name.upper() in doubled]
        raise TrainingDataError(
            f"Column names differ in nothing, or only in case: {', '.join(names)}",
            node=node,
            why="The header of a CSV file could not tell them apart.",
            hint="Give each column of the training query a name of its own.",
        )
    unfit = [column for column in columns if column.type.startswith(_UNTRAINABLE)]
    if unfit:
        described = ", ".join(f"{column.name} ({column.type})" for column in unfit)
        raise TrainingDataError(
            f"Columns of these types cannot be trained on: {described}",
            node=node,
            hint="Leave them out, or turn them into numbers or text in the training query.",
        )


def check_columns(columns: Sequence[Column], config: TrainingConfig, *, node: str) -> Column:
    """See that these columns can be trained on, and find the target among them.

    Raises:
        TrainingDataError: They cannot.
    """
    check_names(columns, node=node)
    target = find_column(columns, config.target_column, role="target", node=node)
    if len(columns) < 2:
        raise TrainingDataError(
            "The training query returns nothing but the target",
            node=node,
            hint="Add the columns to predict it from.",
        )
    if config.sample_weight_column is not None:
        _check_sample_weight(columns, target, config.sample_weight_column, node)
    if config.problem_type == REGRESSION and not target.type.startswith(_NUMERIC):
        raise TrainingDataError(
            f"Regression needs a number to predict, and {target.name} is a {target.type}",
            node=node,
            hint="Cast it to a number in the training query, or use a classification problem type.",
        )
    return target


def check_data(data: TrainingData, config: TrainingConfig, *, node: str) -> None:
    """See that there are rows enough, and that the target's values fit the problem type.

    Raises:
        TrainingDataError: They do not.
    """
    name = data.target.name
    if data.row_count < MIN_ROWS:
        raise TrainingDataError(
            f"The training query returns {data.row_count} rows, and Autopilot wants at least {MIN_ROWS}",
            node=node,
            hint="Train on more rows: check filters and joins of the training query.",
        )
    if data.target_values == 0:
        raise TrainingDataError(
            f"The target {name} is NULL in all {data.row_count} rows",
            node=node,
            hint="Check where the training query takes it from.",
        )
    if data.target_values == 1:
        raise TrainingDataError(
            f"The target {name} has the same value in all rows",
            node=node,
            why="There is nothing to tell apart.",
            hint="Check filters of the training query; it needs rows of each outcome.",
        )
    if config.problem_type == BINARY and data.target_values != 2:
        raise TrainingDataError(
            f"{BINARY} needs a target with two values, and {name} has {data.target_values}",
            node=node,
            hint=f"Use {MULTICLASS}, or {REGRESSION} for a quantity; or map it to two values.",
        )
    if config.problem_type == MULTICLASS and data.target_values < 3:
        raise TrainingDataError(
            f"{MULTICLASS} needs a target with three values or more, and {name} has {data.target_values}",
            node=node,
            hint=f"Use {BINARY}.",
        )


def _check_objective(config: TrainingConfig, node: str) -> TrainingConfig:
    if config.problem_type is None:
        if config.objective is not None:
            raise ConfigurationError(
                f"The objective {config.objective!r} is given without a problem type",
                node=node,
                why="Autopilot takes both or none.",
                hint=f"Set problem_type to one of: {', '.join(PROBLEM_TYPES)}.",
            )
        return config
    valid = OBJECTIVES[config.problem_type]
    if config.objective is None:
        return replace(config, objective=DEFAULT_OBJECTIVE[config.problem_type])
    if config.objective not in valid:
        raise ConfigurationError(
            f"The objective {config.objective!r} does not fit {config.problem_type}",
            node=node,
            hint=f"Valid ones are: {', '.join(valid)}.",
        )
    return config


def _check_algorithms(config: TrainingConfig, node: str) -> None:
    if not config.algorithms:
        return
    if config.mode not in {"ENSEMBLING", "HYPERPARAMETER_TUNING"}:
        raise ConfigurationError(
            "algorithms are given without a mode that uses them",
            node=node,
            hint="Set mode to ENSEMBLING or HYPERPARAMETER_TUNING.",
        )
    valid = ALGORITHMS[config.mode]
    unknown = [name for name in config.algorithms if name not in valid]
    if unknown:
        raise ConfigurationError(
            f"{config.mode} has no algorithm {', '.join(unknown)}",
            node=node,
            hint=f"Valid ones are: {', '.join(valid)}.",
        )


def _check_sample_weight(columns: Sequence[Column], target: Column, name: str, node: str) -> None:
    weight = find_column(columns, name, role="sample weight", node=node)
    if weight == target or not weight.type.startswith(_NUMERIC):
        raise TrainingDataError(
            f"{weight.name} cannot be the sample weight",
            node=node,
            why="It is the target." if weight == target else f"It is a {weight.type}.",
            hint="Name a numeric column that is not the target.",
        )
    if not _SAMPLE_WEIGHT_NAME.fullmatch(weight.name):
        raise TrainingDataError(
            f"SageMaker refuses {weight.name!r} as the name of the sample weight",
            node=node,
            hint="Rename it in the query to letters, digits, underscores and hyphens.",
        )
