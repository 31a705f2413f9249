"""The Exasol CONNECTION that holds the AWS credentials for the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection


def create_connection(aws: AwsSession, database: ExaConnection, name: str) -> None:
    """Create or refresh CONNECTION `name` from the session's credentials, without the secret being logged."""
    raise NotImplementedError


def connection_exists(database: ExaConnection, name: str) -> bool:
    """Whether the user may use a CONNECTION of that name."""
    raise NotImplementedError
