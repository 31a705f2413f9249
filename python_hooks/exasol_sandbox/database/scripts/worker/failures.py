"""How a script fails, in the words of Exasol's own UDF client.

Codes and texts: exasol/script-languages, exaudfclient (exascript_python_wrap.py,
exascript_python_preset_core.py, pythoncontainer.cc, exaudflib_main.cc).
"""

from __future__ import annotations

import traceback
from pathlib import Path

_OWN_FOLDER = str(Path(__file__).parent)

PARSING = "F-UDF-CL-LIB-1125: F-UDF-CL-SL-PYTHON-1000: F-UDF-CL-SL-PYTHON-1017"
SINGLE_CALL = "F-UDF-CL-LIB-1126: F-UDF-CL-SL-PYTHON-1004: F-UDF-CL-SL-PYTHON-1036"
RUNNING = "F-UDF-CL-LIB-1127: F-UDF-CL-SL-PYTHON-1002: F-UDF-CL-SL-PYTHON-1026"
CLEANING_UP = "F-UDF-CL-LIB-1128: F-UDF-CL-SL-PYTHON-1001: F-UDF-CL-SL-PYTHON-1023"


class ScriptFailure(Exception):
    """A script ended in an error; `text` is the whole message without `VM error: ` in front."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class DataFailure(Exception):
    """An emitted value does not fit its column: the database's error, not the virtual machine's.

    Args:
        sql_code: the SQL code of the error.
        text: its message.
    """

    def __init__(self, sql_code: str, text: str) -> None:
        super().__init__(text)
        self.sql_code = sql_code
        self.text = text


def failure(place: str, code: str, text: str, error: BaseException) -> ScriptFailure:
    """The failure that `error`, raised by the script, becomes.

    Args:
        place: where in the UDF client it surfaced: `PARSING`, `SINGLE_CALL`, `RUNNING` or `CLEANING_UP`.
        code: code of the step, for example `F-UDF-CL-SL-PYTHON-1114`.
        text: what happened, for example `Exception during run`.
        error: what the script raised.
    """
    return ScriptFailure(f"{place}: ExaUDFError: {code}: {text} \n{stack_trace(error)}")


def stack_trace(error: BaseException) -> str:
    """The traceback of `error` in lines like `SCRIPT:3 run`, without the frames of the worker itself."""
    lines = []
    frames = traceback.extract_tb(error.__traceback__)
    for frame in frames:
        if not frame.filename.startswith(_OWN_FOLDER):
            lines.append(f"{frame.filename}:{frame.lineno} {frame.name}\n")
    lines += traceback.format_exception_only(type(error), error)
    return "".join(lines)
