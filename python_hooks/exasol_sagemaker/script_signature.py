"""What stands before the body of a script: language, kind, parameters and results, checked.

Syntax: https://docs.exasol.com/db/latest/sql/create_script.htm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from exasol_sagemaker.columns import Column
from exasol_sagemaker.data_types import checked_type
from exasol_sagemaker.database import quote
from exasol_sagemaker.errors import ConfigurationError, ScriptError

SCRIPTING, SCALAR, SET, LIBRARY, ADAPTER = "scripting", "scalar", "set", "library", "adapter"
KINDS = (SCRIPTING, SCALAR, SET, LIBRARY, ADAPTER)
DYNAMIC = "..."

_NAME = re.compile(r"[^\W\d]\w*")
_QUOTED_OR_NAME = re.compile(r'\s*("(?:[^"]|"")+"|[^\s"]+)\s*(.*)', re.DOTALL)
_LUA_KEYWORDS = {
    *("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local"),
    *("nil", "not", "or", "repeat", "return", "then", "true", "until", "while"),
}


@dataclass(frozen=True)
class Signature:
    """Head of a CREATE SCRIPT statement.

    Attributes:
        language: LUA, PYTHON3, R, JAVA, or an alias of the database's SCRIPT_LANGUAGES.
        kind: One of KINDS.
        parameters: Of a UDF, in order; None for dynamic ones, `(...)`.
        arguments: Of a scripting program: names, with `ARRAY ` before those that take a list.
        returns: Type of a UDF's value, or TABLE or ROWCOUNT of a scripting program.
        emits: Columns of a UDF's rows; None with `emits_any` for dynamic ones.
        emits_any: Whether the query says what is emitted, `EMITS (...)`.
        order_by: Order of a SET UDF's rows, such as `"X" DESC`.
    """

    language: str
    kind: str
    parameters: tuple[Column, ...] | None = ()
    arguments: tuple[str, ...] = ()
    returns: str | None = None
    emits: tuple[Column, ...] | None = None
    emits_any: bool = False
    order_by: tuple[str, ...] = ()

    def head(self, name: str) -> str:
        """`CREATE OR REPLACE PYTHON3 SCALAR SCRIPT name("x" DOUBLE) RETURNS DOUBLE AS`."""
        create = f"CREATE OR REPLACE {self.language}"
        if self.kind == ADAPTER:
            return f"{create} ADAPTER SCRIPT {name} AS"
        if self.kind == SCRIPTING or (self.kind == LIBRARY and self.language == "LUA"):
            returns = f" RETURNS {self.returns}" if self.returns else ""
            arguments = f"({', '.join(self.arguments)})" if self.arguments else ""
            return f"{create} SCRIPT {name}{arguments}{returns} AS"
        if self.kind == LIBRARY:
            return f"{create} SCALAR SCRIPT {name}() RETURNS INT AS"
        order = f" ORDER BY {', '.join(self.order_by)}" if self.order_by else ""
        results = f"RETURNS {self.returns}" if self.returns else f"EMITS ({_listed(self.emits)})"
        return f"{create} {self.kind.upper()} SCRIPT {name}({_listed(self.parameters)}{order}) {results} AS"


def read_signature(
    *,
    language: str,
    kind: str | None = None,
    parameters: Any = None,
    returns: str | None = None,
    emits: Any = None,
    order_by: Sequence[str] | None = None,
) -> Signature:
    """A signature from a model's config.

    Args:
        language: Name of a script language, in any case.
        kind: One of KINDS; may be absent for Lua, where it is `scripting`.
        parameters: `...`, or a list of `name TYPE` or {name, data_type}; of a scripting program: of names.
        returns: A type; TABLE or ROWCOUNT of a scripting program.
        emits: `...`, or a list of `name TYPE` or {name, data_type}.
        order_by: Parameters of a SET UDF, each with ASC or DESC behind it or not.

    Raises:
        ScriptError: Something is missing, unknown, or does not go with the rest.
    """
    language = _language(language)
    kind = _kind(kind, language)
    given = {"parameters": parameters, "returns": returns, "emits": emits, "order_by": order_by}
    if kind in {LIBRARY, ADAPTER}:
        _refuse(given, given, kind)
        return Signature(language, kind)
    if kind == SCRIPTING:
        _refuse(given, ("emits", "order_by"), kind)
        return Signature(
            language, kind, None, arguments=_arguments(parameters), returns=_program_result(returns)
        )
    if (returns is None) == (emits is None):
        raise ScriptError(
            f"A {kind} UDF has either `returns` or `emits`",
            why="Both are given." if returns is not None else "Neither is given.",
            hint="returns='DOUBLE' for one value a call, emits=['name TYPE', …] or emits='...' for rows.",
        )
    columns = _columns("parameters", parameters)
    if order_by and kind != SET:
        _refuse(given, ("order_by",), kind)
    emitted = _columns("emits", emits, upper=True) if emits is not None else None
    return Signature(
        language,
        kind,
        columns,
        returns=_type("returns", returns) if returns is not None else None,
        emits=emitted,
        emits_any=emits is not None and emitted is None,
        order_by=_order(order_by or (), columns),
    )


def _language(text: str) -> str:
    name = text.strip().upper()
    if not re.fullmatch(r"[A-Z]\w*", name):
        raise ScriptError(
            f"Config `language` is {text!r}, which is no name of a script language",
            hint="lua, python3, r, java, or an alias of the database's SCRIPT_LANGUAGES.",
        )
    return {"PYTHON": "PYTHON3"}.get(name, name)


def _kind(kind: str | None, language: str) -> str:
    if kind is None:
        if language == "LUA":
            return SCRIPTING
        raise ScriptError("Config `kind` is missing", hint="It is one of scalar, set, library, adapter.")
    name = kind.strip().lower()
    if name not in KINDS:
        near = get_close_matches(name, KINDS, n=1)
        raise ScriptError(
            f"Config `kind` is {kind!r}, which is no kind of script",
            hint=f"Did you mean {near[0]}?" if near else f"It is one of {', '.join(KINDS)}.",
        )
    if name == SCRIPTING and language != "LUA":
        raise ScriptError(
            f"There are no scripting programs in {language}",
            why="Exasol runs them in Lua only; other languages are for UDFs.",
            hint="Set `kind` to scalar, set, library or adapter, or `language` to lua.",
        )
    return name


def _refuse(given: Mapping[str, Any], names: Any, kind: str) -> None:
    for name in names:
        if given[name]:
            article = "An" if kind == ADAPTER else "A"
            raise ScriptError(
                f"{article} {kind} script has no `{name}`",
                hint=f"Take `{name}` out of the config, or set another `kind`.",
            )


def _items(key: str, items: Any) -> list[Any]:
    if isinstance(items, str):
        raise ScriptError(
            f"Config `{key}` is {items!r}",
            hint=f"A list, such as ['x DOUBLE'], or '{DYNAMIC}' for dynamic ones.",
        )
    if not isinstance(items, (list, tuple)):
        raise ScriptError(f"Config `{key}` has to be a list, not {items!r}")
    return list(items)


def _columns(key: str, items: Any, upper: bool = False) -> tuple[Column, ...] | None:
    if items in (DYNAMIC, [DYNAMIC]):
        return None
    columns = tuple(_column(key, item, upper) for item in _items(key, items or []))
    _unique(key, [column.name for column in columns])
    if key == "emits" and not columns:
        raise ScriptError("Config `emits` is empty", hint="A UDF emits one column at least.")
    return columns


def _column(key: str, item: Any, upper: bool) -> Column:
    if isinstance(item, dict):
        unknown = [name for name in item if name not in {"name", "data_type", "description"}]
        if unknown or not {"name", "data_type"} <= item.keys():
            raise ScriptError(
                f"Config `{key}` has an entry {dict(item)!r}", hint="It has a `name` and a `data_type`."
            )
        return Column(_name(key, str(item["name"]), upper), _type(key, str(item["data_type"])))
    found = _QUOTED_OR_NAME.match(item) if isinstance(item, str) else None
    if found is None or not found[2]:
        raise ScriptError(f"Config `{key}` has an entry {item!r}", hint="Write name and type: 'x DOUBLE'.")
    return Column(_name(key, found[1], upper), _type(key, found[2]))


def _name(key: str, text: str, upper: bool) -> str:
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    if not _NAME.fullmatch(text):
        raise ScriptError(
            f"Config `{key}` has the name {text!r}",
            hint="Letters, digits and underscores; put any other name into double quotes.",
        )
    return text.upper() if upper else text


def _type(key: str, text: str) -> str:
    try:
        return checked_type(text)
    except ConfigurationError as error:
        raise ScriptError(f"Config `{key}`: {error.what}", hint=error.hint) from None


def _arguments(items: Any) -> tuple[str, ...]:
    arguments = []
    for item in _items("parameters", items or []):
        found = (
            re.fullmatch(r"\s*(ARRAY\s+)?(\S+)\s*", item, re.IGNORECASE) if isinstance(item, str) else None
        )
        if found is None:
            raise ScriptError(
                f"Config `parameters` has an entry {item!r}",
                hint="Parameters of a scripting program have names and no types: 'name', or 'array name'.",
            )
        if not re.fullmatch(r"[A-Za-z]\w*", found[2], re.ASCII) or found[2] in _LUA_KEYWORDS:
            raise ScriptError(
                f"Config `parameters` has the name {found[2]!r}",
                why="In the body it is a Lua variable.",
                hint="Letters, digits and underscores, and no keyword of Lua.",
            )
        arguments.append(("ARRAY " if found[1] else "") + found[2])
    _unique("parameters", [argument.removeprefix("ARRAY ") for argument in arguments])
    return tuple(arguments)


def _program_result(returns: str | None) -> str | None:
    name = returns.strip().upper() if returns is not None else None
    if name not in {None, "TABLE", "ROWCOUNT"}:
        raise ScriptError(
            f"Config `returns` is {returns!r}", hint="A scripting program returns TABLE or ROWCOUNT."
        )
    return name


def _order(order_by: Sequence[str], columns: tuple[Column, ...] | None) -> tuple[str, ...]:
    names = {column.name for column in columns or ()}
    result = []
    for item in order_by:
        found = _QUOTED_OR_NAME.match(item)
        direction = found[2].strip().upper() if found else ""
        name = _name("order_by", found[1], upper=False) if found else ""
        if name not in names or direction not in {"", "ASC", "DESC"}:
            raise ScriptError(
                f"Config `order_by` has an entry {item!r}",
                hint="A name out of `parameters`, with ASC or DESC behind it or not.",
            )
        result.append(f"{quote(name)} {direction}".strip())
    return tuple(result)


def _unique(key: str, names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ScriptError(f"Config `{key}` has {twice!r} twice")


def _listed(columns: tuple[Column, ...] | None) -> str:
    if columns is None:
        return DYNAMIC
    return ", ".join(f"{quote(column.name)} {column.type}" for column in columns)
