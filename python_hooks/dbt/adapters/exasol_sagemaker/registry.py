"""The verbs of the tests on models and of the registry, beside those of the adapter's own file."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available
from dbt_common.exceptions import DbtRuntimeError

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from exasol_sagemaker.autopilot import MINIMISED
from exasol_sagemaker.deployment_state import wait_until
from exasol_sagemaker.endpoint_list import OwnEndpoint, list_own_endpoints
from exasol_sagemaker.explainability import feature_importance
from exasol_sagemaker.registry import RegisteredJob, list_jobs, list_jobs_of_node
from exasol_sagemaker.session import AwsSession
from exasol_sagemaker.training_data import read_columns

_STATEMENT_CHARACTERS = 200_000


class RegistryVerbs(metaclass=AdapterMeta):
    """What Jinja may call to judge models and to list what SageMaker has of this project and target."""

    config: Any
    connections: Any
    _aws: AwsSide

    @available
    def lower_is_better(self, metric: str) -> bool:
        """Whether a metric is an error, of which less is better."""
        return metric in MINIMISED

    @available.parse_list
    def query_columns(self, query: str) -> list[dict[str, str]]:
        """Columns of a query in order, {name, type}, as the database spells them; no row is read."""
        with as_dbt_errors():
            columns = read_columns(self.connections.get_thread_connection().handle, query)
        return [{"name": column.name, "type": column.type} for column in columns]

    @available.parse(lambda *args, **kwargs: {})
    def settled_endpoint(self, model: Mapping[str, Any], endpoint_name: str) -> dict[str, Any]:
        """Wait until an endpoint is neither created nor updated any more, whatever becomes of it.

        Meanwhile no database connection is held.

        Returns:
            Whether it `exists`, and its `row` if it does.
        """
        with as_dbt_errors(model["unique_id"]), self.connections.released():
            if wait_until(self._aws.session, endpoint_name, self._aws.pause) is None:
                return {"exists": False}
            found = hooks.describe_endpoint(self._aws.session, endpoint_name)
        return {"exists": True, "row": rows.deployment_row(found)}

    @available.parse_list
    def jobs_of_node(self, model: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Rows of all jobs that a node has started whose results are still there, oldest first."""
        with as_dbt_errors(model["unique_id"]):
            found = list_jobs_of_node(self._aws.session, model["name"], self._aws.owner(model))
        return [rows.job_row(one.job) for one in found]

    @available.parse_list
    def registry_rows(
        self, model: Mapping[str, Any], content: str, jobs: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Rows of one of the registry's tables, as SageMaker has them now. No database connection is held.

        Args:
            content: `jobs`, `candidates`, `endpoints` or `feature_importance`.
            jobs: For candidates and feature importance, whose: `job_name`, `status` and `best_candidate`.
        """
        project, target = self.config.project_name, self.config.target_name
        aws = self._aws.session
        with as_dbt_errors(model["unique_id"]), self.connections.released():
            if content == "jobs":
                return [_job_row(one) for one in list_jobs(aws, project=project, target=target)]
            if content == "endpoints":
                return [_endpoint_row(one) for one in list_own_endpoints(aws, project=project, target=target)]
            if content == "candidates":
                return [row for job in jobs for row in _candidate_rows(aws, job)]
            if content == "feature_importance":
                return [row for job in jobs for row in _importance_rows(aws, job)]
        raise DbtRuntimeError(f"The registry has no {content!r}.")

    @available
    def value_lists(
        self, found: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, str]]
    ) -> list[str]:
        """Rows as what comes after VALUES, in as many pieces as keep statements to a modest length."""
        pieces: list[list[str]] = []
        length = _STATEMENT_CHARACTERS
        for row in found:
            values = ", ".join(
                rows.sql_literal(row.get(column["name"]), column["type"]) for column in columns
            )
            if length + len(values) > _STATEMENT_CHARACTERS:
                pieces.append([])
                length = 0
            pieces[-1].append(f"({values})")
            length += len(values)
        return [",\n".join(piece) for piece in pieces]


def _job_row(found: RegisteredJob) -> dict[str, Any]:
    return {**rows.job_row(found.job), "node": found.node, "torn_down": found.torn_down}


def _endpoint_row(found: OwnEndpoint) -> dict[str, Any]:
    return {
        "endpoint_name": found.name,
        "node": found.owner.node,
        "status": found.status,
        "job_name": found.job_name or None,
        "instance_type": found.instance_type or None,
        "instance_count": found.instance_count,
        "created_at": rows.timestamp(found.created_at),
        "deployed_at": rows.timestamp(found.deployed_at),
        "expires_at": rows.timestamp(found.expires_at) if found.expires_at else None,
        "rolled_back_from": found.rolled_back_from,
        "drift": "\n".join(found.drift) or None,
        "failure_reason": found.failure_reason,
    }


def _candidate_rows(aws: AwsSession, job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for rank, one in enumerate(hooks.list_candidates(aws, job["job_name"]), start=1):
        metrics = {name: value for name, value in one.metrics.items() if math.isfinite(value)}
        value = one.objective_value
        has_value = value is not None and math.isfinite(value)
        yield {
            "job_name": job["job_name"],
            "job_status": job["status"],
            "candidate_name": one.name,
            "candidate_rank": rank if has_value else None,
            "is_best": one.name == job["best_candidate"],
            "status": one.status,
            "objective": one.objective,
            "objective_value": value if has_value else None,
            "metrics": json.dumps(metrics, sort_keys=True) if metrics else None,
            "created_at": rows.timestamp(one.created_at) if one.created_at else None,
            "ended_at": rows.timestamp(one.ended_at) if one.ended_at else None,
        }


def _importance_rows(aws: AwsSession, job: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    ranks: Counter[str] = Counter()
    for one in feature_importance(aws, job["job_name"]):
        output = f"{one.method} {one.label}"
        ranks[output] += 1
        yield {
            **asdict(one),
            "job_status": job["status"],
            "importance_method": one.method,
            "feature_rank": ranks[output],
        }
