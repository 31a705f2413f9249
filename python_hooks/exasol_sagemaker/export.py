"""A query's result as CSV files in S3, with a manifest beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exasol_sagemaker.columns import Column
from exasol_sagemaker.session import AwsSession

if TYPE_CHECKING:
    from pyexasol import ExaConnection


@dataclass(frozen=True)
class ExportedFile:
    """One CSV file with a header line: its S3 URI and its size in bytes."""

    uri: str
    size: int


@dataclass(frozen=True)
class Export:
    """A finished export.

    Attributes:
        s3_uri: Prefix under which all files lie, ending in a slash.
        data_uri: Prefix of the CSV files alone, ending in a slash: what a training channel reads.
        manifest_uri: The manifest.
        files: The CSV files.
        columns: All columns in order.
        row_count: Rows written, as the database counted them.
        query_digest: SHA-256 of the query's text, in hex.
        transport: `native` or `client`.
        transport_reason: Why `auto` chose it; empty if it was asked for.
        fingerprint: Of the training it was made for; empty for a plain export.
    """

    s3_uri: str
    data_uri: str
    manifest_uri: str
    files: tuple[ExportedFile, ...]
    columns: tuple[Column, ...]
    row_count: int
    query_digest: str
    transport: str
    transport_reason: str = ""
    fingerprint: str = ""


def export_to_s3(
    aws: AwsSession,
    database: ExaConnection,
    *,
    query: str,
    s3_uri: str,
    transport: str | None = None,
    node: str | None = None,
) -> Export:
    """Write `query`'s result to CSV files under `s3_uri`/data/ and a manifest at `s3_uri`/manifest.json.

    What lay under `s3_uri` from an earlier export is replaced. If anything fails, what was written is removed.

    Args:
        transport: Overrides the settings' transport.
        node: Named in errors.

    Raises:
        ExportError: The export failed; nothing of it is left.
    """
    raise NotImplementedError
