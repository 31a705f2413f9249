"""What came of running a driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Client: TypeAlias = Callable[..., Any]


class DriverError(Exception):
    """What the driver reported."""
