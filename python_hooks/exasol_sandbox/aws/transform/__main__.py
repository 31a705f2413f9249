"""Transforms the objects given to one instance of a job; the task comes in on standard input."""

from __future__ import annotations

import os

from exasol_sandbox.aws.process import Reporter


def main() -> None:
    """Loads the model, and reports `transformed` or `failed` for each object, then `ended`."""
    reporter = Reporter()
    os.nice(10)
    task = reporter.task
    from exasol_sandbox.aws.s3_files import S3Error, S3Files  # noqa: PLC0415
    from exasol_sandbox.aws.serving.pipeline import PipelineError, load_pipeline  # noqa: PLC0415
    from exasol_sandbox.aws.transform.transformer import Transformer, TransformError  # noqa: PLC0415

    s3 = S3Files(task)
    try:
        transformer = Transformer(s3, load_pipeline(s3, task["containers"]), task["request"])
    except (S3Error, PipelineError) as error:
        reporter.report("failed", reason=f"ClientError: {error}")
        reporter.report("ended")
        return
    for entry in task["objects"]:
        try:
            transformer.transform(entry["uri"], entry["output"])
        except (S3Error, TransformError) as error:
            words = str(error) if isinstance(error, TransformError) else f"ClientError: {error}"
            reporter.report("failed", reason=words)
        else:
            reporter.report("transformed", uri=entry["uri"])
    reporter.report("ended")


if __name__ == "__main__":
    main()
