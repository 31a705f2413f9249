"""The command line `exasol-sagemaker`."""
