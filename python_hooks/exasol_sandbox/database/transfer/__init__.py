"""IMPORT and EXPORT: CSV files in S3 and, through the tunnel, files of the client."""

from exasol_sandbox.database.transfer.exporting import run_export
from exasol_sandbox.database.transfer.importing import run_import

__all__ = ["run_export", "run_import"]
