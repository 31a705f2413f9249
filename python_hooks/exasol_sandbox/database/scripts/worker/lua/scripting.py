"""A scripting program (CREATE LUA SCRIPT … / EXECUTE SCRIPT) in its worker process."""

from __future__ import annotations

import socket
from typing import Any

from lupa.lua54 import LuaError, LuaMemoryError

from .. import wire
from .chunks import Chunks
from .comments import without_block_comments
from .interpreter import Interpreter


def run(channel: socket.socket, job: dict[str, Any]) -> None:
    """Run the script of `job` and report to the database what it returned, or how it failed."""
    program = Program(channel, job)
    try:
        wire.send_json(channel, wire.DONE, program.run())
    except ScriptError as error:
        wire.send_json(channel, wire.FAILED, error.report)


class ScriptError(Exception):
    """The script ended in an error.

    Args:
        report: `text`, `code` (None unless the script or a statement gave one), `script` (schema and name of
        the
            script where it happened; None if unknown) and `line` (from 1, in the script's body; None if
            unknown).
    """

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__(report["text"])
        self.report = report


class Program:
    """One run of a script.

    Args:
        channel: the way to the database.
        job: what `scripts.scripting.run` sends.
    """

    def __init__(self, channel: socket.socket, job: dict[str, Any]) -> None:
        self._channel = channel
        self._job = job
        self._output: list[str] = []
        self._released: list[int] = []
        self._chunks = Chunks()
        self._lua = Interpreter(job["meta"]["memory_limit"])

    def run(self) -> dict[str, Any]:
        """What the script wrote and returned.

        Raises:
            ScriptError: it failed.
        """
        lua, job = self._lua, self._job
        host = {
            "import": self._import,
            "output": self._output.append,
            "page": self._page,
            "query": self._query,
            "release": self._released.append,
        }
        described = {
            "meta": lua.table(job["meta"]),
            "text": without_block_comments(job["meta"]["script_code"]),
            "chunk": self._chunks.add(job["meta"]["script_schema"], job["meta"]["script_name"]),
            "names": lua.table(job["names"]),
            "arguments": lua.to_lua(job["arguments"]),
        }
        try:
            ok, *rest = lua.run_file("scripting.lua", lua.table(host), lua.core, lua.table(described))
        except LuaMemoryError:
            raise ScriptError(self._failure(None, "not enough memory", None, None)) from None
        except LuaError as error:
            raise ScriptError(self._failure(None, str(error), None, None)) from error
        if not ok:
            problem = rest[0]
            raise ScriptError(self._failure(problem.code, problem.text, problem.chunk, problem.line))
        return {"output": self._output} | self._returned(*rest)

    def _failure(self, code: str | None, text: str, chunk: str | None, line: int | None) -> dict[str, Any]:
        return {"code": code, "text": text, "script": self._chunks.script(chunk), "line": line}

    def _returned(self, kind: str, value: Any = None, types: str | None = None) -> dict[str, Any]:
        try:
            if kind == "rows":
                rows = [self._row(value[position]) for position in range(1, len(value) + 1)]
                return {"kind": kind, "rows": rows, "types": types}
            return {"kind": kind, "value": self._lua.from_lua(value)}
        except TypeError as error:
            raise ScriptError(
                self._failure(None, f"the script's return value is not valid: {error}", None, None)
            ) from error

    def _row(self, row: Any) -> list[Any]:
        if isinstance(row, (bool, int, float, str)) or self._lua.core.kind(row) != "table":
            raise TypeError("a row must be a table of values")
        width = max((key for key in row if type(key) is int), default=0) or len(row)
        return [self._lua.from_lua(row[position]) for position in range(1, width + 1)]

    def _query(self, text: str, names: Any, kinds: Any, texts: Any) -> tuple[Any, ...]:
        given = {
            name: {"kind": kind, "value": value}
            for name, kind, value in zip(names.values(), kinds.values(), texts.values(), strict=True)
        }
        released, self._released[:] = list(self._released), []
        answer = self._ask({"query": text, "parameters": given, "released": released})
        if "error" in answer:
            return ("error", answer["code"], answer["error"], answer["text"])
        if "handle" in answer:
            columns = self._lua.table(answer["columns"])
            return ("rows", answer["handle"], answer["rows"], columns, answer["text"])
        return ("counted", self._lua.table(answer["counts"]), answer["text"])

    def _page(self, handle: int, first: int, count: int) -> Any:
        answer = self._ask({"page": handle, "first": first, "count": count})
        return self._lua.to_lua(answer["rows"])

    def _import(self, name: str) -> tuple[Any, ...]:
        answer = self._ask({"script": name})
        if "error" in answer:
            return False, answer["error"]
        chunk = self._chunks.add(answer["schema"], answer["name"])
        return True, without_block_comments(answer["body"]), chunk, answer["alias"]

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        wire.send_json(self._channel, wire.REQUEST, request)
        return wire.receive_json(self._channel, wire.ANSWER)
