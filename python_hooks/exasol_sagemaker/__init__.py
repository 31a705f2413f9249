"""SageMaker Autopilot for data in Exasol, usable without dbt."""

from exasol_sagemaker.columns import Column, columns_from_json, columns_to_json
from exasol_sagemaker.connection import connection_exists, create_connection
from exasol_sagemaker.deployment import deploy_endpoint
from exasol_sagemaker.deployment_state import delete_endpoint, describe_endpoint, watch_endpoint
from exasol_sagemaker.describe_job import describe_training, list_candidates, watch_training
from exasol_sagemaker.endpoint import Deployment, EndpointConfig
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
)
from exasol_sagemaker.export import export_to_s3
from exasol_sagemaker.job import Candidate, TrainingConfig, TrainingJob, TrainingProgress
from exasol_sagemaker.manifest import Export, ExportedFile
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.prediction_udf import PredictionUdf, create_prediction_udf, read_prediction_udf
from exasol_sagemaker.session import AwsSession, Check
from exasol_sagemaker.settings import SageMakerSettings
from exasol_sagemaker.teardown import Removed, teardown
from exasol_sagemaker.training import start_training, stop_training

__all__ = [
    "AwsError",
    "AwsSession",
    "Candidate",
    "Check",
    "Column",
    "ConfigurationError",
    "ConnectionObjectError",
    "CredentialsError",
    "Deployment",
    "EndpointConfig",
    "EndpointError",
    "ExasolSageMakerError",
    "Export",
    "ExportError",
    "ExportedFile",
    "NamingError",
    "Owner",
    "OwnershipError",
    "PredictionUdf",
    "PredictionUdfError",
    "Removed",
    "SageMakerSettings",
    "TrainingConfig",
    "TrainingDataError",
    "TrainingJob",
    "TrainingJobError",
    "TrainingProgress",
    "columns_from_json",
    "columns_to_json",
    "connection_exists",
    "create_connection",
    "create_prediction_udf",
    "delete_endpoint",
    "deploy_endpoint",
    "describe_endpoint",
    "describe_training",
    "export_to_s3",
    "list_candidates",
    "read_prediction_udf",
    "start_training",
    "stop_training",
    "teardown",
    "watch_endpoint",
    "watch_training",
]
