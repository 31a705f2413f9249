"""Prediction UDFs on endpoints that somebody else deployed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    Deployment,
    EndpointConfig,
    EndpointError,
    Owner,
    PredictionUdf,
    TrainingJob,
    create_prediction_udf,
    delete_endpoint,
    deploy_endpoint,
    list_own_endpoints,
    watch_endpoint,
)
from exasol_sagemaker.foreign_endpoint import ForeignEndpoint, foreign_prediction_udf
from exasol_sagemaker.inference import RESPONSE_KEYS

from .conftest import CONNECTION

NODE = "model.hooks.foreign"


@pytest.fixture(scope="module")
def by_hand(session: AwsSession, trained: TrainingJob) -> Iterator[Deployment]:
    """An endpoint without this package's tags, as somebody makes it by hand; and what is known of it."""
    maker = Owner("hooks foreign", "test", NODE)
    ours = deploy_endpoint(session, trained, name="foreign", config=EndpointConfig(), owner=maker)
    list(watch_endpoint(session, ours.endpoint_name))
    name = f"by-hand-{uuid4().hex[:8]}"
    session.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=ours.endpoint_config_name)
    session.sagemaker.get_waiter("endpoint_in_service").wait(
        EndpointName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    yield replace(ours, endpoint_name=name)
    session.sagemaker.delete_endpoint(EndpointName=name)
    delete_endpoint(session, ours.endpoint_name, maker)


def described(deployment: Deployment) -> ForeignEndpoint:
    return ForeignEndpoint(
        deployment.endpoint_name,
        problem_type="BinaryClassification",
        target_type=deployment.target_type,
        response_keys=deployment.response_keys,
    )


def test_it_predicts_as_the_udf_of_an_own_endpoint_does(
    session: AwsSession, database: pyexasol.ExaConnection, by_hand: Deployment
) -> None:
    foreign = foreign_prediction_udf(
        session, described(by_hand), by_hand.input_columns, connection=CONNECTION, node=NODE
    )
    own = PredictionUdf.for_deployment(by_hand, region=session.region, connection=CONNECTION)
    create_prediction_udf(database, foreign, "HOOKS", "FOREIGN_PREDICT")
    create_prediction_udf(database, own, "HOOKS", "OWN_PREDICT")
    inputs = ", ".join(f'"{column.name}"' for column in own.input_columns)

    def predicted(udf: str) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = database.execute(
            f"SELECT HOOKS.{udf}(ID, {inputs}) EMITS (KEY_ID DECIMAL(18,0), LABEL DECIMAL(1,0), "
            "SCORE DOUBLE) FROM HOOKS.APPLICATIONS WHERE ID < 50 ORDER BY KEY_ID"
        ).fetchall()
        return rows

    assert len(predicted("FOREIGN_PREDICT")) == 50
    assert predicted("FOREIGN_PREDICT") == predicted("OWN_PREDICT")
    assert foreign.job_name == by_hand.endpoint_config_name
    assert by_hand.endpoint_name not in [one.name for one in list_own_endpoints(session)]


def test_an_endpoint_that_is_not_there(session: AwsSession, by_hand: Deployment) -> None:
    missing = replace(described(by_hand), endpoint_name="nobody-knows-it")
    with pytest.raises(EndpointError, match="There is no endpoint 'nobody-knows-it'"):
        foreign_prediction_udf(session, missing, by_hand.input_columns, connection=CONNECTION, node=NODE)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (ForeignEndpoint("e", problem_type="Binary"), "Did you mean BinaryClassification"),
        (ForeignEndpoint("e", response_keys=("score",)), "cannot be read"),
        (ForeignEndpoint("e", response_keys=RESPONSE_KEYS[1:]), "cannot be read"),
        (ForeignEndpoint("e", problem_type="BinaryClassification"), "target_type is missing"),
        (ForeignEndpoint("e"), "no columns"),
    ],
)
def test_what_is_said_of_it_has_to_fit(session: AwsSession, said: ForeignEndpoint, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        foreign_prediction_udf(session, said, (), connection=CONNECTION, node=NODE)
    assert complaint in str(refused.value)
