"""What a translation knows about its session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.transforms.formats import DEFAULT_DATE, DEFAULT_TIMESTAMP
from exasol_sandbox.database.transforms.scope import OutputColumn
from exasol_sandbox.database.transforms.time_zones import DEFAULT_BEHAVIOR, UTC


@dataclass(frozen=True)
class Relation:
    """A table, view or system table.

    Attributes:
        schema: its schema.
        name: its name.
        columns: its columns.
        sql: how it is named in DuckDB; empty for a view.
        view_text: the query of a view; None for tables.
        view_schema: the schema that was open when the view was created, in which its names are looked up.
        in_utc: whether its columns of TIMESTAMP WITH LOCAL TIME ZONE are, rather than in the session's time.
    """

    schema: str
    name: str
    columns: list[OutputColumn]
    sql: str = ""
    view_text: str | None = None
    view_schema: str | None = None
    in_utc: bool = False


class Relations(Protocol):
    """The catalog as a translation sees it."""

    def find_relation(self, schema: str | None, name: str, current_schema: str | None) -> Relation | None:
        """The table or view of that name; `schema` None means the current schema, then the system tables."""

    def is_script(self, schema: str | None, name: str, current_schema: str | None) -> bool:
        """Whether a script has that name."""


@dataclass
class Context:
    """The session facts that an expression may depend on.

    Attributes:
        parameters: types of the `?` of a prepared statement, in order.
        cacheable: set to False by what gives another text each time.
    """

    relations: Relations
    user: str
    session_id: int
    current_schema: str | None
    nodes: int = 1
    statement_id: int = 0
    date_format: str = DEFAULT_DATE
    timestamp_format: str = DEFAULT_TIMESTAMP
    date_language: str = "ENG"
    first_day_of_week: int = 7
    like_escape: str = "\\"
    time_zone: str = UTC
    time_zone_behavior: str = DEFAULT_BEHAVIOR
    parameters: list[DataType] = field(default_factory=list)
    cacheable: bool = True
