"""Names that somebody else's resources have: those are never touched, and the error names them."""

from __future__ import annotations

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    EndpointConfig,
    Owner,
    OwnershipError,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    start_training,
    watch_endpoint,
    watch_training,
)
from exasol_sagemaker.deployment_decision import decide_deployment
from exasol_sagemaker.ownership import as_dict
from exasol_sagemaker.training_decision import decide_training

from .conftest import CONFIG, QUERY, FaultySandbox

THEIRS = [{"Key": "team", "Value": "somebody else"}]


@pytest.fixture(scope="module")
def job(own_sandbox: FaultySandbox, database: pyexasol.ExaConnection) -> TrainingJob:
    session = own_sandbox.session()
    owner = Owner("faults", "taken", "model.faults.risk")
    started = start_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=owner)
    return list(watch_training(session, started.job_name))[-1].job


def tags(session: AwsSession, arn: str) -> dict[str, str]:
    return as_dict(session.sagemaker.list_tags(ResourceArn=arn)["Tags"])


def test_a_job(
    faulty: FaultySandbox, database: pyexasol.ExaConnection, job: TrainingJob, owner: Owner
) -> None:
    session = faulty.session()
    ours = decide_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=owner).job_name
    theirs = session.sagemaker.create_auto_ml_job_v2(
        AutoMLJobName=ours,
        AutoMLJobInputDataConfig=[
            {
                "ChannelType": "training",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": job.training_data_s3_uri}},
            }
        ],
        OutputDataConfig={"S3OutputPath": f"{session.settings.s3_uri}/theirs/"},
        AutoMLProblemTypeConfig={
            "TabularJobConfig": {"TargetAttributeName": "TARGET", "CompletionCriteria": {"MaxCandidates": 1}}
        },
        RoleArn=str(session.settings.role_arn),
        Tags=THEIRS,
    )["AutoMLJobArn"]

    with pytest.raises(OwnershipError) as refused:
        start_training(session, database, query=QUERY, name="risk", config=CONFIG, owner=owner)

    assert ours in refused.value.what
    assert tags(session, theirs) == {"team": "somebody else"}
    assert list(watch_training(session, ours))[-1].job.status == "Completed"


@pytest.mark.parametrize("kind", ["model", "endpoint configuration", "endpoint"])
def test_a_part_of_an_endpoint(faulty: FaultySandbox, job: TrainingJob, owner: Owner, kind: str) -> None:
    session = faulty.session()
    sagemaker = session.sagemaker
    wanted = decide_deployment(session, job, name="risk", config=EndpointConfig(), owner=owner).wanted
    other = Owner("somebody else", "test", "model.other.risk")
    deployed = deploy_endpoint(session, job, name="risk", config=EndpointConfig(), owner=other)
    variant = {"VariantName": "theirs", "ModelName": deployed.model_name, **wanted.hosts}
    if kind == "model":
        name = wanted.model_name
        arn = sagemaker.create_model(
            ModelName=name,
            Containers=wanted.containers,  # type: ignore[arg-type]
            ExecutionRoleArn=str(session.settings.role_arn),
            Tags=THEIRS,
        )["ModelArn"]
    elif kind == "endpoint configuration":
        name = wanted.config_name
        arn = sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant], Tags=THEIRS
        )["EndpointConfigArn"]
    else:
        name = wanted.endpoint
        arn = sagemaker.create_endpoint(
            EndpointName=name, EndpointConfigName=deployed.endpoint_config_name, Tags=THEIRS
        )["EndpointArn"]
    try:
        with pytest.raises(OwnershipError) as refused:
            deploy_endpoint(session, job, name="risk", config=EndpointConfig(), owner=owner)

        assert f"The {kind} {name!r}" in refused.value.what
        assert tags(session, arn) == {"team": "somebody else"}
        left = sagemaker.list_models(NameContains=wanted.model_name)["Models"]
        assert bool(left) == (kind == "model"), "what was made for it is gone again"
    finally:
        list(watch_endpoint(session, deployed.endpoint_name))
        if kind == "endpoint":
            sagemaker.delete_endpoint(EndpointName=name)
        delete_endpoint(session, deployed.endpoint_name, other)
