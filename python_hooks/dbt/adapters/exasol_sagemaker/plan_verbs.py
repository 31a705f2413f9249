"""The adapter's verb for a plan: what a run would do, without doing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, replace
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available
from dbt_common.exceptions import DbtRuntimeError

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.configs import EndpointNodeConfig, read_config
from exasol_sagemaker.errors import ExasolSageMakerError
from exasol_sagemaker.plan import PlannedStep, plan_endpoint, plan_training

_NEWEST = ("requested_at", "created_at")
_PREDICTIONS = {"batch_prediction": "batch prediction", "forecast": "forecast"}
_BUILT = frozenset({"model", "seed", "snapshot"})


class PlanVerbs(metaclass=AdapterMeta):
    """What Jinja may call to know beforehand."""

    connections: Any
    decide_training: Any
    execute_macro: Any
    get_relation: Any
    plan_batch: Any
    plan_forecast: Any
    _aws: AwsSide

    @available.parse_list
    def plan_run(
        self, planned: Sequence[Mapping[str, Any]], graph: Mapping[str, Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """What a run of these nodes would start, change and delete in AWS. Nothing is sent but reads.

        Args:
            planned: The `model`, its compiled `query`, its `validation` query, the `call` in it that says
                what to predict, and whether it is a `full_refresh`, for each node; of other
                materializations nothing is said.
            graph: dbt's nodes by unique id.

        Returns:
            PlannedStep as dicts, training jobs first.
        """
        jobs = {
            item["model"]["unique_id"]: self._step(item["model"], "training job", self._training, item, graph)
            for item in planned
            if item["model"]["config"]["materialized"] == "autopilot_model"
        }
        steps = list(jobs.values())
        for item in planned:
            materialized = item["model"]["config"]["materialized"]
            if materialized == "sagemaker_endpoint":
                steps.append(self._step(item["model"], "endpoint", self._endpoint, item, graph, jobs))
            elif materialized in _PREDICTIONS:
                kind = _PREDICTIONS[materialized]
                steps.append(self._step(item["model"], kind, self._predictions, item, graph, jobs))
        return [asdict(step) for step in steps]

    @staticmethod
    def _step(
        model: Mapping[str, Any], kind: str, look: Callable[..., PlannedStep], *arguments: Any
    ) -> PlannedStep:
        try:
            return look(*arguments)
        except (ExasolSageMakerError, DbtRuntimeError) as error:
            return PlannedStep(model["unique_id"], kind, "fail", "", str(error).strip())

    def _training(self, item: Mapping[str, Any], graph: Mapping[str, Mapping[str, Any]]) -> PlannedStep:
        model = item["model"]
        missing = [graph[one]["name"] for one in model["depends_on"]["nodes"] if self._is_missing(graph, one)]
        if missing:
            reason = f"not built yet: {', '.join(missing)}"
            return PlannedStep(model["unique_id"], "training job", "start", "", reason)
        return plan_training(
            self.decide_training(
                model, item["query"], validation=item["validation"], retrain=bool(item["full_refresh"])
            )
        )

    def _endpoint(
        self,
        item: Mapping[str, Any],
        graph: Mapping[str, Mapping[str, Any]],
        jobs: Mapping[str, PlannedStep],
    ) -> PlannedStep:
        model = item["model"]
        options = read_config(EndpointNodeConfig, model["config"])
        job_name = self._job_to_deploy(item["query"], graph, model, jobs)
        job = hooks.describe_training(self._aws.session, job_name) if job_name else None
        return plan_endpoint(
            self._aws.session,
            job,
            name=model["name"],
            config=options.endpoint(),
            owner=self._aws.owner(model),
        )

    def _job_to_deploy(
        self,
        query: str,
        graph: Mapping[str, Mapping[str, Any]],
        model: Mapping[str, Any],
        jobs: Mapping[str, PlannedStep],
    ) -> str | None:
        """The job that an endpoint's query would return in a run; None for one that the run would start."""
        trained = self._trained(model, graph, jobs)
        if trained is None:
            return None
        returned = self.connections.fetch_rows(query)
        names = {row["job_name"] for row in returned}
        step = self._next_job(names, trained, graph, jobs)
        if step is not None:
            return None if step.action == "start" else step.name
        newest = rows.newest(returned, _NEWEST)
        if newest is None:
            raise DbtRuntimeError(
                "Its query returns no training job. Run the autopilot_model it reads first."
            )
        return str(newest["job_name"])

    def _predictions(
        self,
        item: Mapping[str, Any],
        graph: Mapping[str, Mapping[str, Any]],
        jobs: Mapping[str, PlannedStep],
    ) -> PlannedStep:
        """What a run would do about a batch prediction or a forecast."""
        model, call = item["model"], item["call"]
        step = PlannedStep(model["unique_id"], _PREDICTIONS[model["config"]["materialized"]], "start", "", "")
        trained = self._trained(model, graph, jobs)
        missing = [graph[one]["name"] for one in model["depends_on"]["nodes"] if self._is_missing(graph, one)]
        if missing:
            return replace(step, reason=f"not built yet: {', '.join(missing)}")
        now = {call["job_name"]} if call and not call.get("foreign") else set()
        job = self._next_job(now, trained or (), graph, jobs)
        if job is not None and job.action == "start":
            return replace(step, reason="the new job, once it is completed")
        if not call:
            raise DbtRuntimeError("Its model lists no training job. Run the autopilot_model it reads first.")
        if not call.get("foreign"):
            call = {**call, "job_name": job.name} if job is not None else call
            if not hooks.describe_training(self._aws.session, call["job_name"]).ended:
                return replace(step, reason=f"job {call['job_name']}, once it is completed")
        return self._due(item, call, step)

    def _due(self, item: Mapping[str, Any], call: Mapping[str, Any], step: PlannedStep) -> PlannedStep:
        """Whether predictions by a job that is there have to be made anew, and why."""
        model = item["model"]
        make = self.plan_forecast if model["config"]["materialized"] == "forecast" else self.plan_batch
        batch = make(model, item["query"], call)
        what = f"{batch['row_count']} rows, by {batch['predicted_by']}"
        relation, transforms = (
            self.get_relation(model["database"], model["schema"], model["alias"] + suffix)
            for suffix in ("", "_transform_jobs")
        )
        if relation is None or transforms is None:
            return replace(step, reason=f"not there yet; {what}")
        if item["full_refresh"]:
            return replace(step, reason=f"full refresh; {what}")
        if self.execute_macro(
            "predictions_are_loaded",
            project="exasol_sagemaker",
            kwargs={"transforms": transforms, "relation": relation, "batch": batch},
        ):
            return replace(step, action="keep", reason=what)
        return replace(step, reason=f"rows, columns or model have changed; {what}")

    def _trained(
        self,
        model: Mapping[str, Any],
        graph: Mapping[str, Mapping[str, Any]],
        jobs: Mapping[str, PlannedStep],
    ) -> list[str] | None:
        """The autopilot_models that a node reads; None if one has no table yet, but would have one.

        Raises:
            DbtRuntimeError: The node would be skipped, or find no job.
        """
        ancestors = dict.fromkeys(_ancestors(model, graph))
        trained = [one for one in ancestors if _materialized(graph, one) == "autopilot_model"]
        missing = [graph[one]["name"] for one in trained if self._is_missing(graph, one)]
        failing = [graph[one]["name"] for one in trained if one in jobs and jobs[one].action == "fail"]
        if failing:
            raise DbtRuntimeError(f"It would be skipped: {', '.join(failing)} fails.")
        if missing and not all(one in jobs for one in trained):
            raise DbtRuntimeError(f"No job has been trained by {', '.join(missing)} yet, nor would be now.")
        return None if missing else trained

    def _next_job(
        self,
        names: Set[str],
        trained: Sequence[str],
        graph: Mapping[str, Mapping[str, Any]],
        jobs: Mapping[str, PlannedStep],
    ) -> PlannedStep | None:
        """The planned training whose job a node would use in a run; None if it would use what it uses now.

        A node that does not use the newest job that its autopilot_model has now would not use the next one
        either: it pins another.

        Args:
            names: The jobs that it uses now.
            trained: The autopilot_models that it reads.
        """
        for one in trained:
            step, known = jobs.get(one), self._newest_job(graph[one])
            if step is None or (known is not None and known not in names):
                continue
            if step.action == "start" or step.name in names or len(trained) == 1:
                return step
        return None

    def _newest_job(self, node: Mapping[str, Any]) -> str | None:
        relation = self.get_relation(node["database"], node["schema"], node["alias"])
        found = self.connections.fetch_rows(f"select job_name, requested_at, created_at from {relation}")
        newest = rows.newest(found, _NEWEST)
        return str(newest["job_name"]) if newest else None

    def _is_missing(self, graph: Mapping[str, Mapping[str, Any]], unique_id: str) -> bool:
        """Whether a node has no relation in the database although it ought to have one."""
        node = graph.get(unique_id)
        if (
            node is None
            or node["resource_type"] not in _BUILT
            or _materialized(graph, unique_id) == "ephemeral"
        ):
            return False
        return self.get_relation(node["database"], node["schema"], node["alias"]) is None


def _materialized(graph: Mapping[str, Mapping[str, Any]], unique_id: str) -> str:
    node = graph.get(unique_id)
    return str(node["config"].get("materialized")) if node else ""


def _ancestors(model: Mapping[str, Any], graph: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Unique ids of what a node reads, up to and with the first autopilot_model on each way."""
    # A seed depends on macros alone.
    for unique_id in model["depends_on"].get("nodes", ()):
        yield unique_id
        if unique_id in graph and _materialized(graph, unique_id) != "autopilot_model":
            yield from _ancestors(graph[unique_id], graph)
