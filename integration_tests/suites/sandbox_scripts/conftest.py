"""A database in this process, with --exasol a real one, and short ways to make scripts and run queries."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from remote_session import RemoteSession

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.session import Session

AWS = "http://127.0.0.1:9"
NODES = 3


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    database = Database(nodes=NODES, aws=AWS, password="exasol")
    yield database
    database.close()


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session | RemoteSession]:
    """A session with an open schema of its own."""
    session: Session | RemoteSession
    if request.config.getoption("--exasol"):
        session = RemoteSession()
    else:
        # Asked for by name, so that tests on any Exasol do not seem to need the sandbox.
        database: Database = request.getfixturevalue("database")
        session = database.login("sys", "exasol")
    schema = f"S_{uuid4().hex[:12].upper()}"
    session.execute(f"CREATE SCHEMA {schema}")
    session.execute(f"OPEN SCHEMA {schema}")
    yield session
    session.rollback()
    session.execute(f"DROP SCHEMA {schema} CASCADE")
    session.close()


Query = Callable[[str], list[tuple[Any, ...]]]
Create = Callable[[str, str], None]
Lua = Callable[[str, str], None]


@pytest.fixture
def query(session: Session | RemoteSession) -> Query:
    """Runs a query and gives its rows."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        result = session.execute(sql)
        assert isinstance(result, ResultSet)
        found: list[tuple[Any, ...]] = []
        for batch in result.batches:
            found += zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return found

    return rows


@pytest.fixture
def script(session: Session | RemoteSession) -> Create:
    """Creates a Python UDF from its head, such as `SET SCRIPT f(a INT) EMITS (x INT)`, and its body."""

    def create(head: str, body: str) -> None:
        session.execute(f"CREATE OR REPLACE PYTHON3 {head} AS\n{textwrap.dedent(body).strip()}\n/")

    return create


@pytest.fixture
def lua(session: Session | RemoteSession) -> Lua:
    """Creates a Lua script from its head, such as `SCRIPT f(a) RETURNS TABLE`, and its body."""

    def create(head: str, body: str) -> None:
        session.execute(f"CREATE OR REPLACE LUA {head} AS\n{textwrap.dedent(body)}\n/")

    return create
