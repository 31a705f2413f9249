"""SCRIPT_LANGUAGES: which interpreter runs the scripts of a language."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from exasol_sandbox.database.database import Database
from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import ResultSet
from exasol_sandbox.database.session import Session

from .conftest import Query

# The aliases name Pythons of this machine.
pytestmark = pytest.mark.sandbox_only

BUILT_IN = "PYTHON3=builtin_python3 R=builtin_r JAVA=builtin_java"
SCRIPT = """CREATE OR REPLACE MYPY SCALAR SCRIPT which_python(a INT) RETURNS VARCHAR(2000) AS
import os

def run(ctx):
    return os.environ.get("MARKED_BY", "nobody")
/"""


@pytest.fixture
def own_python(tmp_path: Path) -> Path:
    """A Python of the user's own: it starts with an environment variable that no other has."""
    path = tmp_path / "python"
    path.write_text(f'#!/bin/sh\nMARKED_BY=me exec "{sys.executable}" "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_an_alias_points_at_a_python_of_the_users_choice(
    session: Session, query: Query, own_python: Path
) -> None:
    session.execute(f"ALTER SESSION SET SCRIPT_LANGUAGES = '{BUILT_IN} MYPY=python://{own_python}'")
    session.execute(SCRIPT)
    assert query("SELECT which_python(1) FROM dual") == [("me",)]
    session.execute(f"ALTER SESSION SET SCRIPT_LANGUAGES = '{BUILT_IN} MYPY=builtin_python3'")
    assert query("SELECT which_python(1) FROM dual") == [("nobody",)]


def test_the_parameter_is_shown(session: Session, query: Query) -> None:
    shown = "SELECT session_value FROM exa_parameters WHERE parameter_name = 'SCRIPT_LANGUAGES'"
    assert query(shown) == [(BUILT_IN,)]
    session.execute("ALTER SESSION SET SCRIPT_LANGUAGES = 'PYTHON3=builtin_python3'")
    assert query(shown) == [("PYTHON3=builtin_python3",)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("PYTHON3", "'PYTHON3' is not of the form <alias>=<url of the language>"),
        ("MYPY=python://bin/python", "needs an absolute path"),
    ],
)
def test_malformed_values_are_refused(session: Session, value: str, message: str) -> None:
    with pytest.raises(ExasolError, match=message):
        session.execute(f"ALTER SESSION SET SCRIPT_LANGUAGES = '{value}'")


@pytest.mark.parametrize(
    ("languages", "message"),
    [
        (
            BUILT_IN,
            "the language MYPY of script .*ALTER SESSION SET SCRIPT_LANGUAGES = '.* MYPY=python:///path",
        ),
        (
            "MYPY=localzmq+protobuf:///bfsdefault/default/slc?lang=python#buckets/x",
            "runs no language containers",
        ),
        ("MYPY=python:///no/such/python", "/no/such/python cannot run Python UDFs"),
    ],
)
def test_scripts_of_languages_that_are_not_there_are_refused_when_called(
    session: Session, query: Query, languages: str, message: str
) -> None:
    session.execute(f"ALTER SESSION SET SCRIPT_LANGUAGES = '{languages}'")
    session.execute(SCRIPT)
    with pytest.raises(ExasolError, match=message):
        query("SELECT which_python(1) FROM dual")


@pytest.mark.parametrize("language", ["R", "JAVA"])
def test_r_and_java_are_kept_but_not_called(session: Session, query: Query, language: str) -> None:
    session.execute(f"CREATE {language} SCALAR SCRIPT f(a INT) RETURNS INT AS\nreturn 1;\n/")
    session.execute("COMMENT ON SCRIPT f IS 'kept'")
    assert query("SELECT script_language, script_comment FROM exa_user_scripts WHERE script_name = 'F'") == [
        (language, "kept")
    ]
    with pytest.raises(
        ExasolError, match=f"calls of scripts in {language}, only of those in PYTHON3 and LUA"
    ) as caught:
        query("SELECT f(1) FROM dual")
    assert caught.value.sql_code == "0A000"
    session.execute("DROP SCRIPT f")


def test_the_systems_value_holds_for_later_sessions_and_after_a_restart(
    tmp_path: Path, own_python: Path
) -> None:
    first = Database(tmp_path / "data", password="exasol")
    session = first.login("sys", "exasol")
    session.execute(f"ALTER SYSTEM SET SCRIPT_LANGUAGES = 'MYPY=python://{own_python}'")
    session.execute("CREATE SCHEMA s")
    session.execute(SCRIPT.replace("which_python", "s.which_python"))
    first.close()
    second = Database(tmp_path / "data", password="exasol")
    try:
        result = second.login("sys", "exasol").execute("SELECT s.which_python(1)")
        assert isinstance(result, ResultSet)
        assert next(result.batches).column(0).to_pylist() == ["me"]
    finally:
        second.close()
