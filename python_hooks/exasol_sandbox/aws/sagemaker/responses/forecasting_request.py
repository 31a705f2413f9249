"""What CreateAutoMLJobV2 refuses of a job on time series, beyond types and patterns.

Sources: TimeSeriesForecastingJobConfig, TimeSeriesTransformations, AutoMLJobCompletionCriteria and
CreateAutoMLJobV2 in the SageMaker API reference.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.forecasting.public_holidays import countries
from exasol_sandbox.aws.sagemaker.automl_job import FORECASTING, OBJECTIVES

ALGORITHMS = frozenset({"arima", "ets", "npts"})
MAX_HORIZON = 500
FILLINGS = {"zero", "value", "median", "mean", "min", "max"}
_QUANTILE = re.compile(r"p[1-9]\d?")


def check_forecasting(request: dict[str, Any], config: dict[str, Any]) -> None:
    """Checks how the members of a request go together.

    Raises:
        AwsError: `ValidationException` with what is wrong and what the sandbox does not support.
    """
    objective = request.get("AutoMLJobObjective")
    metrics = OBJECTIVES[FORECASTING]
    if objective and objective["MetricName"] not in metrics:
        raise validation_error(
            f"Objective metric {objective['MetricName']} is not valid for time-series forecasting. "
            f"Take one of {', '.join(sorted(metrics))}."
        )
    if request.get("DataSplitConfig"):
        raise validation_error("DataSplitConfig must not be set for time-series forecasting.")
    channels = request["AutoMLJobInputDataConfig"]
    if len(channels) != 1 or channels[0]["DataSource"]["S3DataSource"]["S3DataType"] != "S3Prefix":
        raise validation_error("Time-series forecasting takes one training channel of type S3Prefix.")
    if config["ForecastHorizon"] > MAX_HORIZON:
        raise validation_error(
            f"ForecastHorizon may be at most {MAX_HORIZON}, not {config['ForecastHorizon']}."
        )
    if config.get("CompletionCriteria", {}).get("MaxCandidates", 1) != 1:
        raise validation_error("MaxCandidates of time-series forecasting can be 1 only.")
    for quantile in config.get("ForecastQuantiles", []):
        if not _QUANTILE.fullmatch(quantile):
            raise validation_error(f"ForecastQuantiles has {quantile!r}: p1 to p99 are supported.")
    for country in [one["CountryCode"] for one in config.get("HolidayConfig", []) if "CountryCode" in one]:
        if country not in countries():
            raise validation_error(f"The sandbox has no calendar of public holidays of {country}.")
    check_algorithms(config, ALGORITHMS)
    _check_roles(config["TimeSeriesConfig"])
    _check_transformations(config)


def check_algorithms(config: dict[str, Any], supported: Set[str]) -> None:
    """Sees that the sandbox has one at least of the algorithms that a job names.

    Raises:
        AwsError: `ValidationException` when it has none.
    """
    wanted = {
        algorithm
        for entry in config.get("CandidateGenerationConfig", {}).get("AlgorithmsConfig", [])
        for algorithm in entry["AutoMLAlgorithms"]
    }
    if wanted and not wanted & supported:
        raise validation_error(
            f"The sandbox has none of the algorithms {', '.join(sorted(wanted))}. "
            f"It has {', '.join(sorted(supported))}."
        )


def _check_roles(series: dict[str, Any]) -> None:
    names = [
        series["TargetAttributeName"],
        series["TimestampAttributeName"],
        series["ItemIdentifierAttributeName"],
        *series.get("GroupingAttributeNames", []),
    ]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise validation_error(f"TimeSeriesConfig names the column {doubled[0]!r} twice.")


def _check_transformations(config: dict[str, Any]) -> None:
    given = config.get("Transformations", {})
    target = config["TimeSeriesConfig"]["TargetAttributeName"]
    others = sorted(set(given.get("Aggregation", {})) - {target})
    if others:
        raise validation_error(f"Aggregation is supported for the target only, not for {others[0]!r}.")
    for column, methods in given.get("Filling", {}).items():
        for gap, method in methods.items():
            if gap.endswith("_value"):
                if methods.get(gap.removesuffix("_value")) != "value":
                    raise validation_error(f"Filling of {column!r} has {gap} without the method value.")
            elif gap == "frontfill":
                if column != target or method != "none":
                    raise validation_error("frontfill supports none only, and for the target only.")
            elif method not in FILLINGS or (method == "value" and f"{gap}_value" not in methods):
                raise validation_error(f"Filling of {column!r} cannot have {gap} {method!r}.")
