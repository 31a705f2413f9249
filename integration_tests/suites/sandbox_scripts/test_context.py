"""`ctx`: how a script reads its input and emits its output."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.session import Session

from .conftest import Create, Query


@pytest.fixture(autouse=True)
def numbers(session: Session) -> None:
    session.execute("CREATE TABLE numbers (n INT, t VARCHAR(20))")
    session.execute("INSERT INTO numbers VALUES (1, 'one'), (2, 'two'), (3, 'three')")


def test_values_are_read_by_name_by_position_and_by_key(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT, t VARCHAR(20)) EMITS (a INT, b INT, c VARCHAR(20))",
        """
        def run(ctx):
            ctx.emit(ctx.n, ctx[0], ctx["t"])
        """,
    )
    assert query("SELECT f(n, t ORDER BY n DESC) FROM numbers") == [(3, 3, "three")]


def test_next_walks_through_the_group_and_then_says_no(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (n INT, more BOOLEAN)",
        """
        def run(ctx):
            while True:
                value = ctx.n
                more = ctx.next()
                ctx.emit(value, more)
                if not more:
                    break
            ctx.emit(0, ctx.next())
        """,
    )
    assert query("SELECT f(n ORDER BY n) FROM numbers") == [(1, True), (2, True), (3, False), (0, False)]


def test_a_value_after_the_last_row_is_an_error(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (n INT)",
        """
        def run(ctx):
            while ctx.next():
                pass
            ctx.emit(ctx.n)
        """,
    )
    with pytest.raises(ExasolError, match="E-UDF-CL-SL-PYTHON-1084: Iteration finished"):
        query("SELECT f(n) FROM numbers")


def test_size_and_reset(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (size INT, total INT, again INT)",
        """
        def total(ctx):
            result = ctx.n
            while ctx.next():
                result += ctx.n
            return result

        def run(ctx):
            size, first = ctx.size(), total(ctx)
            ctx.reset()
            ctx.emit(size, first, total(ctx))
        """,
    )
    assert query("SELECT f(n) FROM numbers") == [(3, 6, 6)]


def test_an_unknown_column_is_an_error_that_names_it(script: Create, query: Query) -> None:
    script("SET SCRIPT f(n INT) EMITS (n INT)", "def run(ctx):\n    ctx.emit(ctx.missing)")
    with pytest.raises(ExasolError, match="1085: Iterator has no object with name 'missing'"):
        query("SELECT f(n) FROM numbers")


def test_parameter_names_keep_their_case(script: Create, query: Query) -> None:
    script(
        'SCALAR SCRIPT f(camelCase INT, "Quoted" INT) RETURNS INT',
        "def run(ctx):\n    return ctx.camelCase + ctx.Quoted",
    )
    assert query("SELECT f(1, 2) FROM dual") == [(3,)]


def test_run_is_called_once_a_row_for_scalar_scripts(script: Create, query: Query) -> None:
    script("SCALAR SCRIPT f(n INT) RETURNS INT", "def run(ctx):\n    return ctx.n * 10")
    assert query("SELECT n, f(n) FROM numbers ORDER BY n") == [(1, 10), (2, 20), (3, 30)]


@pytest.mark.parametrize("call", ["ctx.next()", "ctx.reset()", "ctx.emit(1)"])
def test_scalar_returns_scripts_cannot_move_or_emit(script: Create, query: Query, call: str) -> None:
    script("SCALAR SCRIPT f(n INT) RETURNS INT", f"def run(ctx):\n    {call}")
    with pytest.raises(ExasolError, match="F-UDF-CL-SL-PYTHON-1107"):
        query("SELECT f(n) FROM numbers")


def test_module_level_code_runs_once_and_cleanup_at_the_end(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (calls INT)",
        """
        calls = []

        def run(ctx):
            calls.append(ctx.n)
            ctx.emit(len(calls))

        def cleanup():
            raise RuntimeError("cleaned up after %d" % len(calls))
        """,
    )
    with pytest.raises(ExasolError, match=r"F-UDF-CL-SL-PYTHON-1109: Exception during cleanup(.|\n)*after 1"):
        query("SELECT f(n) FROM numbers WHERE n = 1 GROUP BY n")


def test_every_type_arrives_as_its_python_type(script: Create, query: Query) -> None:
    script(
        """SCALAR SCRIPT f(i DECIMAL(9,0), l DECIMAL(36,0), d DECIMAL(18,2), x DOUBLE, s VARCHAR(10),
           c CHAR(3), b BOOLEAN, dy DATE, ts TIMESTAMP) RETURNS VARCHAR(2000)""",
        "def run(ctx):\n    return repr([ctx[i] for i in range(9)])",
    )
    [(text,)] = query(
        "SELECT f(7, 12345678901234567890, 1.50, 2.5e0, 'ä', 'ab', TRUE, DATE '2024-02-29', "
        "TIMESTAMP '2024-02-29 12:30:00.123') FROM dual"
    )
    expected = [
        7,
        12345678901234567890,
        Decimal("1.50"),
        2.5,
        "ä",
        "ab ",
        True,
        datetime.date(2024, 2, 29),
        datetime.datetime(2024, 2, 29, 12, 30, 0, 123000),
    ]
    assert text == repr(expected)


def test_null_arrives_as_none(script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT f(i INT, x DOUBLE, s VARCHAR(10), d DATE) RETURNS VARCHAR(100)",
        "def run(ctx):\n    return repr([ctx[i] for i in range(4)])",
    )
    assert query("SELECT f(NULL, NULL, '', NULL) FROM dual") == [("[None, None, None, None]",)]


def test_dynamic_input_is_read_by_position(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(...) EMITS (parts VARCHAR(100), val VARCHAR(100))",
        """
        def run(ctx):
            names = [column.name for column in exa.meta.input_columns]
            ctx.emit(",".join(names), "%s %s" % (ctx["0"], ctx[1]))
        """,
    )
    assert query("SELECT f(t, n) FROM numbers WHERE n = 2") == [("0,1", "two 2")]


def test_dynamic_output_comes_from_the_query(script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(n INT) EMITS (...)",
        "def run(ctx):\n    ctx.emit(*[str(ctx.n)] * exa.meta.output_column_count)",
    )
    assert query("SELECT f(n) EMITS (a VARCHAR(5), b VARCHAR(5)) FROM numbers WHERE n = 2") == [("2", "2")]


@pytest.mark.sandbox_only
def test_dynamic_output_comes_from_the_script(session: Session, script: Create, query: Query) -> None:
    script(
        "SET SCRIPT f(...) EMITS (...)",
        """
        def default_output_columns():
            inputs = exa.meta.input_columns
            return ", ".join('"%s" %s' % (column.name, column.sql_type) for column in inputs) + ", extra INT"

        def run(ctx):
            ctx.emit(ctx[0], ctx[1], 99)
        """,
    )
    result = session.query("SELECT f(n, t) FROM numbers WHERE n = 1")
    assert [(column.name, column.type.sql()) for column in result.columns] == [
        ("0", "DECIMAL(18,0)"),
        ("1", "VARCHAR(20) UTF8"),
        ("EXTRA", "DECIMAL(18,0)"),
    ]
    assert query("SELECT f(n, t) FROM numbers WHERE n = 1") == [(1, "one", 99)]


def test_dynamic_output_comes_from_the_table_that_is_filled(
    session: Session, script: Create, query: Query
) -> None:
    script("SET SCRIPT f(...) EMITS (...)", "def run(ctx):\n    ctx.emit(ctx[0], ctx[1])")
    session.execute("CREATE TABLE target (a INT, b VARCHAR(20), c DOUBLE)")
    session.execute("INSERT INTO target (b, a) SELECT f(t, n) FROM numbers WHERE n = 3")
    assert query("SELECT * FROM target") == [(3, "three", None)]
    with pytest.raises(ExasolError, match="Specification of EMITS is not allowed in this case"):
        session.execute("INSERT INTO target SELECT f(n, t) EMITS (a INT, b VARCHAR(20)) FROM numbers")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("dyn(n)", "The script has dynamic return arguments"),
        ("dyn(n) EMITS ()", "Empty return argument definition"),
        ("dyn(n) EMITS (a INT, A INT)", "Return argument A is declared more than once"),
        ("dyn(n) EMITS (a)", "syntax error"),
        ("stat(n) EMITS (a INT)", "static return argument definition"),
        ("variadic()", "missing input parameters for SET UDF script"),
        ("stat(n, n)", "wrong number of arguments"),
    ],
)
def test_calls_that_do_not_fit_the_script_are_refused(
    script: Create, query: Query, call: str, message: str
) -> None:
    body = "def run(ctx):\n    ctx.emit(1)"
    script("SET SCRIPT dyn(n INT) EMITS (...)", body)
    script("SET SCRIPT stat(n INT) EMITS (x INT)", body)
    script("SET SCRIPT variadic(...) EMITS (x INT)", body)
    with pytest.raises(ExasolError, match=message):
        query(f"SELECT {call} FROM numbers")
