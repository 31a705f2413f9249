"""The statements of a function's body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from exasol_sandbox.database.data_types import Column
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError
from exasol_sandbox.database.token_reader import TokenReader


@dataclass(frozen=True)
class Assignment:
    """`variable := expression;`"""

    variable: str
    expression: str


@dataclass(frozen=True)
class Return:
    """`RETURN expression;`"""

    expression: str


@dataclass(frozen=True)
class If:
    """`IF c THEN … ELSEIF d THEN … ELSE … END IF;`: conditions with their statements, and those of ELSE."""

    branches: list[tuple[str, Block]]
    otherwise: Block


@dataclass(frozen=True)
class For:
    """`FOR i := first TO last [STEP step] DO … END FOR;` or `FOR i IN first..last LOOP … END LOOP;`"""

    variable: str
    first: str
    last: str
    step: str
    body: Block


@dataclass(frozen=True)
class While:
    """`WHILE c DO … END WHILE;`"""

    condition: str
    body: Block


Statement: TypeAlias = "Assignment | Return | If | For | While"
Block: TypeAlias = "list[Statement]"


def read_body(reader: TokenReader, name: str | None = None) -> tuple[list[Column], Block]:
    """The variables and statements of `[IS] [a INT; …] BEGIN … END [name] [;]`.

    Args:
        reader: at the first word after the function's type.
        name: the function's name, which may stand at the end; None accepts any.

    Raises:
        ExasolError: it is no such text.
    """
    reader.take("IS") or reader.take("AS")
    variables: list[Column] = []
    while reader.peek() != "BEGIN":
        variable = reader.name()
        variables.append(Column(variable, reader.data_type(";")))
        reader.expect(";")
    reader.expect("BEGIN")
    body = _block(reader, "END")
    reader.expect("END")
    if not reader.done and reader.peek() not in {";", "/"}:
        _, closing = reader.qualified()
        if name not in {None, closing}:
            raise ExasolError(SYNTAX_OR_ACCESS, f"the function {name} ends as {closing}")
    reader.take(";")
    reader.take("/")
    reader.end()
    return variables, body


def _block(reader: TokenReader, *ends: str) -> Block:
    result: Block = []
    while reader.peek() not in ends:
        if reader.done:
            raise reader.unexpected(" or ".join(ends))
        read = _STATEMENTS.get(reader.peek(), _assignment)
        result.append(read(reader))
        reader.expect(";")
    return result


def _assignment(reader: TokenReader) -> Assignment:
    variable = reader.name()
    reader.expect(":=")
    return Assignment(variable, _expression(reader, ";"))


def _return(reader: TokenReader) -> Return:
    reader.expect("RETURN")
    return Return(_expression(reader, ";"))


def _if(reader: TokenReader) -> If:
    branches: list[tuple[str, Block]] = []
    otherwise: Block = []
    reader.expect("IF")
    while True:
        condition = _expression(reader, "THEN")
        reader.expect("THEN")
        branches.append((condition, _block(reader, "ELSEIF", "ELSIF", "ELSE", "END")))
        if not (reader.take("ELSEIF") or reader.take("ELSIF")):
            break
    if reader.take("ELSE"):
        otherwise = _block(reader, "END")
    reader.expect("END IF")
    return If(branches, otherwise)


def _for(reader: TokenReader) -> For:
    reader.expect("FOR")
    variable = reader.name()
    if reader.take("IN"):
        first, dots, last = _expression(reader, "LOOP").partition("..")
        if not dots:
            raise reader.unexpected("'..'")
        return For(variable, first, last, "1", _loop(reader, "LOOP"))
    reader.expect(":=")
    first = _expression(reader, "TO")
    reader.expect("TO")
    last = _expression(reader, "STEP", "DO")
    step = _expression(reader, "DO") if reader.take("STEP") else "1"
    return For(variable, first, last, step, _loop(reader, "DO"))


def _while(reader: TokenReader) -> While:
    reader.expect("WHILE")
    condition = _expression(reader, "DO")
    return While(condition, _loop(reader, "DO", "WHILE"))


def _loop(reader: TokenReader, begin: str, end: str | None = None) -> Block:
    reader.expect(begin)
    body = _block(reader, "END")
    reader.expect("END")
    words = [end] if end else ["FOR", "LOOP"]
    if not any(reader.take(word) for word in words):
        raise reader.unexpected(" or ".join(words))
    return body


def _expression(reader: TokenReader, *stops: str) -> str:
    """The text up to one of these words, outside of parentheses and of CASE … END."""
    start, depth = reader.index, 0
    while not reader.done:
        word = reader.peek()
        if depth == 0 and word in stops:
            break
        depth += (word in {"(", "CASE"}) - (word in {")", "END"} and depth > 0)
        reader.index += 1
    tokens = reader.tokens[start : reader.index]
    if not tokens:
        raise reader.unexpected("an expression")
    return reader.text_of(tokens)


_STATEMENTS: dict[str, Callable[[TokenReader], Statement]] = {
    "FOR": _for,
    "IF": _if,
    "RETURN": _return,
    "WHILE": _while,
}
