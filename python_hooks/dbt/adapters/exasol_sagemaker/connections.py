"""Connections are dbt-exasol's, and can be set aside while something else is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.exasol.connections import ExasolConnectionManager


class ExasolSageMakerConnectionManager(ExasolConnectionManager):
    """dbt-exasol's connection manager under this adapter's type."""

    TYPE = "exasol_sagemaker"

    @classmethod
    def _build_ssl_options(cls, credentials: Any) -> dict[str, Any] | None:
        """dbt-exasol's, but a DSN that names a certificate's fingerprint is taken at its word.

        dbt-exasol demands a certificate that some authority signed as well, which a self-signed one never
        passes. Without options pyexasol compares the fingerprint, `host/<fingerprint>:port`.
        """
        if "/" in credentials.dsn:
            return None
        options: dict[str, Any] | None = super()._build_ssl_options(credentials)
        return options

    def cancel(self, connection: Any) -> None:
        """Abort the query that a connection is busy with; dbt-exasol asks dbt's object, not the driver's."""
        connection.handle.abort_query()

    @contextmanager
    def released(self) -> Iterator[None]:
        """Give this thread's connection back to the pool for the duration of the block.

        Training takes hours, and no idle session lives that long. The pool tries a connection before it hands
        it out again, so whatever comes after the block gets a live one. An open transaction is committed
        before and another begun after: in a hook, dbt counts on there being one.
        """
        connection = self.get_if_exists()
        name = connection.name if connection else None
        in_transaction = connection is not None and connection.transaction_open
        if in_transaction:
            self.commit()
        self.release()
        try:
            yield
        finally:
            self.set_connection_name(name)
            if in_transaction:
                self.begin()

    def fetch_rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query by lower-case column name, values as the driver gives them.

        Not through agate, which would guess at types: a target column called `1` has to stay text.
        """
        _, cursor = self.add_query(sql, auto_begin=False)
        names = [column[0].lower() for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
