"""Model configs: what dbt may be told about a node, typed, from `config` or from `meta`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from dbt.adapters.exasol.impl import ExasolConfig
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker.suggest import closest
from dbt.adapters.exasol_sagemaker.training_config import AutopilotModelConfig, ForecastModelConfig
from exasol_sagemaker.autopilot import FORECASTING
from exasol_sagemaker.batch import BatchConfig
from exasol_sagemaker.endpoint import Autoscaling, DataCapture, EndpointConfig, Explainer, Serverless
from exasol_sagemaker.forecast import ForecastConfig
from exasol_sagemaker.foreign_endpoint import ForeignEndpoint
from exasol_sagemaker.retraining import parse_duration
from exasol_sagemaker.script_signature import Signature, read_signature


@dataclass
class ExasolSageMakerConfig(ExasolConfig):
    """All configs of this package's materializations, as dbt merges them."""

    target_column: str | None = None
    problem_type: str | None = None
    objective: str | None = None
    mode: str | None = None
    max_candidates: int | None = None
    max_runtime_seconds: int | None = None
    max_runtime_per_training_job_seconds: int | None = None
    algorithms: list[str] | None = None
    validation_fraction: float | None = None
    sample_weight_column: str | None = None
    features: list[str] | None = None
    feature_types: dict[str, str] | None = None
    item_id_column: str | None = None
    timestamp_column: str | None = None
    grouping_columns: list[str] | None = None
    forecast_horizon: int | None = None
    forecast_frequency: str | None = None
    forecast_quantiles: list[str] | None = None
    holidays_country: str | None = None
    filling: dict[str, Any] | None = None
    aggregation: str | None = None
    rows_per_file: int | None = None
    output_kms_key: str | None = None
    volume_kms_key: str | None = None
    encrypt_traffic: bool | None = None
    security_groups: list[str] | None = None
    subnets: list[str] | None = None
    emr_serverless_role_arn: str | None = None
    retrain: Any = None
    wait: bool | None = None
    instance_type: str | None = None
    instance_count: int | None = None
    endpoint_name: str | None = None
    explainer: Any = None
    serverless: Any = None
    data_capture: Any = None
    autoscaling: Any = None
    ttl: str | None = None
    target_type: str | None = None
    response_keys: list[str] | None = None
    connection: str | None = None
    max_concurrent_transforms: int | None = None
    strategy: str | None = None
    max_payload_mb: int | None = None
    rows_per_chunk: int | None = None
    parallel_jobs: int | None = None
    keep_files: bool | None = None
    aws_tags: dict[str, str] | None = None
    language: str | None = None
    kind: str | None = None
    parameters: list[Any] | str | None = None
    returns: str | None = None
    emits: list[Any] | str | None = None
    order_by: list[str] | None = None
    comment_prefix: str | None = None
    check_syntax: bool | None = None


@dataclass(frozen=True)
class EndpointNodeConfig:
    """Config of a `sagemaker_endpoint`; meanings as in exasol_sagemaker.EndpointConfig.

    Attributes:
        explainer: True, or a mapping with what exasol_sagemaker.Explainer has.
        serverless: True, or a mapping with what exasol_sagemaker.Serverless has.
        data_capture: True, or a mapping with what exasol_sagemaker.DataCapture has.
        autoscaling: A mapping with what exasol_sagemaker.Autoscaling has.
        ttl: `12 hours`, `7 days`: how long after the last run it is needed.
    """

    instance_type: str = EndpointConfig.instance_type
    instance_count: int = EndpointConfig.instance_count
    endpoint_name: str | None = None
    explainer: bool | dict[str, Any] | None = None
    serverless: bool | dict[str, Any] | None = None
    data_capture: bool | dict[str, Any] | None = None
    autoscaling: bool | dict[str, Any] | None = None
    ttl: str | None = None
    volume_kms_key: str | None = None
    security_groups: list[str] | None = None
    subnets: list[str] | None = None
    aws_tags: dict[str, str] | None = None

    def endpoint(self) -> EndpointConfig:
        """The same as the hook module takes it."""
        return EndpointConfig(
            instance_type=self.instance_type,
            instance_count=self.instance_count,
            endpoint_name=self.endpoint_name,
            explainer=_part(Explainer, "explainer", self.explainer),
            serverless=_part(Serverless, "serverless", self.serverless),
            data_capture=_part(DataCapture, "data_capture", self.data_capture),
            autoscaling=_part(Autoscaling, "autoscaling", self.autoscaling),
            ttl=parse_duration(self.ttl) if self.ttl is not None else None,
            volume_kms_key=self.volume_kms_key,
            security_groups=tuple(self.security_groups or ()),
            subnets=tuple(self.subnets or ()),
            tags=self.aws_tags or {},
        )


