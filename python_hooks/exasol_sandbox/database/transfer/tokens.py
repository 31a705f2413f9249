"""The tokens of IMPORT and EXPORT statements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, at

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*"|\[[^\]]*\])
      | (?P<number>\d+(?!\.\.)(?:\.\d+)?|\d+)
      | (?P<word>[^\W\d][\w$]*)
      | (?P<mark>\.\.|.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """One token: its kind (`string`, `quoted`, `number`, `word`, `mark`, `end`), its text as written, its
    place.
    """

    kind: str
    text: str
    start: int

    @property
    def name(self) -> str:
        """The identifier as the catalog keeps it."""
        if self.kind == "quoted":
            inner = self.text[1:-1]
            return inner.replace('""', '"') if self.text[0] == '"' else inner
        return self.text.upper()


class TokenReader:
    """Reads the tokens of a statement in order."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._tokens = [
            Token(match.lastgroup or "", match.group(), match.start())
            for match in _TOKEN.finditer(sql)
            if match.lastgroup != "space"
        ]
        while self._tokens and self._tokens[-1].text == ";":
            self._tokens.pop()
        self._tokens.append(Token("end", "", len(sql)))
        self._position = 0

    @property
    def next(self) -> Token:
        """The token to come."""
        return self._tokens[self._position]

    def take(self) -> Token:
        """Goes past one token."""
        token = self.next
        if token.kind != "end":
            self._position += 1
        return token

    def is_at(self, *words: str) -> bool:
        """Whether these keywords or marks come next."""
        coming = self._tokens[self._position : self._position + len(words)]
        return [token.text.upper() for token in coming if token.kind in {"word", "mark"}] == list(words)

    def skip(self, *words: str) -> bool:
        """Goes past these keywords if they come next, and says whether they did."""
        found = self.is_at(*words)
        if found:
            self._position += len(words)
        return found

    def expect(self, *words: str) -> None:
        """Goes past these keywords.

        Raises:
            ExasolError: something else comes next.
        """
        for word in words:
            if not self.skip(word):
                raise self.unexpected(word)

    def string(self) -> str:
        """Goes past a string literal and gives its value."""
        if self.next.kind != "string":
            raise self.unexpected("a string in single quotes")
        return self.take().text[1:-1].replace("''", "'")

    def number(self) -> int:
        """Goes past a whole number."""
        if self.next.kind != "number" or not self.next.text.isdigit():
            raise self.unexpected("a whole number")
        return int(self.take().text)

    def identifier(self) -> str:
        """Goes past a name and gives it as the catalog keeps it."""
        if self.next.kind not in {"word", "quoted"}:
            raise self.unexpected("a name")
        return self.take().name

    def parenthesised(self) -> str:
        """Goes past `( … )` and gives the text in between, with inner parentheses."""
        self.expect("(")
        start, depth = self.next.start, 1
        while True:
            token = self.take()
            if token.kind == "end":
                raise self.unexpected(")")
            if token.kind == "mark":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0:
                return self.sql[start : token.start]

    def unexpected(self, expected: str) -> ExasolError:
        """The complaint about the token to come."""
        token = self.next
        found = "end of statement" if token.kind == "end" else f"'{token.text[:40]}'"
        if token.kind == "string":
            found = "a string literal"
        line = self.sql.count("\n", 0, token.start) + 1
        column = token.start - self.sql.rfind("\n", 0, token.start)
        return ExasolError(
            SYNTAX_OR_ACCESS, at(f"syntax error, unexpected {found}, expecting {expected}", line, column)
        )
