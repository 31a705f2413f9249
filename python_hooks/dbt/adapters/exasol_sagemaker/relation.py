"""Relations are dbt-exasol's, and know how the system tables spell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dbt.adapters.exasol.relation import ExasolRelation

SCRIPTS = ("exasol_script", "prediction_udf")

_EMPTY_SUBSELECT = re.compile(r'\(select \* from ((?:"[^"]*"|[^\s"()])+) where false limit 0\)')


@dataclass(frozen=True, eq=False, repr=False)
class ExasolSageMakerRelation(ExasolRelation):
    """dbt-exasol's relation.

    With `--empty` a ref becomes a subselect. Exasol needs no alias for it, and one of dbt's own would make
    `from {{ ref('x') }} as y` a syntax error.
    """

    require_alias: bool = False

    @classmethod
    def create_from(cls, quoting: Any, relation_config: Any, **kwargs: Any) -> ExasolSageMakerRelation:
        """The relation of a node. A script is called, not selected from: `--empty` leaves its name alone."""
        if getattr(relation_config.config, "materialized", None) in SCRIPTS:
            kwargs |= {"limit": None, "event_time_filter": None}
        relation: ExasolSageMakerRelation = super().create_from(quoting, relation_config, **kwargs)
        return relation

    def stored_name(self) -> tuple[str, str]:
        """Schema and name as Exasol stores them: upper-cased unless quoted."""
        schema, name = str(self.schema), str(self.identifier)
        return (
            schema if self.quote_policy.schema else schema.upper(),
            name if self.quote_policy.identifier else name.upper(),
        )

    @staticmethod
    def without_limits(text: str) -> str:
        """A text rendered with `--empty`, where a ref is a subselect of no rows, as it is without."""
        return _EMPTY_SUBSELECT.sub(r"\1", text)
