"""The attributes and parameters of a session.

Names and meaning: exasol/websocket-api, "Attributes", and https://docs.exasol.com/db/latest/sql/alter_session.htm
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from exasol_sandbox.database.errors import SYNTAX_OR_ACCESS, ExasolError, unsupported
from exasol_sandbox.database.scripts import languages
from exasol_sandbox.database.transforms.formats import (
    DEFAULT_DATE,
    DEFAULT_TIMESTAMP,
    LANGUAGES,
    check_format,
    has_names,
)
from exasol_sandbox.database.transforms.time_zones import BEHAVIORS, DEFAULT_BEHAVIOR, UTC, zone

_READ_ONLY = {
    "compressionEnabled",
    "dateFormat",
    "dateLanguage",
    "datetimeFormat",
    "defaultLikeEscapeCharacter",
    "openTransaction",
    "timezone",
    "timeZoneBehavior",
}
_ONE_VALUE_ONLY = {
    "NLS_NUMERIC_CHARACTERS": ".,",
    "TIMESTAMP_ARITHMETIC_BEHAVIOR": "INTERVAL",
    "SQL_PREPROCESSOR_SCRIPT": "",
}
_NO_EFFECT = {
    "CONSTRAINT_STATE_DEFAULT",
    "HASHTYPE_FORMAT",
    "IDLE_TIMEOUT",
    "NICE",
    "PROFILE",
    "QUERY_CACHE",
    "SCRIPT_OUTPUT_ADDRESS",
    "SESSION_TEMP_DB_RAM_LIMIT",
    "SNAPSHOT_MODE",
    "ST_MAX_DECIMAL_DIGITS",
}
_PATTERNS = {
    "DEFAULT_LIKE_ESCAPE_CHARACTER": re.compile(".", re.DOTALL),
    "NLS_FIRST_DAY_OF_WEEK": re.compile("[1-7]"),
}


def _invalid(name: str, value: str) -> ExasolError:
    return ExasolError(SYNTAX_OR_ACCESS, f"invalid value for {name}: {value}")


def _time_zone(name: str, value: str) -> str:
    try:
        return zone(value).key.upper()
    except ValueError as error:
        raise _invalid(name, value) from error


def _behavior(name: str, value: str) -> str:
    spelt = " ".join(value.upper().split())
    if spelt not in BEHAVIORS:
        raise _invalid(name, value)
    return spelt


# How parameters whose values have several spellings are kept.
_SPELT = {"TIME_ZONE": _time_zone, "TIME_ZONE_BEHAVIOR": _behavior}


class Attributes:
    """The changeable facts of a session."""

    def __init__(self) -> None:
        self.autocommit = True
        self.current_schema: str | None = None
        self.query_timeout = 0
        self.date_format = DEFAULT_DATE
        self.timestamp_format = DEFAULT_TIMESTAMP
        self.parameters: dict[str, str] = {
            "NLS_DATE_FORMAT": DEFAULT_DATE,
            "NLS_TIMESTAMP_FORMAT": DEFAULT_TIMESTAMP,
            "QUERY_TIMEOUT": "0",
            "NLS_DATE_LANGUAGE": "ENG",
            "NLS_FIRST_DAY_OF_WEEK": "7",
            "DEFAULT_LIKE_ESCAPE_CHARACTER": "\\",
            "TIME_ZONE": UTC,
            "TIME_ZONE_BEHAVIOR": DEFAULT_BEHAVIOR,
            **_ONE_VALUE_ONLY,
            languages.PARAMETER: languages.DEFAULT,
        }
        self._others: dict[str, Any] = {
            "compressionEnabled": False,
            "feedbackInterval": 1,
            "resultSetMaxRows": 0,
            "snapshotTransactionsEnabled": False,
            "timestampUtcEnabled": False,
        }

    def on_wire(self, open_transaction: bool) -> dict[str, Any]:
        """All attributes as `getAttributes` answers them."""
        return {
            "autocommit": self.autocommit,
            "currentSchema": self.current_schema or "",
            "dateFormat": self.date_format,
            "dateLanguage": self.parameters["NLS_DATE_LANGUAGE"],
            "datetimeFormat": self.timestamp_format,
            "defaultLikeEscapeCharacter": self.parameters["DEFAULT_LIKE_ESCAPE_CHARACTER"],
            "numericCharacters": self.parameters["NLS_NUMERIC_CHARACTERS"],
            "openTransaction": open_transaction,
            "queryTimeout": self.query_timeout,
            "timezone": self.parameters["TIME_ZONE"],
            "timeZoneBehavior": self.parameters["TIME_ZONE_BEHAVIOR"],
            **self._others,
        }

    def change(self, attributes: Mapping[str, Any]) -> None:
        """Take attributes as `setAttributes` and `login` send them.

        Raises:
            ExasolError: an attribute is unknown.
        """
        for name, value in attributes.items():
            if name == "autocommit":
                self.autocommit = bool(value)
            elif name == "currentSchema":
                self.current_schema = str(value) if value else None
            elif name == "queryTimeout":
                self.query_timeout = int(value)
            elif name == "numericCharacters":
                self.set_parameter("NLS_NUMERIC_CHARACTERS", str(value))
            elif name in self._others:
                self._others[name] = value
            elif name not in _READ_ONLY:
                raise ExasolError(SYNTAX_OR_ACCESS, f"unknown session attribute {name}")

    def set_parameter(self, name: str, value: str) -> None:
        """ALTER SESSION SET name = value.

        Raises:
            ExasolError: the parameter is unknown, or has a value that the sandbox does not support.
        """
        if name == "NLS_DATE_FORMAT":
            self._check_format(value, self.parameters["NLS_DATE_LANGUAGE"])
            self.date_format = value
        elif name == "NLS_TIMESTAMP_FORMAT":
            self._check_format(value, self.parameters["NLS_DATE_LANGUAGE"])
            self.timestamp_format = value
        elif name == "NLS_DATE_LANGUAGE":
            value = value.upper()
            if value not in LANGUAGES:
                raise _invalid(name, value)
            self._check_format(self.date_format + self.timestamp_format, value)
        elif name in _SPELT:
            value = _SPELT[name](name, value)
        elif name in _PATTERNS:
            if not _PATTERNS[name].fullmatch(value):
                raise _invalid(name, value)
        elif name == "QUERY_TIMEOUT":
            self.query_timeout = int(value)
        elif name == languages.PARAMETER:
            languages.parse(value)
        elif name in _ONE_VALUE_ONLY:
            if value.upper() != _ONE_VALUE_ONLY[name].upper():
                raise unsupported(f"{name} = '{value}', only '{_ONE_VALUE_ONLY[name]}'")
        elif name not in _NO_EFFECT:
            raise ExasolError(SYNTAX_OR_ACCESS, f"unknown session parameter {name}")
        self.parameters[name] = value

    def _check_format(self, form: str, language: str) -> None:
        check_format(form)
        if language != "ENG" and has_names(form):
            raise unsupported(f"names of months and days in the session's formats with {language}")
