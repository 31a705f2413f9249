"""One database for the whole suite, with --exasol a real one; a session and an empty schema for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from remote_session import RemoteSession

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.result import ResultSet, RowCount
from exasol_sandbox.database.session import Session

LogIn = Callable[[str, str], Session | RemoteSession]
LogInAdministrator = Callable[[], Session | RemoteSession]


class Sql:
    """A session, and what a test wants to know of it."""

    def __init__(self, session: Session | RemoteSession) -> None:
        # Tests that use more of it than RemoteSession has are `sandbox_only`.
        self.session: Any = session

    def run(self, *statements: str) -> int:
        """Execute statements; the row count of the last one."""
        count = 0
        for statement in statements:
            result = self.session.execute(statement)
            count = result.rows if isinstance(result, RowCount) else result.row_count
        return count

    def result(self, sql: str) -> ResultSet:
        """A query's result."""
        result = self.session.execute(sql)
        assert isinstance(result, ResultSet)
        return result

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """A query's rows."""
        return rows_of(self.result(sql))

    def value(self, sql: str) -> Any:
        """The only value of a query."""
        ((value,),) = self.rows(sql)
        return value

    def types(self, sql: str) -> list[str]:
        """The types of a query's columns as Exasol writes them."""
        return [column.type.sql() for column in self.result(sql).columns]

    def names(self, sql: str) -> list[str]:
        """The names of a query's columns."""
        return [column.name for column in self.result(sql).columns]


def rows_of(result: ResultSet) -> list[tuple[Any, ...]]:
    """All rows of a result."""
    rows: list[tuple[Any, ...]] = []
    for batch in result.batches:
        rows += zip(*(column.to_pylist() for column in batch.columns), strict=True)
    assert len(rows) == result.row_count
    return rows


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    database = Database(nodes=2, password="exasol")
    yield database
    database.close()


@pytest.fixture
def log_in(request: pytest.FixtureRequest) -> LogIn:
    """Opens a session for a user and password."""
    if request.config.getoption("--exasol"):
        return RemoteSession
    # Asked for by name, so that tests on any Exasol do not seem to need the sandbox.
    database: Database = request.getfixturevalue("database")
    return database.login


@pytest.fixture
def administrator(request: pytest.FixtureRequest, log_in: LogIn) -> LogInAdministrator:
    """Opens a session for the administrator."""
    return RemoteSession if request.config.getoption("--exasol") else lambda: log_in("sys", "exasol")


@pytest.fixture
def sql(administrator: LogInAdministrator) -> Iterator[Sql]:
    session = administrator()
    schema = f"TEST_{uuid4().hex[:12].upper()}"
    session.execute(f"create schema {schema}")
    yield Sql(session)
    session.set_attributes({"autocommit": True})
    session.execute(f"drop schema if exists {schema} cascade")
    session.close()


@pytest.fixture
def other(administrator: LogInAdministrator) -> Iterator[Sql]:
    """A second session of the same database."""
    session = administrator()
    yield Sql(session)
    session.close()
