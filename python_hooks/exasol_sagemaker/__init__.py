"""SageMaker Autopilot for data in Exasol, usable without dbt."""

from exasol_sagemaker.batch import BatchConfig, BatchPlan, Chunk, TransformJob
from exasol_sagemaker.batch_load import LoadedPredictions, load_predictions
from exasol_sagemaker.batch_plan import plan_batch
from exasol_sagemaker.batch_transform import (
    describe_transform,
    finish_batch,
    require_transformed,
    start_transforms,
    watch_transforms,
)
from exasol_sagemaker.columns import Column, columns_from_json, columns_to_json
from exasol_sagemaker.connection import connection_exists, create_connection, refresh_connection
from exasol_sagemaker.deployment import deploy_endpoint
from exasol_sagemaker.deployment_state import delete_endpoint, describe_endpoint, watch_endpoint
from exasol_sagemaker.describe_job import describe_training, list_candidates
from exasol_sagemaker.endpoint import (
    Autoscaling,
    DataCapture,
    Deployment,
    EndpointConfig,
    Explainer,
    Serverless,
)
from exasol_sagemaker.endpoint_list import OwnEndpoint, list_own_endpoints, prune_endpoints
from exasol_sagemaker.errors import (
    AwsError,
    BatchPredictionError,
    ConfigurationError,
    ConnectionObjectError,
    CredentialsError,
    EndpointError,
    ExasolSageMakerError,
    ExportError,
    NamingError,
    OwnershipError,
    PredictionUdfError,
    TrainingDataError,
    TrainingJobError,
    WaitInterruptedError,
)
from exasol_sagemaker.export import export_to_s3
from exasol_sagemaker.forecast import ForecastConfig, ForecastPlan, plan_forecast
from exasol_sagemaker.forecast_load import load_forecast
from exasol_sagemaker.forecasting import ForecastingConfig
from exasol_sagemaker.guards import Guards
from exasol_sagemaker.job import Candidate, TrainingConfig, TrainingJob, TrainingProgress
from exasol_sagemaker.job_slots import JobSlots
from exasol_sagemaker.manifest import Export, ExportedFile
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.polling import Pause
from exasol_sagemaker.prediction_udf import PredictionUdf, create_prediction_udf, read_prediction_udf
from exasol_sagemaker.retraining import Retraining
from exasol_sagemaker.rollback import roll_back_endpoint
from exasol_sagemaker.session import AwsSession, Check
from exasol_sagemaker.settings import SageMakerSettings
from exasol_sagemaker.teardown import Removed, teardown
from exasol_sagemaker.training import carry_out, start_training, stop_training
from exasol_sagemaker.training_decision import TrainingDecision, decide_training
from exasol_sagemaker.training_watch import TrainingWatch, watch_training

__all__ = [
    "Autoscaling",
    "AwsError",
    "AwsSession",
    "BatchConfig",
    "BatchPlan",
    "BatchPredictionError",
    "Candidate",
    "Check",
    "Chunk",
    "Column",
    "ConfigurationError",
    "ConnectionObjectError",
    "CredentialsError",
    "DataCapture",
    "Deployment",
    "EndpointConfig",
    "EndpointError",
    "ExasolSageMakerError",
    "Explainer",
    "Export",
    "ExportError",
    "ExportedFile",
    "ForecastConfig",
    "ForecastPlan",
    "ForecastingConfig",
    "Guards",
    "JobSlots",
    "LoadedPredictions",
    "NamingError",
    "OwnEndpoint",
    "Owner",
    "OwnershipError",
    "Pause",
    "PredictionUdf",
    "PredictionUdfError",
    "Removed",
    "Retraining",
    "SageMakerSettings",
    "Serverless",
    "TrainingConfig",
    "TrainingDataError",
    "TrainingDecision",
    "TrainingJob",
    "TrainingJobError",
    "TrainingProgress",
    "TrainingWatch",
    "TransformJob",
    "WaitInterruptedError",
    "carry_out",
    "columns_from_json",
    "columns_to_json",
    "connection_exists",
    "create_connection",
    "create_prediction_udf",
    "decide_training",
    "delete_endpoint",
    "deploy_endpoint",
    "describe_endpoint",
    "describe_training",
    "describe_transform",
    "export_to_s3",
    "finish_batch",
    "list_candidates",
    "list_own_endpoints",
    "load_forecast",
    "load_predictions",
    "plan_batch",
    "plan_forecast",
    "prune_endpoints",
    "read_prediction_udf",
    "refresh_connection",
    "require_transformed",
    "roll_back_endpoint",
    "start_training",
    "start_transforms",
    "stop_training",
    "teardown",
    "watch_endpoint",
    "watch_training",
    "watch_transforms",
]
