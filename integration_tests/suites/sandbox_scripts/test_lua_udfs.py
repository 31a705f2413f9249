"""UDFs in Lua: https://docs.exasol.com/db/latest/database_concepts/udf_scripts/lua.htm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.session import Session

from .conftest import Create, Lua, Query


@pytest.fixture
def table(session: Session) -> None:
    session.execute(
        "CREATE TABLE t (g INT, a INT, x DOUBLE, d DECIMAL(9,2), b BOOLEAN, s VARCHAR(20)); ".rstrip("; ")
    )
    session.execute(
        "INSERT INTO t VALUES (1, 10, 0.5, 1.25, TRUE, 'one'), (1, 20, 1.5, 2.50, FALSE, 'two'), "
        "(2, NULL, NULL, NULL, NULL, NULL)"
    )


@pytest.mark.usefixtures("table")
def test_a_scalar_script_returns_a_value(lua: Lua, query: Query) -> None:
    lua(
        "SCALAR SCRIPT f(a INT, x DOUBLE, s VARCHAR(20)) RETURNS VARCHAR(100)",
        """
        function run(ctx)
            if ctx.a == NULL then
                return null
            end
            return join(' ', type(ctx.a), ctx.a + 1, type(ctx[2]), ctx.x, ctx.s)
        end
        """,
    )
    assert query("SELECT f(a, x, s) FROM t ORDER BY a") == [
        ("userdata 11 number 0.5 one",),
        ("userdata 21 number 1.5 two",),
        (None,),
    ]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("declared", "expression", "value"),
    [
        ("INT", "ctx.a * 2", Decimal(20)),
        ("INT", "7", Decimal(7)),
        ("DECIMAL(9,3)", "ctx.d * ctx.d", Decimal("1.563")),
        ("DECIMAL(9,3)", "0.1 + 0.2", Decimal("0.300")),
        ("DOUBLE", "ctx.x * 3", 1.5),
        ("DOUBLE", "ctx.d", 1.25),
        ("BOOLEAN", "not ctx.b", False),
        ("VARCHAR(20)", "ctx.s:upper()", "ONE"),
        ("CHAR(5)", "ctx.s", "one  "),
        ("VARCHAR(20)", "''", None),
    ],
)
def test_values_become_those_of_the_declared_type(
    lua: Lua, query: Query, declared: str, expression: str, value: Any
) -> None:
    lua(
        f"SCALAR SCRIPT f(a INT, x DOUBLE, d DECIMAL(9,2), b BOOLEAN, s VARCHAR(20)) RETURNS {declared}",
        f"function run(ctx) return {expression} end",
    )
    assert query("SELECT f(a, x, d, b, s) FROM t WHERE a = 10") == [(value,)]


@pytest.mark.usefixtures("table")
def test_a_set_script_goes_through_its_group_and_emits(lua: Lua, query: Query) -> None:
    lua(
        "SET SCRIPT f(a INT, s VARCHAR(20)) EMITS (n INT, total INT, latest VARCHAR(20))",
        """
        function run(ctx)
            local total = decimal(0)
            repeat
                if ctx.a ~= NULL then total = total + ctx.a end
            until not ctx.next()
            ctx.reset()
            ctx.emit(ctx.size(), total, ctx.s)
        end
        """,
    )
    assert query("SELECT f(a, s ORDER BY s DESC) FROM t GROUP BY g ORDER BY 1 DESC") == [
        (Decimal(2), Decimal(30), "two"),
        (Decimal(1), Decimal(0), None),
    ]


@pytest.mark.usefixtures("table")
def test_parameters_may_be_dynamic(lua: Lua, query: Query) -> None:
    lua(
        "SCALAR SCRIPT f(...) EMITS (...)",
        """
        function default_output_columns()
            return 'position INT, name VARCHAR(20), type VARCHAR(20), value VARCHAR(20)'
        end

        function run(ctx)
            for position = 1, exa.meta.input_column_count do
                local column = exa.meta.input_columns[position]
                ctx.emit(position, column.name, column.sql_type, tostring(ctx[position]))
            end
        end
        """,
    )
    assert query("SELECT f(a, s) FROM t WHERE a = 10 ORDER BY 1") == [
        (Decimal(1), "0", "DECIMAL(18,0)", "10"),
        (Decimal(2), "1", "VARCHAR(20) UTF8", "one"),
    ]
    assert query("SELECT f(b) EMITS (p INT, n CHAR(1), t VARCHAR(9), v VARCHAR(9)) FROM t WHERE a = 10") == [
        (Decimal(1), "0", "BOOLEAN", "true")
    ]


def test_code_outside_of_run_is_run_once_and_cleanup_at_the_end(
    lua: Lua, session: Session, query: Query
) -> None:
    lua(
        "SET SCRIPT f(a INT) EMITS (n INT)",
        """
        local calls = 0
        function run(ctx)
            calls = calls + 1
            ctx.emit(calls)
        end
        function cleanup()
            if calls > 2 then error('cleaned up after ' .. calls) end
        end
        """,
    )
    session.execute("CREATE TABLE u (g INT, a INT)")
    session.execute("INSERT INTO u VALUES (1, 1)")
    assert query("SELECT f(a) FROM u GROUP BY g") == [(Decimal(1),)]
    session.execute("INSERT INTO u " + " UNION ALL ".join(f"SELECT {n}, 1 FROM dual" for n in range(2, 90)))
    with pytest.raises(ExasolError, match=r'"cleaned up after \d+" caught in script'):
        query("SELECT f(a) FROM u GROUP BY g")


def test_exa_imports_scripts_and_gives_connections(lua: Lua, session: Session, query: Query) -> None:
    session.execute("CREATE OR REPLACE CONNECTION lua_udf TO 'there' USER 'me' IDENTIFIED BY 'secret'")
    lua("SCRIPT library()", "function twice(x) return 2 * x end")
    lua(
        "SCALAR SCRIPT f(a INT) RETURNS VARCHAR(100)",
        """
        local library = exa.import_script('library')
        local found = exa.get_connection('LUA_UDF')

        function run(ctx)
            return library.twice(4) .. found.address .. found.user .. found.password .. exa.meta.input_type
        end
        """,
    )
    assert query("SELECT f(1) FROM dual") == [("8theremesecretSCALAR",)]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "function run(ctx)\n  error('here')\nend",
            r'"here" caught in script "S_\w+"."F" at line 2 \(Session',
        ),
        (
            "function run(ctx)\n\n return ctx.nope\nend",
            '"the context has no column nope" caught .* at line 3',
        ),
        ("x = 1", '"function run is not defined" caught in script'),
        ("function run(ctx) ctx.emit(1) end", r'"emit\(\) is not allowed in this kind of script" caught'),
        ("function run(ctx) ctx.next() end", r'"next\(\) is not allowed in this kind of script" caught'),
        ("function run(ctx) return {} end", '"a table is no SQL value" caught'),
        (
            "function run(ctx) return 'x' end",
            r'"values \(string\) do not fit the columns \(RETURN DECIMAL\(18,0\)\)" caught',
        ),
        ("function run(ctx) return 10^30 end", "numeric value out of range"),
        ("function run(ctx)\nx = = 1 end", "\"unexpected symbol near '='\" caught .* at line 2"),
        ("exa.import_script('nothing')", "NOTHING not found"),
        ("function run(ctx) ctx.a = 1 end", "the context is read-only"),
    ],
)
def test_errors_name_the_script_and_the_line(lua: Lua, query: Query, body: str, message: str) -> None:
    lua("SCALAR SCRIPT f(a INT) RETURNS INT", body)
    with pytest.raises(ExasolError, match=message):
        query("SELECT f(a) FROM t")


def test_types_that_lua_does_not_know_are_refused(lua: Lua, query: Query) -> None:
    lua("SCALAR SCRIPT f(a DATE) RETURNS INT", "function run(ctx) return 1 end")
    with pytest.raises(ExasolError, match="data type DATE in Lua scripts") as caught:
        query("SELECT f(DATE '2020-01-01') FROM dual")
    assert caught.value.sql_code == "0A000"


def test_lua_and_python_stand_side_by_side(lua: Lua, script: Create, query: Query) -> None:
    lua("SCALAR SCRIPT f(a INT) RETURNS INT", "function run(ctx) return ctx.a + 1 end")
    script("SCALAR SCRIPT g(a INT) RETURNS INT", "def run(ctx):\n    return ctx.a * 2")
    assert query("SELECT f(g(a)), g(f(a)) FROM (SELECT 5 AS a FROM dual)") == [(Decimal(11), Decimal(12))]
