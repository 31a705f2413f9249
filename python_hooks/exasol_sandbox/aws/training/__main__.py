"""Runs one job: the task comes in on standard input, reports go out on standard output."""

from __future__ import annotations

import os
import sys
import traceback

from exasol_sandbox.aws.process import Reporter


def main() -> None:
    """Trains, and reports `completed` or `failed`; any other end is a crash."""
    reporter = Reporter()
    os.nice(10)
    # Imported this late so that a job that is stopped at once has not waited for a machine-learning library.
    from exasol_sandbox.aws.s3_files import S3Error  # noqa: PLC0415
    from exasol_sandbox.aws.tabular.csv_table import TableError  # noqa: PLC0415
    from exasol_sandbox.aws.training.dataset import DatasetError  # noqa: PLC0415
    from exasol_sandbox.aws.training.job import run_job  # noqa: PLC0415

    try:
        run_job(reporter)
    except (DatasetError, S3Error, TableError) as error:
        reporter.report("failed", reason=str(error))
    except Exception as error:
        traceback.print_exc()
        reporter.report("failed", reason=f"Training failed: {type(error).__name__}: {error}"[:1024])
        sys.exit(1)


if __name__ == "__main__":
    main()
