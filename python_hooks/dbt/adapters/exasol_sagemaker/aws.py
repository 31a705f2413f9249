"""The AWS side of one dbt target: session, owner, names; and its part of `dbt debug`."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.exasol_sagemaker.progress import say
from dbt.adapters.exasol_sagemaker.training_progress import TrainingLines, somebody_reads
from exasol_sagemaker.errors import ExasolSageMakerError
from exasol_sagemaker.job_slots import JobSlots
from exasol_sagemaker.naming import NAME_LIMIT, shorten, target_prefix
from exasol_sagemaker.ownership import Owner
from exasol_sagemaker.polling import Pause
from exasol_sagemaker.session import AwsSession, Check
from exasol_sagemaker.settings import SageMakerSettings
from exasol_sagemaker.training_watch import TrainingWatch

_MISSING_BLOCK = """\
The profile's target `{target}` has no `sagemaker:` block, so there is no SageMaker to work with
  what to do: add it to this target in profiles.yml, at least
      sagemaker:
        s3_uri: s3://bucket/prefix
        role_arn: arn:aws:iam::123456789012:role/name
    or let `exasol-sagemaker init` write it."""


class AwsSide:
    """One session a process, shared by threads; connects to nothing until a verb needs AWS."""

    def __init__(self, config: Any) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._session: AwsSession | None = None
        self._watch: TrainingWatch | None = None
        self._slots: JobSlots | None = None
        self.pause = Pause()
        self.training_lines = TrainingLines(talkative=somebody_reads())

    @property
    def settings(self) -> SageMakerSettings:
        """The `sagemaker:` block.

        Raises:
            DbtRuntimeError: The profile has none.
        """
        block = getattr(self._config.credentials, "sagemaker", None)
        if block is None:
            raise DbtRuntimeError(_MISSING_BLOCK.format(target=self._config.target_name))
        settings: SageMakerSettings = block.settings()
        return settings

    @property
    def session(self) -> AwsSession:
        """The session of this process."""
        with self._lock:
            if self._session is None:
                self._session = AwsSession(self.settings)
            return self._session

    def interrupt(self) -> None:
        """End all waits, and say what becomes of the jobs that are waited for."""
        self.pause.interrupt()
        running = self._watch.running if self._watch is not None else []
        if running:
            say(f"Training goes on in AWS: {', '.join(running)}. Run again to go on waiting for it.")

    def warm_up(self) -> None:
        """Make the clients in the background: it takes as long as dbt needs to look at the database.

        If that fails, so does the first call that needs a client, where the error can be told.
        """
        if getattr(self._config.credentials, "sagemaker", None) is not None:
            threading.Thread(target=self._warm_up, name="aws-clients", daemon=True).start()

    def _warm_up(self) -> None:
        with suppress(ExasolSageMakerError, DbtRuntimeError):
            self.session.warm_up()

    @property
    def watch(self) -> TrainingWatch:
        """What looks at all training jobs of this process."""
        session = self.session
        with self._lock:
            if self._watch is None:
                self._watch = TrainingWatch(session, pause=self.pause)
            return self._watch

    @property
    def slots(self) -> JobSlots:
        """How many training jobs may run at once, for all threads of this process."""
        session = self.session
        with self._lock:
            if self._slots is None:
                self._slots = JobSlots(session)
            return self._slots

    @property
    def connection(self) -> str:
        """Name of the Exasol CONNECTION with AWS credentials."""
        return str(self.settings.connection)

    def owner(self, model: Mapping[str, Any]) -> Owner:
        """Who asks: this project, target and node."""
        return Owner(self._config.project_name, self._config.target_name, model["unique_id"])

    def export_uri(self, model: Mapping[str, Any]) -> str:
        """Where a node's plain exports go: beside the target's other data, so that teardown finds them."""
        home = target_prefix(self.settings.s3_uri, self._config.project_name, self._config.target_name)
        return f"{home}{shorten(model['name'], NAME_LIMIT)}/export"

    def debug(self) -> None:
        """Check AWS for `dbt debug`, a line each. Nothing without a `sagemaker:` block.

        Raises:
            DbtRuntimeError: With all that failed and what to do about it.
        """
        if getattr(self._config.credentials, "sagemaker", None) is None:
            return
        say("AWS:")
        failed = [check for check in self.session.check() if _shown(check).status == "failed"]
        if failed:
            raise DbtRuntimeError(
                "The database answers, but AWS is not ready:\n"
                + "\n".join(
                    f"  {check.name}: {check.detail}\n    what to do: {check.hint}" for check in failed
                )
            )


def _shown(check: Check) -> Check:
    mark = {"ok": "OK", "warning": "WARNING"}.get(check.status, "ERROR")
    hint = f" ({check.hint})" if check.status == "warning" and check.hint else ""
    say(f"  {check.name}: [{mark}] {check.detail}{hint}")
    return check
