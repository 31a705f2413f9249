"""The workers of a batch transform job: `python -m exasol_sandbox.aws.transform`."""
