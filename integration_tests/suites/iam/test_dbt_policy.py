"""Who runs dbt: the policy is enough for the whole life cycle, and each of its actions is needed."""

from __future__ import annotations

from collections.abc import Iterator

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    Deployment,
    ExasolSageMakerError,
    Owner,
    TrainingJob,
    teardown,
)
from exasol_sagemaker.iam import Bundle

from .conftest import User
from .steps import DBT_STEPS, NotAllowed, Place, Step


@pytest.fixture
def place(
    dbt_user: User,
    admin: AwsSession,
    bundle: Bundle,
    database: pyexasol.ExaConnection,
    trained: TrainingJob,
    deployed: Deployment,
    shared_owner: Owner,
    owner: Owner,
    somebody_elses: str,
) -> Iterator[Place]:
    yield Place(dbt_user.session, admin, database, trained, deployed, shared_owner, owner)
    dbt_user.allow(bundle.dbt)
    teardown(admin, project=owner.project, target=owner.target)


def test_each_action_has_a_step_that_needs_it(bundle: Bundle) -> None:
    assert set(DBT_STEPS) == set(bundle.dbt.actions)


@pytest.mark.parametrize("step", sorted(set(DBT_STEPS.values()), key=lambda step: step.__name__))
def test_the_policy_allows(place: Place, step: Step) -> None:
    step(place)


@pytest.mark.parametrize("action", DBT_STEPS)
def test_each_action_is_needed(place: Place, dbt_user: User, bundle: Bundle, action: str) -> None:
    dbt_user.allow(bundle.dbt, without=action)
    with pytest.raises((ExasolSageMakerError, NotAllowed)) as refused:
        DBT_STEPS[action](place)
    assert action in str(refused.value)
    assert "exasol-sagemaker iam" in str(refused.value) or isinstance(refused.value, NotAllowed)
