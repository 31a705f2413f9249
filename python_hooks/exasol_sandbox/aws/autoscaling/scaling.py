"""The state of Application Auto Scaling, and the thread that scales.

Source of what is asked of callers: "Auto scaling prerequisites" in the SageMaker developer guide. Source of
when updates and deletions are refused: "Update endpoints that use auto scaling" and "Delete endpoints
configured for auto scaling" there.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from pathlib import Path
from typing import Any

from exasol_sandbox.aws.autoscaling.targets import (
    DIMENSION,
    NAMESPACE,
    ScalableTarget,
    resource_id,
    wanted_count,
)
from exasol_sandbox.aws.errors import AwsError, validation_error
from exasol_sandbox.aws.gate.identity import Identities, Principal
from exasol_sandbox.aws.gate.policy import Access
from exasol_sandbox.aws.gate.refusals import denied
from exasol_sandbox.aws.gate.request import AwsRequest
from exasol_sandbox.aws.sagemaker.inference import Endpoint
from exasol_sandbox.aws.sagemaker.models import SageMaker
from exasol_sandbox.aws.sagemaker.records import Records

log = logging.getLogger(__name__)

SERVICE = "application-autoscaling"
ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_PRINCIPAL = "sagemaker.application-autoscaling.amazonaws.com"
_LOOK_SECONDS = 0.5


class AutoScaling:
    """Scalable targets of one account.

    Args:
        identities: For the service-linked role.
        sage_maker: Whose endpoints are scaled.
        folder: Where the state is kept; None keeps it in memory.
    """

    def __init__(self, identities: Identities, sage_maker: SageMaker, folder: Path | None) -> None:
        self._identities = identities
        self._sage_maker = sage_maker
        self.targets = Records(ScalableTarget, folder)
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="autoscaling", daemon=True).start()

    def close(self) -> None:
        """Scales no more."""
        self._ended.set()

    def target(self, region: str, endpoint: str, variant: str) -> ScalableTarget | None:
        """The target of a variant, if it is registered."""
        return self.targets.get(region, resource_id(endpoint, variant).replace("/", "."))

    def register(
        self, region: str, endpoint: str, variant: str, least: int | None, most: int | None
    ) -> ScalableTarget:
        """Registers a variant, or changes its limits; its instances are brought within them at once.

        Raises:
            AwsError: `ValidationException` for a variant that cannot be scaled, or for impossible limits.
        """
        found = self._endpoint(region, endpoint)
        if found is None or not any(
            one["VariantName"] == variant and not one["ServerlessConfig"] for one in found.plan
        ):
            raise validation_error(
                f"Could not find endpoint variant {resource_id(endpoint, variant)} with instances."
            )
        known = self.target(region, endpoint, variant)
        least = known.least if least is None and known else least
        most = known.most if most is None and known else most
        if least is None or most is None:
            raise validation_error("MinCapacity and MaxCapacity are needed to register a scalable target.")
        if not 1 <= least <= most:
            raise validation_error(f"MinCapacity {least} and MaxCapacity {most}: 1 <= minimum <= maximum.")
        if known is None:
            name = resource_id(endpoint, variant).replace("/", ".")
            arn = f"arn:aws:{SERVICE}:{region}:{self._identities.account_id}:scalable-target/{name}"
            known = ScalableTarget(name, region, arn, endpoint, variant, least, most, time.time())
            self.targets.add(known)
        known.least, known.most = least, most
        self.targets.save(known)
        self._keep_within(known)
        return known

    def deregister(self, region: str, endpoint: str, variant: str) -> None:
        """Removes a target with its policies.

        Raises:
            AwsError: `ObjectNotFoundException` when it is not registered.
        """
        self.targets.remove(self.require(region, endpoint, variant))

    def require(self, region: str, endpoint: str, variant: str) -> ScalableTarget:
        """The target of a variant.

        Raises:
            AwsError: `ObjectNotFoundException` when it is not registered.
        """
        found = self.target(region, endpoint, variant)
        if found is None:
            raise AwsError(
                "ObjectNotFoundException",
                f"No scalable target registered for service namespace: {NAMESPACE}, resource ID: "
                f"{resource_id(endpoint, variant)}, scalable dimension: {DIMENSION}",
            )
        return found

    def ensure_role(self, principal: Principal) -> None:
        """Makes the service-linked role when it is first needed.

        Raises:
            AwsError: The caller may not make it.
        """
        iam = self._identities.iam
        if any(role.name == ROLE for role in list(iam.roles.values())):
            return
        path = f"/aws-service-role/{_PRINCIPAL}/"
        arn = f"arn:aws:iam::{self._identities.account_id}:role{path}{ROLE}"
        access = Access("iam:CreateServiceLinkedRole", arn, (("iam:awsservicename", _PRINCIPAL),))
        if not principal.may(access):
            raise denied(principal, access, SERVICE)
        trust = (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
            f'"Principal": {{"Service": "{_PRINCIPAL}"}}}}]}}'
        )
        iam.create_role(ROLE, trust, path, None, "Scales endpoints of SageMaker", [], "3600")

    def admit(self, request: AwsRequest, region: str, principal: Principal) -> None:
        """What SageMaker asks about targets before it updates or deletes an endpoint.

        Raises:
            AwsError: The update would change the instance type of a target, or the caller may not deregister
                that of an endpoint that is to be deleted.
        """
        parameters = _parameters(request)
        targets = [one for one in self.targets if one.endpoint == parameters.get("EndpointName")]
        for target in (one for one in targets if one.region == region):
            if request.target == "DeleteEndpoint":
                access = Access(f"{SERVICE}:DeregisterScalableTarget", target.arn, scaling_context())
                if not principal.may(access):
                    raise AwsError(
                        "AccessDeniedException",
                        "An Application AutoScaling scalable target exists for a variant being deleted, and "
                        "the IAM identity used to invoke DeleteEndpoint does not have "
                        f"{access.action} permission to deregister the scalable target.",
                    )
                self.targets.remove(target)
            else:
                self._check_update(target, parameters.get("EndpointConfigName", ""))

    def _check_update(self, target: ScalableTarget, config_name: str) -> None:
        endpoint = self._endpoint(target.region, target.endpoint)
        config = self._sage_maker.endpoint_configs.get(target.region, config_name)
        if endpoint is None or config is None:
            return
        now = {one["VariantName"]: one.get("InstanceType") for one in endpoint.plan}
        then = {one["VariantName"]: one.get("InstanceType") for one in config.variants}
        if now.get(target.variant) != then.get(target.variant):
            raise validation_error(
                f"The variant(s) {target.variant} must be deregistered as scalable targets with "
                "AutoScaling before they can be removed or have their instance type updated."
            )

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            for target in self.targets:
                try:
                    self._look_at(target)
                except AwsError as error:
                    log.info("autoscaling of %s waits: %s", target.resource_id, error.message)

    def _look_at(self, target: ScalableTarget) -> None:
        endpoint = self._endpoint(target.region, target.endpoint)
        if endpoint is None or endpoint.status != "InService" or not target.policies:
            return
        now = time.time()
        asked = self._sage_maker.invocations.last_minute(endpoint.arn, target.variant)
        count = self._count(endpoint, target.variant)
        wanted = max(wanted_count(target, one, count, asked, now) for one in target.policies.values())
        if wanted != count:
            self._scale(endpoint, target, wanted)
            target.scaled = now
            self.targets.save(target)

    def _keep_within(self, target: ScalableTarget) -> None:
        endpoint = self._endpoint(target.region, target.endpoint)
        if endpoint is None or endpoint.status != "InService":
            return
        count = self._count(endpoint, target.variant)
        within = min(max(count, target.least), target.most)
        if within != count:
            self._scale(endpoint, target, within)

    def _scale(self, endpoint: Endpoint, target: ScalableTarget, count: int) -> None:
        change = {"VariantName": target.variant, "DesiredInstanceCount": count}
        self._sage_maker.scale(endpoint, [change])

    def _count(self, endpoint: Endpoint, variant: str) -> int:
        return next(int(one["InstanceCount"]) for one in endpoint.plan if one["VariantName"] == variant)

    def _endpoint(self, region: str, name: str) -> Endpoint | None:
        return self._sage_maker.endpoints.get(region, name)


def _parameters(request: AwsRequest) -> dict[str, Any]:
    """The members of a request; none if it cannot be read, which its own operation will say."""
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def scaling_context() -> tuple[tuple[str, str], ...]:
    """Condition keys of requests about a variant's instances."""
    return (
        (f"{SERVICE}:service-namespace", NAMESPACE),
        (f"{SERVICE}:scalable-dimension", DIMENSION),
    )
