"""What the database and the statement that creates the script provide, and how errors name the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    exa: Any = None

CONFIG: dict[str, Any] = {}


def where() -> str:
    """The endpoint, as errors name it."""
    return f"Endpoint {CONFIG.get('endpoint_name')} in {CONFIG.get('region')}"
