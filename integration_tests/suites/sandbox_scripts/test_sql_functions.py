"""Functions written in SQL: https://docs.exasol.com/db/latest/sql/create_function.htm."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.session import Session

from .conftest import Query


@pytest.fixture(autouse=True)
def table(session: Session) -> None:
    session.execute("CREATE TABLE t (a INT, b INT)")
    session.execute("INSERT INTO t VALUES (1, 4), (2, 2), (3, 0), (NULL, 5)")


PERCENTAGE = """CREATE OR REPLACE FUNCTION percentage (fraction DECIMAL, entirety DECIMAL)
RETURN VARCHAR(10)
IS
  -- a number without digits after the point
  res DECIMAL;
BEGIN
  IF entirety = 0 THEN
    res := NULL;
  ELSE
    res := (100 * fraction) / entirety;
  END IF;
  RETURN res || ' %';
END percentage;
/"""


def test_the_function_of_the_documentation(session: Session, query: Query) -> None:
    session.execute(PERCENTAGE)
    assert query("SELECT percentage(1, 2), percentage(a, b) FROM t WHERE a < 3 ORDER BY a") == [
        ("50 %", "25 %"),
        ("50 %", "100 %"),
    ]
    assert query("SELECT percentage(3, 0)") == [(" %",)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("BEGIN RETURN n + 1; END", [2, 3, 4, None]),
        ("IS r INT; BEGIN r := 1; FOR i := 1 TO n DO r := r * i; END FOR; RETURN r; END", [1, 2, 6, 1]),
        (
            "IS r INT; BEGIN r := 0; FOR i := n TO 1 STEP -1 DO r := r * 10 + i; END FOR; RETURN r; END",
            [1, 21, 321, 0],
        ),
        ("IS r INT; BEGIN r := 0; FOR i IN 1..n LOOP r := r + i; END LOOP; RETURN r; END", [1, 3, 6, 0]),
        (
            "IS r INT; BEGIN r := 0; WHILE r < n DO "
            "r := r + CASE WHEN n > 2 THEN 2 ELSE 1 END; END WHILE; RETURN r; END",
            [1, 2, 4, 0],
        ),
        (
            "BEGIN FOR i := 1 TO 9 DO IF i * i >= n THEN RETURN i; END IF; END FOR; RETURN -1; END",
            [1, 2, 2, -1],
        ),
        (
            "BEGIN IF n = 1 THEN RETURN 10; ELSEIF n = 2 THEN RETURN 20; ELSE RETURN 30; END IF; END",
            [10, 20, 30, 30],
        ),
        ("BEGIN IF n = 1 THEN RETURN 10; END IF; END", [10, None, None, None]),
        ("IS r INT; BEGIN r := 7.6; n := n * r; RETURN n; END", [8, 16, 24, None]),
    ],
)
def test_statements(session: Session, query: Query, body: str, expected: list[Any]) -> None:
    session.execute(f"CREATE FUNCTION f (n INT) RETURN INT {body} f;\n/")
    assert [value for (value,) in query("SELECT f(a) FROM t ORDER BY a NULLS LAST")] == expected


def test_functions_stand_wherever_expressions_do(session: Session, query: Query) -> None:
    session.execute("CREATE FUNCTION twice (n INT) RETURN INT IS BEGIN RETURN 2 * n; END twice")
    session.execute("CREATE FUNCTION four_times (n INT) RETURN INT BEGIN RETURN twice(twice(n)); END")
    session.execute("CREATE FUNCTION seven () RETURN INT BEGIN RETURN 7; END")
    session.execute("CREATE VIEW v AS SELECT twice(a) AS x FROM t")
    assert query("SELECT SUM(four_times(a)), MAX(twice(seven())) FROM t WHERE twice(b) > 0") == [(12, 14)]
    assert query("SELECT seven() FROM t") == [(7,)] * 4
    assert query("SELECT MAX(x) FROM v") == [(6,)]
    session.execute("UPDATE t SET b = twice(a) WHERE a IS NOT NULL")
    assert query("SELECT b FROM t ORDER BY b") == [(2,), (4,), (5,), (6,)]


def test_functions_are_objects(session: Session, query: Query) -> None:
    session.execute(PERCENTAGE)
    session.execute("COMMENT ON FUNCTION percentage IS 'a part of a whole'")
    session.execute("RENAME FUNCTION percentage TO share")
    shown = "SELECT function_name, function_comment FROM exa_user_functions WHERE function_name = 'SHARE'"
    assert query(shown) == [("SHARE", "a part of a whole")]
    assert query("SELECT COUNT(*) FROM exa_user_scripts WHERE script_name = 'SHARE'") == [(0,)]
    assert query("SELECT share(1, 4)") == [("25 %",)]
    session.execute("DROP FUNCTION share")
    assert query(shown) == []
    session.execute("DROP FUNCTION IF EXISTS share")
    with pytest.raises(ExasolError, match="SHARE not found"):
        session.execute("DROP FUNCTION share")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f (n INT) RETURN INT BEGIN x := ; RETURN 1; END f", "unexpected ;, expecting an expression"),
        ("f (n INT) RETURN INT BEGIN RETURN 1 END f", "expecting ;"),
        ("f (n INT) RETURN INT BEGIN RETURN 1; END g", "the function F ends as G"),
        ("f (n INT) BEGIN RETURN 1; END f", "expecting RETURN"),
        ("f (n INT) RETURN INT BEGIN IF n = 1 THEN RETURN 1; END f", "expecting END IF"),
    ],
)
def test_a_malformed_function_is_refused_when_it_is_created(
    session: Session, text: str, message: str
) -> None:
    with pytest.raises(ExasolError, match=message):
        session.execute(f"CREATE FUNCTION {text}")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("BEGIN RETURN 1 / n; END", "division by zero"),
        ("BEGIN RETURN nothing; END", "NOTHING not found"),
        ("BEGIN x := 1; RETURN x; END", "variable X is not declared"),
        ("BEGIN RETURN 10000000000 * 10000000000; END", "numeric value out of range"),
    ],
)
def test_errors_when_it_runs(session: Session, query: Query, body: str, message: str) -> None:
    session.execute(f"CREATE FUNCTION f (n INT) RETURN INT {body}")
    with pytest.raises(ExasolError, match=message):
        query("SELECT f(0)")


@pytest.mark.sandbox_only
def test_an_endless_function_ends_with_the_clients_abort(session: Session) -> None:
    session.execute("CREATE FUNCTION f () RETURN INT BEGIN WHILE TRUE DO END WHILE; END")
    threading.Timer(0.5, session.abort).start()
    with pytest.raises(ExasolError, match="aborted"):
        session.execute("SELECT f()")
