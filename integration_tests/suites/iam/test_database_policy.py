"""The database's key: enough for EXPORT, IMPORT and the prediction function, and each action is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pyexasol
import pytest

from exasol_sagemaker import (
    AwsSession,
    BatchPlan,
    Deployment,
    ExasolSageMakerError,
    Owner,
    PredictionUdf,
    TrainingJob,
    create_prediction_udf,
    export_to_s3,
    load_predictions,
    start_transforms,
    teardown,
    watch_transforms,
)
from exasol_sagemaker.iam import Bundle
from exasol_sagemaker.settings import split_s3_uri

from .conftest import DATABASE_KEY, QUERY, User
from .steps import NotAllowed, Place, batch_plan


@pytest.fixture
def place(
    native: AwsSession,
    database_user: User,
    bundle: Bundle,
    database: pyexasol.ExaConnection,
    trained: TrainingJob,
    deployed: Deployment,
    shared_owner: Owner,
    owner: Owner,
) -> Iterator[Place]:
    yield Place(native, native, database, trained, deployed, shared_owner, owner)
    database_user.allow(bundle.database)
    teardown(native, project=owner.project, target=owner.target)


@pytest.fixture(scope="module")
def transformed(
    native: AwsSession,
    database: pyexasol.ExaConnection,
    trained: TrainingJob,
    deployed: Deployment,
    shared_owner: Owner,
) -> BatchPlan:
    """A batch prediction whose results lie in S3."""
    place = Place(native, native, database, trained, deployed, shared_owner, shared_owner)
    plan = batch_plan(place)
    while not plan.ended:
        plan = start_transforms(native, database, plan)
        plan = list(watch_transforms(native, plan))[-1] if plan.running else plan
    return plan


def write(place: Place, _: BatchPlan) -> None:
    export = export_to_s3(place.aws, place.database, query=QUERY, s3_uri=place.uri)
    assert (export.transport, export.row_count) == ("native", 600)


def read(place: Place, transformed: BatchPlan) -> None:
    loaded = load_predictions(place.aws, place.database, transformed, schema="IAM", staging="STAGED")
    assert (loaded.transport, loaded.row_count) == ("native", 50)


def break_off(place: Place, _: BatchPlan) -> None:
    """An EXPORT that fails at its last row leaves no parts behind."""
    broken = "SELECT CASE WHEN ID < 599 THEN ID ELSE 1 / (ID - 599) END AS X FROM IAM.APPLICATIONS"
    with pytest.raises(ExasolSageMakerError):
        export_to_s3(place.aws, place.database, query=broken, s3_uri=place.uri)
    bucket, key = split_s3_uri(place.uri)
    if place.admin.s3.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads"):
        raise NotAllowed("s3:AbortMultipartUpload: parts are left")


def predict(place: Place, _: BatchPlan) -> None:
    udf = PredictionUdf.for_deployment(place.deployed, region=place.aws.region, connection=DATABASE_KEY)
    create_prediction_udf(place.database, udf, "IAM", "PREDICT")
    columns = ", ".join(f'"{column.name}"' for column in place.deployed.input_columns)
    rows = place.database.execute(
        f"SELECT IAM.PREDICT({columns}) FROM IAM.APPLICATIONS GROUP BY IPROC()"
    ).fetchall()
    assert len(rows) == 600


STEPS: dict[str, Callable[[Place, BatchPlan], None]] = {
    "s3:PutObject": write,
    "s3:GetObject": read,
    "s3:AbortMultipartUpload": break_off,
    "sagemaker:InvokeEndpoint": predict,
}


def test_each_action_has_a_step_that_needs_it(bundle: Bundle) -> None:
    assert set(STEPS) == set(bundle.database.actions)


@pytest.mark.parametrize("action", STEPS)
def test_the_policy_allows(place: Place, transformed: BatchPlan, action: str) -> None:
    STEPS[action](place, transformed)


@pytest.mark.parametrize("action", STEPS)
def test_each_action_is_needed(
    place: Place, transformed: BatchPlan, database_user: User, bundle: Bundle, action: str
) -> None:
    database_user.allow(bundle.database, without=action)
    with pytest.raises((ExasolSageMakerError, pyexasol.ExaQueryError, NotAllowed)) as refused:
        STEPS[action](place, transformed)
    assert action in str(refused.value)


def test_another_prefix_is_out_of_reach(place: Place) -> None:
    outside = replace(place.aws.settings, s3_uri=f"s3://{place.aws.settings.bucket}/elsewhere")
    with pytest.raises(ExasolSageMakerError, match="s3:PutObject"):
        export_to_s3(place.aws, place.database, query=QUERY, s3_uri=f"{outside.s3_uri}/x")
