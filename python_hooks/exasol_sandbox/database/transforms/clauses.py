"""Clauses inside of calls, which sqlglot would not take, as arguments."""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType

from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.transforms.merge_clauses import deletes_as_branches
from exasol_sandbox.database.transforms.tokens import at_depth_one, closing, is_call, retoken, source

GROUP_CONCAT = "GROUP_CONCAT"
RANGE_VALUES = "RANGE_VALUES"
JSON_EXTRACT = "JSON_EXTRACT"
_UNITS = {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}
_CHOICES = {"NULL", "ERROR", "DEFAULT"}


def clauses_as_arguments(tokens: list[Token], sql: str) -> list[Token]:
    """All rewritings of this module."""
    if [token.text.upper() for token in tokens[:3]] == ["DELETE", "*", "FROM"]:
        tokens = [tokens[0], *tokens[2:]]
    if tokens and tokens[0].token_type == TokenType.MERGE:
        tokens = deletes_as_branches(tokens)
    tokens = separators_first(orders_inside(tokens))
    words = {token.text.upper() for token in tokens if token.token_type != TokenType.STRING}
    if "INTERVAL" in words:
        tokens = _interval_literals(tokens, sql)
    if "JSON_VALUE" in words:
        tokens = _json_clauses(tokens, sql)
    if JSON_EXTRACT in words:
        tokens = _on_empty(tokens)
    if "VALUES" in words and "BETWEEN" in words:
        tokens = _ranges(tokens)
    if any(
        token.token_type == TokenType.L_PAREN
        and [follower.text for follower in tokens[index + 1 : index + 3]] == ["+", ")"]
        for index, token in enumerate(tokens)
    ):
        raise unsupported("the outer join operator (+)")
    return tokens


