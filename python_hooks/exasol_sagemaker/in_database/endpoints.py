"""Deploy the best candidate of a job, and delete what was deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from exasol_sagemaker.columns import Column
from exasol_sagemaker.deployment import deploy_endpoint
from exasol_sagemaker.deployment_state import delete_endpoint, watch_endpoint
from exasol_sagemaker.describe_job import describe_answer, job_from_answer
from exasol_sagemaker.endpoint import Deployment, EndpointConfig
from exasol_sagemaker.errors import ConfigurationError, EndpointError, TrainingJobError
from exasol_sagemaker.in_database.credentials import Exa, aws_session
from exasol_sagemaker.in_database.keys import shown
from exasol_sagemaker.in_database.prediction import ExtensionUdf
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.naming import check_endpoint_name
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.prediction_udf import PredictionUdf
from exasol_sagemaker.session import AwsSession

POLL = "SME_POLL_SAGEMAKER_AUTOPILOT_JOB_STATUS"
DEPLOY = "SME_DEPLOY_SAGEMAKER_AUTOPILOT_ENDPOINT"
DELETE = "SME_DELETE_SAGEMAKER_AUTOPILOT_ENDPOINT"


@dataclass(frozen=True)
class KnownColumns:
    """A job's columns as SME_METADATA_AUTOPILOT_JOBS has them, for jobs that the extension itself started.

    Attributes:
        names: Of all columns, joined by semicolons.
        types: Of all columns, joined by semicolons.
        target: The target's.
    """

    names: str
    types: str
    target: str

    def complete(self, job: TrainingJob) -> TrainingJob:
        """The job with its columns, if they are not known from S3."""
        names, types = self.names.split(";"), self.types.split(";")
        if job.input_columns or not self.names or len(names) != len(types):
            return job
        columns = [Column(name, kind) for name, kind in zip(names, types, strict=True)]
        return replace(
            job,
            input_columns=tuple(column for column in columns if column.name != self.target),
            target_type=next((column.type for column in columns if column.name == self.target), None),
        )


def job_status(exa: Exa, *, job_name: Any, connection: Any, region: Any) -> tuple[str, str]:
    """Status and secondary status of a job.

    Raises:
        TrainingJobError: There is no such job.
    """
    aws = aws_session(exa, connection=connection, region=region, node=POLL)
    answer = existing_job(aws, job_name, node=POLL)
    return answer["AutoMLJobStatus"], answer.get("AutoMLJobSecondaryStatus", "")


def deploy(
    exa: Exa,
    *,
    job_name: Any,
    endpoint_name: Any,
    instance_type: Any,
    instance_count: Any,
    connection: Any,
    region: Any,
    schema: str,
    known: KnownColumns,
    project: str,
    target: str,
) -> tuple[Deployment, str]:
    """Deploy the best candidate of a job, and wait until it serves.

    Returns:
        The deployment, and the statement that creates its prediction UDF.

    Raises:
        TrainingJobError: There is no such job.
        ConfigurationError: A parameter cannot be.
        EndpointError: The job cannot be deployed, or the endpoint did not come into service.
        OwnershipError: An endpoint of that name belongs to somebody else.
        PredictionUdfError: What the model was trained on is not known.
    """
    node = f"{DEPLOY}, endpoint {endpoint_name}"
    check_endpoint_name(required(endpoint_name, "endpoint_name", node=DEPLOY))
    required(instance_type, "instance_type", node=DEPLOY)
    if not isinstance(instance_count, int):
        raise ConfigurationError(
            f"The parameter 'instance_count' is {shown(instance_count)}",
            node=node,
            hint="Give a whole number.",
        )
    aws = aws_session(exa, connection=connection, region=region, node=node)
    answer = existing_job(aws, job_name, node=node)
    aws = AwsSession(replace(aws.settings, role_arn=answer["RoleArn"]), aws.boto3_session)
    job = known.complete(job_from_answer(aws, answer))
    deployment = deploy_endpoint(
        aws,
        job,
        name=endpoint_name,
        config=EndpointConfig(instance_type, instance_count, endpoint_name),
        owner=endpoint_owner(endpoint_name, project, target),
    )
    for state in watch_endpoint(aws, endpoint_name, wanted=deployment.endpoint_config_name):
        deployment = replace(
            state, input_columns=job.input_columns, target_type=job.target_type, changed=deployment.changed
        )
    udf = PredictionUdf.for_deployment(deployment, region=region, connection=connection)
    return deployment, ExtensionUdf(udf).statement(schema, endpoint_name)


def delete(
    exa: Exa, *, endpoint_name: Any, connection: Any, region: Any, project: str, target: str
) -> list[str]:
    """Delete an endpoint with its configuration and its model.

    Returns:
        What was deleted.

    Raises:
        EndpointError: There is no such endpoint, nor anything left of it.
        OwnershipError: It belongs to somebody else.
    """
    required(endpoint_name, "endpoint_name", node=DELETE)
    aws = aws_session(exa, connection=connection, region=region, node=DELETE)
    deleted = delete_endpoint(aws, endpoint_name, endpoint_owner(endpoint_name, project, target))
    if not deleted:
        raise EndpointError(
            f"There is no endpoint {endpoint_name!r} in {region}",
            node=DELETE,
            hint="Check name and region; if it was deleted before, there is nothing to do.",
        )
    return deleted


def existing_job(aws: AwsSession, job_name: Any, *, node: str) -> Mapping[str, Any]:
    """SageMaker's description of a job.

    Raises:
        TrainingJobError: There is no such job.
    """
    answer = describe_answer(aws, required(job_name, "job_name", node=node))
    if answer is None:
        raise TrainingJobError(
            f"There is no Autopilot job {job_name!r} in {aws.region}",
            node=node,
            hint="Check name, region and account: names of jobs are in SME_METADATA_AUTOPILOT_JOBS.",
        )
    return answer


def endpoint_owner(endpoint_name: str, project: str, target: str) -> Owner:
    """Who owns an endpoint that was deployed here: by these tags it is known when it is to be deleted."""
    return Owner(project, target, f"{DEPLOY}.{endpoint_name}")


def required(value: Any, parameter: str, *, node: str) -> str:
    """A parameter that must be a text.

    Raises:
        ConfigurationError: It is not.
    """
    if not isinstance(value, str) or not value:
        raise ConfigurationError(
            f"The parameter {parameter!r} is {'empty' if value in (None, '') else shown(value)}",
            node=node,
            hint="Give a text.",
        )
    return value
