"""What CreateAutoMLJobV2 refuses beyond types and patterns."""

from __future__ import annotations

from typing import Any

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.sagemaker.automl_job import FORECASTING_CONFIG, OBJECTIVES
from exasol_sandbox.aws.sagemaker.buckets import check_bucket
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.responses.forecasting_request import check_algorithms, check_forecasting

SUPPORTED_ALGORITHMS = frozenset({"lightgbm", "xgboost", "linear-learner", "randomforest", "extra-trees"})
# Notebooks with candidate definitions are not written, so that such a job would give nothing.
UNSUPPORTED_TABULAR = ("GenerateCandidateDefinitionsOnly",)


def check_request(sage_maker: SageMaker, region: str, request: dict[str, Any]) -> None:
    """Checks how the members of a request go together, and that its buckets exist where they must.

    Raises:
        AwsError: `ValidationException` with what is wrong and what the sandbox does not support.
    """
    configs = {
        name: config for name, config in request["AutoMLProblemTypeConfig"].items() if config is not None
    }
    if len(configs) != 1:
        raise validation_error("AutoMLProblemTypeConfig must have exactly one problem type.")
    problem, config = next(iter(configs.items()))
    if problem not in {"TabularJobConfig", FORECASTING_CONFIG}:
        raise validation_error(
            f"The sandbox does not support {problem}: its Autopilot trains on tables and time series only "
            f"(TabularJobConfig, {FORECASTING_CONFIG}). Use a real AWS account for this problem type."
        )
    for member in ("ModelDeployConfig", "AutoMLComputeConfig"):
        if request.get(member):
            raise validation_error(f"The sandbox does not support {member}; leave it out.")
    if problem == FORECASTING_CONFIG:
        check_forecasting(request, config)
    else:
        _check_tabular(config, request.get("AutoMLJobObjective"))
    _check_channels(request)
    for channel in request["AutoMLJobInputDataConfig"]:
        check_bucket(sage_maker, region, channel["DataSource"]["S3DataSource"]["S3Uri"])
    check_bucket(sage_maker, region, request["OutputDataConfig"]["S3OutputPath"])
    specification = config.get("FeatureSpecificationS3Uri")
    if specification:
        check_bucket(sage_maker, region, specification)


def _check_tabular(config: dict[str, Any], objective: dict[str, Any] | None) -> None:
    for member in UNSUPPORTED_TABULAR:
        if config.get(member):
            raise validation_error(f"The sandbox does not support TabularJobConfig.{member}; leave it out.")
    problem_type = config.get("ProblemType")
    metric = objective["MetricName"] if objective else None
    if (problem_type is None) != (metric is None):
        raise validation_error("ProblemType and AutoMLJobObjective must be given together, or both left out.")
    if problem_type is not None and metric not in OBJECTIVES[problem_type]:
        raise validation_error(
            f"Objective metric {metric} is not valid for problem type {problem_type}. "
            f"Take one of {', '.join(sorted(OBJECTIVES[problem_type]))}."
        )
    if config.get("SampleWeightAttributeName") == config["TargetAttributeName"]:
        raise validation_error("SampleWeightAttributeName must be another column than TargetAttributeName.")
    check_algorithms(config, SUPPORTED_ALGORITHMS)


def _check_channels(request: dict[str, Any]) -> None:
    kinds = [channel.get("ChannelType", "training") for channel in request["AutoMLJobInputDataConfig"]]
    if "training" not in kinds:
        raise validation_error("AutoMLJobInputDataConfig needs a channel of type 'training'.")
    if len(set(kinds)) != len(kinds):
        raise validation_error(
            "AutoMLJobInputDataConfig may have one channel of each type, training and validation."
        )
    fraction = request.get("DataSplitConfig", {}).get("ValidationFraction")
    if fraction is not None and "validation" in kinds:
        raise validation_error(
            "Give either a validation channel or DataSplitConfig.ValidationFraction, not both."
        )
    if fraction is not None and not 0 < fraction < 1:
        raise validation_error(f"ValidationFraction must be greater than 0 and less than 1, not {fraction}.")
