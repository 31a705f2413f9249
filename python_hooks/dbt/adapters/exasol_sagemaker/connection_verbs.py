"""Verbs for the CONNECTION that holds the AWS credentials for the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dbt.adapters.base.meta import AdapterMeta, available

from dbt.adapters.exasol_sagemaker.aws import AwsSide
from dbt.adapters.exasol_sagemaker.errors import as_dbt_errors
from exasol_sagemaker.connection import (
    ConnectionChange,
    create_connection,
    refresh_connection,
    stored_name,
)


class ConnectionVerbs(metaclass=AdapterMeta):
    """What Jinja may call to keep the CONNECTION as it should be."""

    connections: Any
    _aws: AwsSide

    @available.parse(lambda *args, **kwargs: {})
    def create_sagemaker_connection(
        self,
        name: str | None = None,
        grants: Sequence[str] | None = None,
        valid_for_minutes: float = 60,
        always: bool = True,
    ) -> dict[str, Any]:
        """Create or refresh the CONNECTION with the AWS credentials; the statement reaches no log.

        Args:
            grants: Roles and users that may use it; None leaves them as they are.
            valid_for_minutes: How long its credentials have to live at least.
            always: Whether to put the credentials into it even if it holds them already.

        Returns:
            Its `name`, whether it `changed`, and a `message`.
        """
        name = name or self._aws.connection
        make = create_connection if always else refresh_connection
        with as_dbt_errors(f"connection {name}"):
            change = make(
                self._aws.session,
                self.connections.get_thread_connection().handle,
                name,
                grants=grants,
                valid_for=timedelta(minutes=float(valid_for_minutes)),
            )
        changed = change.action != "kept" or bool(change.granted or change.revoked)
        return {"name": change.name, "changed": changed, "message": _message(change)}

    @available.parse_none
    def sagemaker_connection_name(self) -> str:
        """Name of the profile's CONNECTION, as the system tables have it."""
        return stored_name(self._aws.connection)


def _message(change: ConnectionChange) -> str:
    parts = [f"connection {change.name} {change.action}"]
    if change.expires_at is not None:
        parts.append(f"its AWS credentials end at {change.expires_at:%Y-%m-%d %H:%M:%S} UTC")
    if change.granted:
        parts.append(f"granted to {', '.join(change.granted)}")
    if change.revoked:
        parts.append(f"revoked from {', '.join(change.revoked)}")
    return ", ".join(parts)
