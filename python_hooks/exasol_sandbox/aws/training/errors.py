"""Errors of training."""

from __future__ import annotations


class DatasetError(Exception):
    """The data cannot be trained on; the message is the job's FailureReason."""
