"""`exa`: metadata, connections and imported scripts."""

from __future__ import annotations

import platform

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.session import Session

from .conftest import NODES, Create, Query


@pytest.mark.sandbox_only
def test_metadata_of_database_script_and_session(session: Session, script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT f(n INT) EMITS (label VARCHAR(50), val VARCHAR(2000))",
        """
        def run(ctx):
            for name, value in sorted(vars(exa.meta).items()):
                ctx.emit(name, repr(value)[:2000])
        """,
    )
    found = dict(query("SELECT f(1) FROM dual"))
    assert found["script_name"] == "'F'"
    assert found["script_schema"] == repr(session.current_schema)
    assert found["current_schema"] == repr(session.current_schema)
    assert found["current_user"] == found["scope_user"] == "'SYS'"
    assert found["session_id"] == repr(str(session.session_id))
    assert found["script_language"] == f"'Python {platform.python_version()}'"
    assert found["node_count"] == str(NODES)
    assert found["node_id"] == "0"
    assert found["input_type"] == "'SCALAR'"
    assert found["output_type"] == "'EMIT'"
    assert found["input_column_count"] == "1"
    assert found["output_column_count"] == "2"
    assert int(found["memory_limit"]) > 0
    assert "def run(ctx)" in found["script_code"]
    assert set(found) >= {"database_name", "database_version", "statement_id", "vm_id", "connection_id"}


def test_metadata_of_columns(script: Create, query: Query) -> None:
    described = """
        def run(ctx):
            for c in exa.meta.input_columns + exa.meta.output_columns:
                ctx.emit(repr((c.name, c.type.__name__, c.sql_type, c.precision, c.scale, c.length)))
        """
    script("SET SCRIPT f(n DECIMAL(6,3), v VARCHAR(10), d DOUBLE, i INT) EMITS (x VARCHAR(200))", described)
    assert [text for (text,) in query("SELECT f(1, 'a', 2, 3) FROM dual")] == [
        "('n', 'Decimal', 'DECIMAL(6,3)', 6, 3, None)",
        "('v', 'str', 'VARCHAR(10) UTF8', None, None, 10)",
        "('d', 'float', 'DOUBLE', None, None, None)",
        "('i', 'int', 'DECIMAL(18,0)', 18, 0, None)",
        "('X', 'str', 'VARCHAR(200) UTF8', None, None, 200)",
    ]


def test_types_of_set_and_returns(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) RETURNS VARCHAR(20)",
        "def run(ctx):\n    return exa.meta.input_type + exa.meta.output_type",
    )
    assert query("SELECT f(1) FROM dual") == [("SETRETURN",)]


def test_a_connection_gives_its_credentials(session: Session, script: Create, query: Query) -> None:
    session.execute("CREATE OR REPLACE CONNECTION udf_conn TO 'https://x' USER 'key' IDENTIFIED BY 's3cret'")
    script(
        "SCALAR SCRIPT f(name VARCHAR(99)) "
        "EMITS (t VARCHAR(20), a VARCHAR(50), u VARCHAR(20), p VARCHAR(20), shown BOOLEAN)",
        """
        def run(ctx):
            found = exa.get_connection(ctx.name)
            ctx.emit(found.type, found.address, found.user, found.password, found.password in str(found))
        """,
    )
    assert query("SELECT f('UDF_CONN') FROM dual") == [("password", "https://x", "key", "s3cret", False)]
    session.execute("DROP CONNECTION udf_conn")


def test_a_connection_that_is_missing_is_named(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT f(a INT) RETURNS INT", "def run(ctx):\n    exa.get_connection('ABSENT')")
    with pytest.raises(ExasolError, match=r"F-UDF-CL-SL-PYTHON-1121: get_connection(.|\n)*ABSENT"):
        query("SELECT f(1) FROM dual")


def test_a_connection_can_be_read_while_the_script_is_loaded(
    session: Session, script: Create, query: Query
) -> None:
    session.execute("CREATE OR REPLACE CONNECTION early TO 'here' USER 'u' IDENTIFIED BY 'p'")
    script(
        "SCALAR SCRIPT f(a INT) RETURNS VARCHAR(9)",
        "address = exa.get_connection('EARLY').address\ndef run(ctx):\n    return address",
    )
    assert query("SELECT f(1) FROM dual") == [("here",)]
    session.execute("DROP CONNECTION early")


def test_another_script_is_imported_as_a_module(session: Session, script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT library(a INT) RETURNS INT",
        "def twice(x):\n    return 2 * x\ndef run(ctx):\n    return 0",
    )
    script(
        "SCALAR SCRIPT f(a INT) RETURNS INT",
        f"""
        library = exa.import_script("{session.current_schema}.LIBRARY")
        assert library is exa.import_script("LIBRARY")

        def run(ctx):
            return library.twice(ctx.a)
        """,
    )
    assert query("SELECT f(21) FROM dual") == [(42,)]


def test_an_import_that_is_missing_or_broken_is_named(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT f(a INT) RETURNS INT", "def run(ctx):\n    exa.import_script('ABSENT')")
    script("SCALAR SCRIPT broken(a INT) RETURNS INT", "raise ValueError('at import')")
    script("SCALAR SCRIPT g(a INT) RETURNS INT", "def run(ctx):\n    exa.import_script('BROKEN')")
    with pytest.raises(ExasolError, match="F-UDF-CL-SL-PYTHON-1119: Importing module ABSENT failed"):
        query("SELECT f(1) FROM dual")
    with pytest.raises(
        ExasolError, match=r"F-UDF-CL-SL-PYTHON-1120: Importing module BROKEN(.|\n)*at import"
    ):
        query("SELECT g(1) FROM dual")
