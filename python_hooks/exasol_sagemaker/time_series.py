"""What a forecast is made of: which columns say what, how far ahead, in which steps.

Source: API reference, TimeSeriesForecastingJobConfig and TimeSeriesConfig.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FREQUENCY = re.compile(r"1?Y|([1-9]|1[01])?M|[1-4]?W|[1-6]?D|([1-9]|1\d|2[0-3])?H|([1-9]|[1-5]\d)min")
QUANTILE = re.compile(r"p[1-9]\d?")
DEFAULT_QUANTILES = ("p10", "p50", "p90")

_SECONDS = {"W": 604_800, "D": 86_400, "H": 3_600, "min": 60}


@dataclass(frozen=True)
class TimeSeries:
    """What a job forecasts.

    Attributes:
        target_column: The number that is forecast.
        item_id_column: Says which item a row is about.
        timestamp_column: When the number was measured.
        grouping_columns: Further columns that, with the item, make a series, such as shop or region.
        horizon: How many steps are forecast.
        frequency: Length of a step: `1D`, `15min`, `1M`, as AWS writes it.
        quantiles: Which quantiles are forecast: `p10`, `p50`, …
    """

    target_column: str
    item_id_column: str
    timestamp_column: str
    grouping_columns: tuple[str, ...]
    horizon: int
    frequency: str
    quantiles: tuple[str, ...]

    @property
    def series_columns(self) -> tuple[str, ...]:
        """The columns that tell series apart."""
        return (self.item_id_column, *self.grouping_columns)


def from_job(answer: Mapping[str, Any]) -> TimeSeries | None:
    """What a job forecasts, from SageMaker's description of it; None if it is no forecasting job."""
    config = answer.get("AutoMLProblemTypeConfig", {}).get("TimeSeriesForecastingJobConfig")
    if not config:
        return None
    series = config["TimeSeriesConfig"]
    return TimeSeries(
        target_column=series["TargetAttributeName"],
        item_id_column=series["ItemIdentifierAttributeName"],
        timestamp_column=series["TimestampAttributeName"],
        grouping_columns=tuple(series.get("GroupingAttributeNames", ())),
        horizon=int(config["ForecastHorizon"]),
        frequency=config["ForecastFrequency"],
        quantiles=tuple(config.get("ForecastQuantiles") or DEFAULT_QUANTILES),
    )


def time_steps(first: datetime, last: datetime, frequency: str) -> int:
    """How many steps of this length there are from one time to another, both counted."""
    found = re.fullmatch(r"(\d*)(\D+)", frequency)
    if found is None:
        raise ValueError(f"{frequency!r} is no frequency")
    count, unit = int(found[1] or 1), found[2]
    if unit == "Y":
        return last.year - first.year + 1
    if unit == "M":
        return ((last.year - first.year) * 12 + last.month - first.month) // count + 1
    return int((last - first).total_seconds()) // (_SECONDS[unit] * count) + 1
