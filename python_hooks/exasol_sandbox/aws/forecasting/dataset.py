"""From files in the bucket to series, with Autopilot's checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from exasol_sandbox.aws.forecasting.panel import Layout, Panel, SeriesError
from exasol_sandbox.aws.forecasting.steps import TimestampError
from exasol_sandbox.aws.s3_files import S3Files
from exasol_sandbox.aws.tabular.columns import to_numbers
from exasol_sandbox.aws.training.dataset import read_channel
from exasol_sandbox.aws.training.errors import DatasetError
from exasol_sandbox.aws.training.feature_specification import read_choice

# "Time-series forecasting resource limits" and TimeSeriesForecastingJobConfig in the API reference.
MAX_HORIZON = 500
STEPS_PER_HORIZON_STEP = 4
MAX_NUMERIC, MAX_CATEGORICAL = 13, 10


def load_series(s3: S3Files, request: dict[str, Any]) -> tuple[Layout, Panel]:
    """Reads and checks the training channel of a job.

    Raises:
        DatasetError: With what Autopilot would refuse.
        S3Error: When objects cannot be read.
    """
    config = request["AutoMLProblemTypeConfig"]["TimeSeriesForecastingJobConfig"]
    table = read_channel(s3, request["AutoMLJobInputDataConfig"][0])
    series = config["TimeSeriesConfig"]
    roles = [
        series["TargetAttributeName"],
        series["TimestampAttributeName"],
        series["ItemIdentifierAttributeName"],
        *series.get("GroupingAttributeNames", []),
    ]
    for name in roles:
        if name not in table.column_names:
            raise DatasetError(
                f"Column {name!r} is not in the dataset. Its columns are {', '.join(table.column_names)}."
            )
    features = table.drop_columns(roles)
    choice = read_choice(s3, config, features)
    names = [name for name in features.column_names if choice.names is None or name in choice.names]
    codes = {name: _texts(table, name) for name in names if not _numeric(table, name, choice.types)}
    for kind, count, most in (
        ("categorical", len(codes), MAX_CATEGORICAL),
        ("numerical", len(names) - len(codes), MAX_NUMERIC),
    ):
        if count > most:
            raise DatasetError(f"The dataset has {count} {kind} features; at most {most} are supported.")
    layout = Layout(config, table.column_names, names, codes)
    try:
        panel = layout.panel(table)
    except (SeriesError, TimestampError) as error:
        raise DatasetError(str(error)) from error
    steps = panel.values.shape[1]
    longest = min(MAX_HORIZON, steps // STEPS_PER_HORIZON_STEP)
    if layout.horizon > longest:
        raise DatasetError(
            f"ForecastHorizon {layout.horizon} is too long: the dataset has {steps} time-steps of "
            f"{config['ForecastFrequency']}, and at most {longest} can be forecast, the lesser of "
            f"{MAX_HORIZON} and a quarter of them."
        )
    return layout, panel


def _numeric(table: pa.Table, name: str, types: Mapping[str, str]) -> bool:
    if name in types:
        return types[name] == "numeric"
    column = table.column(name)
    return bool(np.isnan(to_numbers(column)).sum() == column.null_count)


def _texts(table: pa.Table, name: str) -> list[str]:
    return sorted(text for text in table.column(name).unique().to_pylist() if text is not None)
