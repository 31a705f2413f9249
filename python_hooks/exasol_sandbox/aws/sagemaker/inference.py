"""Models, endpoint configurations and endpoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from exasol_sandbox.aws.sagemaker.records import Record


@dataclass
class Model(Record):
    """A model: containers in order, and the role under which they read their artifacts."""

    request: dict[str, Any]
    created: float

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The containers in the order that data pass them."""
        listed: list[dict[str, Any]] = self.request.get("Containers") or [self.request["PrimaryContainer"]]
        return listed


@dataclass
class EndpointConfig(Record):
    """Which models to serve, on what."""

    request: dict[str, Any]
    created: float

    @property
    def variants(self) -> list[dict[str, Any]]:
        """The production variants as they were asked for."""
        listed: list[dict[str, Any]] = self.request["ProductionVariants"]
        return listed


@dataclass
class Endpoint(Record):
    """An endpoint.

    Attributes:
        config: Name of the configuration that serves.
        pending_config: Name of the one that is being brought up; None when nothing is.
        plan: Variants that serve, with all that serving needs, so that later changes to models and
            configurations do not matter.
    """

    config: str
    created: float
    modified: float
    status: str = "Creating"
    failure_reason: str | None = None
    pending_config: str | None = None
    plan: list[dict[str, Any]] = field(default_factory=list)
