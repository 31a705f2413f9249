"""The verbs of the tests on models and of the registry, beside those of the adapter's own file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

import exasol_sagemaker as hooks
from dbt.adapters.exasol_sagemaker import rows
from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from exasol_sagemaker.autopilot import MINIMISED
from exasol_sagemaker.deployment_state import wait_until
from exasol_sagemaker.training_data import read_columns


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
