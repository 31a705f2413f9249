"""What names mean inside one SELECT."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, at
from exasol_sandbox.database.transforms.names import display, not_found, position, quote
from exasol_sandbox.database.transforms.typed import Typed


@dataclass(frozen=True)
class OutputColumn:
    """A column of a query; its type is None if only DuckDB knows it."""

    name: str
    type: DataType | None


@dataclass
class Source:
    """A table, view or subquery in FROM.

    Attributes:
        alias: the name by which columns are qualified; empty for none.
        schema: the schema by which the alias may be qualified further; None for none.
        columns: in the order of `*`.
        references: the DuckDB SQL of each column.
    """

    alias: str
    schema: str | None
    columns: list[OutputColumn]
    references: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.references:
            prefix = quote(self.alias) + "." if self.alias else ""
            self.references = [prefix + quote(column.name) for column in self.columns]

    def find(self, name: str) -> list[Typed]:
        """The columns of that name."""
        return [
            Typed(reference, column.type)
            for column, reference in zip(self.columns, self.references, strict=True)
            if column.name == name
        ]


@dataclass
class Hierarchy:
    """What CONNECT BY adds to a scope.

    Attributes:
        level: DuckDB SQL of LEVEL.
        prior: what PRIOR looks names up in; None where it may not stand.
        root: the same for CONNECT_BY_ROOT.
        leaf: DuckDB SQL of CONNECT_BY_ISLEAF.
        paths: DuckDB SQL of each call of SYS_CONNECT_BY_PATH, by its text.
    """

    level: str
    prior: Scope | None = None
    root: Scope | None = None
    leaf: str | None = None
    paths: dict[str, str] = field(default_factory=dict)


@dataclass
class Scope:
    """The names that expressions of one SELECT may use.

    Attributes:
        sources: what stands in FROM.
        parent: the scope around a subquery.
        merged: columns of JOIN … USING, which belong to no single source.
        aliases: the named expressions of the select list.
        row_number: DuckDB SQL of ROWNUM; None where it may not stand.
        node: DuckDB SQL of IPROC where it belongs to a row; None where it does not.
        hierarchy: what CONNECT BY adds; None without it.
        emitted: the columns of JSON_EXTRACT … EMITS.
    """

    sources: list[Source] = field(default_factory=list)
    parent: Scope | None = None
    merged: dict[str, Typed] = field(default_factory=dict)
    aliases: dict[str, exp.Expr] = field(default_factory=dict)
    row_number: str | None = None
    hierarchy: Hierarchy | None = None
    node: str | None = None
    emitted: list[Column] = field(default_factory=list)

    def column(self, node: exp.Column) -> Typed | None:
        """The column that a reference means here or further out; None if nothing has that name."""
        name, table, schema = node.name, node.table, node.db
        found: list[Typed] = []
        if not table and name in self.merged:
            return self.merged[name]
        for source in self.sources:
            if table and (source.alias != table or (schema and source.schema not in {None, schema})):
                continue
            found += source.find(name)
        if len(found) > 1:
            raise ExasolError(
                SYNTAX_OR_ACCESS,
                at(f"identifier {display(name)} is ambiguous", *position(node.this)),
            )
        if found:
            return found[0]
        return self.parent.column(node) if self.parent else None

    def expanded(self, table: str | None = None) -> list[tuple[str, Typed]]:
        """The columns of `*` or `table.*`."""
        result: list[tuple[str, Typed]] = []
        if table is None:
            result += self.merged.items()
        known = False
        for source in self.sources:
            if table is not None and source.alias != table:
                continue
            known = True
            for column, reference in zip(source.columns, source.references, strict=True):
                if table is None and column.name in self.merged:
                    continue
                result.append((column.name, Typed(reference, column.type)))
        if not known:
            raise not_found(f"{display(table)}.*" if table else "*")
        return result
