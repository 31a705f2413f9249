"""dbt adapter `exasol_sagemaker`: dbt-exasol, and SageMaker Autopilot beside it."""

from dbt.adapters.base import AdapterPlugin

from dbt.adapters.exasol_sagemaker.connections import ExasolSageMakerConnectionManager
from dbt.adapters.exasol_sagemaker.credentials import ExasolSageMakerCredentials
from dbt.adapters.exasol_sagemaker.impl import ExasolSageMakerAdapter
from dbt.include import exasol_sagemaker

Plugin = AdapterPlugin(
    adapter=ExasolSageMakerAdapter,
    credentials=ExasolSageMakerCredentials,
    include_path=exasol_sagemaker.PACKAGE_PATH,
    dependencies=["exasol"],
)

__all__ = [
    "ExasolSageMakerAdapter",
    "ExasolSageMakerConnectionManager",
    "ExasolSageMakerCredentials",
    "Plugin",
]
