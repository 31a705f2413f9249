"""ALTER SYSTEM: https://docs.exasol.com/db/latest/sql/alter_system.htm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database import catalog
from exasol_sandbox.database.errors import unsupported
from exasol_sandbox.database.result import RowCount
from exasol_sandbox.database.scripts import languages

if TYPE_CHECKING:
    from exasol_sandbox.database.attributes import Attributes
    from exasol_sandbox.database.session import Session


def alter_system(session: Session, name: str, value: str) -> RowCount:
    """ALTER SYSTEM SET name = value, which holds for sessions that begin later.

    Raises:
        ExasolError: the parameter is another than SCRIPT_LANGUAGES, or the value is malformed.
    """
    if name != languages.PARAMETER:
        raise unsupported(f"ALTER SYSTEM SET {name}")
    languages.parse(value)
    catalog.run(session.duckdb, "DELETE FROM {c}.parameters WHERE name = ?", [name])
    catalog.run(session.duckdb, "INSERT INTO {c}.parameters VALUES (?, ?)", [name, value])
    return RowCount(0)


def take_system_parameters(session: Session, settings: Attributes) -> None:
    """Begin a session with what ALTER SYSTEM has set."""
    for name, value in catalog.rows(session.duckdb, "SELECT name, value FROM {c}.parameters"):
        settings.set_parameter(name, value)
