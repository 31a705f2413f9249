"""The adapter: dbt-exasol's, and one verb for each step of a model's life.

Verbs take and give plain texts and dicts, which is what Jinja has, and hand over to the hook module at once.
At parse time they are not called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbt.adapters.__about__ import version as base_version
from dbt.adapters.base.meta import available
from dbt.adapters.base.relation import AdapterTrackingRelationInfo

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.__version__ import version
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.batch import BatchVerbs
from dbt.adapters.exasol_sagemaker.catalog import CatalogAdapter
from dbt.adapters.exasol_sagemaker.configs import (
    ExasolSageMakerConfig,
    PredictionUdfConfig,
    read_config,
)
from dbt.adapters.exasol_sagemaker.connection_verbs import ConnectionVerbs
from dbt.adapters.exasol_sagemaker.connections import ExasolSageMakerConnectionManager
from dbt.adapters.exasol_sagemaker.endpoint_verbs import EndpointVerbs
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.forecast import ForecastVerbs
from dbt.adapters.exasol_sagemaker.library import LibraryVerbs
from dbt.adapters.exasol_sagemaker.plan_verbs import PlanVerbs
from dbt.adapters.exasol_sagemaker.registry import RegistryVerbs
from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation
from dbt.adapters.exasol_sagemaker.script import ScriptVerbs
from dbt.adapters.exasol_sagemaker.table_verbs import TableMemory, TableVerbs
from dbt.adapters.exasol_sagemaker.training_verbs import TrainingVerbs
from exasol_sagemaker.batch_results import prediction as label_value
from exasol_sagemaker.foreign_endpoint import foreign_prediction_udf
from exasol_sagemaker.training_data import read_columns, row_digest

_RUNS = frozenset({"build", "run", "retry"})
_AWS_MATERIALIZATIONS = frozenset({"autopilot_model", "sagemaker_endpoint", "batch_prediction", "forecast"})


class ExasolSageMakerAdapter(
    BatchVerbs,
    ConnectionVerbs,
    EndpointVerbs,
    ForecastVerbs,
    LibraryVerbs,
    PlanVerbs,
    RegistryVerbs,
    ScriptVerbs,
    TableVerbs,
    TrainingVerbs,
    CatalogAdapter,
):
    """dbt-exasol's adapter with verbs for SageMaker Autopilot."""

    Relation = ExasolSageMakerRelation
    ConnectionManager = ExasolSageMakerConnectionManager
    AdapterSpecificConfigs = ExasolSageMakerConfig

    def __init__(self, config: Any, mp_context: Any) -> None:
        super().__init__(config, mp_context)
        self._aws = AwsSide(config)
        self._memory = TableMemory()

    @classmethod
    def get_adapter_run_info(cls, config: Any) -> AdapterTrackingRelationInfo:
        """What dbt counts runs by. It would derive the name from the class's, which has no underscore."""
        return AdapterTrackingRelationInfo(
            adapter_name=cls.type(),
            base_adapter_version=base_version,
            adapter_version=version,
            model_adapter_details=cls._get_adapter_specific_run_info(config),
        )

    def debug_query(self) -> None:
        """What `dbt debug` tries: the database, then AWS if the profile has a `sagemaker:` block."""
        super().debug_query()
        self._aws.debug()

    def set_relations_cache(self, relation_configs: Any, *args: Any, **kwargs: Any) -> None:
        """dbt's look at what exists when a run begins; meanwhile the AWS clients that it needs are made."""
        self._memory.clear()
        nodes = list(relation_configs)
        if self.config.args.which in _RUNS and any(
            node.config.materialized in _AWS_MATERIALIZATIONS for node in nodes
        ):
            self._aws.warm_up()
        super().set_relations_cache(nodes, *args, **kwargs)

    @classmethod
    def is_cancelable(cls) -> bool:
        """Whether dbt may end what is going on, when it is interrupted."""
        return True

    def cancel_open_connections(self) -> list[str]:
        """End all waits and running queries: what dbt calls on Ctrl-C. Jobs in AWS go on."""
        self._aws.interrupt()
        names: list[str] = super().cancel_open_connections()
        return names

    # The prediction UDF

    @available.parse(lambda *args, **kwargs: {})
    def create_prediction_udf(
        self, model: Mapping[str, Any], relation: ExasolSageMakerRelation, deployment: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Create the UDF that asks a deployment, or replace it, unless it is the same already.

        Args:
            deployment: Row of a sagemaker_endpoint's table.

        Returns:
            The `statement`, whether it was sent (`changed`), and a `message`.
        """
        options = read_config(PredictionUdfConfig, model["config"])
        options.foreign()
        served = rows.deployment_from_row(deployment)
        schema, name = relation.stored_name()
        with as_dbt_errors(model["unique_id"]):
            udf = hooks.PredictionUdf.for_deployment(
                served,
                region=served.endpoint_arn.split(":")[3],
                connection=options.connection or self._aws.connection,
            )
            changed = hooks.create_prediction_udf(self._database(), udf, schema, name)
        return _created(udf, schema, name, changed=changed)

    @available.parse(lambda *args, **kwargs: {})
    def create_foreign_udf(
        self, model: Mapping[str, Any], relation: ExasolSageMakerRelation, query: str
    ) -> dict[str, Any]:
        """Create or replace the UDF that asks an endpoint of somebody else's, which is left alone.

        Args:
            query: Its columns are what the endpoint reads, in order.

        Returns:
            As create_prediction_udf.
        """
        options = read_config(PredictionUdfConfig, model["config"])
        foreign = options.foreign()
        schema, name = relation.stored_name()
        with as_dbt_errors(model["unique_id"]):
            if foreign is None:
                raise hooks.ConfigurationError("endpoint_name is missing", node=model["unique_id"])
            udf = foreign_prediction_udf(
                self._aws.session,
                foreign,
                read_columns(self._database(), query, node=model["unique_id"]),
                connection=options.connection or self._aws.connection,
                node=model["unique_id"],
            )
            changed = hooks.create_prediction_udf(self._database(), udf, schema, name)
        return _created(udf, schema, name, changed=changed)

    @available.parse_none
    def describe_prediction_udf(self, relation: ExasolSageMakerRelation) -> dict[str, Any] | None:
        """What a prediction UDF in the database takes and gives; None if there is no such script."""
        schema, name = relation.stored_name()
        with as_dbt_errors(f"{schema}.{name}"):
            udf = hooks.read_prediction_udf(self._database(), schema, name)
        if udf is None:
            return None
        return {
            "endpoint_name": udf.endpoint_name,
            "job_name": udf.job_name,
            "problem_type": udf.problem_type,
            "target_column": udf.target_column,
            "explains": udf.explains,
            "input_columns": [{"name": column.name, "type": column.type} for column in udf.input_columns],
            "result_columns": [{"name": column.name, "type": column.type} for column in udf.result_columns],
        }

    # Around them

    @available.parse(lambda *args, **kwargs: {})
    def export_to_s3(self, model: Mapping[str, Any], query: str, s3_uri: str | None = None) -> dict[str, Any]:
        """Write a query's result to S3 as CSV.

        Args:
            s3_uri: Where to; the profile's own place for this node if absent.

        Returns:
            `s3_uri`, `row_count`, `files`, `transport` and a `message`.
        """
        with as_dbt_errors(model["unique_id"]):
            export = hooks.export_to_s3(
                self._aws.session,
                self._database(),
                query=query,
                s3_uri=s3_uri or self._aws.export_uri(model),
                node=model["unique_id"],
            )
        return {
            "s3_uri": export.data_uri,
            "row_count": export.row_count,
            "files": [item.uri for item in export.files],
            "transport": export.transport,
            "message": f"{model['name']}: {export.row_count} rows exported to {export.data_uri}",
        }

    @available.parse_list
    def teardown_aws(self, dry_run: bool = False) -> list[dict[str, str]]:
        """Remove all in AWS that this project made for this target.

        Returns:
            What was removed, or would be: `kind`, `name`, `action`.
        """
        with as_dbt_errors("teardown"):
            removed = hooks.teardown(
                self._aws.session,
                project=self.config.project_name,
                target=self.config.target_name,
                dry_run=dry_run,
            )
        return [{"kind": item.kind, "name": item.name, "action": item.action} for item in removed]

    # Rows

    @available.parse_list
    def fetch_rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query by lower-case column name."""
        found: list[dict[str, Any]] = self.connections.fetch_rows(sql)
        return found

    @available.parse(lambda *args, **kwargs: {})
    def newest_row(self, found: Sequence[Mapping[str, Any]], by: Sequence[str]) -> Mapping[str, Any] | None:
        """The row that is newest by the first of these columns that there is; None without rows."""
        return rows.newest(found, by)

    @available.parse(lambda *args, **kwargs: {})
    def changed_values(self, existing: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns whose value in `row` is another than in the database."""
        return rows.changes(existing, row)

    @available
    def row_digest(self, columns: Sequence[Mapping[str, str]]) -> str:
        """An expression for a digest of these columns, {name, type}, in which NULLs and their order count."""
        return row_digest(tuple(hooks.Column(column["name"], column["type"]) for column in columns))

    @available
    def label_value(self, label: str, data_type: str) -> str:
        """An expression for a predicted label's value from an expression for its text."""
        return label_value(label, data_type)

    @available
    def sql_literal(self, value: Any, data_type: str) -> str:
        """A value as an Exasol literal of a type."""
        return rows.sql_literal(value, data_type)

    def _database(self) -> Any:
        return self.connections.get_thread_connection().handle


def _created(udf: hooks.PredictionUdf, schema: str, name: str, *, changed: bool) -> dict[str, Any]:
    return {
        "statement": udf.statement(schema, name),
        "changed": changed,
        "message": f"{'created' if changed else 'unchanged'}, asks {udf.endpoint_name}",
    }
