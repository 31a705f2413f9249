"""See that a query returns time series that can be forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from exasol_sagemaker.autopilot import (
    MAX_CATEGORICAL_FEATURES,
    MAX_HORIZON,
    MAX_NUMERIC_FEATURES,
    STEPS_PER_HORIZON_STEP,
)
from exasol_sagemaker.columns import Column
from exasol_sagemaker.database import clean_query, database_errors, quote, run
from exasol_sagemaker.errors import ConfigurationError, TrainingDataError
from exasol_sagemaker.feature_checks import chosen_columns, resolve_features
from exasol_sagemaker.forecasting import ForecastingConfig
from exasol_sagemaker.time_series import time_steps
from exasol_sagemaker.training_checks import check_names, find_column

if TYPE_CHECKING:
    from pyexasol import ExaConnection

TIME_FORMAT = "YYYY-MM-DD HH24:MI:SS"

_NUMERIC = ("DECIMAL", "DOUBLE")
TIMES = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class SeriesShape:
    """What one pass over a query says of its series; rows without a target are the future, and not counted.

    Attributes:
        missing: Rows without each of the series columns and the timestamp, by name.
        first: Earliest time with a target; None without rows.
        last: Latest such time.
    """

    missing: dict[str, int]
    first: datetime | None
    last: datetime | None


def check_series_columns(
    columns: Sequence[Column], config: ForecastingConfig, *, node: str
) -> tuple[ForecastingConfig, tuple[Column, ...], Column]:
    """Find the columns of each role, and those that are trained on.

    Returns:
        The configuration with names as the query has them, the columns to export, and the target.

    Raises:
        TrainingDataError: A column is missing, or of a type that its role cannot have.
        ConfigurationError: A feature is not in the query, or has a role already.
    """
    check_names(columns, node=node)
    target = find_column(columns, config.target_column, role="target", node=node)
    item = find_column(columns, config.item_id_column, role="item id", node=node)
    time = find_column(columns, config.timestamp_column, role="timestamp", node=node)
    groups = [find_column(columns, name, role="grouping", node=node) for name in config.grouping_columns]
    if not target.type.startswith(_NUMERIC):
        raise TrainingDataError(
            f"Only a number can be forecast, and {target.name} is a {target.type}",
            node=node,
            hint="Cast it to a number in the training query.",
        )
    if not time.type.startswith(TIMES):
        raise TrainingDataError(
            f"The timestamp column {time.name} is a {time.type}",
            node=node,
            hint="Cast it to a DATE or a TIMESTAMP in the training query.",
        )
    config = replace(
        config,
        target_column=target.name,
        item_id_column=item.name,
        timestamp_column=time.name,
        grouping_columns=tuple(group.name for group in groups),
        filling={
            find_column(columns, name, role="filled", node=node).name: methods
            for name, methods in config.filling.items()
        },
    )
    named = {name.upper() for name in (*config.features, *config.feature_types)}
    for name in config.role_columns:
        if name != target.name and name.upper() in named:
            raise ConfigurationError(
                f"{name} is named as a feature, and has a role of its own already",
                node=node,
                hint="Leave it out of features and feature_types: it is exported anyway.",
            )
    config = resolve_features(columns, target, config, node=node)
    chosen = chosen_columns(columns, config.features, config.role_columns)
    _check_features([column for column in chosen if column.name not in config.role_columns], config, node)
    return config, chosen, target


def series_shape(
    database: ExaConnection, query: str, config: ForecastingConfig, *, node: str | None = None
) -> SeriesShape:
    """Look at the series in one pass.

    Raises:
        TrainingDataError: The database refuses the query.
    """
    keys = (*config.series_columns, config.timestamp_column)
    time, target = quote(config.timestamp_column), quote(config.target_column)
    known = f"CASE WHEN {target} IS NOT NULL THEN {time} END"
    missing = [f"SUM(CASE WHEN {quote(name)} IS NULL THEN 1 ELSE 0 END)" for name in keys]
    times = [f"TO_CHAR({end}({known}), '{TIME_FORMAT}')" for end in ("MIN", "MAX")]
    statement = f"SELECT {', '.join([*missing, *times])}\nFROM (\n{clean_query(query)}\n)"
    with database_errors("The series could not be read", node=node, kind=TrainingDataError):
        *nulls, first, last = run(database, statement).fetchall()[0]
    return SeriesShape(
        missing={name: int(count or 0) for name, count in zip(keys, nulls, strict=True)},
        first=datetime.fromisoformat(first) if first else None,
        last=datetime.fromisoformat(last) if last else None,
    )


def check_series(shape: SeriesShape, config: ForecastingConfig, *, node: str) -> None:
    """See that the series are long enough, and that each row says what it is about.

    Raises:
        TrainingDataError: They are not, or it does not.
    """
    for name, count in shape.missing.items():
        if count:
            raise TrainingDataError(
                f"{name} is NULL in {count} rows",
                node=node,
                hint="Filter these rows out: which series or time they belong to cannot be told.",
            )
    if shape.first is None or shape.last is None:
        raise TrainingDataError(
            f"The query returns no row with a value of {config.target_column}",
            node=node,
            hint="Check filters and joins of the training query.",
        )
    steps = time_steps(shape.first, shape.last, config.forecast_frequency)
    longest = min(MAX_HORIZON, steps // STEPS_PER_HORIZON_STEP)
    if config.forecast_horizon > longest:
        raise TrainingDataError(
            f"The forecast_horizon {config.forecast_horizon} is too long for {steps} steps of "
            f"{config.forecast_frequency}, from {shape.first} to {shape.last}",
            node=node,
            why=f"AWS forecasts at most {MAX_HORIZON} steps, and a quarter of those in the data.",
            hint=f"Use at most {longest}, or train on a longer time."
            if longest
            else "Train on a longer time, or forecast in shorter steps.",
        )


def _check_features(features: Sequence[Column], config: ForecastingConfig, node: str) -> None:
    kinds = {"numeric": 0, "categorical": 0}
    for column in features:
        kind = config.feature_types.get(column.name)
        if kind is None:
            kind = "numeric" if column.type.startswith(_NUMERIC) else "categorical"
        if kind in kinds:
            kinds[kind] += 1
    for kind, most in (("numeric", MAX_NUMERIC_FEATURES), ("categorical", MAX_CATEGORICAL_FEATURES)):
        if kinds[kind] > most:
            raise TrainingDataError(
                f"{kinds[kind]} {kind} features are too many",
                node=node,
                why=f"Autopilot's forecasting takes {most}.",
                hint="Name those to train on in `features`, or leave columns out of the query.",
            )


def series_query(query: str, columns: Sequence[Column], timestamp_column: str) -> str:
    """The query in the form that Autopilot's forecasting reads: times to the second, without fractions."""
    selected = ", ".join(
        f"TO_CHAR({quote(column.name)}, '{TIME_FORMAT}') AS {quote(column.name)}"
        if column.name == timestamp_column
        else quote(column.name)
        for column in columns
    )
    return f"SELECT {selected}\nFROM (\n{clean_query(query)}\n)"


def series_export_columns(columns: Sequence[Column], timestamp_column: str) -> tuple[Column, ...]:
    """The columns of series_query."""
    return tuple(
        Column(column.name, "VARCHAR(19)") if column.name == timestamp_column else column
        for column in columns
    )
