"""What a user needs to run scripts, and what scripts may do for a user."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.session import Session

from .conftest import Create, Lua

REFUSED = "42500"


@pytest.fixture
def other(session: Session, database: Database) -> Iterator[Session]:
    """A user who may log in, and read and change the table T, and nothing else."""
    session.execute("CREATE TABLE t (a INT)")
    session.execute("INSERT INTO t VALUES 1")
    session.execute('CREATE USER script_user IDENTIFIED BY "secret"')
    session.execute("GRANT CREATE SESSION TO script_user")
    session.execute("GRANT SELECT, UPDATE, DELETE ON t TO script_user")
    other = database.login("script_user", "secret")
    other.execute(f"OPEN SCHEMA {session.current_schema}")
    yield other
    other.close()
    session.execute("DROP USER script_user CASCADE")


@pytest.fixture(autouse=True)
def scripts(session: Session, lua: Lua, script: Create) -> None:
    lua("SCRIPT program() RETURNS TABLE", "return query('SELECT a FROM t')")
    script("SCALAR SCRIPT twice(x INT) RETURNS INT", "def run(ctx):\n    return 2 * ctx.x")
    session.execute("CREATE FUNCTION thrice (x INT) RETURN INT BEGIN RETURN 3 * x; END")


@pytest.mark.parametrize(
    ("statement", "grant"),
    [
        ("EXECUTE SCRIPT program()", "SCRIPT program"),
        ("SELECT twice(a) FROM t", "SCRIPT twice"),
        ("SELECT thrice(a) FROM t", "FUNCTION thrice"),
        ("UPDATE t SET a = twice(a)", "SCRIPT twice"),
        ("DELETE FROM t WHERE twice(a) = 5", "SCRIPT twice"),
    ],
)
def test_execute_is_needed(session: Session, other: Session, statement: str, grant: str) -> None:
    with pytest.raises(ExasolError, match="insufficient privileges") as caught:
        other.execute(statement)
    assert caught.value.sql_code == REFUSED
    session.execute(f"GRANT EXECUTE ON {grant} TO script_user")
    other.execute(statement)


def test_a_program_has_the_rights_of_its_caller(session: Session, other: Session) -> None:
    session.execute("GRANT EXECUTE ON SCRIPT program TO script_user")
    result = other.execute("EXECUTE SCRIPT program()")
    assert isinstance(result, ResultSet)
    session.execute("REVOKE SELECT ON t FROM script_user")
    with pytest.raises(ExasolError, match=r"insufficient privileges.* caught in script") as caught:
        other.execute("EXECUTE SCRIPT program()")
    assert caught.value.sql_code == REFUSED
