"""The state of SageMaker in one account."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from exasol_sandbox.aws.errors import validation_error
from exasol_sandbox.aws.faults import Faults
from exasol_sandbox.aws.gate.identity import Identities, Session
from exasol_sandbox.aws.moto_services import MotoServices
from exasol_sandbox.aws.sagemaker.automl_job import AutoMLJob
from exasol_sandbox.aws.sagemaker.execution_role import check_permissions
from exasol_sandbox.aws.sagemaker.fleet import Fleet, FleetError
from exasol_sandbox.aws.sagemaker.inference import Endpoint, EndpointConfig, Model
from exasol_sandbox.aws.sagemaker.invocations import Invocations
from exasol_sandbox.aws.sagemaker.records import INTERRUPTED, Records
from exasol_sandbox.aws.sagemaker.tags import TagSet, merge_tags
from exasol_sandbox.aws.sagemaker.training_run import TrainingRun
from exasol_sandbox.aws.sagemaker.transform_job import TransformJob
from exasol_sandbox.aws.sagemaker.transform_run import TransformRun

SERVICE = "sagemaker.amazonaws.com"


class SageMaker:
    """Jobs, models, configurations and endpoints, and the processes behind them.

    Args:
        identities: For the execution roles.
        moto: For what is known of buckets.
        endpoint_url: Where the processes reach S3.
        scratch: Folder for the processes' temporary files.
        folder: Where the state is kept; None keeps it in memory.
        faults: What goes wrong with jobs and endpoints.
    """

    def __init__(
        self,
        identities: Identities,
        moto: MotoServices,
        endpoint_url: str,
        scratch: Path,
        folder: Path | None,
        faults: Faults,
    ) -> None:
        def kept(name: str) -> Path | None:
            return None if folder is None else folder / name

        self.account_id = identities.account_id
        self.endpoint_url = endpoint_url
        self._identities = identities
        self._moto = moto
        self._scratch = scratch
        self._faults = faults
        self.jobs = Records(AutoMLJob, kept("jobs"))
        self.models = Records(Model, kept("models"))
        self.endpoint_configs = Records(EndpointConfig, kept("endpoint-configs"))
        self.endpoints = Records(Endpoint, kept("endpoints"))
        self.transform_jobs = Records(TransformJob, kept("transform-jobs"))
        self.invocations = Invocations()
        self._tag_sets = Records(TagSet, kept("tags"))
        self._lock = threading.RLock()
        self._runs: dict[str, TrainingRun] = {}
        self._transforms: dict[str, TransformRun] = {}
        self._fleets: dict[str, Fleet] = {}
        self._closed = False
        self._mark_interrupted()

    def arn(self, region: str, kind: str, name: str) -> str:
        """The ARN of a resource; AWS writes it in lower case."""
        return f"arn:aws:sagemaker:{region}:{self.account_id}:{kind}/{name.lower()}"

    def assume(self, role_arn: str, session_name: str) -> Session:
        """Credentials of an execution role.

        Raises:
            AwsError: When SageMaker may not assume it.
        """
        return self._identities.assume_for_service(SERVICE, role_arn, session_name)

    def check_role(self, role_arn: str, operation: str, region: str) -> None:
        """Checks that SageMaker may take an execution role, and may do with it what the operation needs.

        Raises:
            AwsError: `ValidationException` when it may not.
        """
        self.assume(role_arn, operation)
        check_permissions(self._identities.role_principal(role_arn), operation, region, self.account_id)

    def bucket_region(self, bucket: str) -> str | None:
        """The region of a bucket; None for one that does not exist."""
        with self._moto.lock:
            found = self._moto.s3.buckets.get(bucket)
        return None if found is None else str(found.region_name)

    # Tags

    def tags(self, region: str, arn: str) -> dict[str, str]:
        """The tags of a resource."""
        found = self._tag_sets.get(region, _tag_name(arn))
        return dict(found.tags) if found else {}

    def set_tags(self, region: str, arn: str, tags: dict[str, str]) -> None:
        """Replaces the tags of a resource; none removes the record of them."""
        with self._lock:
            found = self._tag_sets.get(region, _tag_name(arn))
            if found:
                self._tag_sets.remove(found)
            if tags:
                self._tag_sets.add(TagSet(_tag_name(arn), region, arn, tags))

    def add_tags(self, region: str, arn: str, tags: list[dict[str, str]]) -> dict[str, str]:
        """Adds tags to a resource.

        Raises:
            AwsError: For tags that AWS refuses.
        """
        with self._lock:
            merged = merge_tags(self.tags(region, arn), tags)
            self.set_tags(region, arn, merged)
            return merged

    # Jobs

    def start_job(self, job: AutoMLJob) -> None:
        """Trains, in a process of its own; returns at once."""
        session = self.assume(job.request["RoleArn"], f"AutoML-{job.name}")
        faults = self._faults.background("job:Train", job.name)
        run = TrainingRun(job, self.jobs, session, self.endpoint_url, self._scratch, faults)
        with self._lock:
            self._runs[job.arn] = run
        run.start()

    def stop_job(self, job: AutoMLJob) -> None:
        """Ends the training of a job."""
        run = self._runs.get(job.arn)
        if run is not None:
            run.stop()

    # Batch transform

    def start_transform(self, job: TransformJob) -> None:
        """Transforms, in processes of their own; returns at once."""
        session = self.assume(job.role_arn, f"Transform-{job.name}"[:64])
        run = TransformRun(job, self.transform_jobs, session, self.endpoint_url, self._scratch)
        with self._lock:
            self._transforms[job.arn] = run
        run.start()

    def stop_transform(self, job: TransformJob) -> None:
        """Ends the processes of a job; a finished one stays as it is."""
        run = self._transforms.get(job.arn)
        if run is not None:
            run.stop()

    # Endpoints

    def deploy(self, endpoint: Endpoint, config: EndpointConfig) -> None:
        """Brings a configuration up behind an endpoint, in the background; what served before serves until
        then.
        """
        self._start_bring_up(endpoint, config.name, self._plan(config))

    def begin_update(self, endpoint: Endpoint, config: EndpointConfig, *, keep_counts: bool = False) -> None:
        """Starts to switch an endpoint to another configuration.

        Args:
            keep_counts: Whether variants keep the weights and instances that they have now.

        Raises:
            AwsError: `ValidationException` while an earlier deployment is under way.
        """
        with self._lock:
            if endpoint.status in {"Creating", "Updating"}:
                raise validation_error(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            plan = self._plan(config)
            if plan[0]["ServerlessConfig"] and not (endpoint.plan and endpoint.plan[0]["ServerlessConfig"]):
                raise validation_error(
                    f'Cannot update endpoint "{endpoint.arn}": it has instances and cannot become serverless.'
                )
            for variant in plan if keep_counts else []:
                for known in endpoint.plan:
                    if known["VariantName"] == variant["VariantName"]:
                        variant |= {name: known[name] for name in ("Weight", "InstanceCount")}
            endpoint.status, endpoint.pending_config, endpoint.failure_reason = "Updating", config.name, None
            endpoint.modified = time.time()
            self.endpoints.save(endpoint)
        self._start_bring_up(endpoint, config.name, plan)

    def scale(self, endpoint: Endpoint, changes: list[dict[str, Any]]) -> None:
        """Changes weights and numbers of instances of variants.

        Raises:
            AwsError: `ValidationException` while another change is under way, for a variant that is not
                there, and for instances of a serverless one.
        """
        with self._lock:
            if endpoint.status != "InService":
                raise validation_error(f'Cannot update in-progress endpoint "{endpoint.arn}".')
            variants = {variant["VariantName"]: dict(variant) for variant in endpoint.plan}
            for change in changes:
                variant = variants.get(change["VariantName"])
                if variant is None:
                    raise validation_error(
                        f"Endpoint {endpoint.name} has no variant {change['VariantName']}."
                    )
                if "DesiredInstanceCount" in change and variant["ServerlessConfig"]:
                    raise validation_error(f"Variant {change['VariantName']} is serverless.")
                variant["Weight"] = change.get("DesiredWeight", variant["Weight"])
                variant["InstanceCount"] = change.get("DesiredInstanceCount", variant["InstanceCount"])
            endpoint.plan = list(variants.values())
            endpoint.modified = time.time()
            self.endpoints.save(endpoint)

    def _start_bring_up(self, endpoint: Endpoint, config_name: str, plan: list[dict[str, Any]]) -> None:
        threading.Thread(
            target=self._bring_up,
            args=(endpoint, config_name, plan),
            name=f"deploy-{endpoint.name}",
            daemon=True,
        ).start()

    def _plan(self, config: EndpointConfig) -> list[dict[str, Any]]:
        plan = []
        explainer = config.request.get("ExplainerConfig", {}).get("ClarifyExplainerConfig")
        for variant in config.variants:
            model = self.models.get(config.region, variant["ModelName"])
            if model is None:
                arn = self.arn(config.region, "model", variant["ModelName"])
                raise validation_error(f'Could not find model "{arn}".')
            plan.append(
                {
                    "VariantName": variant["VariantName"],
                    "Weight": variant.get("InitialVariantWeight", 1.0),
                    "InstanceType": variant.get("InstanceType"),
                    "InstanceCount": variant.get("InitialInstanceCount", 1),
                    "ServerlessConfig": variant.get("ServerlessConfig"),
                    "RoleArn": model.request["ExecutionRoleArn"],
                    "Containers": model.containers,
                    "Explainer": explainer,
                    "Capture": config.request.get("DataCaptureConfig"),
                }
            )
        return plan

    def _bring_up(self, endpoint: Endpoint, config_name: str, plan: list[dict[str, Any]]) -> None:
        before = self._fleets.get(endpoint.arn)
        fleet = self._new_fleet(endpoint, plan)
        try:
            for fault in self._faults.background(
                f"endpoint:{'Update' if before else 'Create'}", endpoint.name
            ):
                raise FleetError(fault.reason)
            fleet.start()
        except FleetError as error:
            fleet.stop()
            with self._lock:
                endpoint.failure_reason = str(error)
                endpoint.status = "InService" if endpoint.plan else "Failed"
                endpoint.pending_config = None
                endpoint.modified = time.time()
                self.endpoints.save(endpoint)
            return
        with self._lock:
            gone = self._closed or self.endpoints.get(endpoint.region, endpoint.name) is not endpoint
            if not gone:
                self._fleets[endpoint.arn] = fleet
                endpoint.config, endpoint.plan = config_name, plan
                endpoint.status, endpoint.failure_reason, endpoint.pending_config = "InService", None, None
                endpoint.modified = time.time()
                self.endpoints.save(endpoint)
        if gone:
            fleet.stop()
        if before is not None:
            before.drain()

    def _new_fleet(self, endpoint: Endpoint, plan: list[dict[str, Any]]) -> Fleet:
        return Fleet(endpoint.name, plan, self.assume, self.endpoint_url, endpoint.region, self._scratch)

    def fleet(self, endpoint: Endpoint) -> Fleet:
        """The processes that serve an endpoint; started by its first request after a restart of the
        sandbox.
        """
        with self._lock:
            fleet = self._fleets.get(endpoint.arn)
            if fleet is None:
                fleet = self._fleets[endpoint.arn] = self._new_fleet(endpoint, endpoint.plan)
            return fleet

    def remove_endpoint(self, endpoint: Endpoint) -> None:
        """Removes an endpoint and ends its processes."""
        with self._lock:
            self.endpoints.remove(endpoint)
            fleet = self._fleets.pop(endpoint.arn, None)
        if fleet is not None:
            fleet.stop()

    def close(self) -> None:
        """Ends all processes; the state stays as it is."""
        with self._lock:
            self._closed = True
            runs: list[TrainingRun | TransformRun] = [*self._runs.values(), *self._transforms.values()]
            fleets = list(self._fleets.values())
        for run in runs:
            run.interrupt()
        for fleet in fleets:
            fleet.stop()

    def _mark_interrupted(self) -> None:
        for job in self.jobs:
            if job.status in {"InProgress", "Stopping"}:
                job.status, job.secondary_status = "Failed", "Failed"
                job.failure_reason = INTERRUPTED
                job.ended = job.modified = time.time()
                self.jobs.save(job)
        for transform in self.transform_jobs:
            if transform.status in {"InProgress", "Stopping"}:
                transform.status, transform.failure_reason = "Failed", INTERRUPTED
                transform.ended = transform.modified = time.time()
                self.transform_jobs.save(transform)
        for endpoint in self.endpoints:
            if endpoint.status in {"Creating", "Updating"}:
                endpoint.status = "InService" if endpoint.plan else "Failed"
                endpoint.failure_reason = "The sandbox stopped while the endpoint was being brought up."
                endpoint.pending_config = None
                self.endpoints.save(endpoint)


def _tag_name(arn: str) -> str:
    return arn.rpartition(":")[2].replace("/", ".")
