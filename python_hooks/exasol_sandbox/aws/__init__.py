"""The AWS side of the sandbox: S3, IAM, STS and SageMaker Autopilot behind one HTTP endpoint."""
