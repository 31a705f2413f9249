"""Exasol SQL text to a sqlglot tree, without sqlglot's reading of what a function means.

sqlglot's compiled parser cannot be subclassed, so what Exasol says differently is rewritten between its
tokenizer and its parser. Functions get a prefix and so stay calls by name (`Anonymous`): what each of them
means is decided in `functions`.
"""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.dialects.exasol import Exasol
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.tokens import Token, TokenType

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, at
from exasol_sandbox.database.transforms.clauses import clauses_as_arguments
from exasol_sandbox.database.transforms.strictness import check_tokens, check_tree
from exasol_sandbox.database.transforms.tokens import at_depth_one, closing, is_call, opening, retoken, source

PREFIX = "EXA$"
EMITS = "EXA$EMITS"
CAST = "CAST"
CONVERT = "CONVERT"
LOCAL = "EXA$LOCAL"
DEFAULT = "EXA$DEFAULT"

_DIALECT = Exasol()
_TWO_NUMBERS = re.compile(r"[\d.]+[eE]\d+(?=[+-])")

_OWN_SYNTAX = {"SUBSTRING", "EXTRACT", "POSITION"}
WITHOUT_PARENTHESES = {
    "CONNECT_BY_ISCYCLE",
    "CONNECT_BY_ISLEAF",
    "CURDATE",
    "CURRENT_DATE",
    "CURRENT_SCHEMA",
    "CURRENT_SESSION",
    "CURRENT_STATEMENT",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DBTIMEZONE",
    "LEVEL",
    "LOCALTIMESTAMP",
    "NOW",
    "ROWID",
    "ROWNUM",
    "SCOPE_USER",
    "SESSIONTIMEZONE",
    "SYSDATE",
    "SYSTIMESTAMP",
    "USER",
}
_FUNCTION_KEYWORDS = {
    "INTERVAL",
    "ANY",
    "CHAR",
    "CHR",
    "IF",
    "INSERT",
    "LEFT",
    "REPLACE",
    "RIGHT",
    "TRUNCATE",
    "SOME",
    "VALUES",
}
_NOT_FUNCTIONS = {"IF", "VALUES"}
_ANY_IS_A_QUANTIFIER_AFTER = {
    TokenType.EQ,
    TokenType.NEQ,
    TokenType.GT,
    TokenType.GTE,
    TokenType.LT,
    TokenType.LTE,
}


def tokenize(sql: str) -> list[Token]:
    """The tokens of a statement, without a `;` at its end.

    Raises:
        ExasolError: a quote or comment is not closed.
    """
    try:
        tokens = _separated(list(_DIALECT.tokenize(sql)), sql)
    except TokenError as error:
        raise ExasolError(SYNTAX_OR_ACCESS, f"syntax error, {error}") from error
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    return tokens


def _separated(tokens: list[Token], sql: str) -> list[Token]:
    """`1e3-2` as number, operator and number: sqlglot's tokenizer takes it for one number."""
    for index, token in enumerate(tokens):
        joined = _TWO_NUMBERS.match(token.text) if token.token_type == TokenType.NUMBER else None
        if joined is None:
            continue
        cut = token.start + joined.end()
        column = token.col - (token.end + 1 - cut)
        number = Token(TokenType.NUMBER, joined[0], token.line, column, token.start, cut - 1, [])
        rest = [
            Token(
                follower.token_type,
                follower.text,
                follower.line + token.line - 1,
                follower.col + (column if follower.line == 1 else 0),
                follower.start + cut,
                follower.end + cut,
                follower.comments,
            )
            for follower in _DIALECT.tokenize(sql[cut:])
        ]
        return [*tokens[:index], number, *_separated(rest, sql)]
    return tokens


def parse(sql: str, tokens: list[Token] | None = None) -> exp.Expr:
    """The tree of one query or data manipulation statement.

    `CAST(x AS t)` becomes the call `CAST(x, 't')`, `f(…) EMITS (…)` the call `EXA$EMITS(f(…), '…')`, and
    `LOCAL.x` a column of the table `EXA$LOCAL`; a function without parentheses becomes a call without
    arguments.

    Raises:
        ExasolError: the text is no statement, or more than one.
    """
    tokens = tokenize(sql) if tokens is None else tokens
    check_tokens(tokens)
    tokens = rewrite(tokens, sql)
    try:
        trees = _DIALECT.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, sql)
    except ParseError as error:
        raise _syntax_error(error, tokens) from error
    if len(trees) != 1 or trees[0] is None:
        raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, exactly one statement is expected")
    tree: exp.Expr = trees[0]
    check_tree(tree, tokens)
    return tree


def _syntax_error(error: ParseError, tokens: list[Token]) -> ExasolError:
    """The parser's complaint as Exasol words it; the parser names the last token that it could take, or the
    first that it could not."""
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "").removeprefix(PREFIX)
    line, column = first.get("line"), first.get("col")
    if line is None or column is None or not near:
        return ExasolError(SYNTAX_OR_ACCESS, "syntax error, unexpected end of statement")
    is_last = tokens[-1].line == line and int(tokens[-1].col) == column
    if is_last and "Unexpected token" not in str(first.get("description")):
        return ExasolError(
            SYNTAX_OR_ACCESS, at("syntax error, unexpected end of statement", line, column + 1)
        )
    column = max(1, int(column) - len(near) + 1)
    return ExasolError(SYNTAX_OR_ACCESS, at(f"syntax error, unexpected '{near}'", line, column))


