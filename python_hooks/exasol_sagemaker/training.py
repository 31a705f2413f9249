"""Start and stop Autopilot jobs; the same input gives the same job."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from exasol_sagemaker import naming, s3
from exasol_sagemaker.describe_job import describe_answer, describe_training, training_data_uri
from exasol_sagemaker.errors import (
    ConfigurationError,
    ExasolSageMakerError,
    TrainingJobError,
    aws_errors,
    error_code,
    from_aws,
)
from exasol_sagemaker.existing_job import list_attempts, newest_job, usable_job
from exasol_sagemaker.export import export_query, new_export_uri
from exasol_sagemaker.fingerprint import fingerprint
from exasol_sagemaker.job import TrainingConfig, TrainingJob
from exasol_sagemaker.manifest import Export
from exasol_sagemaker.ownership import FINGERPRINT, Owner, read_tags, require_owner
from exasol_sagemaker.retraining import ON_CHANGE, Retraining
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training_checks import check_columns, check_config, check_data
from exasol_sagemaker.training_data import TrainingData, profile, read_columns

if TYPE_CHECKING:
    from pyexasol import ExaConnection

log = logging.getLogger("exasol_sagemaker")


def start_training(
    aws: AwsSession,
    database: ExaConnection,
    *,
    query: str,
    name: str,
    config: TrainingConfig,
    owner: Owner,
    retrain: bool = False,
    policy: Retraining = ON_CHANGE,
) -> TrainingJob:
    """Train on what `query` returns, unless a job with the same input exists. Returns at once.

    Args:
        query: The training query.
        name: Name of the model: the job's name is made of it.
        config: What to train.
        owner: Who asks for it; written on everything that is made.
        retrain: Start a new job even if one with the same input exists.
        policy: When else a new job is started, or an old one kept although its input has changed.

    Raises:
        ConfigurationError: The configuration cannot be (found before anything is exported).
        TrainingDataError: The data cannot be trained on (found before anything is exported).
        ExportError: The data could not be written to S3; nothing is left there.
        TrainingJobError: SageMaker refused the job; the export is removed.
        OwnershipError: The job's name belongs to somebody else.
    """
    node = owner.node
    naming.slug(name)
    asked = check_config(config, node=node)
    if not policy.on_change and not retrain:
        kept = newest_job(aws, name, owner)
        if kept is not None and policy.keeps(kept.age_seconds):
            return replace(kept, notes=(f"job {kept.job_name} is kept, as `retrain` says",))
        retrain = kept is not None
    columns = read_columns(database, query, node=node)
    target = check_columns(columns, asked, node=node)
    asked = replace(asked, target_column=target.name)
    data = profile(database, query, columns, target, node=node)
    check_data(data, asked, node=node)

    digest = fingerprint(owner, data, asked)
    base = naming.job_base_name(aws.settings.named(name), digest)
    attempts = list_attempts(aws, base)
    if attempts and not retrain:
        job = usable_job(aws, naming.job_name(base, attempts[-1]), owner)
        if job is not None and not policy.demands(job.age_seconds):
            log.info("%s: job %s has the same input, %s", node, job.job_name, job.status)
            return job
    job_name = naming.job_name(base, attempts[-1] + 1 if attempts else 1)
    notes = _notes(config, asked)
    return _start(aws, database, job_name, data, asked, owner=owner, name=name, digest=digest, notes=notes)


def stop_training(aws: AwsSession, job_name: str, owner: Owner) -> None:
    """Stop a running job of this owner; one that has ended is left as it is.

    Raises:
        TrainingJobError: There is no such job.
        OwnershipError: It belongs to somebody else.
    """
    job = describe_training(aws, job_name)
    if job.ended or job.status == "Stopping":
        return
    require_owner(owner, read_tags(aws.sagemaker, job.job_arn), kind="The Autopilot job", name=job_name)
    with aws_errors("The Autopilot job could not be stopped", node=job_name, kind=TrainingJobError):
        aws.sagemaker.stop_auto_ml_job(AutoMLJobName=job_name)


def _start(
    aws: AwsSession,
    database: ExaConnection,
    job_name: str,
    data: TrainingData,
    config: TrainingConfig,
    *,
    owner: Owner,
    name: str,
    digest: str,
    notes: tuple[str, ...],
) -> TrainingJob:
    if aws.settings.role_arn is None:
        raise ConfigurationError(
            "No execution role is configured",
            node=owner.node,
            hint="Set `role_arn` in the profile's sagemaker block to a role that SageMaker may assume.",
        )
    aws.require_bucket()
    job_uri = naming.job_prefix(aws.settings.s3_uri, owner, name, job_name)
    export = export_query(
        aws,
        database,
        query=data.query,
        columns=data.columns,
        s3_uri=new_export_uri(job_uri),
        expected_rows=data.row_count,
        fingerprint=digest,
        node=owner.node,
    )
    if export.transport_reason:
        notes = (*notes, f"transport {export.transport}: {export.transport_reason}")
    started = create_job(aws, job_name, export, config, output_uri=f"{job_uri}output/", owner=owner)
    job = describe_training(aws, job_name)
    log.info("%s: job %s %s", owner.node, job_name, "started" if started else "adopted")
    return replace(job, started=started, notes=notes)


def create_job(
    aws: AwsSession, job_name: str, export: Export, config: TrainingConfig, *, output_uri: str, owner: Owner
) -> bool:
    """Start the job on an export; False if another run of this owner's has done so in the meantime.

    The export is removed from S3 when it is certain that no job uses it. A refusal, or no answer at all, does
    not say that: if an answer is lost on the way, boto3 sends the request again, and is told that the name is
    taken, by its own job.

    Raises:
        TrainingJobError: SageMaker refused the job, or cannot be asked whether it runs.
        OwnershipError: The job's name belongs to somebody else.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    request = _request(aws, job_name, export, config, output_uri=output_uri, owner=owner)
    try:
        aws.sagemaker.create_auto_ml_job_v2(**request)
    except (ClientError, BotoCoreError) as error:
        answer = describe_answer(aws, job_name)
        if answer is not None and training_data_uri(answer) == export.data_uri:
            return True
        s3.delete_prefix(aws, export.s3_uri)
        if answer is None or error_code(error) != "ResourceInUse":
            raise _refused(error, job_name, owner) from error
        tags = read_tags(aws.sagemaker, answer["AutoMLJobArn"])
        require_owner(owner, tags, kind="The Autopilot job", name=job_name)
        return False
    return True


