"""The adapter's verbs for training jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available
from dbt_common.exceptions import DbtRuntimeError

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.configs import read_training_config
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.progress import remark, say, warn
from exasol_sagemaker.job import OUT_OF_TIME

_MORE_TIME = (
    "For more candidates raise `max_runtime_seconds` (and the guard of that name), or lower "
    "`max_candidates`, and run again: that trains anew."
)


class TrainingVerbs(metaclass=AdapterMeta):
    """What Jinja may call to train, and to wait for a model."""

    connections: Any
    _aws: AwsSide
    _database: Any

    @available.parse(lambda *args, **kwargs: {})
    def start_training(
        self,
        model: Mapping[str, Any],
        query: str,
        retrain: bool = False,
        config: Mapping[str, Any] | None = None,
        validation: str | None = None,
    ) -> dict[str, Any]:
        """Start a job on what `query` returns, or find the one with the same input. Returns at once.

        It waits only for the guard max_concurrent_jobs; meanwhile no database connection is held.

        Args:
            model: The node.
            retrain: Start a new job whatever exists: a full refresh.
            config: Options that replace the node's own config: those of a hook.
            validation: Query of the rows to validate on.

        Returns:
            `row` for the table of jobs, `started`, `wait` and a `message`.
        """
        options = read_training_config(model["config"] if config is None else config)
        slots, owner = self._aws.slots, self._aws.owner(model)
        with as_dbt_errors(model["unique_id"]):
            decision = self.decide_training(model, query, retrain, config, validation)
            while decision.trains and not slots.take(decision.job_name, owner):
                say(f"{model['name']}: waits for another job to end: max_concurrent_jobs")
                with self.connections.released():
                    slots.wait(owner, sleep=self._aws.pause)
                decision = self.decide_training(model, query, retrain, config, validation)
            job = hooks.carry_out(self._aws.session, self._database(), decision, slots=slots)
        if not job.ended:
            self._aws.watch.add(job)
        for note in job.notes:
            (say if job.started else remark)(f"{model['name']}: {note}")
        return {
            "row": rows.job_row(job),
            "started": job.started,
            "wait": options.wait,
            "message": f"started job {job.job_name}, {job.status} ({job.reason})"
            if job.started
            else f"has job {job.job_name}, {job.status}",
        }

    @available.parse(lambda *args, **kwargs: {})
    def wait_for_training(self, model: Mapping[str, Any], job_name: str) -> dict[str, Any]:
        """Wait until a job has ended, however it ended. Meanwhile no database connection is held.

        Returns:
            Its row.
        """
        with as_dbt_errors(model["unique_id"]):
            job = hooks.describe_training(self._aws.session, job_name)
            if not job.ended:
                watch = self._aws.watch
                with self.connections.released():
                    for states in watch.follow(job_name):
                        self._aws.training_lines.show(states)
                job = watch.progress(job_name).job
                if job.ran_out_of_time:
                    warn(f"{model['name']}: job {job_name} reached its limit of runtime. {_MORE_TIME}")
        return rows.job_row(job)

    @available.parse_none
    def require_completed(self, row: Mapping[str, Any]) -> None:
        """Fail, with SageMaker's reason, unless the job of this row is completed."""
        if row["status"] == "Completed":
            return
        why = row["failure_reason"] or "SageMaker gives no reason."
        todo = (
            "mend the cause and run the autopilot_model again: a failed or stopped job is not taken for "
            "done, a new one is started."
        )
        if row["secondary_status"] in OUT_OF_TIME or "Runtime" in why:
            todo = _MORE_TIME
        raise DbtRuntimeError(
            f"Training job {row['job_name']} is {row['status']}\n  why: {why}\n  what to do: {todo}"
        )

    def decide_training(
        self,
        model: Mapping[str, Any],
        query: str,
        retrain: bool = False,
        config: Mapping[str, Any] | None = None,
        validation: str | None = None,
    ) -> hooks.TrainingDecision:
        """Whether start_training would start a job, and why; nothing is sent but reads.

        Arguments are its own.
        """
        options = read_training_config(model["config"] if config is None else config)
        return hooks.decide_training(
            self._aws.session,
            self._database(),
            query=query,
            name=model["name"],
            config=options.training(),
            owner=self._aws.owner(model),
            validation=validation,
            retrain=retrain,
            policy=options.policy(),
        )
