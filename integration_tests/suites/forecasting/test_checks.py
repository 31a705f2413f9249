"""What is refused of a forecast before anything is sent: options, and how long the series are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from exasol_sagemaker import ConfigurationError, TrainingDataError
from exasol_sagemaker.forecasting import check_forecasting_config
from exasol_sagemaker.series_checks import SeriesShape, check_series
from exasol_sagemaker.time_series import time_steps

from .conftest import CONFIG

NODE = "model.forecasting.demand"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"forecast_frequency": "60min"}, "Did you mean 1H"),
        ({"forecast_frequency": "1d"}, "Did you mean 1D"),
        ({"forecast_frequency": "7D"}, "Did you mean 1W"),
        ({"forecast_horizon": 501}, "forecast_horizon 501 is out of range"),
        ({"forecast_quantiles": ("P90",)}, "Did you mean p90"),
        ({"forecast_quantiles": ("p0",)}, "p1 to p99"),
        ({"forecast_quantiles": ("p1", "p2", "p3", "p4", "p5", "p6")}, "at most 5"),
        ({"forecast_quantiles": ("p10", "p10")}, "one twice"),
        ({"objective": "wQL"}, "Use AverageWeightedQuantileLoss"),
        ({"objective": "AUC"}, "objective 'AUC' does not exist"),
        ({"algorithms": ("deep-ar",)}, "Did you mean deepar"),
        ({"max_candidates": 3}, "max_candidates 3 is out of range"),
        ({"holidays_country": "Germany"}, "two capitals"),
        ({"aggregation": "mean"}, "aggregation 'mean' does not exist"),
        ({"grouping_columns": ("item",)}, "item has two roles"),
        ({"grouping_columns": ("a", "b", "c", "d", "e", "f")}, "at most 5"),
        ({"filling": {"sold": {"middlefil": "zero"}}}, "Did you mean middlefill"),
        ({"filling": {"promoted": {"frontfill": "none"}}}, "target only"),
        ({"filling": {"sold": {"backfill": "value"}}}, "Set backfill_value too"),
        ({"filling": {"sold": {"backfill_value": "2"}}}, "Set backfill to value"),
        ({"feature_types": {"promoted": "sequence"}}, "cannot be of type 'sequence'"),
        ({"subnets": ("subnet-1",)}, "Set security_groups too"),
    ],
)
def test_an_option_that_cannot_be_is_named_with_what_it_may_be(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        check_forecasting_config(replace(CONFIG, **options), node=NODE)


def test_the_objective_that_aws_takes_is_spelled_out() -> None:
    assert check_forecasting_config(CONFIG, node=NODE).objective == "AverageWeightedQuantileLoss"


@pytest.mark.parametrize(
    ("frequency", "last", "steps"),
    [
        ("1D", "2024-01-31", 31),
        ("2D", "2024-01-31", 16),
        ("1W", "2024-01-15", 3),
        ("1M", "2024-12-01", 12),
        ("3M", "2024-12-01", 4),
        ("Y", "2027-01-01", 4),
        ("H", "2024-01-02", 25),
        ("15min", "2024-01-01T01:00:00", 5),
    ],
)
def test_steps_are_counted_with_both_ends(frequency: str, last: str, steps: int) -> None:
    assert time_steps(datetime(2024, 1, 1), datetime.fromisoformat(last), frequency) == steps


def test_a_horizon_may_be_a_quarter_of_the_steps_and_no_more() -> None:
    shape = SeriesShape({"ITEM": 0}, datetime(2024, 1, 1), datetime(2024, 2, 9))
    check_series(shape, replace(CONFIG, forecast_horizon=10), node=NODE)
    with pytest.raises(TrainingDataError, match="Use at most 10"):
        check_series(shape, replace(CONFIG, forecast_horizon=11), node=NODE)


def test_rows_of_no_series_are_named() -> None:
    shape = SeriesShape({"ITEM": 3}, datetime(2024, 1, 1), datetime(2024, 12, 31))
    with pytest.raises(TrainingDataError, match="ITEM is NULL in 3 rows"):
        check_series(shape, CONFIG, node=NODE)
