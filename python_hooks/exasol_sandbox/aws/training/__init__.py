"""The training process of an Autopilot job: `python -m exasol_sandbox.aws.training`."""
