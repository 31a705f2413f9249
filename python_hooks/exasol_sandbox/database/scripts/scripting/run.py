"""One run of a scripting program: its process asks, the session answers."""

from __future__ import annotations

import json
import selectors
import time
from typing import TYPE_CHECKING, Any

from exasol_sandbox.database.errors import QUERY_ABORTED, ExasolError, unsupported
from exasol_sandbox.database.planning import first_word
from exasol_sandbox.database.records import Script
from exasol_sandbox.database.result import Result, ResultSet
from exasol_sandbox.database.scripts.jobs import DATABASE_NAME, DATABASE_VERSION
from exasol_sandbox.database.scripts.machines import Machine, MachineError
from exasol_sandbox.database.scripts.scripting.parameters import substituted
from exasol_sandbox.database.scripts.scripting.results import Results
from exasol_sandbox.database.scripts.services import named_script
from exasol_sandbox.database.scripts.worker import wire

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

SCRIPT_ERROR = "43000"
MEMORY_LIMIT = 1024**3
"""Bytes that a scripting program may hold."""
_LOOK_UP_SECONDS = 0.1
_COUNTED = {
    "INSERT": "inserted",
    "IMPORT": "inserted",
    "UPDATE": "updated",
    "DELETE": "deleted",
    "TRUNCATE": "deleted",
}


class ScriptRun:
    """Runs a script in a process of its own, and the script's statements in the session.

    Args:
        session: the session.
        script: a scripting program in Lua.
        arguments: its arguments, as messages have them (`values`).

    Attributes:
        results: what the script's queries gave.
    """

    def __init__(self, session: Session, script: Script, arguments: list[Any]) -> None:
        self._session = session
        self._script = script
        self._arguments = arguments
        self.results = Results()
        timeout = session.settings.query_timeout
        self._deadline = time.monotonic() + timeout if timeout else None

    def run(self) -> dict[str, Any]:
        """What the script's process reports when it is done.

        Raises:
            ExasolError: the script failed, crashed, or was stopped.
        """
        machines = self._session.database.machines.lua
        try:
            machine = machines.start()
        except MachineError as error:
            raise ExasolError(SCRIPT_ERROR, f"no process for the script: {error}") from error
        try:
            return self._converse(machine)
        except (EOFError, ConnectionResetError, BrokenPipeError):
            raise self._crashed() from None
        finally:
            machines.stop(machine)
            self.results.close()

    def _converse(self, machine: Machine) -> dict[str, Any]:
        channel = machine.channel
        with selectors.DefaultSelector() as selector:
            selector.register(channel, selectors.EVENT_READ)
            wire.send_json(channel, wire.JOB, self._job())
            while True:
                while not selector.select(_LOOK_UP_SECONDS):
                    self._check()
                kind, payload = wire.receive(channel)
                content: dict[str, Any] = json.loads(payload)
                if kind == wire.DONE:
                    return content
                if kind == wire.FAILED:
                    raise self._failure(content)
                self._check()
                wire.send_json(channel, wire.ANSWER, self._answer(content))

    def _check(self) -> None:
        self._session.check_abort()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            raise ExasolError(QUERY_ABORTED, "Query terminated because timeout has been reached.")

    def _job(self) -> dict[str, Any]:
        session, script = self._session, self._script
        meta = {
            "database_name": DATABASE_NAME,
            "database_version": DATABASE_VERSION,
            "script_language": "Lua 5.4",
            "script_name": script.name,
            "script_schema": script.schema,
            "script_code": script.body,
            "current_user": session.user,
            "scope_user": script.owner,
            "current_schema": session.current_schema,
            "session_id": str(session.session_id),
            "statement_id": session.statement_id,
            "node_count": session.database.nodes,
            "node_id": 0,
            "vm_id": str(session.session_id << 8),
            "memory_limit": MEMORY_LIMIT,
        }
        names = [name.removeprefix("ARRAY ") for name in script.argument_names]
        return {"meta": meta, "names": names, "arguments": self._arguments}

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if "page" in request:
            settings = self._session.settings
            return {"rows": self.results.page(request["page"], request["first"], request["count"], settings)}
        if "script" in request:
            return self._imported(request["script"])
        for number in request["released"]:
            self.results.release(number)
        return self._statement(request["query"], request["parameters"])

    def _imported(self, name: str) -> dict[str, Any]:
        try:
            found, alias = named_script(self._session, self._session.current_schema, name)
            if found.kind != "SCRIPTING" or found.language != "LUA":
                raise unsupported(
                    f"import of {found.schema}.{found.name}, which is no scripting program in LUA"
                )
        except ExasolError as error:
            return {"error": error.text}
        return {"body": found.body, "schema": found.schema, "name": found.name, "alias": alias}

    def _statement(self, text: str, parameters: dict[str, Any]) -> dict[str, Any]:
        try:
            text = substituted(text, parameters)
            return self._session.execute_inside(text, self._kept) | {"text": text}
        except ExasolError as error:
            self._check()
            return {"error": error.text, "code": error.sql_code, "text": text}

    def _kept(self, text: str, result: Result) -> dict[str, Any]:
        if isinstance(result, ResultSet):
            names = [column.name for column in result.columns]
            return {"handle": self.results.keep(result), "rows": result.row_count, "columns": names}
        counts = {"affected": result.rows, "inserted": 0, "updated": 0, "deleted": 0}
        kind = _COUNTED.get(first_word(text))
        return {"counts": counts | ({kind: result.rows} if kind else {})}

    def _failure(self, content: dict[str, Any]) -> ExasolError:
        schema, name = content["script"]
        line = f" at line {int(content['line'])}" if content["line"] else ""
        code = content["code"] or SCRIPT_ERROR
        return ExasolError(code, f'"{content["text"]}" caught in script "{schema}"."{name}"{line}')

    def _crashed(self) -> ExasolError:
        return ExasolError(
            SCRIPT_ERROR,
            f'"the process of the script ended without a word: it was killed, or needed more than '
            f'{MEMORY_LIMIT >> 20} MiB" caught in script "{self._script.schema}"."{self._script.name}"',
        )
