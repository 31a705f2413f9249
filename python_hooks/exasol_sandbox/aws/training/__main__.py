"""Runs one job: the task comes in on standard input, reports go out on standard output."""

from __future__ import annotations

import os
import sys
import time
import traceback

from exasol_sandbox.aws.process import Reporter
from exasol_sandbox.aws.s3_files import S3Error, S3Files
from exasol_sandbox.aws.training.dataset import load_dataset
from exasol_sandbox.aws.training.errors import DatasetError


def main() -> None:
    """Trains, and reports `completed` or `failed`; any other end is a crash."""
    reporter = Reporter()
    os.nice(10)
    began = time.time()
    reporter.report("phase", secondary_status="AnalyzingData")
    try:
        dataset = load_dataset(S3Files(reporter.task), reporter.task["request"])
        # The libraries that search take seconds to import; refused data need not wait for them.
        from exasol_sandbox.aws.training.job import run_job  # noqa: PLC0415

        run_job(reporter, dataset, began)
    except (DatasetError, S3Error) as error:
        reporter.report("failed", reason=str(error))
    except Exception as error:
        traceback.print_exc()
        reporter.report("failed", reason=f"Training failed: {type(error).__name__}: {error}"[:1024])
        sys.exit(1)


if __name__ == "__main__":
    main()
