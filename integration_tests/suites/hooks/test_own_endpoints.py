"""Endpoints that somebody else changed, and endpoints that nobody needs any more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Deployment,
    EndpointConfig,
    OwnEndpoint,
    Owner,
    Serverless,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    describe_endpoint,
    list_own_endpoints,
    prune_endpoints,
    watch_endpoint,
)
from exasol_sagemaker.cli.main import cli
from exasol_sagemaker.drift import find_drift
from exasol_sagemaker.ownership import EXPIRES_AT

OWNER = Owner(project="hooks own", target="dev", node="model.hooks.risk")
CONFIG = EndpointConfig(ttl=timedelta(hours=12))
NOW = datetime.now(timezone.utc)


@pytest.fixture(scope="module")
def needed(session: AwsSession, trained: TrainingJob) -> Iterator[Deployment]:
    """An endpoint with a ttl."""
    deployment = deploy_endpoint(session, trained, name="risk", config=CONFIG, owner=OWNER)
    yield list(watch_endpoint(session, deployment.endpoint_name))[-1]
    delete_endpoint(session, deployment.endpoint_name, OWNER)


def expire_at(session: AwsSession, deployment: Deployment, moment: datetime) -> None:
    tags = [{"Key": EXPIRES_AT, "Value": moment.isoformat()}]
    session.sagemaker.add_tags(ResourceArn=deployment.endpoint_arn, Tags=tags)  # type: ignore[arg-type]


def scale(session: AwsSession, deployment: Deployment, count: int) -> None:
    session.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=deployment.endpoint_name,
        DesiredWeightsAndCapacities=[{"VariantName": "AllTraffic", "DesiredInstanceCount": count}],
    )


def own(session: AwsSession) -> list[OwnEndpoint]:
    return list(list_own_endpoints(session, project=OWNER.project))


def test_a_run_that_asks_for_an_endpoint_renews_its_ttl(
    session: AwsSession, needed: Deployment, trained: TrainingJob
) -> None:
    assert needed.expires_at is not None
    assert NOW + timedelta(hours=11) < needed.expires_at < NOW + timedelta(hours=13)
    expire_at(session, needed, NOW)
    again = deploy_endpoint(session, trained, name="risk", config=CONFIG, owner=OWNER)
    assert not again.changed
    after = describe_endpoint(session, needed.endpoint_name)
    assert after.expires_at == again.expires_at
    assert after.expires_at is not None
    assert after.expires_at > NOW + timedelta(hours=11)

    without = deploy_endpoint(
        session, trained, name="risk", config=EndpointConfig(), owner=OWNER, last=needed
    )
    assert not without.changed
    assert describe_endpoint(session, needed.endpoint_name).expires_at is None


def test_instances_that_somebody_else_added_are_told_and_kept(
    session: AwsSession, needed: Deployment, trained: TrainingJob
) -> None:
    scale(session, needed, 3)
    try:
        again = deploy_endpoint(session, trained, name="risk", config=CONFIG, owner=OWNER)
        (listed,) = own(session)
    finally:
        scale(session, needed, 1)

    assert not again.changed
    (sentence,) = again.drift
    assert "was scaled by somebody else: it has 3 instances, and 1 is configured" in sentence
    assert (listed.instance_count, listed.drift) == (3, again.drift)
    assert listed.job_name == trained.job_name
    assert own(session)[0].drift == ()


def test_an_endpoint_that_is_gone_is_told(needed: Deployment) -> None:
    def told(last: Deployment) -> tuple[str, ...]:
        return find_drift(last, None, endpoint="risk", now=NOW)

    assert told(needed) == ("endpoint risk was deleted by somebody else",)
    assert told(replace(needed, expires_at=NOW)) == ("endpoint risk was past its ttl and is gone",)
    assert told(replace(needed, status="Failed")) == ()
    assert find_drift(None, None, endpoint="risk", now=NOW) == ()


def test_another_configuration_is_told_and_replaced(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    first = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
    list(watch_endpoint(session, first.endpoint_name))
    config: dict[str, object] = {
        "EndpointConfigName": f"by-hand-{owner.project.split()[-1]}",
        "ProductionVariants": [
            {
                "VariantName": "AllTraffic",
                "ModelName": first.model_name,
                "InstanceType": "ml.m5.xlarge",
                "InitialInstanceCount": 1,
            }
        ],
    }
    session.sagemaker.create_endpoint_config(**config)  # type: ignore[arg-type]
    try:
        session.sagemaker.update_endpoint(
            EndpointName=first.endpoint_name, EndpointConfigName=str(config["EndpointConfigName"])
        )
        session.sagemaker.get_waiter("endpoint_in_service").wait(
            EndpointName=first.endpoint_name, WaiterConfig={"Delay": 1}
        )
        again = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
        settled = list(watch_endpoint(session, again.endpoint_name, wanted=again.endpoint_config_name))[-1]
    finally:
        session.sagemaker.delete_endpoint_config(EndpointConfigName=str(config["EndpointConfigName"]))
        delete_endpoint(session, first.endpoint_name, owner)

    assert "it has the configuration by-hand-" in again.drift[0]
    assert again.changed
    assert settled.endpoint_config_name == first.endpoint_config_name


def test_only_what_is_ours_and_past_its_ttl_is_pruned(
    session: AwsSession,
    needed: Deployment,
    trained: TrainingJob,
    owner: Owner,
    aws_env: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    short = deploy_endpoint(session, trained, name="risk", config=CONFIG, owner=owner)
    settled = list(watch_endpoint(session, short.endpoint_name))[-1]
    expire_at(session, needed, NOW + timedelta(hours=1))
    expire_at(session, settled, NOW - timedelta(hours=1))
    arguments = ["--only-project", owner.project]

    listing = CliRunner().invoke(cli, ["endpoints", "list", "--json", *arguments])
    (line,) = [json.loads(one) for one in listing.stdout.splitlines()]
    assert (line["endpoint_name"], line["expired"]) == (settled.endpoint_name, True)
    table = CliRunner().invoke(cli, ["endpoints", "list", *arguments])
    assert re.search(r"1h \d+m over", table.stdout)

    dry = CliRunner().invoke(cli, ["endpoints", "prune", "--dry-run", *arguments])
    assert dry.stdout == f"endpoint {settled.endpoint_name}: would be deleted\n"
    done = CliRunner().invoke(cli, ["endpoints", "prune", *arguments])
    assert done.stdout.splitlines() == [
        f"endpoint {settled.endpoint_name}: deleted",
        f"endpoint configuration {settled.endpoint_config_name}: deleted",
        f"model {settled.model_name}: deleted",
    ]
    assert not list(prune_endpoints(session, project=OWNER.project))
    assert [one.name for one in own(session)] == [needed.endpoint_name]


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (EndpointConfig(subnets=("subnet-1",)), "both `security_groups` and `subnets`"),
        (EndpointConfig(serverless=Serverless(), volume_kms_key="key"), "has no `volume_kms_key`"),
    ],
)
def test_network_and_keys_that_cannot_be(
    session: AwsSession, trained: TrainingJob, owner: Owner, config: EndpointConfig, complaint: str
) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        deploy_endpoint(session, trained, name="risk", config=config, owner=owner)


def test_network_and_keys_reach_model_and_configuration(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    config = EndpointConfig(volume_kms_key="alias/ours", security_groups=("sg-1",), subnets=("subnet-1",))
    made = deploy_endpoint(session, trained, name="risk", config=config, owner=owner)
    try:
        found = session.sagemaker.describe_endpoint_config(EndpointConfigName=made.endpoint_config_name)
        model = session.sagemaker.describe_model(ModelName=made.model_name)
    finally:
        delete_endpoint(session, made.endpoint_name, owner)

    assert found["KmsKeyId"] == "alias/ours"
    assert model["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
