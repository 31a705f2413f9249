"""What a script can see of its surroundings, and of other scripts."""

from __future__ import annotations

import pytest

from exasol_sandbox.database.database import Database

from .conftest import AWS, Create, Query

# What a worker finds around it is the sandbox's.
pytestmark = pytest.mark.sandbox_only


def test_aws_is_reachable_and_no_credentials_are_there(script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT f(a INT) EMITS (endpoint VARCHAR(200), credentials VARCHAR(200))",
        """
        import boto3

        def run(ctx):
            client = boto3.client("s3", region_name="eu-west-1")
            ctx.emit(client.meta.endpoint_url, repr(boto3.Session().get_credentials()))
        """,
    )
    assert query("SELECT f(1) FROM dual") == [(AWS, "None")]


def test_nothing_of_the_callers_environment_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "EXASOL_PASSWORD", "MY_TOKEN"):
        monkeypatch.setenv(name, "hidden-secret")
    database = Database(aws=AWS, password="exasol")
    try:
        session = database.login("sys", "exasol")
        session.execute("CREATE SCHEMA s")
        session.execute(
            "CREATE PYTHON3 SCALAR SCRIPT s.f(a INT) RETURNS VARCHAR(20000) AS\n"
            "import os, sys\n"
            "def run(ctx):\n"
            "    return repr((dict(os.environ), sys.argv, os.path.expanduser('~')))\n/"
        )
        [text] = session.execute("SELECT s.f(1) FROM dual").batches.__next__().column(0).to_pylist()
    finally:
        database.close()
    assert "hidden-secret" not in text
    assert f"'AWS_ENDPOINT_URL': '{AWS}'" in text


def test_one_script_leaves_nothing_to_the_next(script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT dirty(a INT) RETURNS INT",
        """
        import builtins, json, os

        builtins.left_behind = 1
        json.left_behind = 1
        os.environ["LEFT_BEHIND"] = "1"
        os.chdir("/")

        def run(ctx):
            return 1
        """,
    )
    script(
        "SCALAR SCRIPT clean(a INT) RETURNS VARCHAR(200)",
        """
        import builtins, json, os

        def run(ctx):
            left = [hasattr(module, "left_behind") for module in (builtins, json)]
            return repr(left + ["LEFT_BEHIND" in os.environ, os.getcwd() == "/", "left_behind" in globals()])
        """,
    )
    query("SELECT dirty(1) FROM dual")
    assert query("SELECT clean(1) FROM dual") == [(repr([False] * 5),)]


def test_pandas_pyarrow_and_boto3_are_there(script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT f(a INT) RETURNS VARCHAR(100)",
        "import boto3, numpy, pandas, pyarrow\ndef run(ctx):\n    return numpy.__name__ + pandas.__name__",
    )
    assert query("SELECT f(1) FROM dual") == [("numpypandas",)]


def test_a_script_may_define_dataclasses(script: Create, query: Query) -> None:
    script(
        "SCALAR SCRIPT f(a INT) RETURNS VARCHAR(200)",
        """
        from __future__ import annotations
        from dataclasses import dataclass

        @dataclass
        class Point:
            x: int

        def run(ctx):
            return repr(Point(ctx.a)) + " of " + Point.__module__
        """,
    )
    assert query("SELECT f(1) FROM dual") == [("Point(x=1) of builtins",)]
