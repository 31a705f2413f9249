"""A script that fails, crashes, hangs or takes too much fails its query, and nothing else."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.session import Session

from .conftest import Create, Query

SCALAR = "SCALAR SCRIPT f(a INT) RETURNS INT"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "def run(ctx):\n    raise ValueError('broken here')",
            r"VM error: F-UDF-CL-LIB-1127: F-UDF-CL-SL-PYTHON-1002: (.|\n)*"
            r"F-UDF-CL-SL-PYTHON-1114: Exception during run \nF:2 run\nValueError: broken here",
        ),
        (
            "import no_such_module",
            r"F-UDF-CL-LIB-1125: (.|\n)*1122: Exception while parsing UDF(.|\n)*no_such_module",
        ),
        ("def run(ctx)\n    pass", r"1122: Exception while parsing UDF(.|\n)*SyntaxError"),
        ("x = 1", "1110: function 'run' is not defined"),
        ("import sys\ndef run(ctx):\n    sys.exit(3)", r"1114: Exception during run(.|\n)*SystemExit: 3"),
        (
            "import os\ndef run(ctx):\n    os._exit(3)",
            "VM error: Internal error: VM crashed: the process of script .*F ended",
        ),
        ("import os, signal\ndef run(ctx):\n    os.kill(os.getpid(), signal.SIGSEGV)", "VM crashed"),
    ],
)
def test_a_failing_script_fails_its_query(script: Create, query: Query, body: str, message: str) -> None:
    script(SCALAR, body)
    with pytest.raises(ExasolError, match=message) as failed:
        query("SELECT f(1) FROM dual")
    assert failed.value.sql_code == "22002"
    assert query("SELECT 1 FROM dual") == [(1,)]


def test_an_endless_loop_ends_with_the_query_timeout(session: Session, script: Create, query: Query) -> None:
    script(SCALAR, "def run(ctx):\n    while True:\n        pass")
    session.set_attributes({"queryTimeout": 1})
    with pytest.raises(ExasolError, match="timeout has been reached") as failed:
        query("SELECT f(1) FROM dual")
    assert failed.value.sql_code == "R0001"
    session.set_attributes({"queryTimeout": 0})
    assert query("SELECT 1 FROM dual") == [(1,)]


@pytest.mark.sandbox_only
def test_abort_ends_the_query_and_its_processes(
    session: Session, script: Create, query: Query, tmp_path: Path
) -> None:
    script(
        "SET SCRIPT f(a INT) EMITS (x INT)",
        f"""
        import os, time

        def run(ctx):
            open("{tmp_path}/%d" % os.getpid(), "w").close()
            time.sleep(600)
        """,
    )
    aborter = threading.Thread(target=lambda: (_wait_for(lambda: any(tmp_path.iterdir())), session.abort()))
    aborter.start()
    with pytest.raises(ExasolError) as failed:
        query("SELECT f(1) FROM dual")
    aborter.join()
    assert failed.value.sql_code == "R0001"
    [process] = [int(file.name) for file in tmp_path.iterdir()]
    _wait_for(lambda: not _is_alive(process))
    assert query("SELECT 1 FROM dual") == [(1,)]


def test_an_error_in_one_group_ends_the_others(script: Create, query: Query, tmp_path: Path) -> None:
    script(
        "SET SCRIPT f(a INT) EMITS (x INT)",
        f"""
        import os, time

        def run(ctx):
            if ctx.a == 1:
                while not os.listdir("{tmp_path}"):
                    time.sleep(0.01)
                raise ValueError("group 1")
            open("{tmp_path}/%d" % os.getpid(), "w").close()
            time.sleep(600)
        """,
    )
    with pytest.raises(ExasolError, match="group 1"):
        query("SELECT f(a) FROM (SELECT 1 AS a FROM dual UNION ALL SELECT 2 FROM dual) GROUP BY a")
    [process] = [int(file.name) for file in tmp_path.iterdir()]
    _wait_for(lambda: not _is_alive(process))


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux limits a process's memory")
def test_too_much_memory_is_an_error_of_the_script(script: Create, query: Query) -> None:
    script(
        SCALAR,
        "def run(ctx):\n    return len(bytearray(exa.meta.memory_limit))",
    )
    with pytest.raises(ExasolError, match="MemoryError") as failed:
        query("SELECT f(1) FROM dual")
    assert failed.value.sql_code == "22002"


@pytest.mark.sandbox_only
def test_other_sessions_go_on(session: Session, script: Create, query: Query) -> None:
    other = session.database.login("sys", "exasol")
    script(SCALAR, "import time\ndef run(ctx):\n    time.sleep(600)")
    running = threading.Thread(target=_failing, args=(query,))
    running.start()
    try:
        other.execute("SELECT 1 FROM dual")
        other.execute(
            f"CREATE PYTHON3 SCALAR SCRIPT {session.current_schema}.g(a INT) RETURNS INT AS\n"
            "def run(ctx):\n    return 1\n/"
        )
        other.execute(f"SELECT {session.current_schema}.g(1) FROM dual")
    finally:
        session.abort()
        running.join()
        other.close()


def _failing(query: Query) -> None:
    with pytest.raises(ExasolError):
        query("SELECT f(1) FROM dual")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("did not happen within ten seconds")
