"""IMPORT and EXPORT: CSV files in S3 and, through the tunnel, files of the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sandbox.database.result import RowCount

if TYPE_CHECKING:
    from exasol_sandbox.database.session import Session


def run_import(session: Session, sql: str) -> RowCount:
    """Executes an `IMPORT INTO … FROM CSV …` statement within the session's transaction.

    Uses `session.columns_of`, `session.connection`, `session.insert_arrow`, `session.attributes` (date and timestamp
    formats), `session.database.aws` and `session.database.tunnels`. The caller commits or rolls back.

    Raises:
        ExasolError: the statement cannot be parsed (42000), or a transfer failed (42636, `ETL-…`).
    """
    raise NotImplementedError


def run_export(session: Session, sql: str) -> RowCount:
    """Executes an `EXPORT … INTO CSV …` statement. Rows come from `session.query`.

    Raises:
        ExasolError: the statement cannot be parsed (42000), or a transfer failed (42636, `ETL-…`).
    """
    raise NotImplementedError
