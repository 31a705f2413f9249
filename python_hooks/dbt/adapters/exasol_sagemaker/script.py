"""The adapter's verbs for `exasol_script`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

from dbt.adapters.exasol_sagemaker.configs import ScriptConfig, read_config
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation
from exasol_sagemaker.script import Script


class ScriptVerbs(metaclass=AdapterMeta):
    """What Jinja may call to keep scripts."""

    connections: Any

    @available.parse(lambda *args, **kwargs: {})
    def create_script(
        self, model: Mapping[str, Any], relation: ExasolSageMakerRelation, body: str, replace: bool = False
    ) -> dict[str, Any]:
        """Create a script, or replace it, unless the database has the same already.

        The statement goes out without dbt's query comment, which at its end would be part of the body.

        Args:
            body: The rendered model file.
            replace: Whether to replace even the same.

        Returns:
            The `statement`, whether it was sent (`changed`), and a `message`.
        """
        schema, name = relation.stored_name()
        with as_dbt_errors(model["unique_id"]):
            options = read_config(ScriptConfig, model["config"])
            script = Script.of(options.signature(), body, options.comment_prefix)
        statement = script.statement(schema, name)
        text = self._script_text(relation)
        changed = replace or text is None or not script.is_in(text)
        if changed:
            self.connections.add_query(statement, auto_begin=False)
        return {
            "statement": statement,
            "changed": changed,
            "message": "unchanged" if not changed else "created" if text is None else "replaced",
        }

    def _script_text(self, relation: ExasolSageMakerRelation) -> str | None:
        schema, name = (part.replace("'", "''") for part in relation.stored_name())
        found = self.connections.fetch_rows(
            "select script_text from exa_all_scripts "
            f"where script_schema = '{schema}' and script_name = '{name}'"
        )
        return str(found[0]["script_text"]) if found else None
