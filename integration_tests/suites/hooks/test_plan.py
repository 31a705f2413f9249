"""What a plan says of an endpoint that is not there yet; of others see the suite lifecycle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exasol_sagemaker import (
    AwsSession,
    ConfigurationError,
    EndpointConfig,
    EndpointError,
    Guards,
    Owner,
    TrainingJob,
    deploy_endpoint,
)
from exasol_sagemaker.plan import plan_endpoint

from .conftest import Place, keyed_session


def test_an_endpoint_that_is_not_there_would_be_created(
    session: AwsSession, trained: TrainingJob, owner: Owner
) -> None:
    config = EndpointConfig()
    done = plan_endpoint(session, trained, name="planned", config=config, owner=owner)
    running = replace(trained, status="InProgress")
    later = plan_endpoint(session, running, name="planned", config=config, owner=owner)
    to_come = plan_endpoint(session, None, name="planned", config=config, owner=owner)

    assert {step.action for step in (done, later, to_come)} == {"create"}
    assert len({step.name for step in (done, later, to_come)}) == 1
    assert done.reason == f"job {trained.job_name}"
    assert later.reason == f"job {trained.job_name}, once it is completed"
    assert to_come.reason == "the new job, once it is completed"
    assert session.sagemaker.list_endpoints(NameContains=done.name)["Endpoints"] == []


def test_a_failed_job_cannot_be_deployed(session: AwsSession, trained: TrainingJob, owner: Owner) -> None:
    failed = replace(trained, status="Failed", failure_reason="no luck")

    with pytest.raises(EndpointError, match="no luck"):
        plan_endpoint(session, failed, name="planned", config=EndpointConfig(), owner=owner)


@pytest.mark.parametrize("has_job", [True, False])
def test_a_guard_stops_the_plan_as_it_stops_the_run(
    place: Place, trained: TrainingJob, owner: Owner, has_job: bool
) -> None:
    settings = replace(place.settings, guards=Guards(allowed_instance_types=("ml.m5.large",)))
    session = keyed_session(settings, place.key_id, place.secret)
    config = EndpointConfig(instance_type="ml.m5.xlarge")
    message = r"ml\.m5\.xlarge is asked for, and the guard allowed_instance_types allows ml\.m5\.large"

    with pytest.raises(ConfigurationError, match=message):
        plan_endpoint(session, trained if has_job else None, name="planned", config=config, owner=owner)
    with pytest.raises(ConfigurationError, match=message):
        deploy_endpoint(session, trained, name="planned", config=config, owner=owner)
