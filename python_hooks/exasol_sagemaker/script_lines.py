"""Where in a model file an error in a script is."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

HEAD_LINES = 1

_LINES = (
    re.compile(r"\[line (\d+), column \d+\]"),
    re.compile(r"\]:(\d+): "),
    re.compile(r"\bat line (\d+)"),
    re.compile(r"\bline (\d+)\b"),
)


def line_of_message(message: str) -> int | None:
    """The line of the body that an error of the database speaks of; None if it names none.

    Exasol counts lines of the whole statement, whose head is one line. In Lua it counts in SCRIPT_TEXT, where
    it keeps the head as one line too; see exasol/public-knowledgebase,
    Database-Features/why-i-get-lua-error-decimal-expected-got-number.md.
    """
    found = next((match for match in (pattern.search(message) for pattern in _LINES) if match), None)
    line = int(found[1]) - HEAD_LINES if found else 0
    return line if line > 0 else None


def line_in_source(source: str, rendered: str, line: int) -> int:
    """The line of a template from which a line of the rendered text comes, both counted from 1.

    Lines that are the same in both are matched; between them, lines are counted on.
    """
    before, after = source.splitlines(), rendered.splitlines()
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for _, first, end, rendered_first, rendered_end in matcher.get_opcodes():
        if rendered_first < line <= rendered_end:
            return min(first + line - rendered_first, max(end, first + 1), len(before))
    return len(before)
