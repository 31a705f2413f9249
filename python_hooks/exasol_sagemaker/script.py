"""A script that the user writes: its CREATE SCRIPT statement, and whether the database has the same."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from exasol_sagemaker.database import quote
from exasol_sagemaker.errors import ScriptError
from exasol_sagemaker.script_signature import Signature

_MARK = "exasol-sagemaker script: "


@dataclass(frozen=True)
class Script:
    """A script.

    Attributes:
        signature: What stands before the body.
        body: Text after AS, as the model file has it.
        comment: What begins a comment in the script's language.
    """

    signature: Signature
    body: str
    comment: str

    @classmethod
    def of(cls, signature: Signature, body: str, comment: str | None = None) -> Script:
        """A script from a rendered model file.

        Blank lines around the body and a last line that is only `/`, with which SQL clients end a script, are
        left out.

        Raises:
            ScriptError: There is no body.
        """
        lines = body.replace("\r\n", "\n").rstrip().split("\n")
        if lines[-1].strip() == "/":
            lines.pop()
        text = re.sub(r"\A(?:[ \t]*\n)+", "", "\n".join(lines).rstrip())
        if not text:
            raise ScriptError(
                "The script has no body", hint="Write it into the model file, below the config."
            )
        return cls(signature, text, comment or comment_mark(signature.language))

    @property
    def last_line(self) -> str:
        """A comment at the body's end that tells this script from any other.

        Exasol keeps the head of a statement in its own spelling, so the head cannot be compared by its text.
        """
        whole = f"{self.signature.head('')}\n{self.body}"
        digest = hashlib.sha256(whole.encode("utf-8")).hexdigest()[:16]
        return f"{self.comment} {_MARK}{digest}"

    def statement(self, schema: str, name: str) -> str:
        """`CREATE OR REPLACE … SCRIPT "schema"."name" … AS`, body and last line."""
        return f"{self.signature.head(f'{quote(schema)}.{quote(name)}')}\n{self.body}\n{self.last_line}"

    def is_in(self, script_text: str) -> bool:
        """Whether EXA_ALL_SCRIPTS.SCRIPT_TEXT is that of this script."""
        return _lines(script_text).endswith("\n" + _lines(f"{self.body}\n{self.last_line}"))


def comment_mark(language: str) -> str:
    """What begins a comment up to the line's end: `--` in Lua, `//` in Java, `#` in Python, R and others."""
    if language.startswith("LUA"):
        return "--"
    return "//" if language.startswith("JAVA") else "#"


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
