"""Serves one model: `GET /ping` and `POST /invocations` on loopback, as SageMaker asks of its containers."""

from __future__ import annotations

from exasol_sandbox.aws.process import Reporter


def main() -> None:
    """Loads the model, reports `ready` with the port, or `failed`, and serves."""
    reporter = Reporter()
    from exasol_sandbox.aws.s3_files import S3Error, S3Files  # noqa: PLC0415
    from exasol_sandbox.aws.serving.http_server import serve  # noqa: PLC0415
    from exasol_sandbox.aws.serving.pipeline import PipelineError, load_pipeline  # noqa: PLC0415

    try:
        pipeline = load_pipeline(S3Files(reporter.task), reporter.task["containers"])
    except (S3Error, PipelineError) as error:
        reporter.report("failed", reason=str(error))
        return
    serve(pipeline, lambda port: reporter.report("ready", port=port))


if __name__ == "__main__":
    main()
