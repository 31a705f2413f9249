"""Deploy the best candidate of a job to an endpoint."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from exasol_sagemaker.autoscaling import (
    deregister_autoscaling,
    read_autoscaling,
    register_autoscaling,
    settle_autoscaling,
    to_tag,
)
from exasol_sagemaker.deployment_checks import check_hosts
from exasol_sagemaker.deployment_decision import DeploymentDecision, decide_deployment, target_configuration
from exasol_sagemaker.deployment_failures import capacity_hint
from exasol_sagemaker.deployment_parts import DeploymentParts, create_config, create_model
from exasol_sagemaker.deployment_state import (
    endpoint_answer,
    require_endpoint_owner,
    wait_until,
)
from exasol_sagemaker.drift import find_scaling
from exasol_sagemaker.endpoint import Deployment, EndpointConfig
from exasol_sagemaker.errors import EndpointError, aws_errors, from_aws
from exasol_sagemaker.explainer import write_baseline
from exasol_sagemaker.job import TrainingJob
from exasol_sagemaker.lifetime import lifetime_tags, write_tags
from exasol_sagemaker.ownership import (
    AUTOSCALING,
    EXPIRES_AT,
    JOB,
    ROLLED_BACK_FROM,
    Owner,
    as_dict,
    read_tags,
)
from exasol_sagemaker.session import AwsSession

log = logging.getLogger("exasol_sagemaker")


def deploy_endpoint(
    aws: AwsSession,
    job: TrainingJob,
    *,
    name: str,
    config: EndpointConfig,
    owner: Owner,
    last: Deployment | None = None,
    release: bool = False,
    instead_of: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Deployment:
    """Make the endpoint of this node serve `job`'s best candidate. Returns at once.

    Nothing is sent if it already does: that costs one DescribeEndpoint, and with a ttl one AddTags. An
    endpoint that serves another model is updated in place, so that it keeps answering meanwhile; only if it
    is still busy with an earlier change is that waited for. What it served before goes once the update is
    done, see watch_endpoint. An endpoint that was rolled back from this very job keeps serving the job
    before it.

    Args:
        name: Name of the node; the endpoint's name is made of it unless config.endpoint_name is given.
        last: What was deployed last, as far as it is known: what others did since is told in `drift`.
        release: Serve this job even if the endpoint was rolled back from it.
        instead_of: Job that it is to be rolled back from: as long as that one is asked for, this one is
            served.

    Raises:
        ConfigurationError: SageMaker would not take the configuration for this model.
        EndpointError: The job is not completed, or AWS refused; what was made for it is removed again.
        OwnershipError: An endpoint of that name belongs to somebody else.
    """
    decision = decide_deployment(
        aws,
        job,
        name=name,
        config=config,
        owner=owner,
        last=last,
        release=release,
        instead_of=instead_of,
    )
    answer = decision.answer
    if answer is None or not decision.keeps:
        return _deploy(aws, decision, sleep)
    if decision.pins:
        pin = {ROLLED_BACK_FROM: decision.rolled_back_from or ""}
        write_tags(aws, answer["EndpointArn"], pin, node=owner.node)
    had_ttl = decision.wanted.job is job and last is not None and last.expires_at is not None
    may_scale = config.autoscaling is not None or last is None or last.autoscaling is not None
    return _unchanged(aws, decision, answer, had_ttl=had_ttl, may_scale=may_scale)


def _unchanged(
    aws: AwsSession,
    change: DeploymentDecision,
    answer: Mapping[str, Any],
    *,
    had_ttl: bool,
    may_scale: bool,
) -> Deployment:
    if change.expires_at is not None or had_ttl:
        renewed = lifetime_tags(change.expires_at, None)[EXPIRES_AT]
        write_tags(aws, answer["EndpointArn"], {EXPIRES_AT: renewed}, node=change.owner.node)
    wanted = change.wanted.config.autoscaling
    scaled: tuple[str, ...] = ()
    instances = change.wanted.hosts.get("InitialInstanceCount", 0)
    ended = False
    if may_scale and answer["EndpointStatus"] == "InService":
        tags = change.tags or read_tags(aws.sagemaker, answer["EndpointArn"])
        ended = wanted is None and bool(tags.get(AUTOSCALING))
        node = change.owner.node
        scaled = settle_autoscaling(aws, answer, tags, wanted, instances=instances, node=node)
    if wanted is None and not ended:
        scaled = find_scaling(answer, instances)
    return replace(change, drift=(*change.drift, *scaled)).result(answer, changed=False)


def _deploy(aws: AwsSession, change: DeploymentDecision, sleep: Callable[[float], None]) -> Deployment:
    """Create or update the endpoint."""
    answer, tags = change.answer, change.tags
    wanted, owner = change.wanted, change.owner
    endpoint, config = wanted.endpoint, wanted.config
    if answer is not None and answer["EndpointStatus"] == "Failed":
        if tags.get(AUTOSCALING):
            deregister_autoscaling(aws, endpoint, node=owner.node)
        _replace_failed(aws, endpoint, sleep)
        answer = None
    elif answer is not None and answer["EndpointStatus"] != "InService":
        log.info("%s: waiting for the earlier change of endpoint %s", owner.node, endpoint)
        answer = wait_until(aws, endpoint, sleep)
    if answer is not None:
        check_hosts(answer, config, owner.node)
    own = owner.tags({**config.tags, JOB: wanted.job.job_name})
    facts = {
        **lifetime_tags(change.expires_at, change.rolled_back_from),
        AUTOSCALING: to_tag(config.autoscaling),
    }
    made: list[Callable[[], object]] = []
    try:
        if create_model(aws, wanted.model_name, wanted.containers, tags=own, owner=owner, vpc=wanted.vpc):
            made.append(lambda: aws.sagemaker.delete_model(ModelName=wanted.model_name))
        if config.explainer is not None:
            write_baseline(aws, config.explainer, wanted.job, wanted.baseline_uri, node=owner.node)
        if create_config(aws, wanted, tags=own, owner=owner):
            name = wanted.config_name
            made.append(lambda: aws.sagemaker.delete_endpoint_config(EndpointConfigName=name))
        scaled = answer is not None and bool(tags.get(AUTOSCALING))
        if answer is not None and scaled:
            made.append(_stop_scaling(aws, answer, tags, owner.node))
        if answer is not None and any(tags.get(key, "") != value for key, value in facts.items()):
            write_tags(aws, answer["EndpointArn"], facts, node=owner.node)
        told = {key: value for key, value in facts.items() if value}
        _send(
            aws,
            wanted,
            owner.tags({**as_dict(own), **told}),
            owner,
            exists=answer is not None,
            keep_instances=scaled and config.autoscaling is not None,
        )
    except BaseException:
        for undo in reversed(made):
            undo()
        raise
    log.info("%s: endpoint %s %s", owner.node, endpoint, "updating" if answer else "creating")
    now = endpoint_answer(aws, endpoint)
    if now is None:
        raise EndpointError(f"The endpoint {endpoint!r} vanished while it was deployed", node=owner.node)
    return change.result(now, changed=True)


def _stop_scaling(
    aws: AwsSession, answer: Mapping[str, Any], tags: Mapping[str, str], node: str
) -> Callable[[], object]:
    """Take an endpoint out of autoscaling before an update; returns what puts it back if that fails.

    The tag that says that it is scaled may only go after that, lest a run that is killed in between leaves a
    target that nobody knows of.
    """
    endpoint = answer["EndpointName"]
    before = read_autoscaling(aws, endpoint)
    deregister_autoscaling(aws, endpoint, node=node)

    def put_back() -> None:
        write_tags(aws, answer["EndpointArn"], {AUTOSCALING: tags[AUTOSCALING]}, node=node)
        if before is not None:
            register_autoscaling(aws, endpoint, before, node=node)

    return put_back


def _send(
    aws: AwsSession,
    wanted: DeploymentParts,
    tags: Any,
    owner: Owner,
    *,
    exists: bool,
    keep_instances: bool,
) -> None:
    """Create or update the endpoint; with `keep_instances` it goes on with as many as its load asked for.

    A refusal because it is there or busy may come from this very request: if its answer was lost on the way,
    boto3 sends it again. What counts is whether the endpoint gets what is wanted.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    names: Any = {"EndpointName": wanted.endpoint, "EndpointConfigName": wanted.config_name}
    what = f"The endpoint {wanted.endpoint} could not be {'updated' if exists else 'created'}"
    with aws_errors(what, node=owner.node, kind=EndpointError):
        try:
            if exists:
                if keep_instances:
                    names["RetainAllVariantProperties"] = True
                aws.sagemaker.update_endpoint(**names)
            else:
                aws.sagemaker.create_endpoint(**names, Tags=tags)
        except (ClientError, BotoCoreError) as error:
            now = endpoint_answer(aws, wanted.endpoint)
            if now is None or target_configuration(now) != wanted.config_name:
                hint = capacity_hint(str(error), wanted.hosts.get("InstanceType", ""))
                raise from_aws(error, what, node=owner.node, kind=EndpointError, hint=hint) from error
            require_endpoint_owner(aws, now, owner)


def _replace_failed(aws: AwsSession, endpoint: str, sleep: Callable[[float], None]) -> None:
    """SageMaker updates no endpoint that failed: it has to go first."""
    with aws_errors("The failed endpoint could not be deleted", node=endpoint, kind=EndpointError):
        aws.sagemaker.delete_endpoint(EndpointName=endpoint)
    wait_until(aws, endpoint, sleep, gone=True)
