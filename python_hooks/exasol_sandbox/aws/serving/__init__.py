"""The serving process of an endpoint's variant: `python -m exasol_sandbox.aws.serving`."""
