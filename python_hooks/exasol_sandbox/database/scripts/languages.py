"""Which process runs a script: SCRIPT_LANGUAGES, https://docs.exasol.com/db/latest/sql/alter_session.htm.

The parameter is a list of `ALIAS=URL`. Exasol's URLs name language containers in BucketFS; the sandbox has
none. In their place it takes `python:///path/to/bin/python`: an interpreter of the user's choice, with the
packages that their container has, numpy, pandas and pyarrow among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.records import Script

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session

PARAMETER = "SCRIPT_LANGUAGES"
DEFAULT = "PYTHON3=builtin_python3 R=builtin_r JAVA=builtin_java"
_BUILT_IN_PYTHON = "builtin_python3"
_OWN_PYTHON = "python://"


@dataclass(frozen=True)
class Language:
    """What runs a script.

    Attributes:
        name: `python` or `lua`.
        interpreter: path of the Python; None for the one that runs the sandbox.
    """

    name: str
    interpreter: str | None = None


def parse(text: str) -> dict[str, str]:
    """The aliases of a value of SCRIPT_LANGUAGES, upper-cased, with their URLs.

    Raises:
        ExasolError: it is no list of `ALIAS=URL`, or the path of a Python is not absolute.
    """
    aliases: dict[str, str] = {}
    for entry in text.split():
        alias, equals, url = entry.partition("=")
        if not alias or not equals or not url:
            raise ExasolError(
                SYNTAX_OR_ACCESS, f"{PARAMETER}: '{entry}' is not of the form <alias>=<url of the language>"
            )
        if url.startswith(_OWN_PYTHON) and not url.removeprefix(_OWN_PYTHON).startswith("/"):
            raise ExasolError(
                SYNTAX_OR_ACCESS,
                f"{PARAMETER}: '{entry}' needs an absolute path, as in python:///opt/bin/python",
            )
        aliases[alias.upper()] = url
    return aliases


def language_of(session: Session, script: Script) -> Language:
    """What runs a UDF.

    Raises:
        ExasolError: the sandbox cannot run its language.
    """
    if script.language == "LUA":
        return Language("lua")
    name = f"{script.schema}.{script.name}"
    url = parse(session.settings.parameters[PARAMETER]).get(script.language)
    if url == _BUILT_IN_PYTHON:
        return Language("python")
    if url is not None and url.startswith(_OWN_PYTHON):
        return Language("python", url.removeprefix(_OWN_PYTHON))
    if url is None or script.language not in {"R", "JAVA"}:
        raise unsupported(
            f"the language {script.language} of script {name}, for it runs no language containers; "
            f"name a Python that has its packages: ALTER SESSION SET {PARAMETER} = '{DEFAULT} "
            f"{script.language}=python:///path/to/bin/python'"
        )
    raise unsupported(f"calls of scripts in {script.language}, only of those in PYTHON3 and LUA: {name}")
