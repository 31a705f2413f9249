"""A Lua script that hangs, takes too much or looks for a way out harms nothing but itself."""

from __future__ import annotations

import threading
import time

import pytest

from exasol_sandbox.database.errors import ExasolError
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.scripts.scripting import run
from exasol_sandbox.database.session import Session

from .conftest import Lua


def test_an_endless_loop_ends_with_the_query_timeout(session: Session, lua: Lua) -> None:
    lua("SCRIPT f()", "while true do end")
    session.set_attributes({"queryTimeout": 1})
    with pytest.raises(ExasolError, match="timeout has been reached") as caught:
        session.execute("EXECUTE SCRIPT f()")
    assert caught.value.sql_code == "R0001"
    lua("SCRIPT f()", "return {rows_affected = 1}")
    assert session.execute("EXECUTE SCRIPT f()") == RowCount(1)


@pytest.mark.sandbox_only
def test_an_endless_loop_ends_when_the_client_aborts(session: Session, lua: Lua) -> None:
    lua("SCRIPT f()", "while true do pcall(query, 'SELECT 1') end")
    threading.Timer(0.5, session.abort).start()
    with pytest.raises(ExasolError, match="aborted"):
        session.execute("EXECUTE SCRIPT f()")


def test_too_much_memory_is_an_error_of_the_script(
    session: Session, lua: Lua, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "MEMORY_LIMIT", 50 * 1024**2)
    lua("SCRIPT f()", "local t = {} while true do t[#t + 1] = string.rep('x', 1000000) .. #t end")
    with pytest.raises(ExasolError, match='"not enough memory" caught in script') as caught:
        session.execute("EXECUTE SCRIPT f()")
    assert caught.value.sql_code == "43000"


@pytest.mark.sandbox_only
def test_a_dying_process_is_an_error_of_the_script(session: Session, lua: Lua) -> None:
    lua("SCRIPT f()", "while true do end")
    processes: list[int] = []
    machines = session.database.machines.lua
    start = machines.start

    def noting() -> run.Machine:
        machine = start()
        processes.append(machine.process)
        return machine

    machines.start = noting  # type: ignore[method-assign]

    def kill() -> None:
        while not processes:
            time.sleep(0.01)
        import os
        import signal

        os.kill(processes[0], signal.SIGKILL)

    threading.Thread(target=kill).start()
    try:
        with pytest.raises(ExasolError, match="the process of the script ended without a word"):
            session.execute("EXECUTE SCRIPT f()")
    finally:
        machines.start = start  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "expression",
    [
        *("io", "os", "debug", "python", "dofile", "loadfile", "package.loadlib", "string.dump"),
        *(
            "package.loaded.io",
            "package.loaded.os",
            "package.loaded.debug",
            "getmetatable(NULL) or nil",
        ),
    ],
)
def test_files_processes_and_python_are_not_there(session: Session, lua: Lua, expression: str) -> None:
    lua("SCRIPT f()", f"assert(({expression}) == nil, 'found it')")
    session.execute("EXECUTE SCRIPT f()")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("require('socket')", "the sandbox does not support the Lua library socket"),
        ("require('my_module')", "module 'my_module' not found"),
        ("sqlparsing.tokenize('SELECT 1')", "the sandbox does not support sqlparsing.tokenize"),
        ("unicode.utf8.gsub('a', 'b', 'c')", "the sandbox does not support unicode.utf8.gsub"),
        (r"assert(load('\27Lua'))", "attempt to load a binary chunk"),
    ],
)
def test_what_is_not_there_is_refused_by_name(session: Session, lua: Lua, body: str, message: str) -> None:
    lua("SCRIPT f()", body)
    with pytest.raises(ExasolError, match=message):
        session.execute("EXECUTE SCRIPT f()")
