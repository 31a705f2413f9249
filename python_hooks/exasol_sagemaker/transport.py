"""Which way training data take to S3, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exasol_sagemaker.connection import connection_state
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection


@dataclass(frozen=True)
class Transport:
    """`native` or `client`, and why `auto` chose it."""

    name: str
    reason: str = ""


def choose_transport(aws: AwsSession, database: ExaConnection, asked: str) -> Transport:
    """The transport asked for; for `auto`, native where Exasol's own EXPORT can reach the bucket.

    Exasol's EXPORT writes to Amazon's S3 only (Exasol documentation, "Load data from S3 storage").
    """
    if asked != "auto":
        return Transport(asked)
    connection = aws.settings.connection
    if connection is None:
        return Transport("client", "no CONNECTION is configured")
    if aws.settings.endpoint_url is not None or not aws.is_amazon_s3:
        return Transport("client", "the endpoint is not Amazon's own S3, to which EXPORT is limited")
    state = connection_state(database, connection)
    if state is None:
        return Transport("client", f"there is no CONNECTION {connection}")
    if state.temporary:
        return Transport(
            "client", f"the credentials in CONNECTION {connection} are temporary, and could end in the middle"
        )
    return Transport("native", "the cluster can write to S3 itself")