def _refused(error: Exception, job_name: str, owner: Owner) -> ExasolSageMakerError:
    return from_aws(
        error, f"SageMaker did not start the job {job_name}", node=owner.node, kind=TrainingJobError
    )


def _request(
    aws: AwsSession, job_name: str, export: Export, config: TrainingConfig, *, output_uri: str, owner: Owner
) -> dict[str, Any]:
    limits = {
        "MaxCandidates": config.max_candidates,
        "MaxAutoMLJobRuntimeInSeconds": config.max_runtime_seconds,
        "MaxRuntimePerTrainingJobInSeconds": config.max_runtime_per_training_job_seconds,
    }
    tabular: dict[str, Any] = {
        "TargetAttributeName": config.target_column,
        "ProblemType": config.problem_type,
        "Mode": config.mode,
        "SampleWeightAttributeName": config.sample_weight_column,
        "CompletionCriteria": _given(limits),
        "FeatureSpecificationS3Uri": config.feature_specification_s3_uri,
        "GenerateCandidateDefinitionsOnly": config.candidate_definitions_only,
    }
    if config.algorithms:
        algorithms = [{"AutoMLAlgorithms": list(config.algorithms)}]
        tabular["CandidateGenerationConfig"] = {"AlgorithmsConfig": algorithms}
    channel = {
        "ChannelType": "training",
        "ContentType": "text/csv;header=present",
        "CompressionType": "None",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": export.data_uri}},
    }
    fraction = config.validation_fraction
    tags = {**config.tags, FINGERPRINT: export.fingerprint}
    request: dict[str, Any] = {
        "AutoMLJobName": job_name,
        "AutoMLJobInputDataConfig": [channel],
        "OutputDataConfig": _given({"S3OutputPath": output_uri, "KmsKeyId": config.output_kms_key}),
        "AutoMLProblemTypeConfig": {"TabularJobConfig": _given(tabular)},
        "RoleArn": aws.settings.role_arn,
        "Tags": owner.tags(tags),
        "AutoMLJobObjective": {"MetricName": config.objective} if config.objective else None,
        "DataSplitConfig": {"ValidationFraction": fraction} if fraction is not None else None,
        "SecurityConfig": _security(config),
        "AutoMLComputeConfig": _compute(config),
    }
    return _given(request)


def _security(config: TrainingConfig) -> dict[str, Any]:
    vpc = {"SecurityGroupIds": list(config.security_groups), "Subnets": list(config.subnets)}
    return _given(
        {
            "VolumeKmsKeyId": config.volume_kms_key,
            "EnableInterContainerTrafficEncryption": config.encrypt_traffic,
            "VpcConfig": _given(vpc),
        }
    )


def _compute(config: TrainingConfig) -> dict[str, Any]:
    role = config.emr_serverless_role_arn
    return {"EmrServerlessComputeConfig": {"ExecutionRoleARN": role}} if role else {}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, {}, [])}


def _notes(config: TrainingConfig, asked: TrainingConfig) -> tuple[str, ...]:
    if asked.objective and not config.objective:
        return (f"objective {asked.objective}: AWS's default for {asked.problem_type}",)
    return ()
