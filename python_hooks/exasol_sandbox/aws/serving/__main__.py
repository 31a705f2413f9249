"""Serves one model: `GET /ping` and `POST /invocations` on loopback, as SageMaker asks of its containers."""

from __future__ import annotations

from exasol_sandbox.aws.process import Reporter


def main() -> None:
    """Loads the model, reports `ready` with the port, or `failed`, and serves."""
    reporter = Reporter()
    from exasol_sandbox.aws.s3_files import S3Error, S3Files  # noqa: PLC0415
    from exasol_sandbox.aws.serving.explainer import load_explainer  # noqa: PLC0415
    from exasol_sandbox.aws.serving.http_server import serve  # noqa: PLC0415
    from exasol_sandbox.aws.serving.pipeline import PipelineError, load_pipeline  # noqa: PLC0415

    try:
        s3, config = S3Files(reporter.task), reporter.task.get("explainer")
        pipeline = load_pipeline(s3, reporter.task["containers"])
        model = load_explainer(s3, config, pipeline) if config else pipeline
    except (S3Error, PipelineError) as error:
        reporter.report("failed", reason=str(error))
        return
    serve(model, lambda port: reporter.report("ready", port=port))


if __name__ == "__main__":
    main()
