"""The adapter's own dbt project: nearly empty, the macros live in the dbt package `exasol_sagemaker`."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)
