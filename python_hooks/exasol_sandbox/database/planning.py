"""Queries: from text to a plan that DuckDB can run, remembered by text."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from exasol_sandbox.database import scripts
from exasol_sandbox.database.data_types import Column, DataType
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.spool import ROWS_A_BATCH, spooled
from exasol_sandbox.database.transforms.context import Context
from exasol_sandbox.database.transforms.conversions import interval_as_text
from exasol_sandbox.database.transforms.names import normalise, quote
from exasol_sandbox.database.transforms.parsing import PREFIX, parse
from exasol_sandbox.database.transforms.query import QueryTranslator
from exasol_sandbox.database.transforms.scope import OutputColumn
from exasol_sandbox.database.transforms.views import inline_views_with_scripts
from exasol_sandbox.database.type_names import shown_type

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

QUERY_WORDS = {"SELECT", "WITH", "VALUES", "(", "TABLE"}
_BLANK = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+|\(|\[|\"")
_REMEMBERED = 512
_INTERVALS = {"INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND"}


def first_word(sql: str) -> str:
    """The first word of a statement in upper case, after blanks and comments; empty if there is none."""
    blank = _BLANK.match(sql)
    word = _WORD.match(sql, blank.end() if blank else 0)
    return word.group().upper() if word else ""


@dataclass(frozen=True)
class Plan:
    """A query for DuckDB and its columns as far as they are known.

    Attributes:
        tables: what it reads, as DuckDB names it.
    """

    sql: str
    columns: list[OutputColumn]
    tables: frozenset[str] = frozenset()


class Planner:
    """Plans the queries of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plans: OrderedDict[tuple[str, ...], Plan] = OrderedDict()

    def forget(self) -> None:
        """The catalog may have changed."""
        self._plans.clear()

    def context(self) -> Context:
        """What a translation has to know of the session."""
        session = self._session
        parameters = session.settings.parameters
        return Context(
            relations=session,
            user=session.user,
            session_id=session.session_id,
            current_schema=session.current_schema,
            nodes=session.database.nodes,
            statement_id=session.statement_id,
            date_format=session.settings.date_format,
            timestamp_format=session.settings.timestamp_format,
            date_language=parameters["NLS_DATE_LANGUAGE"],
            first_day_of_week=int(parameters["NLS_FIRST_DAY_OF_WEEK"]),
            like_escape=parameters["DEFAULT_LIKE_ESCAPE_CHARACTER"],
            time_zone=parameters["TIME_ZONE"],
            time_zone_behavior=parameters["TIME_ZONE_BEHAVIOR"],
        )

    def plan(self, sql: str) -> Plan:
        """The plan of a query; UDFs in it run now."""
        session = self._session
        session.begin_statement()
        settings = session.settings
        key = (sql, settings.current_schema or "", settings.date_format, settings.timestamp_format)
        known = self._plans.get(key)
        if known is not None:
            self._plans.move_to_end(key)
            session.saw(known.tables)
            return known
        tree = normalise(parse(sql))
        expanded = self.expanded(tree)
        context = self.context()
        text, columns = QueryTranslator(context).query(expanded)
        plan = Plan(text, columns, session.seen)
        if context.cacheable and expanded is tree:
            self._plans[key] = plan
            if len(self._plans) > _REMEMBERED:
                self._plans.popitem(last=False)
        return plan

    def plan_tree(self, tree: exp.Expr) -> Plan:
        """The plan of a normalised query without UDFs."""
        return Plan(*QueryTranslator(self.context()).query(tree))

    def expanded(self, tree: exp.Expr) -> exp.Expr:
        """A statement without calls of UDFs: they have run, and their results stand in temporary tables."""
        session = self._session
        session.privileges.check_reads(tree)
        if not session.has_scripts():
            return tree
        tree = inline_views_with_scripts(tree, session, session.current_schema)
        if not calls_script(tree, session):
            return tree
        result: exp.Expr = scripts.expand(session, tree)
        return result

    def columns_of(self, sql: str) -> list[Column]:
        """The result columns of a query; none for other statements."""
        if first_word(sql) not in QUERY_WORDS:
            return []
        plan = self.plan(sql)
        types = self.types(plan)
        return [Column(column.name, kind) for column, kind in zip(plan.columns, types, strict=True)]

    def types(self, plan: Plan) -> list[DataType]:
        """The types of a plan's columns; DuckDB is asked for those that are not known."""
        if all(column.type is not None for column in plan.columns):
            return [column.type for column in plan.columns if column.type is not None]
        described = self._session.duckdb.execute(f"DESCRIBE {plan.sql}").fetchall()
        return [
            column.type or shown_type(row[1]) for column, row in zip(plan.columns, described, strict=True)
        ]


def calls_script(tree: exp.Expr, session: Session) -> bool:
    """Whether a call in the statement may be one of a script."""
    for node in tree.find_all(exp.Anonymous):
        name = (
            node.this.name if isinstance(node.this, exp.Identifier) else str(node.this).removeprefix(PREFIX)
        )
        schema = node.parent.this.name if isinstance(node.parent, exp.Dot) else None
        if session.is_script(schema, name, session.current_schema):
            return True
    return False


def run_query(session: Session, plan: Plan) -> ResultSet:
    """Run a plan and read its rows."""
    relation = _relation(session.duckdb, plan)
    types = [
        column.type or shown_type(found) for column, found in zip(plan.columns, relation.types, strict=True)
    ]
    columns = [Column(column.name, kind) for column, kind in zip(plan.columns, types, strict=True)]
    reader = relation.to_arrow_reader(ROWS_A_BATCH)
    try:
        batches, count = spooled(columns, reader)
    except OSError as error:
        # So pyarrow hands on what DuckDB says while its rows are read, an interrupt among it.
        raise duckdb.Error(str(error)) from error
    finally:
        reader.close()
    session.check_abort()
    return ResultSet(columns, batches, count)


def _relation(connection: duckdb.DuckDBPyConnection, plan: Plan) -> duckdb.DuckDBPyRelation:
    sql = plan.sql
    if any(column.type is not None and column.type.name in _INTERVALS for column in plan.columns):
        names = [f"c{index}" for index in range(len(plan.columns))]
        items = [
            interval_as_text(name, column.type) if column.type and column.type.name in _INTERVALS else name
            for name, column in zip(names, plan.columns, strict=True)
        ]
        sql = f"SELECT {', '.join(items)} FROM ({sql}) AS q({', '.join(map(quote, names))})"
    return connection.sql(sql)
