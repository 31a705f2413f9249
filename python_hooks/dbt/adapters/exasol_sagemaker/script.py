"""The adapter's verbs for `exasol_script`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available
from dbt_common.exceptions import DbtDatabaseError

from dbt.adapters.exasol_sagemaker.configs import ScriptConfig, read_config
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from dbt.adapters.exasol_sagemaker.relation import ExasolSageMakerRelation
from dbt.adapters.exasol_sagemaker.script_source import ScriptSource
from dbt.adapters.exasol_sagemaker.script_template import eaten_braces
from exasol_sagemaker.errors import ScriptError
from exasol_sagemaker.script import Script
from exasol_sagemaker.script_lines import line_of_message
from exasol_sagemaker.script_signature import ADAPTER
from exasol_sagemaker.script_syntax import syntax_error

_SPLITS_STATEMENTS = "|SEPARATEMEPLEASE|"


class ScriptVerbs(metaclass=AdapterMeta):
    """What Jinja may call to keep scripts."""

    config: Any
    connections: Any
    should_identifier_be_quoted: Callable[[str], bool]

    @available.parse(lambda *args, **kwargs: {})
    def create_script(
        self, model: Mapping[str, Any], relation: ExasolSageMakerRelation, body: str, replace: bool = False
    ) -> dict[str, Any]:
        """Create a script, or replace it, unless the database has the same already.

        Args:
            body: The rendered model file.
            replace: Whether to replace even the same.

        Returns:
            The `statement`, whether it was sent (`changed`), and a `message`.
        """
        if getattr(self.config.args, "EMPTY", False):
            body = relation.without_limits(body)
        source = ScriptSource.of(model, body, self.config)
        schema, name = relation.stored_name()
        with as_dbt_errors(model["unique_id"]):
            options = read_config(ScriptConfig, model["config"])
            _check_braces(source)
            script = Script.of(options.signature(), body, options.comment_prefix)
            if options.check_syntax:
                _check_syntax(script, source)
        statement = script.statement(schema, name)
        found = self._stored(relation)
        changed = replace or found is None or not script.is_in(found["script_text"])
        if changed:
            with as_dbt_errors(model["unique_id"]):
                self._check_arguments(script)
                if found is not None and _is_adapter(found) != (script.signature.kind == ADAPTER):
                    self.drop_script(relation)
                self._send(statement, source)
                self._check_whole(script, relation, source)
        return {
            "statement": statement,
            "changed": changed,
            "message": "unchanged" if not changed else "created" if found is None else "replaced",
        }

    @available.parse_none
    def drop_script(self, relation: ExasolSageMakerRelation) -> None:
        """Drop a script if it is there. Exasol wants to be told that it is an adapter script."""
        found = self._stored(relation)
        if found is not None:
            kind = "adapter script" if _is_adapter(found) else "script"
            self.connections.add_query(f"drop {kind} {relation.render()}", auto_begin=False)

    def _send(self, statement: str, source: ScriptSource) -> None:
        """Without dbt's query comment: where a project puts it at the end it would be part of the body."""
        if _SPLITS_STATEMENTS in statement:
            raise ScriptError(
                f"The body contains {_SPLITS_STATEMENTS}", why="dbt-exasol cuts statements there."
            )
        try:
            self.connections.add_query(statement, auto_begin=False)
        except DbtDatabaseError as error:
            line = line_of_message(error.msg)
            if line is None:
                raise
            raise DbtDatabaseError(f"{error.msg}\n  where: {source.where(line)}") from None

    def _check_arguments(self, script: Script) -> None:
        for argument in script.signature.arguments:
            name = argument.removeprefix("ARRAY ")
            if self.should_identifier_be_quoted(name):
                raise ScriptError(
                    f"Config `parameters` has the name {name!r}",
                    why="It is a reserved word of Exasol.",
                    hint=f"Call it something else, such as {name}_value.",
                )

    def _check_whole(self, script: Script, relation: ExasolSageMakerRelation, source: ScriptSource) -> None:
        lines = [line.strip() for line in script.body.splitlines()]
        if "/" not in lines:
            return
        found = self._stored(relation)
        if found is None or not script.is_in(found["script_text"]):
            raise ScriptError(
                f"The database has only a part of the script {relation}",
                why=f"A line that is only / ended it: {source.where(lines.index('/') + 1)}",
                hint="Put something else on that line.",
            )

    def _stored(self, relation: ExasolSageMakerRelation) -> dict[str, Any] | None:
        """Type and text of a script as the database has it."""
        schema, name = (part.replace("'", "''") for part in relation.stored_name())
        found = self.connections.fetch_rows(
            "select script_type, script_text from exa_all_scripts "
            f"where script_schema = '{schema}' and script_name = '{name}'"
        )
        return dict(found[0]) if found else None


def _is_adapter(found: Mapping[str, Any]) -> bool:
    return bool(found["script_type"] == "ADAPTER")


def _check_braces(source: ScriptSource) -> None:
    line = eaten_braces(source.template)
    if line is not None:
        raise ScriptError(
            "Jinja reads braces of the script as its own",
            why=source.where_in_template(line),
            hint="Put that part of the body between {% raw %} and {% endraw %}, or a blank between braces.",
        )


def _check_syntax(script: Script, source: ScriptSource) -> None:
    found = syntax_error(script)
    if found is not None:
        message, line = found
        raise ScriptError(
            f"Syntax error in the script: {message}",
            why=source.where(line),
            hint="If the database's version of the language does know this, set check_syntax=false.",
        )