def _interval_literals(tokens: list[Token], sql: str) -> list[Token]:
    """`INTERVAL '1-2' YEAR(3) TO MONTH` → `INTERVAL('1-2', 'YEAR(3) TO MONTH')`."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        follower = tokens[index + 1] if index + 1 < len(tokens) else None
        is_literal = token.text.upper() == "INTERVAL" and token.token_type != TokenType.IDENTIFIER
        if not is_literal or follower is None or follower.token_type != TokenType.STRING:
            result.append(token)
            index += 1
            continue
        end = _end_of_field(tokens, index + 2)
        if (
            end + 1 < len(tokens)
            and tokens[end].text.upper() == "TO"
            and tokens[end + 1].text.upper() in _UNITS
        ):
            end = _end_of_field(tokens, end + 1)
        fields = source(sql, tokens[index + 2 : end])
        result += [
            retoken(token, TokenType.VAR, "INTERVAL"),
            retoken(token, TokenType.L_PAREN, "("),
            follower,
            retoken(token, TokenType.COMMA, ","),
            retoken(token, TokenType.STRING, fields),
            retoken(token, TokenType.R_PAREN, ")"),
        ]
        index = end
    return result


def _end_of_field(tokens: list[Token], start: int) -> int:
    return closing(tokens, start + 1) + 1 if is_call(tokens, start) else start + 1


def _json_clauses(tokens: list[Token], sql: str) -> list[Token]:
    """`JSON_VALUE(j, p RETURNING t DEFAULT d ON EMPTY ERROR ON ERROR)` → `JSON_VALUE(j, p, 't', 'DEFAULT', d,
    'ERROR', NULL)`."""
    result = list(tokens)
    index = 0
    while index < len(result):
        if result[index].text.upper() == "JSON_VALUE" and is_call(result, index):
            end = closing(result, index + 1)
            if end > index + 2:
                result[index + 2 : end] = _json_arguments(result[index + 2 : end], sql)
        index += 1
    return result


def _on_empty(tokens: list[Token]) -> list[Token]:
    """`JSON_EXTRACT(j, p, q NULL ON EMPTY)` → `JSON_EXTRACT('EN', j, p, q)`."""
    index = 0
    while index < len(tokens):
        if tokens[index].text.upper() == JSON_EXTRACT and is_call(tokens, index):
            inside, choices = _without_choices(tokens[index + 2 : closing(tokens, index + 1)])
            first = [
                retoken(tokens[index], TokenType.STRING, choices),
                retoken(tokens[index], TokenType.COMMA, ","),
            ]
            end = closing(tokens, index + 1)
            tokens = [*tokens[: index + 2], *first, *inside, *tokens[end:]]
        index += 1
    return tokens


def _without_choices(inside: list[Token]) -> tuple[list[Token], str]:
    kept: list[Token] = []
    choices, depth, index = [""], 0, 0
    while index < len(inside):
        token = inside[index]
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        words = [follower.text.upper() for follower in inside[index : index + 3]]
        if depth == 0 and len(words) == 3 and words[1] == "ON" and words[0] in _CHOICES:
            if words[2] != "EMPTY" or words[0] == "DEFAULT":
                raise unsupported(f"{' '.join(words)} in JSON_EXTRACT")
            choices[-1] = words[0][0]
            index += 3
            continue
        if depth == 0 and token.token_type == TokenType.COMMA:
            choices.append("")
        kept.append(token)
        index += 1
    return kept, "".join(choice or "E" for choice in choices[1:])


def _json_arguments(inside: list[Token], sql: str) -> list[Token]:
    starts, depth = [], 0
    for index, token in enumerate(inside):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        word = token.text.upper() if token.token_type not in {TokenType.STRING, TokenType.IDENTIFIER} else ""
        follower = inside[index + 1].text.upper() if index + 1 < len(inside) else ""
        begins = word in {"RETURNING", "DEFAULT"} or (word in _CHOICES and follower == "ON")
        if depth == 0 and begins and not (index and inside[index - 1].text.upper() == "ON"):
            starts.append(index)
    first = inside[0]
    comma = retoken(first, TokenType.COMMA, ",")

    def text(value: str) -> Token:
        return retoken(first, TokenType.STRING, value)

    returning = text("")
    choices = {"EMPTY": [text("NULL"), comma, text("")], "ERROR": [text("NULL"), comma, text("")]}
    for start, end in zip(starts, [*starts[1:], len(inside)], strict=False):
        clause = inside[start:end]
        word = clause[0].text.upper()
        if word == "RETURNING":
            returning = text(source(sql, clause[1:]))
            continue
        value = clause[1:-2] if word == "DEFAULT" else [text("")]
        choices[clause[-1].text.upper()] = [text(word), comma, *value]
    arguments = inside[: starts[0]] if starts else inside
    return [*arguments, comma, returning, comma, *choices["EMPTY"], comma, *choices["ERROR"]]


def _ranges(tokens: list[Token]) -> list[Token]:
    """`VALUES BETWEEN 1 AND 9 WITH STEP 2` → `RANGE_VALUES(1, 9, 2)`."""
    for index, token in enumerate(tokens[:-1]):
        if token.text.upper() != "VALUES" or tokens[index + 1].text.upper() != "BETWEEN":
            continue
        middle = next((i for i in range(index, len(tokens)) if tokens[i].text.upper() == "AND"), None)
        if middle is None:
            continue
        end = _end_of_number(tokens, middle + 1)
        comma = retoken(token, TokenType.COMMA, ",")
        step = [retoken(token, TokenType.NUMBER, "1")]
        after = end
        if [word.text.upper() for word in tokens[end : end + 2]] == ["WITH", "STEP"]:
            after = _end_of_number(tokens, end + 2)
            step = tokens[end + 2 : after]
        return _ranges(
            [
                *tokens[:index],
                retoken(token, TokenType.VAR, RANGE_VALUES),
                retoken(token, TokenType.L_PAREN, "("),
                *tokens[index + 2 : middle],
                comma,
                *tokens[middle + 1 : end],
                comma,
                *step,
                retoken(token, TokenType.R_PAREN, ")"),
                *tokens[after:],
            ]
        )
    return tokens


def _end_of_number(tokens: list[Token], start: int) -> int:
    signed = start < len(tokens) and tokens[start].token_type == TokenType.DASH
    return start + 2 if signed else start + 1


def orders_inside(tokens: list[Token]) -> list[Token]:
    """`LISTAGG(a, ',') WITHIN GROUP (ORDER BY b)` → `LISTAGG(a, ',' ORDER BY b)`."""
    index = 1
    while index + 2 < len(tokens):
        words = (tokens[index].text.upper(), tokens[index + 1].text.upper())
        if words == ("WITHIN", "GROUP") and tokens[index - 1].token_type == TokenType.R_PAREN:
            end = closing(tokens, index + 2)
            tokens = [*tokens[: index - 1], *tokens[index + 3 : end], tokens[index - 1], *tokens[end + 1 :]]
        index += 1
    return tokens


def separators_first(tokens: list[Token]) -> list[Token]:
    """`GROUP_CONCAT(a ORDER BY b SEPARATOR ';')` → `GROUP_CONCAT(';', a ORDER BY b)`, with `,` where there
    is none."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if (
            token.text.upper() == GROUP_CONCAT
            and token.token_type != TokenType.IDENTIFIER
            and is_call(tokens, index)
        ):
            end = closing(tokens, index + 1)
            split = at_depth_one(tokens, index + 1, TokenType.SEPARATOR)
            separator = tokens[split + 1 : end] if split else [retoken(token, TokenType.STRING, ",")]
            rest = tokens[index + 2 : split or end]
            comma = retoken(token, TokenType.COMMA, ",")
            tokens = [*tokens[: index + 2], *separator, comma, *rest, *tokens[end:]]
        index += 1
    return tokens
