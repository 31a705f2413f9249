"""The verbs of endpoints, beside those of the adapter's own file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available
from dbt_common.exceptions import DbtRuntimeError

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.configs import EndpointNodeConfig, read_config
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.progress import follow_endpoint, warn
from exasol_sagemaker.endpoint import Deployment
from exasol_sagemaker.errors import EndpointError
from exasol_sagemaker.garbage import collect_garbage
from exasol_sagemaker.retraining import parse_duration


class EndpointVerbs(metaclass=AdapterMeta):
    """What Jinja may call to deploy, to wait, to roll back and to clean up."""

    config: Any
    connections: Any
    _aws: AwsSide

    @available.parse(lambda *args, **kwargs: {})
    def deploy_endpoint(
        self,
        model: Mapping[str, Any],
        job_name: str,
        config: Mapping[str, Any] | None = None,
        last: Mapping[str, Any] | None = None,
        release: bool = False,
    ) -> dict[str, Any]:
        """Make this node's endpoint serve a job's best candidate. Returns at once.

        Args:
            config: Options that replace the node's own config: those of a hook.
            last: Row of the newest deployment that the table knows: what others did to it since is told.
            release: Serve this job even if the endpoint was rolled back from it.

        Returns:
            `row` for the table of deployments, whether anything `changed`, and a `message`.
        """
        options = read_config(EndpointNodeConfig, model["config"] if config is None else config)
        with as_dbt_errors(model["unique_id"]):
            deployment = hooks.deploy_endpoint(
                self._aws.session,
                hooks.describe_training(self._aws.session, job_name),
                name=model["name"],
                config=options.endpoint(),
                owner=self._aws.owner(model),
                last=rows.deployment_from_row(last) if last else None,
                release=release,
                sleep=self._aws.pause,
            )
        for sentence in deployment.drift:
            warn(f"{model['name']}: {sentence}")
        return _deployed(deployment)

    @available.parse(lambda *args, **kwargs: {})
    def roll_back_endpoint(
        self, model: Mapping[str, Any], deployments: Sequence[Mapping[str, Any]], to: str | None = None
    ) -> dict[str, Any]:
        """Make this node's endpoint serve an earlier job again. Returns at once.

        Args:
            deployments: Rows of the node's table.
            to: The job; the one before that which it serves if absent.

        Returns:
            As deploy_endpoint.
        """
        options = read_config(EndpointNodeConfig, model["config"])
        with as_dbt_errors(model["unique_id"]):
            deployment = hooks.roll_back_endpoint(
                self._aws.session,
                to=to,
                deployed=[row["job_name"] for row in deployments if row["status"] != "Failed"],
                name=model["name"],
                config=options.endpoint(),
                owner=self._aws.owner(model),
                sleep=self._aws.pause,
            )
        return _deployed(deployment)

    @available.parse(lambda *args, **kwargs: {})
    def wait_for_endpoint(self, model: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        """Wait until an endpoint is settled. Meanwhile no database connection is held.

        Args:
            row: What deploy_endpoint returned.

        Returns:
            `rows` for the table of deployments: what the endpoint serves now, and before it what was to be
            deployed if that failed; and the `failure`, None if there is none.
        """
        session, pause = self._aws.session, self._aws.pause
        seen: list[Deployment] = []
        failure = None
        with as_dbt_errors(model["unique_id"]), self.connections.released():
            watched = hooks.watch_endpoint(
                session, row["endpoint_name"], wanted=row["endpoint_config_name"], sleep=pause
            )
            try:
                follow_endpoint(watched, seen)
            except EndpointError as error:
                if not seen or not seen[-1].settled:
                    raise
                failure = error
        found = [rows.deployment_row(seen[-1])]
        if failure is not None and found[0]["endpoint_config_name"] != row["endpoint_config_name"]:
            found.insert(0, {**row, "status": "Failed", "failure_reason": failure.why})
            found[1]["failure_reason"] = None
        return {"rows": found, "failure": None if failure is None else str(failure)}

    @available.parse_list
    def collect_garbage(
        self, older_than: str, keep: Sequence[str] = (), keep_newest: int = 2, dry_run: bool = False
    ) -> list[dict[str, Any]]:
        """Delete S3 objects of this target's old jobs that nothing refers to, captured data and uploads.

        Args:
            older_than: `30 days`: age of a job's youngest object, of captured data, of an upload.
            keep: Jobs to keep.
            keep_newest: How many completed jobs of each node to keep.

        Returns:
            What was removed, or would be: `uri`, `objects`, `size` in bytes, and a `message`.
        """
        with as_dbt_errors("collect_garbage"):
            found = collect_garbage(
                self._aws.session,
                project=self.config.project_name,
                target=self.config.target_name,
                older_than=parse_duration(older_than),
                keep=keep,
                keep_newest=keep_newest,
                dry_run=dry_run,
            )
            return [
                {"uri": one.uri, "objects": one.objects, "size": one.size, "message": str(one)}
                for one in found
            ]

    @available.parse_none
    def raise_failure(self, model: Mapping[str, Any], failure: str | None) -> None:
        """Fail with this message, if there is one."""
        if failure:
            raise DbtRuntimeError(failure)


def _deployed(deployment: Deployment) -> dict[str, Any]:
    verb = "deployed" if deployment.changed else "has"
    message = f"{verb} endpoint {deployment.endpoint_name} with job {deployment.job_name}"
    if deployment.rolled_back_from:
        message += f", rolled back from {deployment.rolled_back_from}"
    return {
        "row": rows.deployment_row(deployment),
        "changed": deployment.changed,
        "message": message,
    }
