"""The request that starts an Autopilot job: CreateAutoMLJobV2 for tables or for time series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exasol_sagemaker.forecasting import ForecastingConfig
from exasol_sagemaker.ownership import FINGERPRINT, Owner

if TYPE_CHECKING:
    from exasol_sagemaker.job import JobConfig, TrainingConfig
    from exasol_sagemaker.manifest import Export


def training_request(
    job_name: str,
    export: Export,
    config: TrainingConfig | ForecastingConfig,
    *,
    role_arn: str | None,
    output_uri: str,
    owner: Owner,
    validation_uri: str | None = None,
) -> dict[str, Any]:
    """The request's members; what is not configured is left to AWS.

    Args:
        validation_uri: Prefix of the CSV files to validate on; a part of the training data if absent.
    """
    channels = [_channel("training", export.data_uri)]
    if validation_uri:
        channels.append(_channel("validation", validation_uri))
    fraction = None if isinstance(config, ForecastingConfig) else config.validation_fraction
    tags = {**config.tags, FINGERPRINT: export.fingerprint}
    request: dict[str, Any] = {
        "AutoMLJobName": job_name,
        "AutoMLJobInputDataConfig": channels,
        "OutputDataConfig": _given({"S3OutputPath": output_uri, "KmsKeyId": config.output_kms_key}),
        "AutoMLProblemTypeConfig": {"TimeSeriesForecastingJobConfig": _forecasting(config)}
        if isinstance(config, ForecastingConfig)
        else {"TabularJobConfig": _tabular(config)},
        "RoleArn": role_arn,
        "Tags": owner.tags(tags),
        "AutoMLJobObjective": {"MetricName": config.objective} if config.objective else None,
        "DataSplitConfig": {"ValidationFraction": fraction} if fraction is not None else None,
        "SecurityConfig": _security(config),
        "AutoMLComputeConfig": _compute(config),
    }
    return _given(request)


def _tabular(config: TrainingConfig) -> dict[str, Any]:
    return _given(
        {
            "TargetAttributeName": config.target_column,
            "ProblemType": config.problem_type,
            "Mode": config.mode,
            "SampleWeightAttributeName": config.sample_weight_column,
            "GenerateCandidateDefinitionsOnly": config.candidate_definitions_only,
            **_search(config),
        }
    )


def _forecasting(config: ForecastingConfig) -> dict[str, Any]:
    series = {
        "TargetAttributeName": config.target_column,
        "TimestampAttributeName": config.timestamp_column,
        "ItemIdentifierAttributeName": config.item_id_column,
        "GroupingAttributeNames": list(config.grouping_columns),
    }
    transformations = {
        "Filling": {column: dict(methods) for column, methods in config.filling.items()},
        "Aggregation": {config.target_column: config.aggregation} if config.aggregation else {},
    }
    country = config.holidays_country
    return _given(
        {
            "ForecastFrequency": config.forecast_frequency,
            "ForecastHorizon": config.forecast_horizon,
            "ForecastQuantiles": list(config.forecast_quantiles),
            "TimeSeriesConfig": _given(series),
            "Transformations": _given(transformations),
            "HolidayConfig": [{"CountryCode": country}] if country else [],
            **_search(config),
        }
    )


def _search(config: JobConfig) -> dict[str, Any]:
    """What candidates are looked for, and for how long."""
    limits = {
        "MaxCandidates": config.max_candidates,
        "MaxAutoMLJobRuntimeInSeconds": config.max_runtime_seconds,
        "MaxRuntimePerTrainingJobInSeconds": config.max_runtime_per_training_job_seconds,
    }
    found: dict[str, Any] = {
        "CompletionCriteria": _given(limits),
        "FeatureSpecificationS3Uri": config.feature_specification_s3_uri,
    }
    if config.algorithms:
        algorithms = [{"AutoMLAlgorithms": list(config.algorithms)}]
        found["CandidateGenerationConfig"] = {"AlgorithmsConfig": algorithms}
    return found


def _channel(kind: str, data_uri: str) -> dict[str, Any]:
    return {
        "ChannelType": kind,
        "ContentType": "text/csv;header=present",
        "CompressionType": "None",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}},
    }


def _security(config: JobConfig) -> dict[str, Any]:
    vpc = {"SecurityGroupIds": list(config.security_groups), "Subnets": list(config.subnets)}
    return _given(
        {
            "VolumeKmsKeyId": config.volume_kms_key,
            "EnableInterContainerTrafficEncryption": config.encrypt_traffic,
            "VpcConfig": _given(vpc),
        }
    )


def _compute(config: TrainingConfig | ForecastingConfig) -> dict[str, Any]:
    role = None if isinstance(config, ForecastingConfig) else config.emr_serverless_role_arn
    return {"EmrServerlessComputeConfig": {"ExecutionRoleARN": role}} if role else {}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, {}, [])}
