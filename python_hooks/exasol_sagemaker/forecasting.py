"""What to forecast: the configuration of a time-series job, checked before anything is exported.

Sources: API reference, TimeSeriesForecastingJobConfig, TimeSeriesTransformations, AutoMLAlgorithmConfig and
AutoMLJobCompletionCriteria; SageMaker developer guide, "Time-series forecasting resource limits".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from exasol_sagemaker.autopilot import (
    FORECAST_ALGORITHMS,
    FORECAST_CANDIDATES,
    FORECAST_OBJECTIVES,
    MAX_GROUPING_COLUMNS,
    MAX_HORIZON,
    MAX_QUANTILES,
)
from exasol_sagemaker.errors import ConfigurationError
from exasol_sagemaker.feature_checks import FEATURE_TYPES, check_feature_options
from exasol_sagemaker.job import JobConfig
from exasol_sagemaker.option_checks import check_shared_options, in_range, one_of
from exasol_sagemaker.time_series import FREQUENCY, QUANTILE

AGGREGATIONS = ("sum", "avg", "first", "min", "max")
GAPS = ("frontfill", "middlefill", "backfill", "futurefill")
FILLINGS = ("zero", "value", "median", "mean", "min", "max")

_FILLING_VALUE = re.compile(r"[a-zA-Z0-9_-]{1,256}")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class ForecastingConfig(JobConfig):
    """What to forecast, in Autopilot's terms (TimeSeriesForecastingJobConfig).

    Attributes:
        item_id_column: Says which item a row is about.
        timestamp_column: When the target was measured: a DATE or a TIMESTAMP.
        forecast_horizon: How many steps to forecast: at most 500, and a quarter of the steps in the data.
        forecast_frequency: Length of a step: a number and Y, M, W, D, H or min, such as `1D` or `15min`.
        forecast_quantiles: Up to five of `p1` to `p99`; AWS's p10, p50 and p90 if empty.
        grouping_columns: Up to five columns that, with the item, make a series.
        holidays_country: Two letters of the country whose public holidays the model is told.
        filling: What stands for missing values: per column and gap (`middlefill`, `backfill`, `futurefill`;
            for the target also `frontfill`) a method, with `<gap>_value` for the method `value`.
        aggregation: How the target's values within one step become one: `sum` (AWS's default), `avg`,
            `first`, `min` or `max`.
    """

    item_id_column: str
    timestamp_column: str
    forecast_horizon: int
    forecast_frequency: str
    forecast_quantiles: tuple[str, ...] = ()
    grouping_columns: tuple[str, ...] = ()
    holidays_country: str | None = None
    filling: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aggregation: str | None = None

    @property
    def series_columns(self) -> tuple[str, ...]:
        """The columns that tell series apart."""
        return (self.item_id_column, *self.grouping_columns)

    @property
    def role_columns(self) -> tuple[str, ...]:
        """The columns that have a role of their own: they are no features."""
        return (self.target_column, self.timestamp_column, *self.series_columns)


def check_forecasting_config(config: ForecastingConfig, *, node: str) -> ForecastingConfig:
    """The configuration with the objective that AWS takes if none is given.

    Raises:
        ConfigurationError: A value is out of range, or does not fit another one.
    """
    _check_roles(config, node)
    in_range("forecast_horizon", config.forecast_horizon, 1, MAX_HORIZON, node=node)
    in_range("max_candidates", config.max_candidates, 1, FORECAST_CANDIDATES, node=node)
    _check_frequency(config.forecast_frequency, node)
    _check_quantiles(config.forecast_quantiles, node)
    if config.objective == "wQL":
        raise ConfigurationError(
            "wQL is reported for each quantile, and cannot be the objective",
            node=node,
            hint=f"Use {FORECAST_OBJECTIVES[0]}, its mean over the quantiles.",
        )
    one_of("objective", config.objective, FORECAST_OBJECTIVES, node=node)
    for algorithm in config.algorithms:
        one_of("algorithms", algorithm, FORECAST_ALGORITHMS, node=node)
    country = config.holidays_country
    if country is not None and not _COUNTRY.fullmatch(country):
        raise ConfigurationError(
            f"holidays_country {country!r} is no country", node=node, hint="Use two capitals, such as DE."
        )
    one_of("aggregation", config.aggregation, AGGREGATIONS, node=node)
    _check_filling(config, node)
    check_feature_options(config, FEATURE_TYPES, node=node)
    check_shared_options(config, node=node)
    return replace(config, objective=config.objective or FORECAST_OBJECTIVES[0])


def _check_roles(config: ForecastingConfig, node: str) -> None:
    for option in ("target_column", "item_id_column", "timestamp_column"):
        if not getattr(config, option):
            raise ConfigurationError(f"{option} is empty", node=node, hint="Name a column of the query.")
    if len(config.grouping_columns) > MAX_GROUPING_COLUMNS:
        raise ConfigurationError(
            f"{len(config.grouping_columns)} grouping columns are too many",
            node=node,
            hint=f"Use at most {MAX_GROUPING_COLUMNS}.",
        )
    seen: set[str] = set()
    for name in config.role_columns:
        if name.upper() in seen:
            raise ConfigurationError(
                f"The column {name} has two roles",
                node=node,
                why="Target, timestamp, item and grouping are columns of their own.",
                hint="Name another column for one of them.",
            )
        seen.add(name.upper())


def _check_frequency(frequency: str, node: str) -> None:
    if FREQUENCY.fullmatch(frequency):
        return
    near = {"60min": "1H", "24H": "1D", "7D": "1W", "5W": "1M", "12M": "1Y", "1T": "1min", "T": "1min"}
    guess = near.get(frequency)
    for spelt in (frequency.upper(), frequency.lower(), frequency.replace(" ", "")):
        if guess is None and FREQUENCY.fullmatch(spelt):
            guess = spelt
    raise ConfigurationError(
        f"forecast_frequency {frequency!r} does not exist",
        node=node,
        why="It is 1-59min, 1-23H, 1-6D, 1-4W, 1-11M or 1Y; what makes a longer unit is written in that.",
        hint=f"Did you mean {guess}?" if guess else "Write, for example, 1D for each day.",
    )


def _check_quantiles(quantiles: tuple[str, ...], node: str) -> None:
    if len(quantiles) > MAX_QUANTILES:
        raise ConfigurationError(
            f"{len(quantiles)} quantiles are too many", node=node, hint=f"Use at most {MAX_QUANTILES}."
        )
    for quantile in quantiles:
        if not QUANTILE.fullmatch(quantile):
            guess = re.fullmatch(r"(?:[pP]|0?\.)0?([1-9]\d?)", quantile)
            raise ConfigurationError(
                f"forecast_quantiles has {quantile!r}, which is none",
                node=node,
                hint=f"Did you mean p{guess[1]}?"
                if guess
                else "They are p1 to p99, such as p10, p50 and p90.",
            )
    if len(set(quantiles)) < len(quantiles):
        raise ConfigurationError("forecast_quantiles has one twice", node=node, hint="Name each once.")


def _check_filling(config: ForecastingConfig, node: str) -> None:
    for column, methods in config.filling.items():
        for option, value in methods.items():
            gap = option.removesuffix("_value")
            if gap not in GAPS:
                near = get_close_matches(option, GAPS, n=1, cutoff=0.5)
                raise ConfigurationError(
                    f"filling of {column} has no {option!r}",
                    node=node,
                    hint=f"Did you mean {near[0]}?" if near else f"It has: {', '.join(GAPS)}.",
                )
            if option != gap:
                if methods.get(gap) != "value" or not _FILLING_VALUE.fullmatch(value):
                    raise ConfigurationError(
                        f"filling of {column} cannot have {option} {value!r}",
                        node=node,
                        why=f"AWS takes it beside `{gap}: value`, and only letters, digits, _ and -.",
                        hint=f"Set {gap} to value, and {option} to a whole number.",
                    )
                continue
            valid = ("none",) if gap == "frontfill" else FILLINGS
            one_of(f"filling of {column}: {gap}", value, valid, node=node)
            if gap == "frontfill" and column.upper() != config.target_column.upper():
                raise ConfigurationError(
                    f"filling of {column} cannot have frontfill",
                    node=node,
                    why="AWS supports it for the target only.",
                    hint="Leave it out.",
                )
            if value == "value" and f"{gap}_value" not in methods:
                raise ConfigurationError(
                    f"filling of {column} has {gap} value, and no value",
                    node=node,
                    hint=f"Set {gap}_value too.",
                )
