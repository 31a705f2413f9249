"""Reads statements that are not queries, word by word."""

from __future__ import annotations

import re

from sqlglot.tokens import Token, TokenType

from exasol_sandbox.database.data_types import DataType
from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, at
from exasol_sandbox.database.transforms.names import checked
from exasol_sandbox.database.transforms.parsing import tokenize
from exasol_sandbox.database.transforms.tokens import closing, source
from exasol_sandbox.database.type_names import type_of

_FIRST_WORD = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*([A-Za-z]+)", re.DOTALL)
_SPACE_WITHIN = re.compile(r"\S+")


def words(sql: str) -> list[Token]:
    """The tokens of a statement, each of one word.

    sqlglot's tokenizer takes `PRIMARY KEY` for one token, and all that follows RENAME or EXECUTE at the
    beginning for another. Therefore it is shown another first word, which no command follows: GRANT EXECUTE.
    """
    first = _FIRST_WORD.match(sql)
    if first is None:
        return tokenize(sql)
    start, end = first.span(1)
    rest = sql[:start] + "_" * (end - start) + sql[end:]
    line = sql.count("\n", 0, start) + 1
    column = end - (sql.rfind("\n", 0, start) + 1)
    result = [Token(TokenType.VAR, first.group(1), line, column, start, end - 1, [])]
    for token in tokenize(rest)[1:]:
        if token.token_type in {TokenType.IDENTIFIER, TokenType.STRING} or " " not in " ".join(
            token.text.split()
        ):
            result.append(token)
            continue
        text = sql[token.start : token.end + 1]
        for part in _SPACE_WITHIN.finditer(text):
            begin = token.start + part.start()
            column = token.col - (len(text) - part.end())
            result.append(
                Token(
                    TokenType.VAR, part.group(), token.line, column, begin, begin + len(part.group()) - 1, []
                )
            )
    return result


class TokenReader:
    """A position in the tokens of a statement.

    Args:
        sql: the statement.
    """

    def __init__(self, sql: str, tokens: list[Token] | None = None) -> None:
        self.sql = sql
        self.tokens = words(sql) if tokens is None else tokens
        self.index = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.index >= len(self.tokens)

    def peek(self, ahead: int = 0) -> str:
        """A coming token as an upper-case word; empty at the end, for quoted names and for texts."""
        position = self.index + ahead
        if position >= len(self.tokens):
            return ""
        token = self.tokens[position]
        return "" if token.token_type in {TokenType.IDENTIFIER, TokenType.STRING} else token.text.upper()

    def take(self, *words: str) -> bool:
        """Skip these words if all of them come next."""
        flat = " ".join(words).split()
        position = self.index
        for word in flat:
            token_words = self._words_at(position)
            if token_words is None or token_words != word:
                return False
            position += 1
        self.index = position
        return True

    def _words_at(self, position: int) -> str | None:
        if position >= len(self.tokens):
            return None
        token = self.tokens[position]
        return None if token.token_type in {TokenType.IDENTIFIER, TokenType.STRING} else token.text.upper()

    def expect(self, *words: str) -> None:
        """Skip these words, which must come next."""
        if not self.take(*words):
            raise self.unexpected(" ".join(words))

    def name(self) -> str:
        """A name, as the catalog has it."""
        if self.done:
            raise self.unexpected("identifier")
        token = self.tokens[self.index]
        if token.token_type == TokenType.STRING or not (
            token.text[:1].isalpha() or token.token_type == TokenType.IDENTIFIER
        ):
            raise self.unexpected("identifier")
        self.index += 1
        if token.token_type == TokenType.IDENTIFIER:
            return str(token.text)
        try:
            return checked(token.text.upper())
        except ExasolError:
            self.index -= 1
            raise self.unexpected("identifier") from None

    def qualified(self) -> tuple[str | None, str]:
        """A name with or without a schema."""
        first = self.name()
        if self.take("."):
            return first, self.name()
        return None, first

    def string(self) -> str:
        """A text literal."""
        if self.done or self.tokens[self.index].token_type != TokenType.STRING:
            raise self.unexpected("string literal")
        self.index += 1
        return str(self.tokens[self.index - 1].text)

    def number(self) -> int:
        """A whole number."""
        if self.done or not self.tokens[self.index].text.isdigit():
            raise self.unexpected("number")
        self.index += 1
        return int(self.tokens[self.index - 1].text)

    def names_in_parentheses(self) -> list[str]:
        """`(a, b)`."""
        self.expect("(")
        result = [self.name()]
        while self.take(","):
            result.append(self.name())
        self.expect(")")
        return result

    def names(self) -> list[str]:
        """`a, b`."""
        result = [self.name()]
        while self.take(","):
            result.append(self.name())
        return result

    def inside(self) -> TokenReader:
        """A reader for what stands between the parentheses that come next; they are skipped."""
        if self.peek() != "(":
            raise self.unexpected("'('")
        end = closing(self.tokens, self.index)
        if end >= len(self.tokens):
            raise self.unexpected("')'")
        inner = TokenReader(self.sql, self.tokens[self.index + 1 : end])
        self.index = end + 1
        return inner

    def until(self, *stops: str) -> list[Token]:
        """The tokens up to one of these words outside of parentheses, or the end."""
        start, depth = self.index, 0
        while not self.done:
            word = self.peek()
            if depth == 0 and word in stops:
                break
            depth += (word == "(") - (word == ")")
            self.index += 1
        return self.tokens[start : self.index]

    def data_type(self, *stops: str) -> DataType:
        """A data type, which ends where one of the words `stops` comes."""
        start = self.index
        tokens = self.until(",", ")", *stops)
        if not tokens:
            raise self.unexpected("data type")
        try:
            return type_of(source(self.sql, tokens))
        except ExasolError as error:
            token = self.tokens[start]
            raise ExasolError(error.sql_code, at(error.text, token.line, self._column(token))) from None

    def text_of(self, tokens: list[Token]) -> str:
        """The source text of consecutive tokens."""
        return source(self.sql, tokens)

    def rest(self) -> str:
        """The source text of all that is left."""
        tokens, self.index = self.tokens[self.index :], len(self.tokens)
        return source(self.sql, tokens)

    def end(self) -> None:
        """Fail if something is left."""
        if not self.done:
            raise self.unexpected("end of statement")

    def unexpected(self, expected: str) -> ExasolError:
        """The syntax error at this position."""
        if self.done:
            return ExasolError(
                SYNTAX_OR_ACCESS, f"syntax error, unexpected end of statement, expecting {expected}"
            )
        token = self.tokens[self.index]
        text = f"syntax error, unexpected {token.text}, expecting {expected}"
        return ExasolError(SYNTAX_OR_ACCESS, at(text, token.line, self._column(token)))

    def _column(self, token: Token) -> int:
        return max(1, int(token.col) - len(token.text) + 1)
