"""Syntax of a script's body, before it goes to the database.

Exasol reads the body of a Python UDF only when it is called, and then the error is another's to find. Lua is
checked where the package lupa is installed, as with the sandbox. Other languages are left to the database.
"""

from __future__ import annotations

import ast
import importlib
import re
import warnings

from exasol_sagemaker.script import Script

_LUA_MESSAGE = re.compile(r"\]:(\d+): (.*)", re.DOTALL)
_LUA_PIECE = re.compile(
    r"(?P<kept>--\[(=*)\[.*?\]\2\]|--[^\n]*|\[(=*)\[.*?\]\3\]|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    r"|(?P<comment>/\*.*?\*/)",
    re.DOTALL,
)


def syntax_error(script: Script) -> tuple[str, int] | None:
    """What is wrong with a body, and in which line of it, counted from 1; None if nothing is found."""
    language = script.signature.language
    if language.startswith("PYTHON3"):
        return _python_error(script.body)
    return _lua_error(script.body) if language == "LUA" else None


def _python_error(body: str) -> tuple[str, int] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(body, "script", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        return error.msg, error.lineno or 1
    except ValueError as error:
        return str(error), 1
    return None


def _lua_error(body: str) -> tuple[str, int] | None:
    try:
        lupa = importlib.import_module("lupa.lua54")
    except ImportError:
        return None
    try:
        lupa.LuaRuntime(register_eval=False).compile(_LUA_PIECE.sub(_without_comment, body))
    except lupa.LuaSyntaxError as error:
        found = _LUA_MESSAGE.search(str(error))
        return (found[2], int(found[1])) if found else (str(error), 1)
    return None


def _without_comment(piece: re.Match[str]) -> str:
    """Exasol's Lua knows comments between /* and */, and Lua itself does not; lines keep their numbers."""
    return piece["kept"] or " " + "\n" * piece["comment"].count("\n")
