"""Relations are dbt-exasol's, and know how the system tables spell them."""

from __future__ import annotations

from dataclasses import dataclass

from dbt.adapters.exasol.relation import ExasolRelation


@dataclass(frozen=True, eq=False, repr=False)
class ExasolSageMakerRelation(ExasolRelation):
    """dbt-exasol's relation.

    With `--empty` a ref becomes a subselect. Exasol needs no alias for it, and one of dbt's own would make
    `from {{ ref('x') }} as y` a syntax error.
    """

    require_alias: bool = False

    def stored_name(self) -> tuple[str, str]:
        """Schema and name as Exasol stores them: upper-cased unless quoted."""
        schema, name = str(self.schema), str(self.identifier)
        return (
            schema if self.quote_policy.schema else schema.upper(),
            name if self.quote_policy.identifier else name.upper(),
        )
