"""EXECUTE SCRIPT: what a Lua script is given, what it can do, and what it answers.

https://docs.exasol.com/db/latest/database_concepts/scripting.htm
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet, RowCount
from exasol_sandbox.database.session import Session

from .conftest import Lua, Query


def lines(session: Session, lua: Lua, body: str, call: str = "f()", head: str = "f()") -> list[str]:
    """What a script writes."""
    lua(f"SCRIPT {head}", body)
    result = session.execute(f"EXECUTE SCRIPT {call} WITH OUTPUT")
    assert isinstance(result, ResultSet)
    assert [column.name for column in result.columns] == ["OUTPUT"]
    return [text for batch in result.batches for text in batch.column(0).to_pylist()]


def test_arguments_are_expressions_and_arrays_under_the_names_as_written(session: Session, lua: Lua) -> None:
    body = """
    output(type(count) .. ' ' .. count .. ' ' .. type(Word) .. ' ' .. Word)
    output(#list .. ': ' .. join(', ', table.unpack(list)))
    output(tostring(flag) .. ' ' .. tostring(nothing == NULL) .. ' ' .. tostring(empty == null))
    """
    found = lines(
        session,
        lua,
        body,
        "f(7*6, 'a' || ' b', ARRAY(1, 'two', 3.50), TRUE, NULL, '')",
        "f(count, Word, ARRAY list, flag, nothing, empty)",
    )
    assert found == ["number 42 string a b", "3: 1, two, 3.50", "true true true"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("f(1)", "takes 2, the statement gives 1"),
        ("f(1, 2)", "argument b of script .* must be an ARRAY"),
        ("f(ARRAY(1), ARRAY(2))", "argument a of script .* must be a single value"),
        ("nothing()", "NOTHING not found"),
        ("f(x, ARRAY())", "X not found"),
    ],
)
def test_calls_that_do_not_fit_are_refused(session: Session, lua: Lua, call: str, message: str) -> None:
    lua("SCRIPT f(a, ARRAY b)", "output(a)")
    with pytest.raises(ExasolError, match=message):
        session.execute(f"EXECUTE SCRIPT {call}")


def test_a_result_is_read_by_position_and_by_name(session: Session, lua: Lua) -> None:
    body = """
    local res = query([[SELECT 1 AS a, 'x' AS "b" FROM dual UNION ALL SELECT 2, NULL FROM dual ORDER BY 1]])
    output(#res .. ' ' .. #res[1] .. ' ' .. res.statement_text:sub(1, 6))
    output(res[1].A .. res[1].b .. res[1][1] .. res[1][2])
    output(tostring(res[2].b == NULL) .. tostring(res[2].nope == nil) .. tostring(res[3] == nil))
    for number, row in ipairs(res) do output(number .. ' ' .. row.A) end
    output(tostring((pcall(function() res[1] = 1 end))) .. tostring((pcall(function() res[1].A = 1 end))))
    """
    assert lines(session, lua, body) == ["2 2 SELECT", "1x1x", "truetruetrue", "1 1", "2 2", "falsefalse"]


def test_values_have_the_types_of_lua(session: Session, lua: Lua) -> None:
    session.execute(
        "CREATE TABLE t (i DECIMAL(18,0), big DECIMAL(36,0), d DECIMAL(9,2), x DOUBLE, b BOOLEAN, "
        "on_day DATE, moment TIMESTAMP(3), c CHAR(3))"
    )
    session.execute(
        "INSERT INTO t VALUES (12, 123456789012345678901, 1.50, 2.5, TRUE, DATE '2020-01-02', "
        "TIMESTAMP '2020-01-02 03:04:05.678', 'a')"
    )
    body = """
    local row = query([[SELECT * FROM t]])[1]
    for position = 1, #row do output(type(row[position]) .. ' ' .. tostring(row[position])) end
    output(tostring(row.I == 12) .. ' ' .. math.type(row.I))
    """
    assert lines(session, lua, body) == [
        "number 12",
        "userdata 123456789012345678901",
        "userdata 1.50",
        "number 2.5",
        "boolean true",
        "string 2020-01-02",
        "string 2020-01-02 03:04:05.678000",
        "string a  ",
        "true integer",
    ]


def test_thousands_of_rows_come_in_pages(session: Session, lua: Lua) -> None:
    body = """
    local res, sum = query([[SELECT level AS n FROM dual CONNECT BY level <= 2500]]), 0
    for position = #res, 1, -1 do sum = sum + res[position].N end
    output(#res .. ' ' .. sum)
    """
    session.execute("CREATE TABLE numbers (n INT)")
    session.execute("INSERT INTO numbers VALUES " + ", ".join(f"({n})" for n in range(1, 2501)))
    body = body.replace("SELECT level AS n FROM dual CONNECT BY level <= 2500", "SELECT n FROM numbers")
    assert lines(session, lua, body) == ["2500 3126250"]


def test_parameters_are_values_and_identifiers(session: Session, lua: Lua, query: Query) -> None:
    session.execute('CREATE TABLE "My t" (n INT, x VARCHAR(30), d DECIMAL(9,2), b BOOLEAN)')
    body = """
    local t = place .. '.' .. quote("My t")
    local res = query([[INSERT INTO ::t (n, ::x, d, b) VALUES (:n, :s, :d, :b), (:none, ':s ::t', 2.5, :b)]],
                      {t = t, n = 5, x = 'x', s = "it's", d = decimal('1.25', 9, 2), b = true, none = null})
    output(join(' ', res.rows_affected, res.rows_inserted, res.rows_updated, res.rows_deleted))
    output(res.statement_text)
    """
    schema = session.current_schema
    assert lines(session, lua, body, f"f('{schema}')", "f(place)") == [
        "2 2 0 0",
        f"""INSERT INTO {schema}."My t" (n, x, d, b) """
        """VALUES (5, 'it''s', 1.25, TRUE), (NULL, ':s ::t', 2.5, TRUE)""",
    ]
    assert query('SELECT n, x, d, b FROM "My t" ORDER BY n') == [
        (Decimal(5), "it's", Decimal("1.25"), True),
        (None, ":s ::t", Decimal("2.50"), True),
    ]


@pytest.mark.parametrize(
    ("statement", "given", "message"),
    [
        ("SELECT :missing", "{other = 1}", "no value given for parameter :missing"),
        ("SELECT * FROM ::t", "{t = 't; DROP TABLE t'}", "is no identifier; use quote"),
        ("SELECT * FROM ::t", "{t = 5}", "a number is no identifier"),
        ("SELECT :t", "{t = {}}", "a table is no SQL value"),
        ("SELECT :t", "{t = 0/0}", "is no SQL number"),
    ],
)
def test_parameters_that_do_not_fit_are_errors(
    session: Session, lua: Lua, statement: str, given: str, message: str
) -> None:
    lua("SCRIPT f()", f"query([[{statement}]], {given})")
    with pytest.raises(ExasolError, match=message):
        session.execute("EXECUTE SCRIPT f()")


def test_pquery_tells_what_went_wrong_and_the_script_goes_on(session: Session, lua: Lua) -> None:
    body = """
    local ok, res = pquery([[SELECT * FROM ::t]], {t = 'nothing'})
    output(tostring(ok) .. ' ' .. res.error_code .. ' ' .. res.error_message)
    output(res.statement_text)
    ok, res = pquery([[SELECT 1]])
    output(tostring(ok) .. ' ' .. res[1][1])
    """
    assert lines(session, lua, body) == [
        "false 42000 object NOTHING not found [line 1, column 15]",
        "SELECT * FROM nothing",
        "true 1",
    ]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            "\nerror('own words')",
            "43000",
            r'"own words" caught in script "S_\w+"."F" at line 2 \(Session: \d+\)',
        ),
        ("error({code = '22CUS', message = 'mine'})", "22CUS", '"mine" caught in script .* at line 1'),
        ("error({message = 'mine'})", "43000", '"mine" caught'),
        (
            "local function g()\n  query('SELECT 1/0')\nend\ng()",
            "22012",
            '"data exception - division by zero" caught in script .* at line 2',
        ),
        (
            "local x\n\nx.y = 1",
            "43000",
            r"\"attempt to index a nil value \(local 'x'\)\" caught .* at line 3",
        ),
        ("x = 1\nx = = 2", "43000", "\"unexpected symbol near '='\" caught in script .* at line 2"),
        ("output('a' .. NULL)", "43000", "attempt to concatenate a userdata value"),
        ("assert(false, 'why')", "43000", '"why" caught in script .* at line 1'),
        ("local function g() return g() + 1 end\ng()", "43000", '"stack overflow'),
        ("query({})", "43000", r"bad argument #1 to 'query' \(string expected, got table\)"),
        (
            "/* two\nlines */ error([[/* not */ a comment]])",
            "43000",
            r'"/\* not \*/ a comment" caught .* at line 2',
        ),
    ],
)
def test_an_error_ends_the_script_and_names_it_with_the_line(
    session: Session, lua: Lua, body: str, code: str, message: str
) -> None:
    lua("SCRIPT f()", body)
    with pytest.raises(ExasolError, match=message) as caught:
        session.execute("EXECUTE SCRIPT f()")
    assert caught.value.sql_code == code


def test_pcall_catches_errors_of_lua_and_of_sql(session: Session, lua: Lua) -> None:
    body = """
    local ok, problem = pcall(function() error({code = 'X0001', message = 'thrown'}) end)
    output(tostring(ok) .. ' ' .. problem.code .. ' ' .. problem.message)
    ok, problem = pcall(query, 'SELECT 1/0')
    output(tostring(ok) .. ' ' .. problem.error_code .. ' ' .. tostring(problem))
    """
    assert lines(session, lua, body) == [
        "false X0001 thrown",
        "false 22012 data exception - division by zero",
    ]


@pytest.mark.parametrize(
    ("result", "body", "rows"),
    [
        ("ROWCOUNT", "exit({rows_affected = 30})", 30),
        ("ROWCOUNT", "return {rows_affected = decimal(7)}", 7),
        ("ROWCOUNT", "pcall(function() exit({rows_affected = 3}) end)", 3),
        ("ROWCOUNT", "return query('DELETE FROM t WHERE a > 1')", 2),
        ("ROWCOUNT", "local x = 1", 0),
        ("TABLE", "return query('SELECT a, b FROM t ORDER BY a')", [(1, "a  "), (2, "b  "), (3, None)]),
        (
            "TABLE",
            "exit({{1, 'x', null}, {2}}, 'a INT, b CHAR(3), c DATE')",
            [(1, "x  ", None), (2, None, None)],
        ),
        (
            "TABLE",
            "return {{decimal('1.5', 9, 1), true}}, 'a DECIMAL(9,2), b BOOLEAN'",
            [(Decimal("1.50"), True)],
        ),
        ("TABLE", "return {}, 'a INT'", []),
    ],
)
def test_what_a_script_returns(
    session: Session, lua: Lua, query: Query, result: str, body: str, rows: Any
) -> None:
    session.execute("CREATE TABLE t (a INT, b CHAR(3))")
    session.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL)")
    lua(f"SCRIPT f() RETURNS {result}", body)
    if result == "TABLE":
        assert query("EXECUTE SCRIPT f()") == rows
    else:
        assert session.execute("EXECUTE SCRIPT f()") == RowCount(rows)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 5", "must end with the result of a query, or with a table of rows"),
        ("return {{1, 2}}, 'a INT'", "row 1 has 2 values, for 1 columns"),
        ("return {{'x'}}, 'a INT'", "a value of column A is no DECIMAL"),
        ("return {{'long'}}, 'a VARCHAR(3)'", "String length exceeds limit of 3"),
        ("return {{print}}, 'a INT'", None),
        ("return {{{}}}, 'a INT'", "a table is no SQL value"),
        ("return {5}, 'a INT'", "a row must be a table of values"),
        ("return {{1}}, 'a'", "expecting a name and a data type"),
    ],
)
def test_what_a_script_must_not_return(session: Session, lua: Lua, body: str, message: str | None) -> None:
    lua("SCRIPT f() RETURNS TABLE", body)
    if message is None:
        assert session.execute("EXECUTE SCRIPT f()").row_count == 1
        return
    with pytest.raises(ExasolError, match=message):
        session.execute("EXECUTE SCRIPT f()")


def test_a_script_imports_another_with_its_functions_and_variables(session: Session, lua: Lua) -> None:
    lua(
        "SCRIPT library()",
        "function twice(x) return 2 * x end\nlimit = 5\nfunction fail() error('inside') end",
    )
    schema = session.current_schema
    body = f"""
    import('{schema}.library', 'lib')
    import('library')
    output(lib.twice(lib.limit) .. ' ' .. library.twice(2) .. ' ' .. tostring(twice))
    lib.fail()
    """
    lua("SCRIPT f()", body)
    with pytest.raises(ExasolError, match=r'"inside" caught in script "S_\w+"."LIBRARY" at line 3'):
        session.execute("EXECUTE SCRIPT f()")
    assert lines(session, lua, body.replace("lib.fail()", "")) == ["10 4 nil"]


@pytest.mark.sandbox_only
def test_exa_meta(session: Session, lua: Lua) -> None:
    names = (
        "script_schema script_name script_language current_user session_id node_count node_id current_schema"
    )
    body = f"for name in ('{names} database_name'):gmatch('%S+') do output(exa.meta[name]) end"
    schema = session.current_schema
    assert lines(session, lua, body) == [
        *(schema, "F", "Lua 5.4", "SYS", str(session.session_id)),
        *("3", "0", schema, "SANDBOX"),
    ]


def test_cjson(session: Session, lua: Lua) -> None:
    body = """
    local cjson = require('cjson')
    local found = cjson.decode('{"a": [1, 2.5, null, true], "b": {"c": "ü"}}')
    output(found.a[1] .. ' ' .. found.a[2] .. ' ' .. tostring(found.a[3] == NULL) .. ' ' .. found.b.c)
    output(cjson.encode({1, 'two', null, {x = 0.5}}) .. cjson.encode({}))
    output(cjson.encode(decimal('1.50', 9, 2)))
    local ok, problem = pcall(cjson.decode, '{"a" 1}')
    output(tostring(ok) .. ' ' .. problem)
    ok, problem = pcall(cjson.encode, print)
    output(tostring(ok))
    """
    assert lines(session, lua, body) == [
        "1 2.5 true ü",
        '[1,"two",null,{"x":0.5}]{}',
        "1.50",
        "false Expected value but found invalid token at character 6",
        "true",
    ]


def test_decimals(session: Session, lua: Lua) -> None:
    body = """
    local a, b = decimal(10), decimal(5.9, 2, 1)
    output(tostring(decimal(5.1)) .. ' ' .. a:scale() .. ' ' .. b:prec() .. ' ' .. b:tostring())
    output(tostring(a + b) .. ' ' .. tostring(a - 1) .. ' ' .. tostring(a * b) .. ' ' .. tostring(a % 3))
    output(tostring(a / 4) .. ' ' .. type(a / 4) .. ' ' .. type(a + b) .. ' ' .. type(a + 0.5))
    output(tostring(a == decimal('10.0', 9, 1)) .. tostring(a > b) .. tostring(a >= 10) .. tostring(a == 10))
    output(tostring(a == NULL) .. ' ' .. b:tonumber() + 1 .. ' ' .. tostring(a:add(b)))
    """
    assert lines(session, lua, body) == [
        "5 0 2 5.9",
        "15.9 9 59.0 1",
        "2.5 number userdata number",
        "truetruetruefalse",
        "false 6.9 15.9",
    ]


def test_statements_run_in_the_sessions_transaction(session: Session, lua: Lua, query: Query) -> None:
    session.execute("CREATE TABLE t (a INT)")
    lua("SCRIPT f()", "query('INSERT INTO t VALUES 1') query('ROLLBACK') query('INSERT INTO t VALUES 2')")
    session.execute("EXECUTE SCRIPT f()")
    session.rollback()
    assert query("SELECT a FROM t") == [(2,)]
    session.set_attributes({"autocommit": False})
    session.execute("EXECUTE SCRIPT f()")
    session.rollback()
    session.set_attributes({"autocommit": True})
    assert query("SELECT a FROM t") == [(2,)]


def test_with_autocommit_what_a_failing_script_did_stays(session: Session, lua: Lua, query: Query) -> None:
    session.execute("CREATE TABLE t (a INT)")
    lua("SCRIPT f()", "query('INSERT INTO t VALUES 1') error('too late')")
    with pytest.raises(ExasolError, match="too late"):
        session.execute("EXECUTE SCRIPT f()")
    session.rollback()
    assert query("SELECT a FROM t") == [(1,)]


def test_a_script_executes_scripts_and_creates_and_calls_udfs(
    session: Session, lua: Lua, query: Query
) -> None:
    lua("SCRIPT inner_script(x) RETURNS TABLE", "return query('SELECT :x * 2 AS y', {x = x})")
    body = """
    query([[CREATE PYTHON3 SCALAR SCRIPT twice(x INT) RETURNS INT AS
def run(ctx):
    return 2 * ctx.x
/]])
    output(query('SELECT twice(21)')[1][1])
    output(query('EXECUTE SCRIPT inner_script(:x)', {x = 4})[1].Y)
    """
    assert lines(session, lua, body) == ["42", "8"]


def test_scripts_inside_scripts_without_end_are_refused(session: Session, lua: Lua) -> None:
    lua("SCRIPT f()", "query('EXECUTE SCRIPT f()')")
    with pytest.raises(ExasolError, match="execute scripts more than 16 deep"):
        session.execute("EXECUTE SCRIPT f()")


def test_a_failing_statement_undoes_itself_only(session: Session, lua: Lua, query: Query) -> None:
    session.execute("CREATE TABLE t (a INT NOT NULL)")
    body = """
    query('INSERT INTO t VALUES 1')
    for _, value in ipairs({"NULL", "1/0", "'x'"}) do
        output(tostring((pquery('INSERT INTO t VALUES ' .. value))))
    end
    query('INSERT INTO t VALUES 2')
    """
    assert lines(session, lua, body) == ["false"] * 3
    assert query("SELECT a FROM t ORDER BY a") == [(1,), (2,)]
