"""The verbs of `forecast`: those of `batch_prediction` run its transform job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.configs import ForecastNodeConfig, read_config
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation


class ForecastVerbs(metaclass=AdapterMeta):
    """What Jinja may call to forecast. A plan goes through Jinja as it is."""

    connections: Any
    _aws: AwsSide
    _database: Any

    @available.parse(lambda *args, **kwargs: {})
    def plan_forecast(self, model: Mapping[str, Any], query: str, call: Mapping[str, Any]) -> dict[str, Any]:
        """Check the history of the series. Nothing is exported or started.

        Args:
            query: The history.
            call: `job_name`, as forecast() wrote it.

        Returns:
            The `plan`, its `fingerprint`, the `row_count` of the forecast and who it is `predicted_by`.
        """
        options = read_config(ForecastNodeConfig, model["config"])
        with as_dbt_errors(model["unique_id"]):
            plan = hooks.plan_forecast(
                self._aws.session,
                self._database(),
                hooks.describe_training(self._aws.session, call["job_name"]),
                query=query,
                name=model["name"],
                config=options.forecast(),
                owner=self._aws.owner(model),
            )
        return {
            "plan": plan,
            "fingerprint": plan.fingerprint,
            "row_count": plan.series_count * plan.series.horizon,
            "predicted_by": f"job {plan.job.job_name}",
        }

    @available.parse(lambda *args, **kwargs: {})
    def load_forecast(
        self, model: Mapping[str, Any], staging: ExasolSageMakerRelation, plan: hooks.ForecastPlan
    ) -> dict[str, Any]:
        """Import what the transform job wrote into `staging`, and check it series by series.

        Returns:
            `query`, which gives the forecast, and a `message`.
        """
        schema, name = staging.stored_name()
        with as_dbt_errors(model["unique_id"]):
            loaded = hooks.load_forecast(
                self._aws.session, self._database(), plan, schema=schema, staging=name
            )
        return {
            "query": loaded.query,
            "message": f"{plan.series.horizon} steps of {plan.series_count} series forecast by job "
            f"{plan.job.job_name}",
        }
