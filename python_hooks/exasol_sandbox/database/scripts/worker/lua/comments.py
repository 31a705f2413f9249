"""`/* … */` in Lua: Exasol's block comments, which Lua itself does not have."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"""
    --\[(?P<dashes>=*)\[.*?\](?P=dashes)\]      # Lua's own block comment
    | --[^\n]*
    | /\*(?P<comment>.*?)\*/
    | \[(?P<level>=*)\[.*?\](?P=level)\]        # a long string
    | "(?:\\.|[^"\\\n])*"
    | '(?:\\.|[^'\\\n])*'
    """,
    re.DOTALL | re.VERBOSE,
)


def without_block_comments(text: str) -> str:
    """`text` with blanks in place of each block comment; all lines keep their numbers."""
    return _PIECE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    comment = match.group("comment")
    return match.group() if comment is None else " " + "\n" * comment.count("\n")
