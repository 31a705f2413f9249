"""DELETE WHERE in MERGE, which sqlglot would not take, as a WHEN MATCHED of its own.

https://docs.exasol.com/db/latest/sql/merge.htm
"""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType

from exasol_sandbox.database.transforms.tokens import retoken

AFTER_UPDATE = "EXA$AFTER_UPDATE"


def deletes_as_branches(tokens: list[Token]) -> list[Token]:
    """`… UPDATE SET a = 1 DELETE WHERE c` → `… UPDATE SET a = 1 WHEN MATCHED AND EXA$AFTER_UPDATE(c) THEN
    DELETE`, and `WHEN MATCHED THEN DELETE WHERE c` → `WHEN MATCHED AND (c) THEN DELETE`."""
    index = 1
    while index + 1 < len(tokens):
        if [token.text.upper() for token in tokens[index : index + 2]] == ["DELETE", "WHERE"]:
            end = _end_of_condition(tokens, index + 2)
            tokens = [*tokens[:index], *_branch(tokens, index, end), *tokens[end:]]
            if tokens[index - 1].token_type == TokenType.THEN:
                # The branch is whole now, so what stood in front of it goes.
                tokens = [*tokens[: index - 3], *tokens[index:]]
        index += 1
    return tokens


def _branch(tokens: list[Token], start: int, end: int) -> list[Token]:
    delete = tokens[start]
    is_alone = tokens[start - 1].token_type == TokenType.THEN
    name = [] if is_alone else [retoken(delete, TokenType.VAR, AFTER_UPDATE)]
    return [
        retoken(delete, TokenType.WHEN, "WHEN"),
        retoken(delete, TokenType.VAR, "MATCHED"),
        retoken(delete, TokenType.AND, "AND"),
        *name,
        retoken(delete, TokenType.L_PAREN, "("),
        *tokens[start + 2 : end],
        retoken(delete, TokenType.R_PAREN, ")"),
        retoken(delete, TokenType.THEN, "THEN"),
        delete,
    ]


def _end_of_condition(tokens: list[Token], start: int) -> int:
    depth, cases = 0, 0
    for index in range(start, len(tokens)):
        kind = tokens[index].token_type
        depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
        cases += (kind == TokenType.CASE) - (kind == TokenType.END)
        if kind == TokenType.WHEN and depth == 0 and cases == 0:
            return index
    return len(tokens)
