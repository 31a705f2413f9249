"""Endpoints that explain, and endpoints without instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Deployment,
    EndpointConfig,
    EndpointError,
    Explainer,
    Owner,
    PredictionUdf,
    Serverless,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    describe_endpoint,
    s3,
    teardown,
    watch_endpoint,
)
from exasol_sagemaker.explainer import explainer_request, typical_value

OWNER = Owner(project="hooks options", target="shared", node="model.hooks.risk")
SERVERLESS = EndpointConfig(serverless=Serverless(memory_mb=2048, max_concurrency=6))


@pytest.fixture(scope="module")
def serverless(session: AwsSession, trained: TrainingJob) -> Iterator[Deployment]:
    deployment = deploy_endpoint(session, trained, name="risk", config=SERVERLESS, owner=OWNER)
    yield list(watch_endpoint(session, deployment.endpoint_name))[-1]
    delete_endpoint(session, deployment.endpoint_name, OWNER)


def test_a_serverless_endpoint_has_no_instances(
    session: AwsSession, serverless: Deployment, trained: TrainingJob
) -> None:
    assert (serverless.instance_type, serverless.instance_count, serverless.max_concurrency) == ("", 0, 6)
    (variant,) = session.sagemaker.describe_endpoint(EndpointName=serverless.endpoint_name)[
        "ProductionVariants"
    ]
    assert variant["CurrentServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 6}
    again = deploy_endpoint(session, trained, name="risk", config=SERVERLESS, owner=OWNER)
    assert not again.changed


def test_the_udf_of_a_serverless_endpoint_sends_smaller_requests(serverless: Deployment) -> None:
    def body(deployment: Deployment) -> str:
        return PredictionUdf.for_deployment(deployment, region="eu-central-1", connection="AWS").body()

    assert '"max_body_bytes": 4177920' in body(serverless)
    assert '"max_body_bytes": ' not in body(replace(serverless, max_concurrency=None))


def test_an_explainer_makes_another_configuration_and_goes_again(
    session: AwsSession, trained: TrainingJob, serverless: Deployment, owner: Owner
) -> None:
    plain = deploy_endpoint(session, trained, name="risk", config=EndpointConfig(), owner=owner)
    list(watch_endpoint(session, plain.endpoint_name))
    try:
        config = EndpointConfig(explainer=Explainer(samples=50))
        explaining = deploy_endpoint(session, trained, name="risk", config=config, owner=owner)
        assert explaining.changed
        assert explaining.explains
        assert explaining.endpoint_config_name != plain.endpoint_config_name
        settled = list(watch_endpoint(session, explaining.endpoint_name))[-1]
        assert settled.explains
        assert describe_endpoint(session, explaining.endpoint_name).explains
        with pytest.raises(ConfigurationError, match="cannot make it serverless"):
            deploy_endpoint(session, trained, name="risk", config=SERVERLESS, owner=owner)
    finally:
        delete_endpoint(session, plain.endpoint_name, owner)
        teardown(session, project=owner.project, target=owner.target)
    home = f"{session.settings.s3_uri}/{owner.project.replace(' ', '-')}/"
    assert not list(s3.list_objects(session, home))


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (EndpointConfig(serverless=Serverless(memory_mb=1000)), "memory_mb 1000 does not exist"),
        (EndpointConfig(serverless=Serverless(max_concurrency=0)), "max_concurrency 0 is out of range"),
        (
            EndpointConfig(serverless=Serverless(), explainer=Explainer()),
            "serverless endpoint explains nothing",
        ),
        (EndpointConfig(explainer=Explainer(samples=0)), "samples 0 is out of range"),
        (EndpointConfig(explainer=Explainer(baseline={"INCOMES": 1})), "Did you mean INCOME?"),
    ],
)
def test_what_cannot_be_deployed_is_refused_before_anything_is_made(
    session: AwsSession, trained: TrainingJob, owner: Owner, config: EndpointConfig, complaint: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        deploy_endpoint(session, trained, name="risk", config=config, owner=owner)
    assert complaint in str(refused.value)
    assert not teardown(session, project=owner.project, target=owner.target, dry_run=True)


def test_several_containers_need_instances(session: AwsSession, trained: TrainingJob, owner: Owner) -> None:
    assert trained.best is not None
    pipeline = replace(trained.best, containers=trained.best.containers * 3)
    with pytest.raises(ConfigurationError, match="Train with `mode: ENSEMBLING`"):
        deploy_endpoint(session, replace(trained, best=pipeline), name="risk", config=SERVERLESS, owner=owner)


def test_without_training_data_a_baseline_has_to_be_given(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    gone = replace(trained, training_data_s3_uri=f"{session.settings.s3_uri}/nowhere/")
    config = EndpointConfig(explainer=Explainer())
    with pytest.raises(EndpointError, match="Name a value for each column"):
        deploy_endpoint(session, gone, name="risk", config=config, owner=owner)
    assert not teardown(session, project=owner.project, target=owner.target, dry_run=True)


def test_clarify_is_told_where_in_an_answer_the_probabilities_are() -> None:
    def inference(*keys: str) -> object:
        request = explainer_request(Explainer(), keys, "s3://bucket/baseline.csv")
        return request["ClarifyExplainerConfig"].get("InferenceConfig")

    keys = ("predicted_label", "probability", "probabilities", "labels")
    assert inference(*keys) == {"ProbabilityIndex": 2, "LabelIndex": 3}
    assert inference("predicted_label", "probability") == {"ProbabilityIndex": 1}
    assert inference() is None


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["10", "9", "", "100"], "DECIMAL(9,0)", "10"),
        (["1e3", "-2", "7.5", "8"], "DOUBLE", "7.5"),
        (["2024-03-01", "1999-01-01", "2030-01-01"], "DATE", "2024-03-01"),
        (["b", "a", "b", "a", "c"], "VARCHAR(9) UTF8", "a"),
        (["true", "false", "true"], "BOOLEAN", "true"),
        (["", ""], "DOUBLE", ""),
    ],
)
def test_what_is_typical(values: list[str], kind: str, expected: str) -> None:
    assert typical_value(values, kind) == expected
