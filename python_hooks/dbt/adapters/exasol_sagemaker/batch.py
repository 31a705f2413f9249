"""The verbs of `batch_prediction`, beside those of the adapter's own file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.configs import BatchPredictionConfig, read_config
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.progress import follow_transforms, say
from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation
from exasol_sagemaker.foreign_model import ForeignModel, plan_foreign_batch


class BatchVerbs(metaclass=AdapterMeta):
    """What Jinja may call to predict with Batch Transform. A plan goes through Jinja as it is."""

    connections: Any
    _aws: AwsSide
    _database: Any

    @available.parse(lambda *args, **kwargs: {})
    def plan_batch(self, model: Mapping[str, Any], query: str, call: Mapping[str, Any]) -> dict[str, Any]:
        """Check the rows to predict and cut them into transform jobs. Nothing is exported or started.

        Args:
            query: The rows to predict.
            call: `job_name`, `key`, `columns`, `threshold` and `probabilities`, as batch_predict() wrote
                them; `foreign` instead of `job_name`, as batch_predict_foreign() wrote it.

        Returns:
            The `plan`, its `fingerprint`, its `row_count` and who it is `predicted_by`.
        """
        options = read_config(BatchPredictionConfig, model["config"])
        with as_dbt_errors(model["unique_id"]):
            make: Any = hooks.plan_batch
            predicts: Any = None
            if call.get("foreign"):
                make, predicts = plan_foreign_batch, ForeignModel(**call["foreign"])
            else:
                predicts = hooks.describe_training(self._aws.session, call["job_name"])
            plan: hooks.BatchPlan = make(
                self._aws.session,
                self._database(),
                predicts,
                query=query,
                keys=call["key"],
                columns=call["columns"],
                name=model["name"],
                config=options.batch(),
                owner=self._aws.owner(model),
                threshold=call.get("threshold"),
                probabilities=bool(call.get("probabilities")),
            )
        return {
            "plan": plan,
            "fingerprint": plan.fingerprint,
            "row_count": plan.row_count,
            "predicted_by": _who(plan),
        }

    @available.parse(lambda *args, **kwargs: {})
    def run_transforms(
        self, model: Mapping[str, Any], plan: hooks.BatchPlan, rerun: bool = False
    ) -> dict[str, Any]:
        """Export, start and wait until all transform jobs have ended, or one has failed.

        While they are waited for no database connection is held.

        Returns:
            The `plan` as it is then, and `rows` for the table of transform jobs.
        """
        announced: set[str] = set()
        with as_dbt_errors(model["unique_id"]):
            while not plan.ended:
                plan = hooks.start_transforms(self._aws.session, self._database(), plan, rerun=rerun)
                for chunk in plan.chunks:
                    if chunk.transform is not None and chunk.transform.name not in announced:
                        announced.add(chunk.transform.name)
                        verb = "started" if chunk.transform.started else "has"
                        say(
                            f"{model['name']}: {verb} transform job {chunk.transform.name}, "
                            f"chunk {chunk.index + 1} of {len(plan.chunks)}, {chunk.row_count} rows"
                        )
                if plan.running:
                    with self.connections.released():
                        plan = follow_transforms(
                            hooks.watch_transforms(self._aws.session, plan, sleep=self._aws.pause)
                        )
        return {"plan": plan, "rows": rows.transform_rows(plan)}

    @available.parse(lambda *args, **kwargs: {})
    def load_batch(
        self, model: Mapping[str, Any], staging: ExasolSageMakerRelation, plan: hooks.BatchPlan
    ) -> dict[str, Any]:
        """Import what the transform jobs wrote into `staging`, and check it row for row against the input.

        Returns:
            `query`, which gives the predictions, and a `message`.
        """
        schema, name = staging.stored_name()
        with as_dbt_errors(model["unique_id"]):
            loaded = hooks.load_predictions(
                self._aws.session, self._database(), plan, schema=schema, staging=name
            )
        return {
            "query": loaded.query,
            "message": f"{loaded.row_count} rows predicted by {_who(plan)}, "
            f"{len(plan.chunks)} transform job{'' if len(plan.chunks) == 1 else 's'}",
        }

    @available.parse_none
    def finish_batch(self, model: Mapping[str, Any], plan: hooks.BatchPlan) -> None:
        """Delete the SageMaker model, and the files in S3 unless the config keeps them."""
        with as_dbt_errors(model["unique_id"]):
            hooks.finish_batch(self._aws.session, plan)


def _who(plan: hooks.BatchPlan) -> str:
    """Who predicts, in words."""
    return f"model {plan.model_name}" if plan.borrows_model else f"job {plan.job.job_name}"
