"""Connections are dbt-exasol's, and can be set aside while something else is waited for."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.exasol.connections import ExasolConnectionManager
from dbt_common.exceptions import DbtRuntimeError

_COLLISION = "GlobalTransactionRollback"
_SEVERAL_STATEMENTS = "|SEPARATEMEPLEASE|"
_ATTEMPTS = 6


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

    def add_query(self, sql: str, *args: Any, **kwargs: Any) -> Any:
        """Run a statement, and again after a transaction collision, which undid all of it.

        dbt-exasol works with autocommit, so the statement is the transaction. Collisions happen where nodes
        keep the same table up to date, as an endpoint and a batch prediction do with that of their model.
        """
        connection = self.get_thread_connection()
        for attempt in range(1, _ATTEMPTS + 1):
            in_transaction = connection.transaction_open
            try:
                return super().add_query(sql, *args, **kwargs)
            except DbtRuntimeError as error:
                if _COLLISION not in str(error) or _SEVERAL_STATEMENTS in sql or attempt == _ATTEMPTS:
                    raise
                if in_transaction:
                    self.begin()
            time.sleep(random.uniform(0.1, 0.5) * attempt)  # noqa: S311
        raise AssertionError("unreachable")

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
