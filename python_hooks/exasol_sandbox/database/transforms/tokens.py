"""Small operations on sqlglot's tokens."""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType


def retoken(token: Token, token_type: TokenType, text: str) -> Token:
    """A token of another kind and text in the same place."""
    return Token(token_type, text, token.line, token.col, token.start, token.end, token.comments)


def is_call(tokens: list[Token], index: int) -> bool:
    """Whether a parenthesis follows."""
    return index + 1 < len(tokens) and tokens[index + 1].token_type == TokenType.L_PAREN


def closing(tokens: list[Token], opening: int) -> int:
    """The index of the parenthesis that closes the one at `opening`; the number of tokens if none does."""
    depth = 0
    for index in range(opening, len(tokens)):
        if tokens[index].token_type == TokenType.L_PAREN:
            depth += 1
        elif tokens[index].token_type == TokenType.R_PAREN:
            depth -= 1
            if depth == 0:
                return index
    return len(tokens)


def opening(tokens: list[Token], at_closing: int) -> int:
    """The index of the parenthesis that the one at `at_closing` closes; -1 if there is none."""
    depth = 0
    for index in range(at_closing, -1, -1):
        if tokens[index].token_type == TokenType.R_PAREN:
            depth += 1
        elif tokens[index].token_type == TokenType.L_PAREN:
            depth -= 1
            if depth == 0:
                return index
    return -1


def source(sql: str, tokens: list[Token]) -> str:
    """The text from which consecutive tokens were made."""
    return sql[tokens[0].start : tokens[-1].end + 1] if tokens else ""


def at_depth_one(tokens: list[Token], opening: int, wanted: TokenType) -> int | None:
    """The index of the first such token directly within a parenthesis."""
    depth = 0
    for index in range(opening, len(tokens)):
        kind = tokens[index].token_type
        if kind == TokenType.L_PAREN:
            depth += 1
        elif kind == TokenType.R_PAREN:
            depth -= 1
            if depth == 0:
                return None
        elif depth == 1 and kind == wanted:
            return index
    return None
