"""Errors of models that are asked."""

from __future__ import annotations


class InputError(Exception):
    """A request cannot be answered.

    Args:
        message: What is wrong with it.
        status: HTTP status.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
