"""What a prediction UDF emits, put into the form of Exasol's SageMaker Extension: part of its script."""

from __future__ import annotations

from typing import Any


class ExtensionOutput:
    """A UDF's `ctx` that emits PROBABILITY before PREDICTIONS where it is given them the other way round.

    Args:
        ctx: The database's.
        classified: Whether there is a PROBABILITY.
    """

    def __init__(self, ctx: Any, classified: bool) -> None:
        self._ctx = ctx
        self._classified = classified

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ctx, name)

    def emit(self, frame: Any) -> None:
        """Emit a data frame; PROBABILITY with the four digits of its DECIMAL(18,4)."""
        if self._classified:
            *passed, prediction, probability = frame.columns
            frame = frame[[*passed, probability, prediction]]
            frame[probability] = frame[probability].round(4)
        self._ctx.emit(frame)
