"""Endpoints whose number of instances follows their load."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from exasol_sagemaker import (
    Autoscaling,
    AwsSession,
    ConfigurationError,
    Deployment,
    EndpointConfig,
    EndpointError,
    Owner,
    Serverless,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    describe_endpoint,
    teardown,
    watch_endpoint,
)
from exasol_sagemaker.autoscaling import (
    deregister_autoscaling,
    from_tag,
    read_autoscaling,
    register_autoscaling,
    to_tag,
)
from exasol_sagemaker.endpoint_list import list_own_endpoints
from exasol_sagemaker.guards import Guards
from exasol_sagemaker.plan import plan_endpoint

ROW = "1,F,100.00,2,clerk,true,1990-01-01,2020-01-01 00:00:00,0.5"
SCALING = Autoscaling(max_instances=3, invocations_per_instance=5.0, scale_out_cooldown=0)
CONFIG = EndpointConfig(autoscaling=SCALING)


def deploy(session: AwsSession, job: TrainingJob, owner: Owner, config: EndpointConfig) -> Deployment:
    """Deploy without what a table would know, and wait."""
    deployment = deploy_endpoint(session, job, name="risk", config=config, owner=owner)
    settled = list(watch_endpoint(session, deployment.endpoint_name))[-1]
    return replace(settled, changed=deployment.changed, drift=deployment.drift)


def instances(session: AwsSession, deployment: Deployment) -> int:
    answer = session.sagemaker.describe_endpoint(EndpointName=deployment.endpoint_name)
    return answer["ProductionVariants"][0]["DesiredInstanceCount"]


@pytest.fixture(scope="module")
def deployed(session: AwsSession, trained: TrainingJob) -> Iterator[tuple[Deployment, Owner]]:
    owner = Owner(project="hooks scaling", target="shared", node="model.hooks.risk")
    yield deploy(session, trained, owner, CONFIG), owner
    teardown(session, project=owner.project, target=owner.target)


@pytest.fixture
def endpoint(
    session: AwsSession, trained: TrainingJob, deployed: tuple[Deployment, Owner]
) -> tuple[Deployment, Owner]:
    """It, scaled as CONFIG says."""
    deployment, owner = deployed
    deploy(session, trained, owner, CONFIG)
    register_autoscaling(session, deployment.endpoint_name, SCALING, node=owner.node)
    return deployed


def test_its_instances_follow_its_load_and_an_update_keeps_them(
    session: AwsSession, trained: TrainingJob, endpoint: tuple[Deployment, Owner]
) -> None:
    deployment, owner = endpoint
    name = deployment.endpoint_name
    assert read_autoscaling(session, name) == SCALING
    assert describe_endpoint(session, name).autoscaling == SCALING
    assert instances(session, deployment) == 1
    for _ in range(12):
        session.runtime.invoke_endpoint(EndpointName=name, Body=ROW, ContentType="text/csv")
    deadline = time.monotonic() + 300
    while instances(session, deployment) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert instances(session, deployment) == 3

    bigger = replace(CONFIG, instance_type="ml.m5.xlarge")
    updated = deploy(session, trained, owner, bigger)
    assert (updated.changed, updated.instance_type, instances(session, updated)) == (True, "ml.m5.xlarge", 3)
    assert read_autoscaling(session, name) == SCALING
    assert not deploy(session, trained, owner, bigger).drift
    (listed,) = list_own_endpoints(session, project=owner.project)
    assert (listed.autoscaling, listed.instance_count, listed.drift) == (SCALING, 3, ())


def test_other_limits_are_no_update_of_the_endpoint(
    session: AwsSession, trained: TrainingJob, endpoint: tuple[Deployment, Owner]
) -> None:
    deployment, owner = endpoint
    other = replace(SCALING, max_instances=4, min_instances=2, invocations_per_instance=50.0)
    config = replace(CONFIG, autoscaling=other)
    planned = plan_endpoint(session, trained, name="risk", config=config, owner=owner)
    assert (planned.action, "2 to 4 instances" in planned.reason) == ("update", True)

    changed = deploy(session, trained, owner, config)
    assert not changed.changed
    assert read_autoscaling(session, deployment.endpoint_name) == other
    assert instances(session, deployment) >= 2
    assert plan_endpoint(session, trained, name="risk", config=config, owner=owner).action == "keep"


def test_what_somebody_else_set_is_told_and_left_until_the_config_changes(
    session: AwsSession, trained: TrainingJob, endpoint: tuple[Deployment, Owner]
) -> None:
    deployment, owner = endpoint
    name = deployment.endpoint_name
    theirs = replace(SCALING, max_instances=9)
    register_autoscaling(session, name, theirs, node=owner.node)

    (sentence,) = deploy(session, trained, owner, CONFIG).drift
    assert "was changed by somebody else: it has 1 to 9 instances" in sentence
    (listed,) = list_own_endpoints(session, project=owner.project)
    assert listed.drift == (sentence,)
    assert read_autoscaling(session, name) == theirs
    ours = replace(CONFIG, autoscaling=replace(SCALING, max_instances=5))
    assert not deploy(session, trained, owner, ours).drift
    assert read_autoscaling(session, name) == ours.autoscaling


def test_a_run_that_was_killed_before_it_registered_is_carried_on_with(
    session: AwsSession, trained: TrainingJob, endpoint: tuple[Deployment, Owner]
) -> None:
    deployment, owner = endpoint
    deregister_autoscaling(session, deployment.endpoint_name, node=owner.node)
    (listed,) = list_own_endpoints(session, project=owner.project)
    assert "is not registered" in listed.drift[0]
    assert not deploy(session, trained, owner, CONFIG).drift
    assert read_autoscaling(session, deployment.endpoint_name) == SCALING


def test_without_the_option_autoscaling_ends_and_comes_back_with_it(
    session: AwsSession, trained: TrainingJob, endpoint: tuple[Deployment, Owner]
) -> None:
    deployment, owner = endpoint
    wider = replace(CONFIG, autoscaling=replace(SCALING, min_instances=2))
    deploy(session, trained, owner, wider)
    assert instances(session, deployment) >= 2

    plain = deploy(session, trained, owner, EndpointConfig())
    assert (plain.autoscaling, plain.drift) == (None, ())
    assert read_autoscaling(session, plain.endpoint_name) is None
    assert instances(session, plain) == 1
    assert not deploy(session, trained, owner, EndpointConfig()).drift


@pytest.mark.parametrize("autoscaling", [SCALING, None])
def test_a_refused_update_leaves_it_scaled_as_it_was(
    session: AwsSession,
    trained: TrainingJob,
    endpoint: tuple[Deployment, Owner],
    monkeypatch: pytest.MonkeyPatch,
    autoscaling: Autoscaling | None,
) -> None:
    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ResourceLimitExceeded", "Message": "no"}}, "UpdateEndpoint")

    deployment, owner = endpoint
    monkeypatch.setattr(session.sagemaker, "update_endpoint", refuse)
    with pytest.raises(EndpointError, match="could not be updated"):
        deploy(
            session, trained, owner, EndpointConfig(instance_type="ml.m5.2xlarge", autoscaling=autoscaling)
        )
    assert read_autoscaling(session, deployment.endpoint_name) == SCALING
    assert describe_endpoint(session, deployment.endpoint_name).autoscaling == SCALING


def test_it_is_deregistered_before_it_is_deleted(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    deployment = deploy(session, trained, owner, CONFIG)
    calls: list[str] = []
    for client in (session.sagemaker, session.autoscaling):
        client.meta.events.register(
            "before-call", lambda model, **_: calls.append(model.name), unique_id="noted"
        )
    try:
        delete_endpoint(session, deployment.endpoint_name, owner)
    finally:
        for client in (session.sagemaker, session.autoscaling):
            client.meta.events.unregister("before-call", unique_id="noted")
    assert calls.index("DeregisterScalableTarget") < calls.index("DeleteEndpoint")
    assert read_autoscaling(session, deployment.endpoint_name) is None


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (EndpointConfig(autoscaling=Autoscaling(0, 5.0)), "between 1 and 0 instances"),
        (EndpointConfig(autoscaling=Autoscaling(2, 5.0, min_instances=0)), "between 0 and 2 instances"),
        (EndpointConfig(autoscaling=Autoscaling(2, 0.0)), "invocations_per_instance 0.0 is out of range"),
        (EndpointConfig(autoscaling=Autoscaling(2, 5.0, scale_in_cooldown=-1)), "cannot be negative"),
        (EndpointConfig(instance_count=4, autoscaling=SCALING), "more than max_instances 3"),
        (EndpointConfig(instance_type="ml.t2.medium", autoscaling=SCALING), "cannot be scaled"),
        (EndpointConfig(serverless=Serverless(), autoscaling=SCALING), "no instances to scale"),
    ],
)
def test_a_scaling_that_aws_would_refuse_is_refused_before_anything_is_made(
    session: AwsSession, trained: TrainingJob, owner: Owner, config: EndpointConfig, complaint: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        deploy_endpoint(session, trained, name="risk", config=config, owner=owner)
    assert complaint in str(refused.value)


def test_the_guard_counts_the_most_instances(session: AwsSession, trained: TrainingJob, owner: Owner) -> None:
    settings = replace(session.settings, guards=Guards(max_endpoint_instances=2))
    guarded = AwsSession(settings, session.boto3_session)
    with pytest.raises(ConfigurationError, match="3 instances are asked for"):
        deploy_endpoint(guarded, trained, name="risk", config=CONFIG, owner=owner)


def test_the_tag_says_all_of_it() -> None:
    for scaling in (SCALING, Autoscaling(20, 0.25, 3, 0, 1), Autoscaling(2, 1e9)):
        assert from_tag(to_tag(scaling)) == scaling
    assert from_tag("") is from_tag(None) is from_tag("by hand") is None
