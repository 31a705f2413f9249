"""A UDF in Lua in its worker process."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lupa.lua54 import LuaError

from ..columns import INT32, INT64, NUMERIC, UdfColumn
from ..environment import ColumnMetadata
from ..failures import DataFailure, ScriptFailure
from ..output import Output
from ..rows import Rows
from ..task import Task
from .chunks import Chunks
from .comments import without_block_comments
from .interpreter import Interpreter

SCRIPT_ERROR = "43000"


class LuaUdf:
    """A script with its task, and the row that it is at."""

    def __init__(self, task: Task) -> None:
        meta = task.job["meta"]
        self._task = task
        self._lua = Interpreter(meta["memory_limit"])
        self._chunks = Chunks()
        self._first = self._current = self._end = 0
        self._failed: DataFailure | None = None
        self._output = Output(task.outputs, not (task.is_set and task.emits), task.deliver)
        self._rows: Rows | None = None
        host = {
            "connection": self._connection,
            "decimal": Decimal,
            "emit": self._emit,
            "import": self._import,
            "next": self._next,
            "reset": self._reset,
            "size": lambda *_: self._end - self._first,
            "value": self._value,
        }
        described = {
            "meta": self._lua.table(meta | self._column_metadata()),
            "text": without_block_comments(meta["script_code"]),
            "chunk": self._chunks.add(meta["script_schema"], meta["script_name"]),
            "columns": self._lua.table([self._lua.table(_facts(column)) for column in task.inputs]),
            "is_set": task.is_set,
            "emits": task.emits,
        }
        lua = self._lua
        self._script = lua.run_file("udf.lua", lua.table(host), lua.core, lua.table(described))

    def work(self) -> dict[str, Any]:
        """Do the job. Returns what is to be reported.

        Raises:
            DataFailure: the script failed, or emitted what its columns cannot hold.
            ScriptFailure: Lua itself gave up.
        """
        try:
            self._checked(self._script.load)
            if self._task.job["single_call"]:
                return {"result": self._checked(self._script.call, self._task.job["single_call"])}
            self._rows = Rows(self._task.job["path"], self._task.inputs)
            run = self._script.run
            for source, first, count in self._task.calls():
                self._output.source = source
                self._first = self._current = first
                self._end = first + count
                self._checked(run)
            self._output.flush()
            self._checked(self._script.call, "cleanup")
        except LuaError as error:
            raise ScriptFailure(str(error)) from error
        return {}

    def _checked(self, call: Callable[..., Any], *arguments: Any) -> Any:
        ok, result = call(*arguments) if arguments else call()
        if self._failed is not None:
            raise self._failed
        if ok:
            return result
        schema, name = self._chunks.script(result.chunk)
        line = f" at line {result.line}" if result.line else ""
        raise DataFailure(SCRIPT_ERROR, f'"{result.text}" caught in script "{schema}"."{name}"{line}')

    def _column_metadata(self) -> dict[str, Any]:
        def described(columns: list[UdfColumn]) -> Any:
            return self._lua.table([self._lua.table(_metadata(column)) for column in columns])

        return {
            "script_language": "Lua 5.4",
            "input_column_count": len(self._task.inputs),
            "input_columns": described(self._task.inputs),
            "output_column_count": len(self._task.outputs),
            "output_columns": described(self._task.outputs),
        }

    def _value(self, position: int) -> tuple[bool, Any]:
        if self._current >= self._end or self._rows is None:
            return False, "there is no row left: next() said so"
        value = self._rows.value(position, self._current)
        if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
            return True, f"{value:f}" if isinstance(value, Decimal) else str(value)
        return True, value

    def _next(self, *_: Any) -> bool:
        self._current = min(self._current + 1, self._end)
        return self._current < self._end

    def _reset(self, *_: Any) -> bool:
        self._current = self._first
        return True

    def _emit(self, *values: Any) -> tuple[bool, str | None]:
        try:
            self._output.add(_fitting(values, self._output.columns))
        except DataFailure as error:
            self._failed = error
            return False, error.text
        except (RuntimeError, TypeError):
            given = ", ".join(_TYPE_NAMES.get(type(value), "NULL") for value in values)
            wanted = ", ".join(f"{column.name} {column.sql_type}" for column in self._output.columns)
            return False, f"values ({given}) do not fit the columns ({wanted})"
        return True, None

    def _connection(self, name: str) -> tuple[bool, Any]:
        answer = self._task.ask({"connection": name})
        if "error" in answer:
            return False, answer["error"]
        return True, self._lua.table(answer)

    def _import(self, name: str) -> tuple[Any, ...]:
        answer = self._task.ask({"script": name})
        if "error" in answer:
            return False, answer["error"]
        chunk = self._chunks.add(answer["schema"], answer["name"])
        return True, without_block_comments(answer["body"]), chunk


def _facts(column: UdfColumn) -> dict[str, Any]:
    decimal = column.kind in {INT32, INT64, NUMERIC}
    return {
        "name": column.name,
        "decimal": decimal,
        "precision": column.precision or 18,
        "scale": column.scale or 0,
    }


def _metadata(column: UdfColumn) -> dict[str, Any]:
    described = vars(ColumnMetadata(column))
    kind = "decimal" if column.kind in {INT32, INT64, NUMERIC} else _LUA_TYPES.get(column.kind, "string")
    return {name: value for name, value in described.items() if value is not None} | {"type": kind}


_TYPE_NAMES = {bool: "boolean", int: "number", float: "number", str: "string", Decimal: "decimal"}
_LUA_TYPES = {"DOUBLE": "number", "BOOLEAN": "boolean"}


def _fitting(values: tuple[Any, ...], columns: list[UdfColumn]) -> tuple[Any, ...]:
    """Lua's numbers, which are whole or not by chance, as the columns want them."""
    if len(values) != len(columns):
        return values
    return tuple(
        Decimal(repr(value)) if isinstance(value, float) and column.kind == NUMERIC else value
        for value, column in zip(values, columns, strict=True)
    )
