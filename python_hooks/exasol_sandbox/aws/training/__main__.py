"""Runs one job: the task comes in on standard input, reports go out on standard output."""

from __future__ import annotations

import os
import sys
import time
import traceback

from exasol_sandbox.aws.forecasting import job as forecasting
from exasol_sandbox.aws.forecasting.dataset import load_series
from exasol_sandbox.aws.process import Reporter
from exasol_sandbox.aws.s3_files import S3Error, S3Files
from exasol_sandbox.aws.sagemaker.automl_job import FORECASTING_CONFIG
from exasol_sandbox.aws.training.dataset import load_dataset
from exasol_sandbox.aws.training.errors import DatasetError


def main() -> None:
    """Trains, and reports `completed` or `failed`; any other end is a crash."""
    reporter = Reporter()
    os.nice(10)
    began = time.time()
    reporter.report("phase", secondary_status="AnalyzingData")
    try:
        s3, request = S3Files(reporter.task), reporter.task["request"]
        if FORECASTING_CONFIG in request["AutoMLProblemTypeConfig"]:
            forecasting.run_job(reporter, *load_series(s3, request), began)
            return
        dataset = load_dataset(s3, request)
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
