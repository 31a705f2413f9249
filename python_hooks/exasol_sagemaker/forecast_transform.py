"""What a forecast's transform job reads, and how it is asked for.

Sources: SageMaker developer guide, "Batch forecasting"; aws/amazon-sagemaker-examples,
autopilot/autopilot_time_series: whole files go to the model, with a header, and each holds whole series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exasol_sagemaker.export import export_query
from exasol_sagemaker.forecast import ForecastPlan, exported_columns, history_query
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection

_TIMEOUT_SECONDS = 3600


def export_history(aws: AwsSession, database: ExaConnection, plan: ForecastPlan, export_uri: str) -> str:
    """Write the history to S3; gives the prefix of its files.

    Raises:
        ExportError: It could not be written; nothing of it is left.
    """
    found = dict(zip(plan.trained, plan.features, strict=True))
    export = export_query(
        aws,
        database,
        query=history_query(plan.query, found, plan.series),
        columns=exported_columns(found, plan.series),
        s3_uri=export_uri,
        expected_rows=plan.row_count,
        fingerprint=plan.fingerprint,
        parts=plan.files,
        whole_parts=True,
        node=plan.owner.node,
    )
    return export.data_uri


def forecast_request(plan: ForecastPlan, name: str, *, data_uri: str, output_uri: str) -> dict[str, Any]:
    """The members of CreateTransformJob."""
    return {
        "TransformJobName": name,
        "ModelName": plan.model_name,
        "MaxPayloadInMB": 0,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": _TIMEOUT_SECONDS},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data_uri}},
            "ContentType": "text/csv",
            "CompressionType": "None",
            "SplitType": "None",
        },
        "TransformOutput": {"S3OutputPath": output_uri, "Accept": "text/csv", "AssembleWith": "Line"},
        "TransformResources": {
            "InstanceType": plan.config.instance_type,
            "InstanceCount": plan.config.instance_count,
        },
    }
