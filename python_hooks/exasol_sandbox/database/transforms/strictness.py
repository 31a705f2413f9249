"""Refuses what the parser takes and Exasol does not, so that it cannot fail later in production.

sqlglot's parser reads the union of many dialects.
"""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, at, unsupported
from exasol_sandbox.database.transforms.tokens import at_depth_one, closing, is_call

_FOREIGN = {
    "::",
    "{",
    "}",
    "%",
    "~",
    "~~",
    "**",
    ":=",
    "->",
    "->>",
    "=>",
    "@>",
    "<@",
    "?|",
    "&",
    "|",
    "<<",
    ">>",
    "//",
}
_FOREIGN_KINDS = {
    getattr(TokenType, name)
    for name in (
        "HEX_STRING",
        "BIT_STRING",
        "BYTE_STRING",
        "RAW_STRING",
        "HEREDOC_STRING",
        "NATIONAL_STRING",
        "UNICODE_STRING",
        "DCOLON",
        "ILIKE",
        "GLOB",
        "SEMI",
        "ANTI",
        "ASOF",
        "SIMILAR_TO",
        "LATERAL",
        "FETCH",
    )
    if hasattr(TokenType, name)
}
_AFTER_A_LIST = {TokenType.FROM, TokenType.R_PAREN, TokenType.WHERE, TokenType.GROUP_BY, TokenType.ORDER_BY}
_UNQUOTED = re.compile(r"^[^\W\d_]")


_MISSING = {"PREFERRING": "PREFERRING (skyline)"}
_MISSING_PAIRS = {("(", "IMPORT"): "IMPORT within a query"}


def check_tokens(tokens: list[Token]) -> None:
    """Fail at the first token that no statement of Exasol has in its place.

    Raises:
        ExasolError: 42000, with the place; 0A000 for a clause that only the sandbox has not.
    """
    for index, token in enumerate(tokens):
        if token.token_type in {TokenType.STRING, TokenType.IDENTIFIER}:
            before = tokens[index - 1].token_type if index else None
            if token.token_type == TokenType.STRING and before == TokenType.STRING:
                raise _unexpected(token)
            continue
        follower = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text in _FOREIGN or token.token_type in _FOREIGN_KINDS:
            raise _unexpected(token)
        if token.token_type == TokenType.COMMA and (follower is None or follower.token_type in _AFTER_A_LIST):
            raise _unexpected(follower or token)
        if token.token_type == TokenType.NUMBER and _touches(token, follower):
            raise _unexpected(follower or token)
        if token.text.upper() in _MISSING:
            raise unsupported(_MISSING[token.text.upper()])
        if follower is not None and (token.text.upper(), follower.text.upper()) in _MISSING_PAIRS:
            raise unsupported(_MISSING_PAIRS[token.text.upper(), follower.text.upper()])
        if token.text.upper() == "IF" and _is_function(tokens, index):
            raise _unexpected(token)
        if token.token_type == TokenType.VAR and not _UNQUOTED.match(token.text):
            raise _unexpected(token)


def _is_function(tokens: list[Token], index: int) -> bool:
    """Whether arguments in parentheses follow, as in `IF(a, b, c)`; a condition is followed by THEN."""
    if not is_call(tokens, index) or at_depth_one(tokens, index + 1, TokenType.COMMA) is None:
        return False
    after = closing(tokens, index + 1) + 1
    return after >= len(tokens) or tokens[after].text.upper() not in {"IN", "NOT", "=", "<>"}


def _touches(token: Token, follower: Token | None) -> bool:
    """Whether letters stand right behind a number, as in `0x1F`, which would be taken for an alias."""
    return follower is not None and follower.token_type == TokenType.VAR and follower.start == token.end + 1


def _unexpected(token: Token) -> ExasolError:
    column = max(1, int(token.col) - len(token.text) + 1)
    return ExasolError(SYNTAX_OR_ACCESS, at(f"syntax error, unexpected '{token.text}'", token.line, column))


_FOREIGN_NODES: dict[type[exp.Expr], str] = {
    exp.Array: "ARRAY",
    exp.AtTimeZone: "AT",
    exp.Bracket: "'['",
    exp.Collate: "COLLATE",
    exp.Interval: "INTERVAL without a text",
    exp.Lock: "FOR",
    exp.Parameter: "'@'",
    exp.Unnest: "UNNEST_",
    exp.Filter: "FILTER",
    exp.ILike: "ILIKE",
    exp.Lambda: "LAMBDA",
    exp.Mod: "'%'",
    exp.NullSafeEQ: "DISTINCT",
    exp.NullSafeNEQ: "DISTINCT",
    exp.PropertyEQ: "':='",
    exp.Returning: "RETURNING",
    exp.SimilarTo: "SIMILAR",
    exp.Struct: "'{'",
    exp.TableSample: "TABLESAMPLE",
    exp.OnConflict: "ON CONFLICT",
    exp.Fetch: "FETCH",
}
_FOREIGN_JOINS = {"SEMI", "ANTI", "ASOF", "POSITIONAL"}


def check_tree(tree: exp.Expr, tokens: list[Token]) -> None:
    """Fail if the statement has a clause that Exasol has not, or a JOIN without a condition.

    Raises:
        ExasolError: 42000.
    """
    _check_joins(tree, tokens)
    for node in tree.walk():
        word = _FOREIGN_NODES.get(type(node)) or _foreign_clause(node)
        if word:
            identifier = node.find(exp.Identifier)
            meta = identifier.meta if identifier is not None else {}
            raise ExasolError(
                SYNTAX_OR_ACCESS, at(f"syntax error, unexpected {word}", meta.get("line"), meta.get("col"))
            )


def _check_joins(tree: exp.Expr, tokens: list[Token]) -> None:
    joins = [
        token
        for index, token in enumerate(tokens)
        if token.token_type == TokenType.JOIN
        and not {token.text.upper() for token in tokens[max(index - 3, 0) : index]} & {"CROSS", "NATURAL"}
    ]
    conditions = sum(bool(join.args.get("on") or join.args.get("using")) for join in tree.find_all(exp.Join))
    if len(joins) > conditions:
        raise ExasolError(SYNTAX_OR_ACCESS, "syntax error, JOIN without ON or USING")


def _foreign_clause(node: exp.Expr) -> str | None:  # noqa: PLR0911
    arguments = node.args
    if isinstance(node, exp.Group) and arguments.get("all") is not None:
        return "ALL"
    if isinstance(node, exp.Distinct) and arguments.get("on") is not None:
        return "ON"
    if isinstance(node, exp.Join) and {arguments.get("kind"), arguments.get("method")} & _FOREIGN_JOINS:
        return str(arguments.get("kind") or arguments.get("method"))
    if isinstance(node, exp.Insert) and (arguments.get("alternative") or arguments.get("overwrite")):
        return "OR"
    if isinstance(node, exp.Delete) and arguments.get("using"):
        return "USING"
    if isinstance(node, exp.SetOperation) and arguments.get("by_name"):
        return "NAME"
    if isinstance(node, exp.Placeholder) and node.name not in {"", "?"}:
        return "':'"
    if isinstance(node, exp.CTE) and arguments.get("materialized") is not None:
        return "MATERIALIZED"
    return None
