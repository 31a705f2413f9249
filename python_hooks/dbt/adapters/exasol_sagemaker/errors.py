"""The hook module's errors as dbt's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbt_common.exceptions import DbtRuntimeError

from exasol_sagemaker.errors import ExasolSageMakerError


@contextmanager
def as_dbt_errors(node: str | None = None) -> Iterator[None]:
    """Within this block errors of the hook module become DbtRuntimeError, which dbt reports with the node.

    Args:
        node: Named where the hook module could not know it.
    """
    try:
        yield
    except ExasolSageMakerError as error:
        if error.node is None:
            error.node = node
        raise DbtRuntimeError(str(error)) from error
