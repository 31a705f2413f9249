"""Start and stop Autopilot jobs; the same input gives the same job."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

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
from exasol_sagemaker.export import export_query, new_export_uri
from exasol_sagemaker.feature_checks import feature_specification
from exasol_sagemaker.forecasting import ForecastingConfig
from exasol_sagemaker.guards import limited_runtime
from exasol_sagemaker.job import TrainingConfig, TrainingJob
from exasol_sagemaker.job_slots import JobSlots
from exasol_sagemaker.manifest import Export
from exasol_sagemaker.ownership import Owner, read_tags, require_owner
from exasol_sagemaker.retraining import ON_CHANGE, Retraining
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training_data import TrainingData
from exasol_sagemaker.training_decision import TrainingDecision, TrainingInput, decide_training
from exasol_sagemaker.training_request import training_request

if TYPE_CHECKING:
    from pyexasol import ExaConnection

log = logging.getLogger("exasol_sagemaker")


def start_training(
    aws: AwsSession,
    database: ExaConnection,
    *,
    query: str,
    name: str,
    config: TrainingConfig | ForecastingConfig,
    owner: Owner,
    validation: str | None = None,
    retrain: bool = False,
    policy: Retraining = ON_CHANGE,
    slots: JobSlots | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> TrainingJob:
    """Train on what `query` returns, unless a job with the same input exists. Returns at once.

    Only if as many jobs run as the guard max_concurrent_jobs allows, it waits first until one has ended.

    Args:
        query: The training query.
        name: Name of the model: the job's name is made of it.
        config: What to train.
        owner: Who asks for it; written on everything that is made.
        validation: Query whose rows the candidates are validated on; needs the columns of the training query.
        retrain: Start a new job even if one with the same input exists.
        policy: When else a new job is started, or an old one kept although its input has changed.
        slots: Shared by all that start jobs in this process at once.
        sleep: Sleeps for some seconds while the job has to wait for others.

    Raises:
        ConfigurationError: The configuration cannot be (found before anything is exported).
        TrainingDataError: The data cannot be trained on (found before anything is exported).
        ExportError: The data could not be written to S3; nothing is left there.
        TrainingJobError: SageMaker refused the job; the export is removed.
        OwnershipError: The job's name belongs to somebody else.
    """
    slots = slots or JobSlots(aws)

    def decide() -> TrainingDecision:
        return decide_training(
            aws,
            database,
            query=query,
            name=name,
            config=config,
            owner=owner,
            validation=validation,
            retrain=retrain,
            policy=policy,
        )

    decision = decide()
    while decision.trains and not slots.take(decision.job_name, owner):
        log.info("%s: waiting for one of %s jobs to end", owner.node, aws.settings.guards.max_concurrent_jobs)
        slots.wait(owner, sleep=sleep)
        decision = decide()
    return carry_out(aws, database, decision, slots=slots)


def carry_out(
    aws: AwsSession, database: ExaConnection, decision: TrainingDecision, *, slots: JobSlots | None = None
) -> TrainingJob:
    """Do what was decided: start the job, or give the one that is kept.

    Args:
        slots: Where the job's slot was taken.
    """
    if decision.job is not None or decision.input is None:
        job = decision.job or describe_training(aws, decision.job_name)
        log.info("%s: job %s is kept: %s", decision.owner.node, decision.job_name, decision.reason)
        return replace(job, notes=decision.notes, reason=decision.reason)
    try:
        return _start(aws, database, decision, decision.input)
    except BaseException:
        if slots is not None:
            slots.give_back(decision.job_name)
        raise


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
    aws: AwsSession, database: ExaConnection, decision: TrainingDecision, found: TrainingInput
) -> TrainingJob:
    owner, job_name, notes = decision.owner, decision.job_name, decision.notes
    if aws.settings.role_arn is None:
        raise ConfigurationError(
            "No execution role is configured",
            node=owner.node,
            hint="Set `role_arn` in the profile's sagemaker block to a role that SageMaker may assume.",
        )
    aws.require_bucket()
    job_uri = naming.job_prefix(aws.settings.s3_uri, owner, decision.name, job_name)
    export = _export(aws, database, found.exported, new_export_uri(job_uri), owner, found)
    if export.transport_reason:
        notes = (*notes, f"transport {export.transport}: {export.transport_reason}")
    config = limited_runtime(aws.settings.guards, found.config)
    if config != found.config:
        notes = (*notes, f"max_runtime_seconds {config.max_runtime_seconds}: the guard's")
    validation_uri = None
    try:
        if found.validation is not None:
            place = f"{export.s3_uri}validation/"
            validation_uri = _export(aws, database, found.validation, place, owner).data_uri
        specification = feature_specification(config)
        if specification is not None:
            uri = f"{export.s3_uri}features.json"
            s3.write_text(aws, uri, specification)
            config = replace(config, feature_specification_s3_uri=uri)
    except BaseException:
        s3.delete_prefix(aws, export.s3_uri)
        raise
    started = create_job(
        aws,
        job_name,
        export,
        config,
        output_uri=f"{job_uri}output/",
        owner=owner,
        validation_uri=validation_uri,
    )
    job = describe_training(aws, job_name)
    log.info("%s: job %s %s", owner.node, job_name, "started" if started else "adopted")
    return replace(job, started=started, notes=notes, reason=decision.reason)


def _export(
    aws: AwsSession,
    database: ExaConnection,
    data: TrainingData,
    s3_uri: str,
    owner: Owner,
    found: TrainingInput | None = None,
) -> Export:
    return export_query(
        aws,
        database,
        query=data.query,
        columns=data.columns,
        s3_uri=s3_uri,
        expected_rows=data.row_count,
        fingerprint=found.digest if found else "",
        inputs=found.parts if found else None,
        node=owner.node,
    )


def create_job(
    aws: AwsSession,
    job_name: str,
    export: Export,
    config: TrainingConfig | ForecastingConfig,
    *,
    output_uri: str,
    owner: Owner,
    validation_uri: str | None = None,
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

    request = training_request(
        job_name,
        export,
        config,
        role_arn=aws.settings.role_arn,
        output_uri=output_uri,
        owner=owner,
        validation_uri=validation_uri,
    )
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
