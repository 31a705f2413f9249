"""`exa`, the global through which a script sees the database.

https://docs.exasol.com/db/latest/database_concepts/udf_scripts/python3.htm, "Metadata" and following; texts
of errors from exasol/script-languages, exascript_python_preset_core.py.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from .columns import INT32, INT64, NUMERIC, STRING, UdfColumn
from .failures import stack_trace

Ask = Callable[[dict[str, Any]], dict[str, Any]]


class ColumnMetadata:
    """One entry of `exa.meta.input_columns` or `exa.meta.output_columns`."""

    def __init__(self, column: UdfColumn) -> None:
        self.name = column.name
        self.type = column.python
        self.sql_type = column.sql_type
        self.precision = column.precision if column.kind in {INT32, INT64, NUMERIC} else None
        self.scale = column.scale if column.kind in {INT32, INT64, NUMERIC} else None
        self.length = column.size if column.kind == STRING else None


class Metadata:
    """`exa.meta`."""

    def __init__(self, facts: dict[str, Any], inputs: list[UdfColumn], outputs: list[UdfColumn]) -> None:
        self.__dict__.update(facts)
        version = sys.version_info
        self.script_language = f"Python {version.major}.{version.minor}.{version.micro}"
        self.input_column_count = len(inputs)
        self.input_column_name = [column.name for column in inputs]
        self.input_columns = [ColumnMetadata(column) for column in inputs]
        self.output_column_count = len(outputs)
        self.output_columns = [ColumnMetadata(column) for column in outputs]


class ConnectionInformation:
    """What `exa.get_connection` answers."""

    def __init__(self, type: str, address: str, user: str, password: str) -> None:
        self.type = type
        self.address = address
        self.user = user
        self.password = password

    def __str__(self) -> str:
        return (
            f'{{"type":"{self.type}","address":"{self.address}","user":"{self.user}","password":<omitted!>}}'
        )

    __repr__ = __str__


class Exa:
    """`exa`.

    Args:
        meta: its metadata.
        ask: sends a request to the database and gives the answer.
    """

    def __init__(self, meta: Metadata, ask: Ask) -> None:
        self.meta = meta
        self._ask = ask
        self._modules: dict[str, types.ModuleType] = {}

    def get_connection(self, name: str) -> ConnectionInformation:
        """Address and credentials of a CONNECTION object.

        Raises:
            ImportError: it does not exist, or the script's owner may not use it.
        """
        answer = self._ask({"connection": str(name)})
        if "error" in answer:
            raise ImportError(
                f"F-UDF-CL-SL-PYTHON-1121: get_connection for connection name {name} failed: "
                f"{answer['error']}"
            )
        return ConnectionInformation(**answer)

    def import_script(self, script: str) -> types.ModuleType:
        """Another Python script as a module; the same module each time.

        Raises:
            ImportError: there is no such script.
        """
        name = str(script)
        answer = self._ask({"script": name})
        if "error" in answer:
            raise ImportError(f"F-UDF-CL-SL-PYTHON-1119: Importing module {name} failed: {answer['error']}")
        code = answer["body"]
        if code not in self._modules:
            self._modules[code] = self._module(name, code)
        return self._modules[code]

    def _module(self, name: str, code: str) -> types.ModuleType:
        module = types.ModuleType(name)
        module.__file__ = f"<{name}>"
        module.__dict__["exa"] = self
        try:
            exec(compile(code, name, "exec"), module.__dict__)  # noqa: S102
        except BaseException as error:
            raise ImportError(
                f"F-UDF-CL-SL-PYTHON-1120: Importing module {name} failed \n{stack_trace(error)}"
            ) from error
        return module