@dataclass(frozen=True)
class PredictionUdfConfig:
    """Config of a `prediction_udf`.

    Attributes:
        connection: Exasol CONNECTION that the UDF takes its AWS credentials from; the profile's if absent.
        endpoint_name: Endpoint that somebody else deployed; the others say what it answers, see
            exasol_sagemaker.foreign_endpoint.ForeignEndpoint.
    """

    connection: str | None = None
    endpoint_name: str | None = None
    problem_type: str | None = None
    target_type: str | None = None
    response_keys: list[str] | None = None
    target_column: str | None = None

    def foreign(self) -> ForeignEndpoint | None:
        """What is said of somebody else's endpoint; None if it is one of this project's."""
        given = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "connection"}
        if self.endpoint_name is None:
            useless = next((name for name, value in given.items() if value is not None), None)
            if useless:
                raise DbtRuntimeError(
                    f"Config `{useless}` of a prediction_udf is for an endpoint of somebody else's: set "
                    "`endpoint_name`, or leave it out."
                )
            return None
        return ForeignEndpoint(**{name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True)
class BatchPredictionConfig:
    """Config of a `batch_prediction`; meanings as in exasol_sagemaker.BatchConfig."""

    instance_type: str = BatchConfig.instance_type
    instance_count: int = BatchConfig.instance_count
    max_concurrent_transforms: int | None = None
    strategy: str = BatchConfig.strategy
    max_payload_mb: int | None = None
    rows_per_chunk: int = BatchConfig.rows_per_chunk
    parallel_jobs: int = BatchConfig.parallel_jobs
    keep_files: bool = BatchConfig.keep_files
    aws_tags: dict[str, str] | None = None

    def batch(self) -> BatchConfig:
        """The same as the hook module takes it."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        given["tags"] = given.pop("aws_tags") or {}
        return BatchConfig(**given)


@dataclass(frozen=True)
class ForecastNodeConfig:
    """Config of a `forecast`; meanings as in exasol_sagemaker.ForecastConfig."""

    instance_type: str = ForecastConfig.instance_type
    instance_count: int = ForecastConfig.instance_count
    rows_per_file: int = ForecastConfig.rows_per_file
    keep_files: bool = ForecastConfig.keep_files
    aws_tags: dict[str, str] | None = None

    def forecast(self) -> ForecastConfig:
        """The same as the hook module takes it."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        given["tags"] = given.pop("aws_tags") or {}
        return ForecastConfig(**given)


@dataclass(frozen=True)
class ScriptConfig:
    """Config of an `exasol_script`; meanings as in exasol_sagemaker.script_signature.read_signature.

    Attributes:
        comment_prefix: What begins a comment in the language.
        check_syntax: Whether a Python body is checked before it is sent.
    """

    language: str
    kind: str | None = None
    parameters: object | None = None
    returns: str | None = None
    emits: object | None = None
    order_by: list[str] | None = None
    comment_prefix: str | None = None
    check_syntax: bool = True

    def signature(self) -> Signature:
        """The same as the hook module takes it."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        del given["comment_prefix"], given["check_syntax"]
        return read_signature(**given)


NodeConfig = TypeVar(
    "NodeConfig",
    AutopilotModelConfig,
    ForecastModelConfig,
    ForecastNodeConfig,
    EndpointNodeConfig,
    PredictionUdfConfig,
    BatchPredictionConfig,
    ScriptConfig,
)

_EXPECTED = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list[str]": "a list of texts",
    "dict[str, str]": "a mapping of texts to texts",
    "dict[str, dict[str, Any]]": "a mapping of columns to mappings",
    "bool | dict[str, Any]": "true, false or a mapping",
    "str | dict[str, Any]": "text or a mapping",
    "Mapping[str, Any]": "a mapping",
}

_INSTANCES: dict[str, tuple[type, ...]] = {
    "bool | dict[str, Any]": (bool, dict),
    "str | dict[str, Any]": (str, dict),
    "Mapping[str, Any]": (Mapping,),
}


def read_config(kind: type[NodeConfig], config: Mapping[str, Any]) -> NodeConfig:
    """Take this kind's options out of a node's config; what is not there is looked for in its `meta`.

    Raises:
        DbtRuntimeError: An option is missing, of a wrong type, or misspelt. dbt adds the node's name.
    """
    meta = config.get("meta") or {}
    known = {item.name: item for item in fields(kind)}
    for source in (config, meta):
        for key in source:
            match = closest(key, known, cutoff=0.8) if key not in known else None
            if match:
                raise DbtRuntimeError(f"Config `{key}` does not exist. Did you mean `{match}`?")
    values = {}
    for name, item in known.items():
        value = config.get(name)
        if value is None:
            value = meta.get(name)
        if value is not None:
            values[name] = _typed(name, value, str(item.type).removesuffix(" | None"))
        elif item.default is MISSING:
            raise DbtRuntimeError(
                f"Config `{name}` is missing. Set it in the model, `{{{{ config({name}=…) }}}}`, or in YAML."
            )
    return kind(**values)


def read_training_config(config: Mapping[str, Any]) -> AutopilotModelConfig | ForecastModelConfig:
    """The options of a training job, by its problem type.

    Raises:
        DbtRuntimeError: As read_config; or an option is one of the other kind of job.
    """
    meta = config.get("meta") or {}
    given = {name for source in (config, meta) for name, value in source.items() if value is not None}
    tables = {item.name for item in fields(AutopilotModelConfig)}
    forecasts = {item.name for item in fields(ForecastModelConfig)}
    problem_type = config.get("problem_type") or meta.get("problem_type")
    if problem_type == FORECASTING:
        for name in sorted(given & (tables - forecasts)):
            raise DbtRuntimeError(
                f"Config `{name}` is for models of tables, and means nothing for {FORECASTING}. Leave it out."
            )
        return read_config(ForecastModelConfig, config)
    for name in sorted(given & (forecasts - tables)):
        raise DbtRuntimeError(
            f"Config `{name}` is for forecasts: set `problem_type` to {FORECASTING}, or leave it out."
        )
    return read_config(AutopilotModelConfig, config)


Part = TypeVar("Part", Explainer, Serverless, DataCapture, Autoscaling)


def _part(kind: type[Part], name: str, value: bool | Mapping[str, Any] | None) -> Part | None:
    """An option that has options of its own: all defaults for true, none of it for false or nothing."""
    # Not Mapping: asking None for an abstract class walks all its subclasses, a tenth of a second.
    if not value and not isinstance(value, dict):
        return None
    given = value if isinstance(value, dict) else {}
    known = {item.name: str(item.type).removesuffix(" | None") for item in fields(kind)}
    for key in given:
        if key not in known:
            match = closest(key, known, cutoff=0.6)
            raise DbtRuntimeError(
                f"Config `{name}` has no `{key}`. "
                + (f"Did you mean `{match}`?" if match else f"It has: {', '.join(known)}.")
            )
    needed = [one.name for one in fields(kind) if one.default is one.default_factory is MISSING]
    missing = [f"`{one}`" for one in needed if one not in given]
    if missing:
        raise DbtRuntimeError(f"Config `{name}` needs {' and '.join(missing)}.")
    return kind(**{key: _typed(f"{name}.{key}", one, known[key]) for key, one in given.items()})


def _typed(name: str, value: Any, expected: str) -> Any:
    if expected == "float" and _is_type("int", value):
        return float(value)
    if not _is_type(expected, value):
        raise DbtRuntimeError(f"Config `{name}` has to be {_EXPECTED[expected]}, not {value!r}.")
    return value


def _is_type(expected: str, value: Any) -> bool:
    if expected in _INSTANCES:
        return isinstance(value, _INSTANCES[expected])
    if expected == "list[str]":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if expected == "dict[str, dict[str, Any]]":
        return isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())
    if expected == "dict[str, str]":
        return isinstance(value, dict) and all(isinstance(x, str) for pair in value.items() for x in pair)
    return expected == "object" or type(value).__name__ == expected