def rewrite(tokens: list[Token], sql: str) -> list[Token]:
    """Tokens that sqlglot's own parser reads as Exasol would."""
    tokens = _mark_emits(_mark_casts(tokens, sql), sql)
    return _mark_functions(clauses_as_arguments(tokens, sql))


def _mark_casts(tokens: list[Token], sql: str) -> list[Token]:
    """`CAST(x AS VARCHAR(5))` → `EXA$CAST(x, 'VARCHAR(5)')`; `CONVERT(DATE, x)` → `EXA$CONVERT('DATE',
    x)`."""
    result: list[Token] = []
    end_of_type: dict[int, int] = {}
    index = 0
    while index < len(tokens):
        token = tokens[index]
        name = (
            token.text.upper() if token.token_type != TokenType.IDENTIFIER and is_call(tokens, index) else ""
        )
        if index in end_of_type:
            end = end_of_type[index]
            text = source(sql, tokens[index + 1 : end])
            result.append(retoken(token, TokenType.COMMA, ","))
            result.append(retoken(token, TokenType.STRING, text))
            index = end
            continue
        if name == CAST:
            split = at_depth_one(tokens, index + 1, TokenType.ALIAS)
            if split is not None:
                end_of_type[split] = closing(tokens, index + 1)
            result.append(retoken(token, TokenType.VAR, PREFIX + CAST))
        elif name == CONVERT:
            split = at_depth_one(tokens, index + 1, TokenType.COMMA)
            result.append(retoken(token, TokenType.VAR, PREFIX + CONVERT))
            if split is not None:
                text = source(sql, tokens[index + 2 : split])
                result += [tokens[index + 1], retoken(tokens[index + 2], TokenType.STRING, text)]
                index = split
                continue
        else:
            result.append(token)
        index += 1
    return result


def _mark_emits(tokens: list[Token], sql: str) -> list[Token]:
    """`s.f(a) EMITS (x INT)` → `EXA$EMITS(s.f(a), 'x INT')`."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        follows_call = index > 0 and tokens[index - 1].token_type == TokenType.R_PAREN
        if token.text.upper() == "EMITS" and follows_call and is_call(tokens, index):
            start = _start_of_call(tokens, opening(tokens, index - 1))
            end = closing(tokens, index + 1)
            columns = source(sql, tokens[index + 2 : end])
            tokens = [
                *tokens[:start],
                retoken(tokens[start], TokenType.VAR, EMITS),
                retoken(tokens[start], TokenType.L_PAREN, "("),
                *tokens[start:index],
                retoken(token, TokenType.COMMA, ","),
                retoken(token, TokenType.STRING, columns),
                retoken(tokens[min(end, len(tokens) - 1)], TokenType.R_PAREN, ")"),
                *tokens[end + 1 :],
            ]
            index += 4
        index += 1
    return tokens


def _start_of_call(tokens: list[Token], opening: int) -> int:
    start = opening - 1
    while start >= 2 and tokens[start - 1].token_type == TokenType.DOT:
        start -= 2
    return start


def _mark_functions(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    for index, token in enumerate(tokens):
        name = token.text.upper()
        kind = token.token_type
        before = tokens[index - 1].token_type if index else None
        if (
            kind == TokenType.CARET
            and index + 1 < len(tokens)
            and tokens[index + 1].token_type == TokenType.EQ
        ):
            continue
        if kind == TokenType.EQ and before == TokenType.CARET:
            result.append(retoken(token, TokenType.NEQ, "<>"))
        elif kind in {TokenType.IDENTIFIER, TokenType.STRING} or name.startswith(PREFIX):
            result.append(token)
        elif name == "DEFAULT" and before == TokenType.EQ:
            result.append(retoken(token, TokenType.VAR, DEFAULT))
            result += [retoken(token, TokenType.L_PAREN, "("), retoken(token, TokenType.R_PAREN, ")")]
        elif kind == TokenType.DESC:
            result.append(token)
            if index + 1 >= len(tokens) or tokens[index + 1].text.upper() != "NULLS":
                # NULLs are the largest values in Exasol; sqlglot takes them to come last always.
                result += [retoken(token, TokenType.VAR, "NULLS"), retoken(token, TokenType.FIRST, "FIRST")]
        elif name == "LOCAL" and index + 1 < len(tokens) and tokens[index + 1].token_type == TokenType.DOT:
            result.append(retoken(token, TokenType.VAR, LOCAL))
        elif name in WITHOUT_PARENTHESES and before not in {TokenType.DOT, TokenType.ALIAS}:
            result.append(retoken(token, TokenType.VAR, PREFIX + name))
            if not is_call(tokens, index):
                result.append(retoken(token, TokenType.L_PAREN, "("))
                result.append(retoken(token, TokenType.R_PAREN, ")"))
        elif is_call(tokens, index) and _is_function_name(kind, name, before):
            result.append(retoken(token, TokenType.VAR, PREFIX + name))
        else:
            result.append(token)
    return result


def _is_function_name(kind: TokenType, name: str, before: TokenType | None) -> bool:
    if name in _OWN_SYNTAX or name in _NOT_FUNCTIONS:
        return False
    if name in {"ANY", "SOME"}:
        return before not in _ANY_IS_A_QUANTIFIER_AFTER
    if name == "INSERT":
        return before not in {None, TokenType.THEN}
    return kind == TokenType.VAR or name in _FUNCTION_KEYWORDS
