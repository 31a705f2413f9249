"""The life cycle in small steps, each with the actions that it needs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pyexasol
from hooks.conftest import keyed_session

from exasol_sagemaker import (
    Autoscaling,
    AwsSession,
    BatchConfig,
    BatchPlan,
    Deployment,
    EndpointConfig,
    Owner,
    TrainingConfig,
    TrainingJob,
    delete_endpoint,
    deploy_endpoint,
    describe_endpoint,
    describe_training,
    export,
    export_to_s3,
    list_candidates,
    naming,
    plan_batch,
    start_training,
    start_transforms,
    stop_training,
    teardown,
    watch_endpoint,
)
from exasol_sagemaker.autoscaling import (
    deregister_autoscaling,
    read_autoscaling,
    register_autoscaling,
)
from exasol_sagemaker.batch_transform import transform_answer
from exasol_sagemaker.settings import split_s3_uri
from exasol_sagemaker.unfinished_uploads import find_unfinished_uploads

from .conftest import CONFIG, NAME, QUERY

SLOW = TrainingConfig(target_column="target", problem_type="BinaryClassification", max_candidates=40)


class NotAllowed(AssertionError):
    """Something that is wrong because an action was not allowed, without an error of AWS."""


@dataclass(frozen=True)
class Place:
    """What a step works with.

    Attributes:
        aws: The session whose rights are tried.
        admin: One that may do everything, to prepare a step and to look at what it left.
        owner: A new one in each test.
    """

    aws: AwsSession
    admin: AwsSession
    database: pyexasol.ExaConnection
    trained: TrainingJob
    deployed: Deployment
    shared_owner: Owner
    owner: Owner

    @property
    def uri(self) -> str:
        """A place of its own under the prefix."""
        return f"{self.aws.settings.s3_uri}/{naming.slug(self.owner.project)}"


def debug(place: Place) -> None:
    """`dbt debug`."""
    wrong = [check for check in place.aws.check() if check.status != "ok"]
    if wrong:
        raise NotAllowed(str(wrong))


def export_data(place: Place) -> None:
    """An export to a place that holds an earlier one, which goes first."""
    export_to_s3(place.admin, place.database, query=QUERY, s3_uri=place.uri)
    export_to_s3(place.aws, place.database, query=QUERY, s3_uri=place.uri)


def fail_to_upload(place: Place) -> None:
    """An upload that breaks in the middle leaves no parts behind."""

    class Pipe(io.RawIOBase):
        left = 14 * 1024 * 1024

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            if self.left <= 0:
                raise OSError("the database hung up")
            size = min(len(buffer), self.left)
            self.left -= size
            buffer[:size] = bytes(size)
            return size

    class HangsUp:
        def export_to_callback(self, upload: Any, *_: Any, **__: Any) -> None:
            try:
                upload(Pipe(), None)
            except OSError as error:
                raise pyexasol.ExaRuntimeError(place.database, str(error)) from error

    uri = f"{place.uri}/broken.csv"
    try:
        export._export_client(place.aws, cast(Any, HangsUp()), QUERY, uri, header=True, node=None)
    except export.ExportError:
        bucket, key = split_s3_uri(uri)
        left = place.admin.s3.list_multipart_uploads(Bucket=bucket, Prefix=key).get("Uploads", [])
        if left:
            raise NotAllowed("s3:AbortMultipartUpload: parts are left") from None
    else:
        raise AssertionError("the upload was to fail")


def find_job(place: Place) -> None:
    """The same input: the job is found, and nothing is started."""
    job = start_training(
        place.aws, place.database, query=QUERY, name=NAME, config=CONFIG, owner=place.shared_owner
    )
    assert not job.started


def start_job(place: Place) -> None:
    """A job on new input."""
    job = start_training(place.aws, place.database, query=QUERY, name=NAME, config=SLOW, owner=place.owner)
    stop_training(place.admin, job.job_name, place.owner)


def stop_job(place: Place) -> None:
    """A running job is stopped."""
    job = start_training(place.admin, place.database, query=QUERY, name=NAME, config=SLOW, owner=place.owner)
    try:
        stop_training(place.aws, job.job_name, place.owner)
    finally:
        stop_training(place.admin, job.job_name, place.owner)


def read_job(place: Place) -> None:
    """A job, with what its manifest says, in a session that has not met it."""
    keys = place.aws.credentials()
    aws = keyed_session(place.aws.settings, str(keys.access_key), str(keys.secret_key))
    assert describe_training(aws, place.trained.job_name).row_count


def read_candidates(place: Place) -> None:
    """All candidates of a job."""
    assert list_candidates(place.aws, place.trained.job_name)


def deploy(place: Place) -> None:
    """A new endpoint; gone again at once."""
    deployment = deploy_endpoint(
        place.aws, place.trained, name=NAME, config=EndpointConfig(), owner=place.owner
    )
    delete_endpoint(place.admin, deployment.endpoint_name, place.owner)


def redeploy(place: Place) -> None:
    """The same endpoint on more instances, or on fewer if it has more already."""
    now = describe_endpoint(place.admin, place.deployed.endpoint_name)
    config = EndpointConfig(instance_count=3 - now.instance_count)
    deploy_endpoint(place.aws, place.trained, name=NAME, config=config, owner=place.shared_owner)
    list(watch_endpoint(place.admin, place.deployed.endpoint_name))


def read_endpoint(place: Place) -> None:
    """An endpoint and what it serves."""
    assert describe_endpoint(place.aws, place.deployed.endpoint_name).model_name


def settle_endpoint(place: Place) -> None:
    """The end of a deployment: what the endpoint served before is looked for."""
    assert list(watch_endpoint(place.aws, place.deployed.endpoint_name))


def take_down(place: Place) -> None:
    """An endpoint goes, with configuration and model."""
    deployment = deploy_endpoint(
        place.admin, place.trained, name=NAME, config=EndpointConfig(), owner=place.owner
    )
    try:
        gone = delete_endpoint(place.aws, deployment.endpoint_name, place.owner)
        assert len(gone) == 3
    finally:
        delete_endpoint(place.admin, deployment.endpoint_name, place.owner)


def start_batch(place: Place) -> BatchPlan:
    """A batch prediction, as far as it goes without waiting."""
    return start_transforms(place.aws, place.database, batch_plan(place))


def read_batch(place: Place) -> None:
    """What became of a transform job."""
    assert transform_answer(place.aws, "iam-none") is None


def stop_batch(place: Place) -> None:
    """Teardown stops a transform job that runs."""
    plan = start_batch(replace(place, aws=place.admin))
    assert plan.running
    teardown(place.aws, project=place.owner.project, target=place.owner.target)


def list_all(place: Place) -> None:
    """What teardown would remove."""
    teardown(place.aws, project=place.owner.project, target=place.owner.target, dry_run=True)


def list_uploads(place: Place) -> None:
    """What garbage collection would abort."""
    find_unfinished_uploads(
        place.aws, project=place.owner.project, target=place.owner.target, older_than=timedelta(days=1)
    )


def scale(place: Place) -> None:
    """An endpoint gets autoscaling, in an account that never had it, and loses it again."""
    name, node = place.deployed.endpoint_name, place.owner.node
    for role in place.admin.iam.list_roles(PathPrefix="/aws-service-role/")["Roles"]:
        place.admin.iam.delete_role(RoleName=role["RoleName"])
    wanted = Autoscaling(max_instances=3, invocations_per_instance=100.0)
    try:
        register_autoscaling(place.aws, name, wanted, node=node)
        assert read_autoscaling(place.aws, name) == wanted
        deregister_autoscaling(place.aws, name, node=node)
    finally:
        deregister_autoscaling(place.admin, name, node=node)


def batch_plan(place: Place) -> BatchPlan:
    return plan_batch(
        place.admin,
        place.database,
        place.trained,
        query=f"{QUERY} WHERE ID < 50",
        keys=["ID"],
        name=NAME,
        config=BatchConfig(),
        owner=place.owner,
    )


Step = Callable[[Place], object]

DBT_STEPS: dict[str, Step] = {
    "s3:GetBucketLocation": debug,
    "s3:ListBucket": export_data,
    "s3:ListBucketMultipartUploads": list_uploads,
    "s3:GetObject": read_job,
    "s3:PutObject": export_data,
    "s3:DeleteObject": export_data,
    "s3:AbortMultipartUpload": fail_to_upload,
    "sagemaker:ListAutoMLJobs": find_job,
    "sagemaker:ListCandidatesForAutoMLJob": read_candidates,
    "sagemaker:ListModels": settle_endpoint,
    "sagemaker:ListEndpointConfigs": settle_endpoint,
    "sagemaker:ListEndpoints": list_all,
    "sagemaker:ListTransformJobs": start_batch,
    "sagemaker:CreateAutoMLJobV2": start_job,
    "sagemaker:DescribeAutoMLJobV2": read_job,
    "sagemaker:StopAutoMLJob": stop_job,
    "sagemaker:CreateModel": deploy,
    "sagemaker:DescribeModel": read_endpoint,
    "sagemaker:DeleteModel": take_down,
    "sagemaker:CreateEndpointConfig": deploy,
    "sagemaker:DescribeEndpointConfig": read_endpoint,
    "sagemaker:DeleteEndpointConfig": take_down,
    "sagemaker:CreateEndpoint": deploy,
    "sagemaker:UpdateEndpoint": redeploy,
    "sagemaker:DescribeEndpoint": read_endpoint,
    "sagemaker:DeleteEndpoint": take_down,
    "application-autoscaling:RegisterScalableTarget": scale,
    "application-autoscaling:PutScalingPolicy": scale,
    "application-autoscaling:DeregisterScalableTarget": scale,
    "application-autoscaling:DescribeScalableTargets": scale,
    "application-autoscaling:DescribeScalingPolicies": scale,
    "cloudwatch:DescribeAlarms": scale,
    "cloudwatch:PutMetricAlarm": scale,
    "cloudwatch:DeleteAlarms": scale,
    "sagemaker:UpdateEndpointWeightsAndCapacities": scale,
    "iam:CreateServiceLinkedRole": scale,
    "sagemaker:CreateTransformJob": start_batch,
    "sagemaker:DescribeTransformJob": read_batch,
    "sagemaker:StopTransformJob": stop_batch,
    "sagemaker:AddTags": deploy,
    "sagemaker:ListTags": find_job,
    "iam:PassRole": deploy,
    "iam:GetRole": debug,
}
